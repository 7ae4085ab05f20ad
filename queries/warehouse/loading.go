package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"midwatch/queries"
)

// loading is one text on its way into the database.
type loading struct {
	w       *Warehouse
	in      Input
	mapping queries.Script
	landing *landing
	out     *Loaded
}

// batch is what one chunk held.
type batch struct {
	records, events, control, ignored, unmapped, missed, withTime, repeated int64
	first, last, missedFrom, missedUntil                                    sql.NullTime
}

// chunksPerCommit chunks are stored together: enough rows that the database
// writes them once, into their place, and not into its log first.
const chunksPerCommit = 4

// run loads a text, a few chunks at a time, each time in one transaction with
// the record of how far it came. A log of which nothing was understood does not
// count as read: each run says so anew, until its format is mended.
func (l *loading) run(ctx context.Context, t *text) error {
	c := &chunker{text: t, path: filepath.Join(l.w.work, "batch"), limit: chunkBytes, bytes: l.landing.readBytes + t.passed, lines: l.landing.readLines}
	c.json = l.mapping.Keys["records"] != "text"
	if l.whole() {
		c.limit = wholeBytes
	}
	defer os.Remove(c.path)
	begun := l.landing.readBytes
	for done := false; !done; {
		before := *l.out
		err := l.w.inTransaction(ctx, func() (err error) {
			for i := 0; i < chunksPerCommit && !done && err == nil; i++ {
				done, err = l.next(ctx, c)
			}
			if err != nil {
				return err
			}
			l.landing.complete = done && l.out.Unfinished == ""
			if done && begun == 0 && l.out.nothing() && l.in.Name == l.in.Path {
				l.landing.complete, l.landing.readBytes, l.landing.readLines = false, 0, 0
			}
			return l.landing.save(ctx, l.w.conn, l.in)
		})
		if err != nil {
			*l.out = before
			return err
		}
	}
	return nil
}

// whole is true for formats whose records are told by several lines together,
// which must therefore be read at once.
func (l *loading) whole() bool { return l.mapping.Keys["reads"] != "" }

// next loads one chunk and says whether it was the last.
func (l *loading) next(ctx context.Context, c *chunker) (bool, error) {
	ch, err := c.next()
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	var cut *unfinished
	if err != nil && !errors.As(err, &cut) {
		return false, err
	}
	if cut != nil {
		l.out.Unfinished = cut.reason
	}
	return ch.last, l.load(ctx, ch)
}

// load brings one chunk in.
func (l *loading) load(ctx context.Context, ch chunk) error {
	if ch.lines == 0 {
		return nil
	}
	b, bad, err := l.read(ctx, ch)
	if err != nil {
		return err
	}
	quarantined, err := l.quarantine(ctx, ch, b, bad)
	if err != nil {
		return err
	}
	missed, err := l.missed(ctx, b, bad)
	if err != nil {
		return err
	}
	fresh, err := l.store(ctx, b)
	if err != nil {
		return err
	}
	l.landing.readBytes, l.landing.readLines = ch.end, l.landing.readLines+ch.lines
	l.out.Records += b.records + int64(len(bad))
	l.out.New += fresh
	l.out.Duplicate += b.events - fresh
	l.out.Control += b.control
	l.out.Ignored += b.ignored
	l.out.Quarantined += quarantined
	l.out.Missed += missed
	return nil
}

// read stages a chunk and counts it: as it lies where that is certain to lose
// nothing, else sifted, which gives the lines that are no records too.
func (l *loading) read(ctx context.Context, ch chunk) (batch, []badLine, error) {
	isText := l.mapping.Keys["records"] == "text"
	if isText || (l.readsDirectly() && !ch.odd) {
		b, err := l.stageAndCount(ctx, ch, false)
		if err != nil || isText || (b.unmapped == 0 && b.records == ch.lines) {
			return b, nil, err
		}
	}
	sifted := ch
	sifted.path = ch.path + ".sifted"
	defer os.Remove(sifted.path)
	bad, err := sift(ch, sifted.path)
	if err != nil {
		return batch{}, nil, err
	}
	b, err := l.stageAndCount(ctx, sifted, true)
	return b, bad, err
}

