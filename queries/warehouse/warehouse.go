// Package warehouse keeps the events: it is the only package that speaks to
// DuckDB.
//
// It opens and migrates the database, lands what collectors bring (text becomes
// events by the SQL of queries/sources, once and only once), keeps the roll-ups,
// installs the macros that people call, hands nights to the analyzer and
// publishes the snapshot that analysts read.
package warehouse

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/marcboeker/go-duckdb/v2"

	"midwatch/queries"
)

// Options says where the database lies and what it may use.
type Options struct {
	// Path of the database file. It is made, mode 0600, when missing.
	Path string
	// MemoryLimit caps what the database keeps in memory, such as "2GB".
	MemoryLimit string
	// Threads is how many the database may use; 0 means one per core.
	Threads int
	// TempDirectory holds what does not fit in memory; "" means beside the file.
	TempDirectory string
	// Command is what the lock tells others is running.
	Command string
	// Formats are the mappings there are; nil means those of the binary.
	Formats []queries.Script
}

// Warehouse is an open database. It has one writer, which is this one. Its
// methods are not safe for use by several goroutines.
type Warehouse struct {
	path string
	work string
	lock *lock
	// formats are the mappings of records.
	formats []queries.Script
	schema  schema
	db      *sql.DB
	conn    *sql.Conn
	// folder is where the database puts what does not fit in memory, and settings
	// are run on every connection.
	folder   *privateFolder
	settings []string
	// threads is what the database may use, 0 for one per core.
	threads int
	// around is the networks table as stored, empty until it is asked
	// for, and maxmind are the network files beside it.
	around  networkTable
	maxmind maxmind
}

// Open locks, opens and, where needed, migrates the database for writing. The
// error names the holder when another run has it, and says what to do when the
// file is not a Midwatch database or comes from a newer version.
func Open(ctx context.Context, o Options) (*Warehouse, error) {
	return openWith(ctx, o, embedded())
}

// openWith is Open with a schema.
func openWith(ctx context.Context, o Options, s schema) (*Warehouse, error) {
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the database: %w", err)
	}
	l, err := acquire(o.Path+".lock", o.Command)
	if err != nil {
		return nil, err
	}
	w := &Warehouse{path: o.Path, work: o.Path + ".work", lock: l, threads: o.Threads, formats: o.Formats, schema: s}
	if w.formats == nil {
		w.formats = queries.Scripts("sources")
	}
	if err := w.open(ctx, o); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *Warehouse) open(ctx context.Context, o Options) (err error) {
	if err := os.MkdirAll(w.work, 0o700); err != nil {
		return fmt.Errorf("making the work folder %s: %w", w.work, err)
	}
	if err := CheckMappings(ctx, o.Formats); err != nil {
		return err
	}
	if w.folder, err = newPrivateFolder(cmp.Or(o.TempDirectory, w.work)); err != nil {
		return err
	}
	w.settings = settings(o, w.folder.spill())
	if err := w.connect(ctx); err != nil {
		return err
	}
	if err := w.migrate(ctx, w.schema); err != nil {
		return InWords(o.Path, err)
	}
	if err := os.Chmod(o.Path, 0o600); err != nil {
		return fmt.Errorf("making the database readable by its owner only: %w", err)
	}
	return nil
}

func (w *Warehouse) connect(ctx context.Context) error {
	db, conn, err := dial(ctx, w.path, "", w.settings)
	if err != nil {
		return err
	}
	w.db, w.conn = db, conn
	return nil
}

// offline keeps the database from looking on the network for an extension when
// a file or a function is not one of its own: what it needs is built in.
const offline = "autoinstall_known_extensions=false&autoload_known_extensions=false"

// dial opens a file and takes the one connection that everything goes through,
// because temporary tables belong to a connection. Settings run once on it.
func dial(ctx context.Context, path, mode string, settings []string) (*sql.DB, *sql.Conn, error) {
	dsn := path + "?" + offline + "&storage_compatibility_version=v1.4.0"
	if mode != "" {
		dsn = path + "?" + offline + "&access_mode=" + url.QueryEscape(mode)
	}
	connector, err := duckdb.NewConnector(dsn, func(c driver.ExecerContext) error {
		for _, s := range settings {
			if _, err := c.ExecContext(ctx, s, nil); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, explainOpen(path, err)
	}
	db := sql.OpenDB(connector)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(explainOpen(path, err), db.Close())
	}
	return db, conn, nil
}

// settings are the SET statements of a writer.
func settings(o Options, spill string) []string {
	s := []string{
		"SET TimeZone = 'UTC'",
		"SET temp_directory = " + literal(spill),
		"SET preserve_insertion_order = false",
		// The log is written into the file when a run ends, not every 16 MB.
		"SET checkpoint_threshold = '256MB'",
	}
	if o.MemoryLimit != "" {
		s = append(s, "SET memory_limit = "+literal(o.MemoryLimit))
	}
	if o.Threads > 0 {
		s = append(s, fmt.Sprintf("SET threads = %d", o.Threads))
	}
	return s
}

// literal writes a setting's value, which comes from the configuration alone.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// Close gives the file and the lock back.
func (w *Warehouse) Close() error {
	var errs []error
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	if w.db != nil {
		errs = append(errs, w.db.Close())
	}
	errs = append(errs, w.folder.remove())
	if w.lock != nil {
		errs = append(errs, w.lock.release())
	}
	return errors.Join(errs...)
}

// inTransaction runs f in one transaction: all of it is kept, or none.
func (w *Warehouse) inTransaction(ctx context.Context, f func() error) error {
	if _, err := w.conn.ExecContext(ctx, "BEGIN TRANSACTION"); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	if err := f(); err != nil {
		// The context may be the reason of the failure; the way back must not be.
		_, back := w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, back)
	}
	if _, err := w.conn.ExecContext(ctx, "COMMIT"); err != nil {
		// The database has rolled back by then, or goes on to when it is closed.
		_, _ = w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return fmt.Errorf("writing to %s: %w (if the disk is full, make room and run again: nothing was half-written)", w.path, err)
	}
	return nil
}
