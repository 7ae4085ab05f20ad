package night

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"midwatch/queries/warehouse"
)

// Collection reads every source once, from where the last run stopped.
type Collection struct {
	Warehouse    *warehouse.Warehouse
	Sources      []Source
	Surroundings Surroundings
	// RetentionDays is how long the spool keeps what is loaded.
	RetentionDays int
	Log           *slog.Logger
	Progress      Progress
}

// SurroundingsError is that of a file about persons, repositories, credentials or
// networks that cannot be used as it is. Nothing was collected.
type SurroundingsError struct{ error }

// Unwrap gives the cause.
func (e SurroundingsError) Unwrap() error { return e.error }

// Run reads the surroundings and then every source. A source that fails does not
// keep the others from being read; its error is in its entry.
func (c Collection) Run(ctx context.Context, now time.Time) ([]Entry, error) {
	if err := c.Surroundings.Read(ctx, c.Warehouse); err != nil {
		return nil, SurroundingsError{err}
	}
	problems, err := c.Surroundings.ReadMirrors(ctx, c.Warehouse, now)
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		c.Log.Warn("a mirror was not read; what was known of it stays", "problem", p.Error())
	}
	var all []Entry
	for _, s := range c.Sources {
		e, err := c.read(ctx, s, now)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// read reads one source, and keeps whether that could be done whole. The error is
// one that ends the run.
func (c Collection) read(ctx context.Context, s Source, now time.Time) (Entry, error) {
	e := c.collect(ctx, s, now)
	if ctx.Err() != nil {
		return e, fmt.Errorf("stopped while reading %s; what was read is kept: %w", s.Name, ctx.Err())
	}
	if _, err := s.Spool.Prune(now.AddDate(0, 0, -c.RetentionDays), c.Warehouse.IsLoaded(ctx, s.Name), false); err != nil {
		e.Notes = append(e.Notes, err.Error())
	}
	if err := c.Warehouse.RecordReading(ctx, s.Name, e.unread(), now); err != nil {
		return e, err
	}
	for _, note := range e.Notes {
		c.Log.Info(note, "source", s.Name)
	}
	return e, nil
}

// collect pulls from one source and loads what it gave.
func (c Collection) collect(ctx context.Context, s Source, now time.Time) Entry {
	e := Entry{Name: s.Name, Kind: s.Kind, Format: s.Format}
	out, logs, err := s.pull(ctx, now)
	e.pulled(out)
	e.fail(err)
	inputs, err := s.inputs(ctx, logs, c.Warehouse)
	e.fail(err)
	for _, in := range inputs {
		step := c.Progress.begin("reading " + in.Path)
		in.CollectedAt, in.Zone, in.Progress = now, s.TimeZone, step.At
		got, err := c.Warehouse.Load(ctx, in)
		step.Done()
		e.add(got)
		e.fail(err)
		if ctx.Err() != nil {
			break
		}
	}
	e.failWhereDamaged()
	return e
}
