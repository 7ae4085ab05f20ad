package warehouse

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Held is what a database was found to hold, every table read from its first byte
// to its last.
type Held struct {
	// Schema is its version, Bytes the size of its file.
	Schema int
	Bytes  int64
	// Tables and Rows of all of them; Events with the first and last time, both zero
	// where there is none.
	Tables, Rows, Events int64
	First, Last          time.Time
}

const (
	// headers are what the file begins with: one for the file and two for the state
	// of it, of which the newer is in force. Each is a page.
	headers = 3 * page
	// copies is how often a copy is begun anew where the database wrote its log into
	// the file meanwhile. A night does that at its end, and after every 256 MB.
	copies = 20
)

// errMoved says that what a copy was made of was written to meanwhile.
var errMoved = errors.New("it was written to while it was copied")

// Backup copies a database that a night may be writing to at the time into a new
// file, and reads all of the copy. It holds what was committed when it was made.
// A file that is there already is left as it is.
//
// Between two checkpoints the database changes no block that its header or its log
// reaches, and only appends to its log, after the blocks that it names there. So a copy
// of the log and then of the file, with the headers before and after the same, is one
// state; else it is made again.
func Backup(ctx context.Context, database, to string) (Held, error) {
	if _, err := os.Lstat(to); err == nil {
		return Held{}, fmt.Errorf("%s is there already and is left as it is: name another file", to)
	}
	if _, err := os.Stat(database); errors.Is(err, os.ErrNotExist) {
		return Held{}, fmt.Errorf("there is no database %s to back up", database)
	}
	folder, err := newPrivateFolder(filepath.Dir(to))
	if err != nil {
		return Held{}, err
	}
	held, err := backupIn(ctx, folder, database, to)
	return held, errors.Join(err, folder.remove())
}

// backupIn makes the copy in a folder of its own, so that nothing but a whole one
// ever has the name that was asked for.
func backupIn(ctx context.Context, folder *privateFolder, database, to string) (Held, error) {
	part := filepath.Join(folder.path, "copy")
	if err := copyState(ctx, database, part); err != nil {
		return Held{}, InWords(database, fmt.Errorf("copying %s: %w", database, err))
	}
	held, err := verify(ctx, folder, part)
	if err != nil {
		return Held{}, fmt.Errorf("the copy of %s cannot be read whole, and is removed: %w", database, err)
	}
	// A link fails where the name was taken meanwhile; a rename would not, but works
	// where the file system gives a file one name only.
	err = os.Link(part, to)
	if err != nil && !errors.Is(err, os.ErrExist) {
		err = os.Rename(part, to)
	}
	if err != nil {
		return Held{}, fmt.Errorf("naming the copy: %w", err)
	}
	return held, syncFile(filepath.Dir(to))
}

