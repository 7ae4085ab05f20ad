package warehouse

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/marcboeker/go-duckdb/v2"
)

// Reader reads a database without changing it: the published snapshot, or a
// warehouse through its own connection.
type Reader struct {
	path string
	db   *sql.DB
	conn *sql.Conn
	// folder is what the reader has on disk; nil on a warehouse's own connection.
	folder *privateFolder
	// confined is true where a person's own SQL must write nothing but scratch.
	confined bool
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
	// MemoryLimit and Threads as in Options.
	MemoryLimit string
	Threads     int
	// TempDirectory holds what does not fit in memory; "" means beside the file.
	TempDirectory string
	// Spill caps what is written there, such as "2GB"; "" leaves it to the disk.
	Spill string
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
	folder, err := o.folder(path)
	if err != nil {
		return nil, err
	}
	r := &Reader{path: path, folder: folder, confined: !o.Outside}
	if r.db, r.conn, err = o.dial(ctx, path, folder); err != nil {
		failed := fmt.Errorf("%w (this is the snapshot: `midwatch nightly` publishes it anew)", err)
		return nil, errors.Join(failed, folder.remove())
	}
	return r, nil
}

// folder is made where the configuration says, beside the snapshot, or where that
// may only be read, among the system's temporary files.
func (o ReadOptions) folder(path string) (*privateFolder, error) {
	if o.TempDirectory != "" {
		return newPrivateFolder(o.TempDirectory)
	}
	p, err := newPrivateFolder(filepath.Dir(path))
	if err != nil {
		return newPrivateFolder(os.TempDir())
	}
	return p, nil
}

func (o ReadOptions) dial(ctx context.Context, path string, folder *privateFolder) (*sql.DB, *sql.Conn, error) {
	set := o.settings(folder.spill())
	if !o.Scratch {
		return dial(ctx, filepath.Clean(path), "read_only", append(set, o.lock()...))
	}
	// A database opened for reading only lets none in memory beside it, so that the
	// snapshot is attached to one in memory. DuckDB lets SQL write what is attached,
	// by its path, even where it lets it write nothing else (COPY ... TO). That path
	// is a name which is gone once the file is open.
	name, err := folder.link(path)
	if err != nil {
		return nil, nil, err
	}
	set = append(set, "ATTACH "+literal(name)+" AS snapshot (READ_ONLY)", "ATTACH ':memory:' AS scratch", "USE snapshot")
	db, conn, err := dial(ctx, "", "", append(set, o.lock()...))
	var cause *duckdb.Error
	if errors.As(err, &cause) {
		// The error names the file by a name that nobody gave it, or by none.
		cause.Msg = strings.ReplaceAll(cause.Msg, name, path)
		err = explainOpen(path, cause)
	}
	if err != nil {
		return nil, nil, err
	}
	if err := folder.unlink(); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("preparing to read %s: %w", path, err), conn.Close(), db.Close())
	}
	return db, conn, nil
}

// settings are what is set before anything is attached.
func (o ReadOptions) settings(spill string) []string {
	set := []string{"SET TimeZone = 'UTC'", "SET temp_directory = " + literal(spill)}
	if o.MemoryLimit != "" {
		set = append(set, "SET memory_limit = "+literal(o.MemoryLimit))
	}
	if o.Threads > 0 {
		set = append(set, fmt.Sprintf("SET threads = %d", o.Threads))
	}
	if o.Spill != "" {
		set = append(set, "SET max_temp_directory_size = "+literal(o.Spill))
	}
	return set
}

// lock is what is set last: what is set after it fails.
func (o ReadOptions) lock() []string {
	if o.Outside {
		return []string{"SET autoinstall_known_extensions = true", "SET autoload_known_extensions = true"}
	}
	return []string{"SET allow_persistent_secrets = false", "SET enable_external_access = false", "SET lock_configuration = true"}
}

// Close gives the snapshot back; a warehouse's own connection stays open.
func (r *Reader) Close() error {
	if r.db == nil {
		return nil
	}
	return errors.Join(r.conn.Close(), r.db.Close(), r.folder.remove())
}