// stageAndCount stages a chunk. Of records with the same id it leaves one, which
// is told by its content, so that their order does not matter.
func (l *loading) stageAndCount(ctx context.Context, ch chunk, sifted bool) (batch, error) {
	if err := l.stage(ctx, ch, sifted, false); err != nil {
		return batch{}, err
	}
	b, err := l.count(ctx)
	if err != nil || b.repeated == 0 {
		return b, err
	}
	if err := l.stage(ctx, ch, sifted, true); err != nil {
		return b, err
	}
	_, err = l.step(ctx, "repeated")
	return b, err
}

// stage maps a chunk's lines to events, in a table that lives for the batch; whole
// keeps the names of what has an id.
func (l *loading) stage(ctx context.Context, ch chunk, sifted, whole bool) error {
	steps := []struct {
		text string
		args []any
	}{
		{"CREATE OR REPLACE TEMP TABLE landing_now AS SELECT ?::INTEGER AS landing_id, ?::SMALLINT AS source_id, ?::TIMESTAMP AS collected_at, ?::VARCHAR AS source, ?::VARCHAR AS zone",
			[]any{l.landing.id, l.landing.source, l.in.CollectedAt, l.in.Source, l.in.zone()}},
		{l.stageStatement(sifted), []any{ch.path, l.in.CollectedAt, whole}},
	}
	for _, s := range steps {
		if _, err := l.w.conn.ExecContext(ctx, s.text, s.args...); err != nil {
			return fmt.Errorf("mapping lines %d to %d: %w", ch.firstLine, ch.firstLine+ch.lines-1, err)
		}
	}
	return nil
}

func (l *loading) count(ctx context.Context) (batch, error) {
	var b batch
	err := l.w.conn.QueryRowContext(ctx, l.w.text("landing", "count")).
		Scan(&b.records, &b.events, &b.control, &b.ignored, &b.unmapped, &b.missed, &b.withTime, &b.repeated, &b.first, &b.last, &b.missedFrom, &b.missedUntil)
	if err != nil {
		return b, fmt.Errorf("counting a batch: %w", err)
	}
	return b, nil
}

// store moves a stage into the tables and returns how many events were new.
func (l *loading) store(ctx context.Context, b batch) (int64, error) {
	if !b.first.Valid {
		return 0, nil
	}
	if b.control > 0 {
		if _, err := l.step(ctx, "control", b.first.Time, b.last.Time); err != nil {
			return 0, err
		}
	}
	if b.events == 0 {
		return 0, nil
	}
	if err := l.w.addAddresses(ctx); err != nil {
		return 0, err
	}
	for _, name := range []string{"identity", "repository", "credential", "access", "agent", "delegate"} {
		if _, err := l.step(ctx, name); err != nil {
			return 0, err
		}
	}
	fresh, err := l.step(ctx, "event", b.first.Time, b.last.Time)
	if err != nil || fresh == 0 {
		return fresh, err
	}
	_, err = l.step(ctx, "stale", l.landing.id, b.first.Time, b.last.Time)
	return fresh, err
}

// step runs one script of queries/landing and returns how many rows it changed.
func (l *loading) step(ctx context.Context, name string, args ...any) (int64, error) {
	done, err := l.w.conn.ExecContext(ctx, l.w.text("landing", name), args...)
	if err != nil {
		return 0, fmt.Errorf("storing a batch (%s): %w", name, err)
	}
	return done.RowsAffected()
}

// text returns an embedded script's SQL.
func (w *Warehouse) text(folder, name string) string { return scriptText(folder, name) }

// scriptText returns an embedded script's SQL; a missing one is a fault of the build.
func scriptText(folder, name string) string {
	s, err := queries.Lookup(folder, name)
	if err != nil {
		panic(err)
	}
	return s.SQL
}
