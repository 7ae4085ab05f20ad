package warehouse

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// headBytes is how much of a log's beginning tells it from another log.
const headBytes = 64 << 10

// landing is what is known of a text from earlier runs.
type landing struct {
	id         int64
	source     int64
	headLen    int64
	headDigest string
	stored     int64
	modified   sql.NullTime
	readBytes  int64
	readLines  int64
	complete   bool
	// unchanged is true where there is nothing to read, plain where reading can
	// go on from an offset next time.
	unchanged, plain bool
}

// findLanding returns what is known of an input, or a new landing that is
// stored with its first batch.
func (w *Warehouse) findLanding(ctx context.Context, in Input, f io.ReadCloser, size int64) (landing, error) {
	source, err := w.source(ctx, in.Source, in.Format)
	if err != nil {
		return landing{}, err
	}
	now := landing{source: source, stored: size}
	if t, ok := f.(*together); ok {
		return w.findTogether(ctx, now, in, t)
	}
	file, ok := f.(*os.File)
	if !ok {
		now.id, err = w.nextLanding(ctx)
		return now, err
	}
	if err := now.look(file, headBytes); err != nil {
		return landing{}, err
	}
	before, err := w.landingNamed(ctx, source, in.Name)
	if errors.Is(err, sql.ErrNoRows) {
		now.id, err = w.nextLanding(ctx)
		return now, err
	}
	if err != nil {
		return landing{}, fmt.Errorf("reading what is known of %s: %w", in.Name, err)
	}
	return now.since(before, file)
}

// look takes the identity of a file: its beginning and when it was changed.
func (l *landing) look(f *os.File, n int64) error {
	head, err := fileHead(f, n)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("looking at %s: %w", f.Name(), err)
	}
	sum := sha256.Sum256(head)
	l.headLen, l.headDigest = int64(len(head)), hex.EncodeToString(sum[:])
	l.modified = sql.NullTime{Time: info.ModTime().UTC().Truncate(time.Microsecond), Valid: true}
	return nil
}

// since decides what an earlier run leaves to be read.
func (l landing) since(before landing, f *os.File) (landing, error) {
	l.id = before.id
	then := landing{}
	if err := then.look(f, before.headLen); err != nil {
		return landing{}, err
	}
	if then.headDigest != before.headDigest || l.stored < before.stored {
		return l, nil // another log under the same name: read it whole
	}
	if before.complete && l.stored == before.stored && l.modified == before.modified {
		l.unchanged = true
		return l, nil
	}
	l.readBytes, l.readLines = before.readBytes, before.readLines
	return l, nil
}

func (w *Warehouse) landingNamed(ctx context.Context, source int64, name string) (landing, error) {
	l := landing{source: source}
	err := w.conn.QueryRowContext(ctx,
		`SELECT landing_id, head_bytes, head_digest, stored_bytes, modified_at, read_bytes, read_lines, complete
		 FROM landing WHERE source_id = ? AND name = ?`, source, name).
		Scan(&l.id, &l.headLen, &l.headDigest, &l.stored, &l.modified, &l.readBytes, &l.readLines, &l.complete)
	return l, err
}

// source returns the id of a configured source, making it where it is new.
func (w *Warehouse) source(ctx context.Context, name, format string) (int64, error) {
	var id int64
	err := w.conn.QueryRowContext(ctx, "SELECT source_id FROM source WHERE name = ? AND format = ?", name, format).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = w.conn.QueryRowContext(ctx,
			"INSERT INTO source SELECT coalesce(max(source_id), 0) + 1, ?, ? FROM source RETURNING source_id", name, format).Scan(&id)
	}
	if err != nil {
		return 0, fmt.Errorf("looking up the source %s: %w", name, err)
	}
	return id, nil
}

