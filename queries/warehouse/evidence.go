package warehouse

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"midwatch/collectors"
	"midwatch/queries"
)

// RecordsOf names the records behind a subject, by the log or segment that they
// lie in, in a fixed order.
func (r *Reader) RecordsOf(ctx context.Context, kind, subject string, args []Argument, each func(source, format, landing, eventID string) error) error {
	q := Question{Name: "subject_record"}
	rows, err := r.Ask(ctx, q, append([]Argument{{"kind", kind}, {"subject", subject}}, args...))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var source, format, landing, id string
		var at sql.NullTime
		if err := rows.Scan(&source, &format, &landing, &id, &at); err != nil {
			return fmt.Errorf("reading the records of %s: %w", subject, err)
		}
		if err := each(source, format, landing, id); err != nil {
			return err
		}
	}
	return rows.Err()
}

// evidenceLines is how many lines are mapped at once.
const evidenceLines = 50_000

// Evidence finds records in a log or segment by the ids that their mapping
// gives them, and hands them on as they were received, secrets scrubbed. It
// needs a folder for what it works on, which it leaves empty.
type Evidence struct {
	// Path of the log or segment; Format and Zone as in Input.
	Path, Format, Zone string
	// Work is an empty folder.
	Work string
}

// Find calls each for every record whose id is wanted, in the order of the log
// by chunk and of time within, once each, and returns how many it found.
func (e Evidence) Find(ctx context.Context, wanted map[string]bool, each func(record []byte) error) (found int, err error) {
	mapping, err := queries.Lookup("sources", e.Format)
	if err != nil {
		return 0, err
	}
	f, err := os.Open(filepath.Clean(e.Path))
	if err != nil {
		return 0, fmt.Errorf("opening the records as received: %w", err)
	}
	defer f.Close()
	t, err := openText(f, 0)
	if err != nil {
		return 0, fmt.Errorf("reading %s: %w", e.Path, err)
	}
	defer func() { err = errors.Join(err, t.close()) }()
	db, conn, err := dial(ctx, "", "", []string{"SET TimeZone = 'UTC'", "SET threads = 2"})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, conn.Close(), db.Close()) }()
	s := search{e, conn, mapping, wanted, map[string]bool{}, each}
	if err := s.prepare(ctx); err != nil {
		return 0, err
	}
	err = s.chunks(ctx, t)
	return len(s.seen), err
}

// search is one Find.
type search struct {
	Evidence
	conn    *sql.Conn
	mapping queries.Script
	wanted  map[string]bool
	seen    map[string]bool
	each    func([]byte) error
}

// prepare makes what mappings build on.
func (s *search) prepare(ctx context.Context) error {
	words, err := queries.Lookup("schema", "words")
	if err != nil {
		return err
	}
	zone := Input{Zone: s.Zone}.zone()
	if _, err := s.conn.ExecContext(ctx, words.SQL); err != nil {
		return fmt.Errorf("preparing to map records: %w", err)
	}
	_, err = s.conn.ExecContext(ctx, `CREATE TEMP TABLE landing_now AS SELECT 0 AS landing_id, 0::SMALLINT AS source_id,
		TIMESTAMP '9999-01-01' AS collected_at, '' AS source, ?::VARCHAR AS zone`, zone)
	if err != nil {
		return fmt.Errorf("preparing to map records: %w", err)
	}
	ids, err := json.Marshal(slices.Sorted(maps.Keys(s.wanted)))
	if err != nil {
		return fmt.Errorf("preparing to map records: %w", err)
	}
	_, err = s.conn.ExecContext(ctx, `CREATE TEMP TABLE wanted AS SELECT unnest(from_json(?::VARCHAR, '["VARCHAR"]')) AS event_id`, string(ids))
	if err != nil {
		return fmt.Errorf("preparing to map records: %w", err)
	}
	return nil
}

// chunks copies a text a chunk at a time into the work folder and maps each.
func (s *search) chunks(ctx context.Context, t *text) error {
	path := filepath.Join(s.Work, "chunk")
	next := lines(t.r)
	if t.array {
		next = values(t.r)
	}
	most := evidenceLines
	if s.mapping.Keys["reads"] != "" {
		most = int(^uint(0) >> 1) // its records are told by lines that may lie far apart
	}
	for done := false; !done; {
		n, last, err := copyChunk(path, next, most)
		if err != nil {
			return fmt.Errorf("reading %s: %w", s.Path, err)
		}
		done = last
		if n == 0 {
			continue
		}
		if err := s.mapChunk(ctx, path); err != nil {
			return fmt.Errorf("mapping %s: %w", s.Path, err)
		}
	}
	return removeIfThere(path)
}

// copyChunk writes the next lines, scrubbed, and says whether they were the last.
func copyChunk(path string, next func() ([]byte, error), most int) (n int, last bool, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b := bufio.NewWriter(f)
	for ; n < most; n++ {
		line, err := next()
		if errors.Is(err, io.EOF) || isCutShort(err) {
			return n, true, b.Flush()
		}
		if err != nil {
			return n, false, err
		}
		if _, err := b.Write(append(collectors.Scrub(line), '\n')); err != nil {
			return n, false, err
		}
	}
	return n, false, b.Flush()
}

// lines gives a text's lines without their ends; empty ones are left out.
func lines(r *bufio.Reader) func() ([]byte, error) {
	return func() ([]byte, error) {
		for {
			line, err := r.ReadBytes('\n')
			line = bytes.TrimSpace(line)
			if len(line) > 0 {
				return line, nil
			}
			if err != nil {
				return nil, err
			}
		}
	}
}

// values gives the values of a JSON list, or JSON values over several lines, one
// a line.
func values(r *bufio.Reader) func() ([]byte, error) {
	d := json.NewDecoder(r)
	begun := false
	return func() ([]byte, error) {
		if !begun {
			begun = true
			if isList(r) {
				if _, err := d.Token(); err != nil {
					return nil, err
				}
			}
		}
		if !d.More() {
			return nil, io.EOF
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, err
		}
		var b bytes.Buffer
		err := json.Compact(&b, raw)
		return b.Bytes(), err
	}
}

// isList looks past space for the beginning of a list.
func isList(r *bufio.Reader) bool {
	for {
		head, err := r.Peek(1)
		if err != nil || !bytes.ContainsAny(head, " \t\r\n") {
			return err == nil && head[0] == '['
		}
		if _, err := r.Discard(1); err != nil {
			return false
		}
	}
}

// mapChunk hands on those records of a chunk that are wanted.
func (s *search) mapChunk(ctx context.Context, path string) error {
	if s.mapping.Keys["records"] != "text" {
		sifted := path + ".sifted"
		defer os.Remove(sifted)
		// Lines that are no records gave no events either.
		if _, err := sift(chunk{path: path, firstLine: 1}, sifted); err != nil {
			return err
		}
		path = sifted
	}
	rows, err := s.conn.QueryContext(ctx, "WITH landed AS ("+landed(s.mapping, true)+"), mapped AS ("+statement(s.mapping.SQL)+
		") SELECT event_id, record::VARCHAR FROM mapped WHERE reason IS NULL AND record_class IN ('event', 'control') AND event_id IN (SELECT event_id FROM wanted) ORDER BY occurred_at, event_id, record::VARCHAR", path)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var record sql.NullString
		if err := rows.Scan(&id, &record); err != nil {
			return err
		}
		if s.seen[id] || !record.Valid {
			continue
		}
		s.seen[id] = true
		if err := s.each([]byte(record.String)); err != nil {
			return err
		}
	}
	return rows.Err()
}
