package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"midwatch/queries/warehouse"
)

// caseReader reads the published snapshot for an export: first for the answers,
// within all that a run may take, then for what may be millions of records, within
// the memory of what is told in parts.
type caseReader struct {
	*warehouse.Reader
	cfg  *Config
	info os.FileInfo
}

func openCaseReader(ctx context.Context, cfg *Config) (*caseReader, error) {
	r, err := warehouse.OpenReader(ctx, cfg.Snapshot, cfg.reading())
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(cfg.Snapshot)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("looking at the snapshot: %w", err), r.Close())
	}
	return &caseReader{Reader: r, cfg: cfg, info: info}, nil
}

// stream opens the same snapshot again, for records.
func (r *caseReader) stream(ctx context.Context) error {
	if err := r.Close(); err != nil {
		return err
	}
	streaming, err := warehouse.OpenReader(ctx, r.cfg.Snapshot, r.cfg.streaming())
	if err != nil {
		return err
	}
	r.Reader = streaming
	if info, err := os.Stat(r.cfg.Snapshot); err != nil || !os.SameFile(info, r.info) {
		return errors.Join(fmt.Errorf("%s was published anew meanwhile: export once more", r.cfg.Snapshot), err)
	}
	return nil
}

// Close gives the snapshot back; closing twice is harmless.
func (r *caseReader) Close() error {
	if r.Reader == nil {
		return nil
	}
	closing := r.Reader
	r.Reader = nil
	return closing.Close()
}
