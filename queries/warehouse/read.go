package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/marcboeker/go-duckdb/v2"
)

// Reader reads a database without changing it: the published snapshot, or a
// warehouse through its own connection.
type Reader struct {
	path string
	db   *sql.DB
	conn *sql.Conn
	// most records of a part, where it is not what subject_part takes by itself.
	most int
}

// Reader returns a reader on the warehouse's own connection, to be used while
// the warehouse is open.
func (w *Warehouse) Reader() *Reader { return &Reader{path: w.path, conn: w.conn} }

// ReadOptions say how a snapshot is opened.
type ReadOptions struct {
	// Outside lets SQL read other files and the network.
	Outside bool
	// MemoryLimit, Threads and TempDirectory as in Options.
	MemoryLimit   string
	Threads       int
	TempDirectory string
	// Scratch adds an empty database in memory, named scratch, to write to.
	Scratch bool
}

// OpenSnapshot opens a published snapshot for reading only. Without outside,
// SQL can read no other file and reach no network.
func OpenSnapshot(ctx context.Context, path string, outside bool) (*Reader, error) {
	return OpenReader(ctx, path, ReadOptions{Outside: outside})
}

// OpenReader opens a published snapshot for reading only, within bounds.
func OpenReader(ctx context.Context, path string, o ReadOptions) (*Reader, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no snapshot %s yet: `midwatch nightly` publishes it", path)
	}
	file, mode := filepath.Clean(path), "read_only"
	if o.Scratch {
		// A database opened for reading only lets none in memory beside it.
		file, mode = "", ""
	}
	db, conn, err := dial(ctx, file, mode, o.settings(path))
	var cause *duckdb.Error
	if o.Scratch && errors.As(err, &cause) {
		err = explainOpen(path, cause) // the file is attached, and the error names none
	}
	if err != nil {
		return nil, fmt.Errorf("%w (this is the snapshot: `midwatch nightly` publishes it anew)", err)
	}
	return &Reader{path: path, db: db, conn: conn}, nil
}

// settings end with the lock: what is set after it fails.
func (o ReadOptions) settings(path string) []string {
	set := []string{"SET TimeZone = 'UTC'"}
	if o.MemoryLimit != "" {
		set = append(set, "SET memory_limit = "+literal(o.MemoryLimit))
	}
	if o.Threads > 0 {
		set = append(set, fmt.Sprintf("SET threads = %d", o.Threads))
	}
	if o.TempDirectory != "" {
		set = append(set, "SET temp_directory = "+literal(o.TempDirectory))
	}
	if o.Scratch {
		set = append(set, "ATTACH "+literal(filepath.Clean(path))+" AS snapshot (READ_ONLY)", "ATTACH ':memory:' AS scratch", "USE snapshot")
	}
	if o.Outside {
		set = append(set, "SET autoinstall_known_extensions = true", "SET autoload_known_extensions = true")
	} else {
		set = append(set, "SET enable_external_access = false", "SET lock_configuration = true")
	}
	return set
}

// Close gives the snapshot back; a warehouse's own connection stays open.
func (r *Reader) Close() error {
	if r.db == nil {
		return nil
	}
	return errors.Join(r.conn.Close(), r.db.Close())
}

// Query runs a person's own SQL. The caller closes the rows.
func (r *Reader) Query(ctx context.Context, text string) (*sql.Rows, error) {
	rows, err := r.conn.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// Findings calls f with the kept detail of each finding of a night, in rank
// order. It fails when the night was not scored.
func (r *Reader) Findings(ctx context.Context, night time.Time, f func(detail string) error) error {
	var scored int
	if err := r.conn.QueryRowContext(ctx, "SELECT count(*) FROM scored_night WHERE night = ?::DATE", night).Scan(&scored); err != nil {
		return fmt.Errorf("reading %s: %w", r.path, err)
	}
	if scored == 0 {
		return fmt.Errorf("the night of %s was not scored: run `midwatch analyze --as-of %s`",
			night.Format(time.DateOnly), night.AddDate(0, 0, 1).Format(time.DateOnly))
	}
	return r.details(ctx, f, "SELECT detail FROM assessment WHERE night = ?::DATE AND listed ORDER BY rank", night)
}

// ListExpected is list.expected as a night that was scored was listed by it; not
// valid where that was not kept.
func (r *Reader) ListExpected(ctx context.Context, night time.Time) (e sql.NullFloat64, err error) {
	err = r.conn.QueryRowContext(ctx, "SELECT list_expected FROM scored_night WHERE night = ?::DATE", night).Scan(&e)
	if err != nil {
		return e, fmt.Errorf("reading the bounds of the night of %s: %w", night.Format(time.DateOnly), err)
	}
	return e, nil
}

// Finding calls f with the kept detail of each night of one finding, newest
// first.
func (r *Reader) Finding(ctx context.Context, id string, f func(detail string) error) error {
	found := false
	err := r.details(ctx, func(detail string) error {
		found = true
		return f(detail)
	}, "SELECT detail FROM assessment WHERE finding_id = ? AND listed ORDER BY night DESC", id)
	if err == nil && !found {
		return fmt.Errorf("there is no finding %q in %s: the column finding_id of findings.csv has their names", id, r.path)
	}
	return err
}

func (r *Reader) details(ctx context.Context, f func(string) error, query string, args ...any) error {
	rows, err := r.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("reading findings of %s: %w", r.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var detail string
		if err := rows.Scan(&detail); err != nil {
			return fmt.Errorf("reading findings of %s: %w", r.path, err)
		}
		if err := f(detail); err != nil {
			return err
		}
	}
	return rows.Err()
}
