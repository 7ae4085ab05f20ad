package night

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"midwatch/collectors"
	"midwatch/collectors/files"
	"midwatch/collectors/spool"
	"midwatch/queries"
	"midwatch/queries/warehouse"
)

// Source is one place that records come from, with the collector that reads it.
type Source struct {
	// Name it is known by in reports, Kind the way of collecting.
	Name, Kind string
	// Format of its records; "" where each log's content is to show it.
	Format string
	// TimeZone of times that are written without one, such as Europe/Berlin.
	TimeZone  string
	Collector collectors.Collector
	// Formats are the mappings that its records may have.
	Formats []queries.Script
	// Spool keeps what it pulls; From is how far it was read.
	Spool *spool.Spool
	From  collectors.Checkpoint
	// Damage is why it cannot be told how far it was read, nil where it can: then
	// nothing is pulled, and what lies in the spool is still loaded.
	Damage error
	// Sealing says how the spool is locked for what the collector brings.
	Sealing Sealing
}

// Sealing is how a source's spool is locked for new segments.
type Sealing int

const (
	// NoSegments is for sources that name logs: they seal nothing.
	NoSegments Sealing = iota
	// LockFirst locks the spool before anything is pulled, so that two runs do
	// not fetch the same.
	LockFirst
	// LockLate locks the spool with the first segment, because a receiver rightly
	// has the lock as long as it runs.
	LockLate
)

// pull lets the collector bring what is new: into the spool, or as names of
// logs.
func (s Source) pull(ctx context.Context, now time.Time) (out collectors.Outcome, logs []collectors.Log, err error) {
	if s.Damage != nil {
		return out, nil, s.Damage
	}
	at := func() time.Time { return now }
	land := &Landing{}
	switch s.Sealing {
	case NoSegments:
	case LockFirst:
		sealer, taken := s.Spool.Lock(s.Format, at)
		if taken != nil {
			return out, nil, taken
		}
		defer func() { err = errors.Join(err, sealer.Close()) }()
		land.sealing = sealer
	case LockLate:
		late := &lateLock{spool: s.Spool, format: s.Format, now: at}
		defer func() { err = errors.Join(err, late.Close()) }()
		land.sealing = late
	}
	out, err = s.Collector.Collect(ctx, s.From, now, land)
	return out, land.Logs, err
}

// Landing takes what a collector brings: segments go to the spool where there is
// one, logs are remembered.
type Landing struct {
	// Logs that were named, in their order.
	Logs    []collectors.Log
	sealing sealing
}

// sealing takes segments.
type sealing interface {
	Seal(context.Context, collectors.Segment) error
}

// Seal is for collectors.Landing.
func (l *Landing) Seal(ctx context.Context, s collectors.Segment) error {
	if l.sealing == nil {
		return errors.New("this source reads logs and keeps no segments")
	}
	return l.sealing.Seal(ctx, s)
}

// Log is for collectors.Landing.
func (l *Landing) Log(_ context.Context, log collectors.Log) error {
	l.Logs = append(l.Logs, log)
	return nil
}

// lateLock takes a spool's lock with the first segment.
type lateLock struct {
	spool  *spool.Spool
	format string
	now    func() time.Time
	sealer *spool.Sealer
}

// Seal locks the spool where that was not done yet, and seals.
func (l *lateLock) Seal(ctx context.Context, s collectors.Segment) (err error) {
	if l.sealer == nil {
		if l.sealer, err = l.spool.Lock(l.format, l.now); err != nil {
			return err
		}
	}
	return l.sealer.Seal(ctx, s)
}

// Close gives the lock back.
func (l *lateLock) Close() error {
	if l.sealer == nil {
		return nil
	}
	return l.sealer.Close()
}

// inputs names what of a source is to be loaded: its logs, and the segments of
// its spool that are not loaded yet.
func (s Source) inputs(ctx context.Context, logs []collectors.Log, w *warehouse.Warehouse) ([]warehouse.Input, error) {
	all, unknown := s.logInputs(logs)
	segments, err := s.Spool.Segments()
	err = errors.Join(unknown, err)
	loaded := w.IsLoaded(ctx, s.Name)
	for _, g := range segments {
		// The manifest is where a gap is kept for good: a run may end before here.
		for _, gap := range g.Manifest.Gaps {
			err = errors.Join(err, w.RecordGap(ctx, s.Name, s.Format, gap.From, gap.Until, gap.Reason, g.Manifest.SealedAt))
		}
		if g.Manifest.Records > 0 && !loaded(g.ID) {
			all = append(all, warehouse.Input{Source: s.Name, Format: g.Manifest.Format, Name: g.ID, Path: g.Path})
		}
	}
	return all, err
}

// logInputs names a source's logs as inputs: one each, or all of a format as one
// where records are told by the lines of several logs. The format is recognised
// for each log where the configuration leaves it out; a log that could be several
// is not read, and the error says so. One that is empty, as after a rotation, shows
// no format and has nothing to read.
func (s Source) logInputs(logs []collectors.Log) ([]warehouse.Input, error) {
	var all []warehouse.Input
	var errs []error
	together := map[string]int{}
	for _, l := range logs {
		if s.Format == "" && isEmpty(l.Path) {
			continue
		}
		in := warehouse.Input{Source: s.Name, Format: s.Format, Name: l.Path, Path: l.Path, Stdin: os.Stdin}
		format, err := s.FormatOf(l.Path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		in.Format = format.Name
		if format.Keys["reads"] != "together" || l.Path == files.Stdin {
			all = append(all, in)
			continue
		}
		if at, ok := together[format.Name]; ok {
			all[at].With = append(all[at].With, l.Path)
			all[at].Name = "all logs"
			continue
		}
		together[format.Name] = len(all)
		all = append(all, in)
	}
	return all, errors.Join(errs...)
}

// FormatOf is the source's format, or the one that a log's content shows.
func (s Source) FormatOf(path string) (queries.Script, error) {
	if s.Format != "" {
		return queries.Named(s.Formats, s.Format)
	}
	if path == files.Stdin {
		return queries.Script{}, errors.New("format: name it, standard input is read only once")
	}
	guesses, err := warehouse.Recognise(warehouse.Input{Path: path}, s.Formats)
	if err != nil {
		return queries.Script{}, err
	}
	format, err := warehouse.Take(path, guesses)
	if err != nil {
		return queries.Script{}, fmt.Errorf("format: %w", err)
	}
	return format, nil
}

// isEmpty is true for a file of no bytes; standard input is not looked at.
func isEmpty(path string) bool {
	if path == files.Stdin {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() == 0
}
