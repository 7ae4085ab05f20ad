package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"midwatch/queries"
)

// Input names one text to be loaded.
type Input struct {
	// Source is the configured source it belongs to, Format the mapping that
	// gives its records their meaning.
	Source, Format string
	// Name identifies it among the landings of its source: the path of a log or
	// the id of a sealed segment.
	Name string
	// Path to read it from; "-" reads Stdin.
	Path string
	// With are files to be read behind Path as one text with it, for formats that
	// say so (reads: together).
	With []string
	// Stdin is read where Path is "-".
	Stdin io.Reader
	// CollectedAt is the time of the run, UTC. Records more than a day later are
	// in the future and go to quarantine.
	CollectedAt time.Time
	// Zone is the time zone of times that are written without one, such as
	// "Europe/Berlin"; "" is UTC.
	Zone string
	// Progress, where set, is told how many of the stored bytes were read.
	Progress func(done, total int64)
}

func (in Input) zone() string {
	if in.Zone == "" {
		return "UTC"
	}
	return in.Zone
}

// Loaded says what one text gave in this run.
type Loaded struct {
	Name string `json:"name"`
	// Unchanged is true where the text was loaded before and has not changed.
	Unchanged bool `json:"unchanged,omitempty"`
	// Records read, and what became of them: new events, events known already,
	// control-plane records, lines that are no access (a probe, a part of another
	// record), records in quarantine.
	Records     int64 `json:"records"`
	New         int64 `json:"new"`
	Duplicate   int64 `json:"duplicate"`
	Control     int64 `json:"control"`
	Ignored     int64 `json:"ignored"`
	Quarantined int64 `json:"quarantined"`
	// Missed are those in quarantine that look like accesses.
	Missed int64 `json:"missed,omitempty"`
	// Late counts new events of nights that were scored already.
	Late int64 `json:"late"`
	// Unfinished says why the text was not read to its end; "" when it was.
	Unfinished string `json:"unfinished,omitempty"`
}

// nothing holds where there were records and none was understood.
func (l Loaded) nothing() bool { return l.Records > 0 && l.Quarantined == l.Records }

// NotUnderstood says that no record of a text was understood; "" where some was,
// or there was none.
func (l Loaded) NotUnderstood() string {
	if !l.nothing() {
		return ""
	}
	return fmt.Sprintf("nothing in %s was understood, all %d records went to quarantine: see what it is with `midwatch collect --explain`, and fix the format of its source", l.Name, l.Records)
}

// MissedAccesses says that records which look like accesses have no meaning; "" where
// there are none.
func (l Loaded) MissedAccesses() string {
	if l.Missed == 0 || l.nothing() {
		return ""
	}
	return fmt.Sprintf("%d records of %s look like accesses and could not be understood; they are in quarantine and in no finding: see them with `midwatch sql -c \"FROM quarantine\"` and what would become of them with `midwatch collect --explain`", l.Missed, l.Name)
}

// Load brings one text into the database, once and only once: replaying it, or
// any part of it, adds nothing. A run that is killed leaves whole batches.
func (w *Warehouse) Load(ctx context.Context, in Input) (Loaded, error) {
	out := Loaded{Name: in.Name}
	script, err := queries.Named(w.formats, in.Format)
	if err != nil {
		return out, fmt.Errorf("source %s: %w", in.Source, err)
	}
	f, size, err := openStored(in)
	if err != nil {
		return out, err
	}
	defer f.Close()
	l, err := w.findLanding(ctx, in, f, size)
	if err != nil || l.unchanged {
		out.Unchanged = l.unchanged
		return out, err
	}
	if script.Keys["reads"] != "" {
		l.readBytes, l.readLines = 0, 0
	}
	t, err := w.openAt(f, &l, in, size)
	if err != nil {
		return out, fmt.Errorf("reading %s: %w", in.Path, err)
	}
	defer t.close()
	late, err := w.lateEvents(ctx, l.id)
	if err != nil {
		return out, err
	}
	load := loading{w: w, in: in, mapping: script, landing: &l, out: &out}
	if err := w.forLanding(ctx, func() error { return load.run(ctx, t) }); err != nil {
		return out, InWords(w.path, fmt.Errorf("loading %s: %w", in.Path, err))
	}
	after, err := w.lateEvents(ctx, l.id)
	out.Late = after - late
	return out, err
}

