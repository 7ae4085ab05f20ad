package warehouse

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // a name for a record, the same that the SQL gives; not a protection
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"
)

// quarantine keeps the records of a chunk that have no meaning, with their
// reason and line, and returns how many there were. Nearly all chunks have none,
// and only those that have are read a second time.
func (l *loading) quarantine(ctx context.Context, ch chunk, b batch, bad []badLine) (int64, error) {
	for _, line := range bad {
		if err := l.keep(ctx, line); err != nil {
			return 0, err
		}
	}
	if b.unmapped == 0 {
		return int64(len(bad)), nil
	}
	if _, err := l.w.conn.ExecContext(ctx, l.w.text("landing", "quarantine")); err != nil {
		return 0, fmt.Errorf("putting records into quarantine: %w", err)
	}
	return b.unmapped + int64(len(bad)), l.number(ctx, ch)
}

// missed counts the records of a chunk that look like accesses and have no meaning,
// and keeps the span that they may be of as a gap, so that the reports of its nights
// say so, whenever the log was read.
func (l *loading) missed(ctx context.Context, b batch, bad []badLine) (int64, error) {
	n := b.missed
	for _, line := range bad {
		var is bool
		if err := l.w.conn.QueryRowContext(ctx, "SELECT looks_like_access(?::VARCHAR)", printable(line.text)).Scan(&is); err != nil {
			return 0, fmt.Errorf("looking at line %d: %w", line.number, err)
		}
		if is {
			n++
		}
	}
	if n == 0 {
		return 0, nil
	}
	from, until := b.missedSpan(n, l.in.CollectedAt)
	reason := fmt.Sprintf("%d records that look like accesses could not be understood, and may be of this time: they are in quarantine", n)
	return n, l.w.recordGap(ctx, l.landing.source, from, until, reason, l.in.CollectedAt)
}

// missedSpan is when missed records may have happened: within their own times where
// all have one, else as well within those of the records beside them, or where no
// record has a time in the day before they were collected.
func (b batch) missedSpan(missed int64, collected time.Time) (from, until time.Time) {
	spans := [][2]sql.NullTime{{b.missedFrom, b.missedUntil}}
	if missed > b.withTime {
		spans = append(spans, [2]sql.NullTime{b.first, b.last})
	}
	for _, s := range spans {
		if !s[0].Valid {
			continue
		}
		if from.IsZero() || s[0].Time.Before(from) {
			from = s[0].Time
		}
		if s[1].Time.After(until) {
			until = s[1].Time
		}
	}
	if from.IsZero() {
		return collected.AddDate(0, 0, -1), collected
	}
	return from, until.Add(time.Second) // a gap ends before its end
}

// keep puts one unreadable line into quarantine, once.
func (l *loading) keep(ctx context.Context, bad badLine) error {
	_, err := l.w.conn.ExecContext(ctx,
		`INSERT INTO quarantine SELECT $1, $4, $2, source_id, landing_id, $3, collected_at FROM landing_now
		 WHERE $1 NOT IN (SELECT record_digest FROM quarantine)`,
		recordDigest(bad.text), printable(bad.text), bad.number, bad.reason)
	if err != nil {
		return fmt.Errorf("putting line %d into quarantine: %w", bad.number, err)
	}
	return nil
}

// number fills in the lines of this chunk's records that were readable but had
// no meaning.
func (l *loading) number(ctx context.Context, ch chunk) error {
	rows, err := l.w.conn.QueryContext(ctx, "SELECT record_digest FROM quarantine WHERE landing_id = ? AND line IS NULL", l.landing.id)
	if err != nil {
		return fmt.Errorf("reading the quarantine: %w", err)
	}
	defer rows.Close()
	wanted := map[string]bool{}
	for rows.Next() {
		var d string
		if err := rows.Scan(&d); err != nil {
			return fmt.Errorf("reading the quarantine: %w", err)
		}
		wanted[d] = true
	}
	if err := rows.Err(); err != nil || len(wanted) == 0 {
		return err
	}
	fill := func(number int64, r []byte) error {
		d := recordDigest(r)
		if !wanted[d] {
			return nil
		}
		delete(wanted, d)
		if _, err := l.w.conn.ExecContext(ctx, "UPDATE quarantine SET line = ? WHERE record_digest = ? AND line IS NULL", number, d); err != nil {
			return fmt.Errorf("numbering the quarantine: %w", err)
		}
		return nil
	}
	if l.mapping.Keys["records"] == "text" {
		return eachLine(ch, fill)
	}
	return eachValue(ch, func(number int64, piece []byte, _ bool) error { return fill(number, piece) })
}

// recordDigest names a record; SQL's md5() of the same text gives the same.
func recordDigest(record []byte) string {
	sum := md5.Sum(record) //nolint:gosec // see above
	return hex.EncodeToString(sum[:])
}

// printable is at most 4,096 bytes of a line, as valid UTF-8.
func printable(line []byte) string {
	return string(bytes.ToValidUTF8(line[:min(len(line), 4096)], []byte("\ufffd")))
}