// Query runs a person's own SQL. What would write files, or read others than the
// snapshot, is refused with ErrOutside or by the database, unless the snapshot was
// opened with Outside. The caller closes the rows.
func (r *Reader) Query(ctx context.Context, text string) (*sql.Rows, error) {
	if r.confined {
		if err := r.confine(text); err != nil {
			return nil, err
		}
	}
	return r.conn.QueryContext(ctx, text)
}

// Select is Query of one statement that only reads rows.
func (r *Reader) Select(ctx context.Context, text string) (*sql.Rows, error) {
	switch kind, err := r.statementType(text); {
	case err != nil:
		return nil, err
	case kind != duckdb.STATEMENT_TYPE_SELECT:
		return nil, errors.New("only one SELECT (or FROM ...) is run here")
	}
	return r.Query(ctx, text)
}

// Listed are the findings of the nights from since to before until, zero where
// open, newest first: a row a night and finding.
func (r *Reader) Listed(ctx context.Context, since, until time.Time) (*sql.Rows, error) {
	rows, err := r.conn.QueryContext(ctx, `SELECT night, rank, finding_id, identity, family, hypothesis, score, expected_benign
		FROM finding_listed WHERE night >= ?::DATE AND night < ?::DATE ORDER BY night DESC, rank`,
		since, cmp.Or(until, time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)))
	if err != nil {
		return nil, fmt.Errorf("reading findings of %s: %w", r.path, err)
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
	return r.details(ctx, f, "SELECT detail FROM finding_listed WHERE night = ?::DATE ORDER BY rank", night)
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

// Place is where a facet stood on a night.
type Place struct {
	Name, Family string
	// Rank is its place by score, of the facets Assessed.
	Rank, Assessed int
	Listed         bool
	// Expected is how many false alarms a night are expected at its weight, and
	// ListExpected the most that were listed; not valid where that was not kept.
	Expected     float64
	ListExpected sql.NullFloat64
}

// Bound is ListExpected in words.
func (p Place) Bound() string {
	if !p.ListExpected.Valid {
		return "few"
	}
	return fmt.Sprintf("%.3g", p.ListExpected.Float64)
}

// Places gives where the facets of an identity stood on a night, the highest first;
// none where it was not judged.
func (r *Reader) Places(ctx context.Context, identity string, night time.Time) (all []Place, err error) {
	rows, err := r.conn.QueryContext(ctx, `SELECT a.identity_name, a.family, a.rank, n.assessed, a.listed, a.expected_benign, n.list_expected
		FROM assessment AS a JOIN scored_night AS n USING (night) WHERE a.identity = ? AND a.night = ?::DATE ORDER BY a.rank`, identity, night)
	if err != nil {
		return nil, fmt.Errorf("reading what was judged: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p Place
		if err := rows.Scan(&p.Name, &p.Family, &p.Rank, &p.Assessed, &p.Listed, &p.Expected, &p.ListExpected); err != nil {
			return nil, fmt.Errorf("reading what was judged: %w", err)
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// EvidenceOf gives the pieces of evidence of an identity's night, the heaviest first.
func (r *Reader) EvidenceOf(ctx context.Context, identity string, night time.Time) (*sql.Rows, error) {
	rows, err := r.conn.QueryContext(ctx, `SELECT family, piece, round(observed, 2) AS observed, round(expected, 4) AS expected, history_nights,
		round(nats, 2) AS nats, coalesce(reason, '') AS reason
		FROM evidence WHERE identity = ? AND night = ?::DATE ORDER BY family, abs(evidence.nats) DESC, piece`, identity, night)
	if err != nil {
		return nil, fmt.Errorf("reading the evidence: %w", err)
	}
	return rows, nil
}

// Finding calls f with the kept detail of each night of one finding, newest
// first.
func (r *Reader) Finding(ctx context.Context, id string, f func(detail string) error) error {
	found := false
	err := r.details(ctx, func(detail string) error {
		found = true
		return f(detail)
	}, "SELECT detail FROM finding_listed WHERE finding_id = ? ORDER BY night DESC", id)
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
