package warehouse

import (
	"bufio"
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // a name for a record, the same that the SQL gives; not a protection
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unicode/utf8"
)

// quarantine keeps the records of a chunk that have no meaning, with their
// reason and line, and returns how many there were. Nearly all chunks have none,
// and only those that have are read a second time.
func (l *loading) quarantine(ctx context.Context, ch chunk, b batch) (int64, error) {
	if b.unmapped == 0 && b.unreadable == 0 {
		return 0, nil
	}
	if _, err := l.w.conn.ExecContext(ctx, l.w.text("landing", "quarantine")); err != nil {
		return 0, fmt.Errorf("putting records into quarantine: %w", err)
	}
	lines, err := l.unreadable(ctx, ch)
	if err != nil {
		return 0, err
	}
	for _, bad := range lines {
		if err := l.keep(ctx, bad); err != nil {
			return 0, err
		}
	}
	return b.unmapped + b.unreadable, l.number(ctx, ch)
}

// badLine is a line that cannot be read as a record.
type badLine struct {
	number int64
	text   []byte
}

// unreadable finds the lines of a chunk that the database could not read.
func (l *loading) unreadable(ctx context.Context, ch chunk) ([]badLine, error) {
	var bad []badLine
	err := eachLine(ch, func(number int64, line []byte) error {
		if len(line) > 0 && (!json.Valid(line) || !utf8.Valid(line)) {
			bad = append(bad, badLine{number, bytes.Clone(line)})
		}
		return nil
	})
	return bad, err
}

// keep puts one unreadable line into quarantine, once.
func (l *loading) keep(ctx context.Context, bad badLine) error {
	_, err := l.w.conn.ExecContext(ctx,
		`INSERT INTO quarantine SELECT $1, 'not JSON', $2, source_id, landing_id, $3, collected_at FROM landing_now
		 WHERE $1 NOT IN (SELECT record_digest FROM quarantine)`,
		recordDigest(bad.text), printable(bad.text), bad.number)
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
	return eachLine(ch, func(number int64, line []byte) error {
		d := recordDigest(line)
		if !wanted[d] {
			return nil
		}
		delete(wanted, d)
		_, err := l.w.conn.ExecContext(ctx, "UPDATE quarantine SET line = ? WHERE record_digest = ? AND line IS NULL", number, d)
		return err
	})
}

// eachLine calls f with each line of a chunk, without its end.
func eachLine(ch chunk, f func(number int64, line []byte) error) error {
	file, err := os.Open(filepath.Clean(ch.path))
	if err != nil {
		return fmt.Errorf("reading the work file again: %w", err)
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 1<<20)
	for number := ch.firstLine; ; number++ {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			if ferr := f(number, bytes.TrimSpace(line)); ferr != nil {
				return ferr
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the work file again: %w", err)
		}
	}
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
