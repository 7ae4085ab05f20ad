package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"midwatch/queries"
)

// Landing is a log or segment as the database knows it.
type Landing struct {
	Source, Format, Name string
	// CollectedAt is when it was read: lines without a year are of the one before.
	CollectedAt time.Time
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

// Find calls each for every record that a file names, a Wanted as JSON a line, in
// the order of the log by chunk and of time within, once each; where a format says which
// field is the id, those that it does not name come last. It returns how many it
// found and how many there are. What is looked for is never in memory as a whole.
func (e Evidence) Find(ctx context.Context, wantedFile string, each func(record []byte) error) (found, wanted int, err error) {
	settings := []string{"SET TimeZone = 'UTC'", "SET threads = 1", "SET temp_directory = " + literal(filepath.Join(e.Work, "spill"))}
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
	// Counted with one thread: there may be more than fit in memory, and DuckDB 1.4.1 crashed where two grouped such.
	if err := s.prepare(ctx, wantedFile); err != nil {
		return 0, s.wanted, err
	}
	if _, err := conn.ExecContext(ctx, "SET threads = 2"); err != nil {
		return 0, s.wanted, fmt.Errorf("preparing to map records: %w", err)
	}
	if s.mapping, err = queries.Named(e.Formats, e.In.Format); err != nil {
		return 0, s.wanted, err
	}
	if err := CheckMappings(ctx, []queries.Script{s.mapping}); err != nil {
		return 0, s.wanted, err
	}
	err = s.passes(ctx)
	return s.found, s.wanted, err
}

// search is one Find.
type search struct {
	Evidence
	conn          *sql.Conn
	mapping       queries.Script
	found, wanted int
	each          func([]byte) error
}

// passes looks at the lines that name a wanted record, and where that was not
// all, at every line.
func (s *search) passes(ctx context.Context) error {
	if field := s.mapping.Keys["id"]; field != "" {
		f, err := s.filter(ctx, field)
		if err != nil {
			return err
		}
		if err := s.pass(ctx, f.passes); err != nil {
			return err
		}
	}
	return s.pass(ctx, func([]byte) bool { return true })
}

// prepare makes what mappings build on, and counts what is looked for.
func (s *search) prepare(ctx context.Context, wantedFile string) error {
	zone := Input{Zone: s.Zone}.zone()
	for _, w := range mappingWords() {
		if _, err := s.conn.ExecContext(ctx, w.SQL); err != nil {
			return fmt.Errorf("preparing to map records: %w", err)
		}
	}
	_, err := s.conn.ExecContext(ctx, `CREATE TEMP TABLE landing_now AS SELECT 0 AS landing_id, 0::SMALLINT AS source_id,
		?::TIMESTAMP AS collected_at, ?::VARCHAR AS source, ?::VARCHAR AS zone`, s.In.CollectedAt, s.In.Source, zone)
	if err != nil {
		return fmt.Errorf("preparing to map records: %w", err)
	}
	// In the order of the file, which is that of time: a chunk of the log then looks at few of them.
	_, err = s.conn.ExecContext(ctx, `CREATE TEMP TABLE wanted AS FROM read_json(?, format = 'newline_delimited',
		columns = {event_id: 'VARCHAR', occurred_at: 'TIMESTAMP'})`, wantedFile)
	if err == nil {
		err = s.conn.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT DISTINCT event_id FROM wanted)").Scan(&s.wanted)
	}
	if err != nil {
		return fmt.Errorf("reading which records are looked for: %w", err)
	}
	return nil
}

// pass goes over the log until all is found: it copies the lines that a filter
// lets through into the work folder, a chunk at a time, and maps each.
func (s *search) pass(ctx context.Context, filter func(line []byte) bool) (err error) {
	f, err := os.Open(filepath.Clean(s.Path))
	if err != nil {
		return fmt.Errorf("opening the records as received: %w", err)
	}
	defer f.Close()
	t, err := openText(f, 0)
	if err != nil {
		return fmt.Errorf("reading %s: %w", s.Path, err)
	}
	defer func() { err = errors.Join(err, t.close()) }()
	path := filepath.Join(s.Work, "chunk")
	next := filtered(recordLines(t, s.mapping.Keys["records"] == "text"), filter)
	most := evidenceLines
	if s.mapping.Keys["reads"] != "" {
		most = int(^uint(0) >> 1) // its records are told by lines that may lie far apart
	}
	for done := false; !done && s.found < s.wanted; {
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
	_, err := s.conn.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE mapped_now AS WITH landed AS ("+landed(s.mapping, true)+"), mapped AS ("+meaning(s.mapping)+
		`) SELECT event_id, occurred_at, record::VARCHAR AS record FROM mapped
		WHERE reason IS NULL AND record_class IN ('event', 'control') AND record IS NOT NULL AND occurred_at IS NOT NULL`, path)
	if err != nil {
		return err
	}
	// A day around, for lines that do not say which year it was or in which zone.
	var from, until sql.NullTime
	err = s.conn.QueryRowContext(ctx, "SELECT min(occurred_at) - INTERVAL 1 DAY, max(occurred_at) + INTERVAL 1 DAY FROM mapped_now").Scan(&from, &until)
	if err != nil || !from.Valid {
		return err
	}
	_, err = s.conn.ExecContext(ctx, `CREATE OR REPLACE TEMP TABLE hit AS FROM mapped_now
		WHERE event_id IN (SELECT event_id FROM wanted WHERE occurred_at BETWEEN ?::TIMESTAMP AND ?::TIMESTAMP)
		QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY occurred_at, record) = 1`, from.Time, until.Time)
	if err != nil {
		return err
	}
	if err := s.handOn(ctx); err != nil {
		return err
	}
	_, err = s.conn.ExecContext(ctx, `DELETE FROM wanted WHERE occurred_at BETWEEN ?::TIMESTAMP AND ?::TIMESTAMP
		AND event_id IN (SELECT event_id FROM hit)`, from.Time, until.Time)
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