// copyState copies one state of a database and its log.
func copyState(ctx context.Context, from, to string) error {
	for range copies {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := errors.Join(removeIfThere(to), removeIfThere(to+".wal"))
		if err == nil {
			err = copyOnce(from, to)
		}
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return fmt.Errorf("%w, %d times over: run it again when the night is over", errMoved, copies)
}

func copyOnce(from, to string) error {
	before, err := readHeaders(from)
	if err != nil {
		return err
	}
	// There is no log where nobody writes.
	if err := copyFile(from+".wal", to+".wal"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := copyFile(from, to); err != nil {
		return err
	}
	after, err := readHeaders(from)
	if err == nil && !bytes.Equal(before, after) {
		err = errMoved
	}
	return err
}

func readHeaders(path string) ([]byte, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	all := make([]byte, headers)
	n, err := io.ReadFull(f, all)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil // it is no database, which is told when the copy is opened
	}
	return all[:n], errors.Join(err, f.Close())
}

// verify brings the log of a database that nobody else uses into its file, and reads
// every row of every table, so that the checksum of every block is looked at.
func verify(ctx context.Context, folder *privateFolder, path string) (Held, error) {
	set := []string{"SET TimeZone = 'UTC'", "SET threads = 1", "SET temp_directory = " + literal(folder.spill())}
	db, conn, err := dial(ctx, path, "", set)
	if err != nil {
		return Held{}, err
	}
	w := &Warehouse{path: path, db: db, conn: conn, schema: embedded()}
	held, err := w.held(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, "CHECKPOINT")
	}
	if err := errors.Join(err, w.shut()); err != nil {
		return Held{}, InWords(path, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return Held{}, err
	}
	held.Bytes = info.Size()
	return held, errors.Join(os.Chmod(path, 0o600), syncFile(path))
}

func (w *Warehouse) held(ctx context.Context) (Held, error) {
	var h Held
	var err error
	if h.Schema, err = w.schemaVersion(ctx, w.schema); err != nil {
		return h, err
	}
	if h.Schema == 0 {
		return h, fmt.Errorf("%s holds nothing: it is no database of Midwatch", w.path)
	}
	if err := w.readWhole(ctx, &h); err != nil {
		return h, err
	}
	var first, last sql.NullTime
	err = w.conn.QueryRowContext(ctx, "SELECT count(*), min(occurred_at), max(occurred_at) FROM event_fact").Scan(&h.Events, &first, &last)
	if err != nil {
		return h, fmt.Errorf("counting events: %w", err)
	}
	h.First, h.Last = first.Time, last.Time
	return h, nil
}

// readWhole reads every table.
func (w *Warehouse) readWhole(ctx context.Context, h *Held) error {
	tables, err := w.texts(ctx, "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY ALL")
	if err != nil {
		return err
	}
	for _, t := range tables {
		var rows int64
		var sum sql.NullString
		name := quoted(t[0]) + "." + quoted(t[1])
		err := w.conn.QueryRowContext(ctx, "SELECT count(*), bit_xor(hash(t))::VARCHAR FROM "+name+" AS t").Scan(&rows, &sum)
		if err != nil {
			return fmt.Errorf("reading the table %s: %w", name, err)
		}
		h.Tables, h.Rows = h.Tables+1, h.Rows+rows
	}
	return nil
}

// quoted is a name as SQL takes it, whatever characters it has.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Verify reads a backup from its first byte to its last, in a copy beside it that is
// gone afterwards: the backup is not written to.
func Verify(ctx context.Context, backup string) (Held, error) {
	folder, err := newPrivateFolder(filepath.Dir(backup))
	if err != nil {
		return Held{}, err
	}
	part := filepath.Join(folder.path, "copy")
	held, err := verifyCopy(ctx, folder, backup, part)
	return held, errors.Join(err, folder.remove())
}

func verifyCopy(ctx context.Context, folder *privateFolder, backup, part string) (Held, error) {
	if err := copyState(ctx, backup, part); err != nil {
		return Held{}, InWords(backup, fmt.Errorf("copying %s: %w", backup, err))
	}
	held, err := verify(ctx, folder, part)
	if err != nil {
		return Held{}, fmt.Errorf("%s cannot be read whole: %w", backup, err)
	}
	return held, nil
}

// Before is what the database that Restore replaces is kept as.
func Before(database string) string { return database + ".before-restore" }

// Restore puts a backup, or a snapshot, in the place of a database, after reading
// all of it. What was there is kept as Before says, with its log. No run may have the
// database meanwhile; command is what the lock tells of this one.
func Restore(ctx context.Context, backup, database, command string) (held Held, err error) {
	if err := os.MkdirAll(filepath.Dir(database), 0o700); err != nil {
		return held, fmt.Errorf("making the folder of the database: %w", err)
	}
	l, err := acquire(database+".lock", command)
	if err != nil {
		return held, err
	}
	defer func() { err = errors.Join(err, l.release()) }()
	folder, err := newPrivateFolder(filepath.Dir(database))
	if err != nil {
		return held, err
	}
	defer func() { err = errors.Join(err, folder.remove()) }()
	part := filepath.Join(folder.path, "copy")
	if held, err = verifyCopy(ctx, folder, backup, part); err != nil {
		return held, err
	}
	if err := keepBefore(database); err != nil {
		return held, err
	}
	if err := os.Rename(part, database); err != nil {
		return held, fmt.Errorf("putting the backup in place: %w", err)
	}
	return held, syncFile(filepath.Dir(database))
}

// keepBefore gives the database that is there a second name, so that at no moment
// there is none, and takes its log away from it.
func keepBefore(database string) error {
	kept := Before(database)
	now, err := os.Stat(database)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking at the database: %w", err)
	}
	there, err := os.Stat(kept)
	if err == nil && !os.SameFile(now, there) {
		return fmt.Errorf("%s is there from an earlier restore: move it away first (nothing was changed)", kept)
	}
	if err != nil {
		if err := os.Link(database, kept); err != nil {
			return fmt.Errorf("keeping the database as it was: %w (move it away and run it again; nothing was changed)", err)
		}
	}
	if err := os.Rename(database+".wal", kept+".wal"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("keeping the log of the database as it was: %w", err)
	}
	return nil
}