func (w *Warehouse) nextLanding(ctx context.Context) (int64, error) {
	var id int64
	err := w.conn.QueryRowContext(ctx, "SELECT coalesce(max(landing_id), 0) + 1 FROM landing").Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("numbering a landing: %w", err)
	}
	return id, nil
}

// save records how far a landing was read, in the transaction of its batch.
func (l *landing) save(ctx context.Context, conn *sql.Conn, in Input) error {
	read, lines := int64(0), int64(0)
	if l.plain {
		read, lines = l.readBytes, l.readLines
	}
	done, err := conn.ExecContext(ctx,
		`UPDATE landing SET head_bytes = ?, head_digest = ?, stored_bytes = ?, modified_at = ?, read_bytes = ?, read_lines = ?, complete = ?, collected_at = ?
		 WHERE landing_id = ?`, l.headLen, l.headDigest, l.stored, l.modified, read, lines, l.complete, in.CollectedAt, l.id)
	if err != nil {
		return fmt.Errorf("recording what was read of %s: %w", in.Name, err)
	}
	if n, err := done.RowsAffected(); err != nil || n > 0 {
		return err
	}
	_, err = conn.ExecContext(ctx,
		"INSERT INTO landing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		l.id, l.source, in.Name, l.headLen, l.headDigest, l.stored, l.modified, read, lines, l.complete, in.CollectedAt, in.CollectedAt)
	if err != nil {
		return fmt.Errorf("recording what was read of %s: %w", in.Name, err)
	}
	return nil
}

// IsLoaded returns a function that tells whether a text of a source was loaded
// to its end.
func (w *Warehouse) IsLoaded(ctx context.Context, source string) func(name string) bool {
	return func(name string) bool {
		var n int
		err := w.conn.QueryRowContext(ctx,
			"SELECT count(*) FROM landing JOIN source USING (source_id) WHERE source.name = ? AND landing.name = ? AND complete", source, name).Scan(&n)
		return err == nil && n > 0
	}
}

// RecordGap keeps a span in which a source gave nothing, once.
func (w *Warehouse) RecordGap(ctx context.Context, source, format string, from, until time.Time, reason string, now time.Time) error {
	id, err := w.source(ctx, source, format)
	if err != nil {
		return err
	}
	if err := w.recordGap(ctx, id, from, until, reason, now); err != nil {
		return fmt.Errorf("recording a gap of %s: %w", source, err)
	}
	return nil
}

func (w *Warehouse) recordGap(ctx context.Context, source int64, from, until time.Time, reason string, now time.Time) error {
	_, err := w.conn.ExecContext(ctx,
		`INSERT INTO gap SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (
		 FROM gap WHERE source_id = $1 AND from_at = $2 AND until_at = $3)`, source, from, until, reason, now)
	if err != nil {
		return fmt.Errorf("keeping what was not seen from %s to %s: %w", from.Format(time.RFC3339), until.Format(time.RFC3339), err)
	}
	return nil
}

// RecordReading keeps whether a source was read whole by the run at now: reasons
// are what kept it from that, none where it was.
func (w *Warehouse) RecordReading(ctx context.Context, source string, reasons []string, now time.Time) error {
	err := w.inTransaction(ctx, func() error {
		var whole sql.NullTime
		err := w.conn.QueryRowContext(ctx, "SELECT max(whole_at) FROM source_reading WHERE source = ?", source).Scan(&whole)
		if err == nil {
			_, err = w.conn.ExecContext(ctx, "DELETE FROM source_reading WHERE source = ?", source)
		}
		if err == nil && len(reasons) == 0 {
			_, err = w.conn.ExecContext(ctx, "INSERT INTO source_reading VALUES (?, ?, NULL, NULL)", source, now)
		}
		for _, reason := range reasons {
			if err == nil {
				_, err = w.conn.ExecContext(ctx, "INSERT INTO source_reading VALUES (?, ?, ?, ?)", source, whole, now, reason)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("recording whether %s could be read: %w", source, err)
	}
	return nil
}
