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
	"os"
	"path/filepath"
	"time"

	"midwatch/collectors"
	"midwatch/queries"
)

// Landing is a log or segment as the database knows it.
type Landing struct {
	Source, Format, Name string
	// CollectedAt is when it was read: lines without a year are of the one before.
	CollectedAt time.Time
}

// RecordsOf names the records behind a subject, by the log or segment that they
// lie in, in a fixed order.
func (r *Reader) RecordsOf(ctx context.Context, kind, subject string, args []Argument, each func(in Landing, eventID string) error) error {
	q := Question{Name: "subject_record"}
	rows, err := r.Ask(ctx, q, append([]Argument{{"kind", kind}, {"subject", subject}}, args...))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var in Landing
		var id string
		var at sql.NullTime
		if err := rows.Scan(&in.Source, &in.Format, &in.Name, &in.CollectedAt, &id, &at); err != nil {
			return fmt.Errorf("reading the records of %s: %w", subject, err)
		}
		if err := each(in, id); err != nil {
			return err
		}
	}
	return rows.Err()
}

// evidenceLines is how many lines are mapped at once.
const evidenceLines = 50_000

// Evidence finds records in a log or segment by the ids that their mapping
// gives them, and hands them on as they were received, secrets scrubbed. It
// needs a folder for what it works on, in which it leaves nothing.
type Evidence struct {
	// In is what it was read as: mappings make ids of it too.
	In Landing
	// Path of the log or segment; Zone as in Input.
	Path, Zone string
	// Formats that there are.
	Formats []queries.Script
	// Work is a folder.
	Work string
	// MemoryLimit as in Options.
	MemoryLimit string
}

// Find calls each for every record whose id stands in a file, a JSON text a
// line, in the order of the log by chunk and of time within, once each. It
// returns how many it found and how many ids there are. What is looked for is
// never in memory as a whole.
func (e Evidence) Find(ctx context.Context, ids string, each func(record []byte) error) (found, wanted int, err error) {
	settings := []string{"SET TimeZone = 'UTC'", "SET threads = 2", "SET temp_directory = " + literal(filepath.Join(e.Work, "spill"))}
	if e.MemoryLimit != "" {
		settings = append(settings, "SET memory_limit = "+literal(e.MemoryLimit))
	}
	db, conn, err := dial(ctx, "", "", settings)
	if err != nil {
		return 0, 0, err
	}
	defer func() {
		err = errors.Join(err, conn.Close(), db.Close(), os.RemoveAll(filepath.Join(e.Work, "spill")))
	}()
	s := search{Evidence: e, conn: conn, each: each}
	if wanted, err = s.prepare(ctx, ids); err != nil {
		return 0, wanted, err
	}
	if s.mapping, err = queries.Named(e.Formats, e.In.Format); err != nil {
		return 0, wanted, err
	}
	f, err := os.Open(filepath.Clean(e.Path))
	if err != nil {
		return 0, wanted, fmt.Errorf("opening the records as received: %w", err)
	}
	defer f.Close()
	t, err := openText(f, 0)
	if err != nil {
		return 0, wanted, fmt.Errorf("reading %s: %w", e.Path, err)
	}
	defer func() { err = errors.Join(err, t.close()) }()
	err = s.chunks(ctx, t)
	return s.found, wanted, err
}

// search is one Find.
type search struct {
	Evidence
	conn    *sql.Conn
	mapping queries.Script
	found   int
	each    func([]byte) error
}

// prepare makes what mappings build on, and counts what is looked for.
func (s *search) prepare(ctx context.Context, ids string) (wanted int, err error) {
	zone := Input{Zone: s.Zone}.zone()
	for _, w := range mappingWords() {
		if _, err := s.conn.ExecContext(ctx, w.SQL); err != nil {
			return 0, fmt.Errorf("preparing to map records: %w", err)
		}
	}
	_, err = s.conn.ExecContext(ctx, `CREATE TEMP TABLE landing_now AS SELECT 0 AS landing_id, 0::SMALLINT AS source_id,
		?::TIMESTAMP AS collected_at, ?::VARCHAR AS source, ?::VARCHAR AS zone`, s.In.CollectedAt, s.In.Source, zone)
	if err != nil {
		return 0, fmt.Errorf("preparing to map records: %w", err)
	}
	_, err = s.conn.ExecContext(ctx, `CREATE TEMP TABLE wanted AS SELECT DISTINCT from_json(record, '"VARCHAR"') AS event_id FROM (`+siftedLines+")", ids)
	if err == nil {
		err = s.conn.QueryRowContext(ctx, "SELECT count(*) FROM wanted").Scan(&wanted)
	}
	if err != nil {
		return 0, fmt.Errorf("reading which records are looked for: %w", err)
	}
	return wanted, nil
}

// chunks copies a text a chunk at a time into the work folder and maps each.
func (s *search) chunks(ctx context.Context, t *text) error {
	path := filepath.Join(s.Work, "chunk")
	next := lines(t.r)
	if t.array && s.mapping.Keys["records"] != "text" {
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
	_, err := s.conn.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE hit AS WITH landed AS ("+landed(s.mapping, true)+"), mapped AS ("+statement(s.mapping.SQL)+
		`) SELECT event_id, occurred_at, record::VARCHAR AS record FROM mapped
		WHERE reason IS NULL AND record_class IN ('event', 'control') AND record IS NOT NULL AND event_id IN (SELECT event_id FROM wanted)
		QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY occurred_at, record::VARCHAR) = 1`, path)
	if err != nil {
		return err
	}
	if err := s.handOn(ctx); err != nil {
		return err
	}
	_, err = s.conn.ExecContext(ctx, "DELETE FROM wanted WHERE event_id IN (SELECT event_id FROM hit)")
	return err
}

// handOn calls each for the records that a chunk had.
func (s *search) handOn(ctx context.Context) error {
	rows, err := s.conn.QueryContext(ctx, "SELECT record FROM hit ORDER BY occurred_at, event_id")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var record string
		if err := rows.Scan(&record); err != nil {
			return err
		}
		s.found++
		if err := s.each([]byte(record)); err != nil {
			return err
		}
	}
	return rows.Err()
}
