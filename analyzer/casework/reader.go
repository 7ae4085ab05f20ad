package casework

import (
	"context"
	"errors"
	"fmt"
	"os"

	"midwatch/queries/warehouse"
)

// reader reads the published snapshot for an export: within the memory of what
// is told in parts, and within all that a run may take where one answer needs
// more. It works with one thread: DuckDB 1.4.1 crashed in some of a hundred runs
// where two of them had to group more than fits in memory, and in none with one.
type reader struct {
	*warehouse.Reader
	from Snapshot
	info os.FileInfo
	wide bool
}

// Snapshot is the published snapshot, and what may be taken of memory to read it.
type Snapshot struct {
	Path string
	// InParts bounds a reader of answers that are told in parts, Whole one that
	// must hold an answer.
	InParts, Whole warehouse.ReadOptions
}

func openReader(ctx context.Context, from Snapshot) (*reader, error) {
	r := &reader{from: from}
	if err := r.open(ctx, from.InParts); err != nil {
		return nil, err
	}
	info, err := os.Stat(from.Path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("looking at the snapshot: %w", err), r.Close())
	}
	r.info = info
	return r, nil
}

func (r *reader) open(ctx context.Context, bounds warehouse.ReadOptions) (err error) {
	bounds.Threads = 1
	r.Reader, err = warehouse.OpenReader(ctx, r.from.Path, bounds)
	return err
}

// Ask is as in warehouse.Reader.
func (r *reader) Ask(ctx context.Context, q warehouse.Question, args []warehouse.Argument) (*warehouse.Answer, error) {
	answer, err := r.Reader.Ask(ctx, q, args)
	if r.wide || !warehouse.IsOutOfMemory(err) {
		return answer, err
	}
	if err := r.widen(ctx); err != nil {
		return nil, err
	}
	return r.Reader.Ask(ctx, q, args)
}

// widen opens the same snapshot again with all the memory there is.
func (r *reader) widen(ctx context.Context) error {
	if err := errors.Join(r.Close(), r.open(ctx, r.from.Whole)); err != nil {
		return err
	}
	r.wide = true
	if info, err := os.Stat(r.from.Path); err != nil || !os.SameFile(info, r.info) {
		return errors.Join(fmt.Errorf("%s was published anew meanwhile: export once more", r.from.Path), err)
	}
	return nil
}

// Close gives the snapshot back; closing twice is harmless.
func (r *reader) Close() error {
	if r.Reader == nil {
		return nil
	}
	closing := r.Reader
	r.Reader = nil
	return closing.Close()
}