// forLanding runs f with the settings that landing is fastest with, and puts the
// others back. Its statements are short, and with a second thread the first
// spends them waiting in a circle: one thread took two thirds of the processor
// time of two, and less time by the clock. Left to itself the optimizer takes
// the filtered stage for small and builds its hash tables on it, and not on the
// dimensions; the order as written took a third of the time (both measured on
// 1.8 million records).
func (w *Warehouse) forLanding(ctx context.Context, f func() error) (err error) {
	after := []string{"RESET disabled_optimizers", "RESET threads"}
	if w.threads > 0 {
		after[1] = fmt.Sprintf("SET threads = %d", w.threads)
	}
	defer func() {
		for _, s := range after {
			// The way back must work even where the context was the reason to stop.
			_, back := w.conn.ExecContext(context.WithoutCancel(ctx), s)
			err = errors.Join(err, back)
		}
	}()
	for _, s := range []string{"SET threads = 1", "SET disabled_optimizers = 'join_order,build_side_probe_side'"} {
		if _, err := w.conn.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("preparing to land (%s): %w", s, err)
		}
	}
	return f()
}

// openStored opens the stored bytes and tells their number, 0 for standard
// input.
func openStored(in Input) (io.ReadCloser, int64, error) {
	if in.Path == "-" {
		return io.NopCloser(in.Stdin), 0, nil
	}
	if len(in.With) > 0 {
		t, err := openTogether(append([]string{in.Path}, in.With...))
		if err != nil {
			return nil, 0, err
		}
		return t, t.size, nil
	}
	f, err := os.Open(filepath.Clean(in.Path))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, 0, fmt.Errorf("%s is gone: it was named a moment ago; run again, or take it out of the source %s", in.Path, in.Source)
	case errors.Is(err, os.ErrPermission):
		return nil, 0, fmt.Errorf("%s may not be read by this user: give it read permission: %w", in.Path, err)
	case err != nil:
		return nil, 0, fmt.Errorf("opening %s: %w", in.Path, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("looking at %s: %w", in.Path, err), f.Close())
	}
	return f, info.Size(), nil
}

// openAt opens the text where the last run left it: lines of a plain log go on
// from the byte they reached, all else begins anew and meets what is known.
func (w *Warehouse) openAt(f io.ReadCloser, l *landing, in Input, size int64) (*text, error) {
	file, seekable := f.(*os.File)
	if l.readBytes > 0 && seekable {
		if _, err := file.Seek(l.readBytes, io.SeekStart); err != nil {
			return nil, err
		}
	}
	r := io.Reader(f)
	if in.Progress != nil {
		r = &counting{r: f, done: l.readBytes, total: size, tell: in.Progress}
	}
	t, err := openText(r, l.readBytes)
	if err != nil {
		return nil, err
	}
	l.plain = t.plain && !t.array
	return t, nil
}

// counting tells how far a reader has come.
type counting struct {
	r           io.Reader
	done, total int64
	tell        func(done, total int64)
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.done += int64(n)
	c.tell(c.done, c.total)
	return n, err
}

// lateEvents counts a landing's events in nights that were scored before they
// came.
func (w *Warehouse) lateEvents(ctx context.Context, landing int64) (int64, error) {
	var until sql.NullTime
	if err := w.conn.QueryRowContext(ctx, "SELECT max(night) + INTERVAL 1 DAY FROM scored_night").Scan(&until); err != nil {
		return 0, fmt.Errorf("reading which nights were scored: %w", err)
	}
	if !until.Valid {
		return 0, nil
	}
	var n int64
	err := w.conn.QueryRowContext(ctx, "SELECT count(*) FROM event_fact WHERE landing_id = ? AND occurred_at < ?", landing, until.Time).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting late events: %w", err)
	}
	return n, nil
}
