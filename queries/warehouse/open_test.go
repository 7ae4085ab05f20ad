package warehouse_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/marcboeker/go-duckdb/v2"

	"midwatch/queries/warehouse"
)

// now is when the tests collect.
var now = time.Date(2025, time.May, 10, 2, 0, 0, 0, time.UTC)

// opened is a warehouse of its own for a test.
func opened(t *testing.T, threads int) *warehouse.Warehouse {
	t.Helper()
	return openAt(t, warehouse.Fresh(t), threads)
}

func openAt(t *testing.T, path string, threads int) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.Open(t.Context(), warehouse.Options{Path: path, Threads: threads, MemoryLimit: "1GB", Command: "the test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { warehouse.Abandon(t, w) })
	return w
}

// answer is the rows of a query, a line each, columns with | between and NULL as
// a dash.
func answer(t *testing.T, r *warehouse.Reader, query string) string {
	t.Helper()
	rows, err := r.Query(context.WithoutCancel(t.Context()), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		cells, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		var line []string
		for _, c := range cells {
			if !c.Valid {
				c.String = "-"
			}
			line = append(line, c.String)
		}
		lines = append(lines, strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// run executes statements on a database file that is closed.
func run(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// refused opens a file that must not open, and holds that it is left as it was.
func refused(t *testing.T, path string, want ...string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := warehouse.Open(t.Context(), warehouse.Options{Path: path})
	if err == nil {
		t.Fatal("opened", w.Close())
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the error does not say %q: %v", text, err)
		}
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("the file was changed")
	}
	if l, err := warehouse.Open(t.Context(), warehouse.Options{Path: path}); err == nil || strings.Contains(err.Error(), "is held by") {
		t.Errorf("the lock was kept: %v, %v", l, err)
	}
}

func TestDatabaseOfSomethingElse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "other.duckdb")
	run(t, path, "CREATE TABLE customer (name VARCHAR)", "INSERT INTO customer VALUES ('x')", "CHECKPOINT")
	refused(t, path, path+" is a DuckDB database of something else (1 tables): name another file under `database`")

	path = filepath.Join(t.TempDir(), "alike.duckdb")
	run(t, path, "CREATE TABLE migration (id VARCHAR)", "CHECKPOINT")
	refused(t, path, "has a table `migration` that is not ours: name another file under `database`")
}

// What is no database of ours says what it is and what to do, in one line and
// without a look on the network for what would read it.
func TestFilesThatAreNoDatabase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, x := range []struct{ path, want string }{
		{put("sqlite", "SQLite format 3\x00"+strings.Repeat("\x00", 8000)), "is a database of SQLite: name another file under `database`"},
		{put("empty", ""), "is empty and no database: remove it, or name another file under `database`"},
		{put("text", strings.Repeat("not a database\n", 1000)), "is not a database, or it is damaged: put a backup or the newest snapshot in its place with `midwatch restore`, or name another file under `database`"},
		// The version of the storage stands behind the checksum and "DUCK".
		{put("later", "\x00\x00\x00\x00\x00\x00\x00\x00DUCK\xff\x00\x00\x00"+strings.Repeat("\x00", 20000)), "or name another file under `database`"},
	} {
		refused(t, x.path, x.path+" ", x.want)
		_, err := warehouse.OpenSnapshot(t.Context(), x.path, false)
		if err == nil || !strings.Contains(err.Error(), "(this is the snapshot: `midwatch nightly` publishes it anew)") {
			t.Errorf("as a snapshot: %v", err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("more than one line: %v", err)
		}
	}
	_, err := warehouse.Open(t.Context(), warehouse.Options{Path: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "is a folder: name a file under `database`") {
		t.Errorf("a folder: %v", err)
	}
}

func TestDatabaseOfANewerVersion(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "newer.duckdb")
	w := openAt(t, path, 1)
	have := answer(t, w.Reader(), "SELECT max(version) FROM migration")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	run(t, path, "INSERT INTO migration SELECT 9999, 'later', ''", "CHECKPOINT")
	refused(t, path, path+" has schema 9999 and this midwatch knows up to "+have+": it was written by a newer version; use that version (nothing was changed)")
	// Opened again by what it belongs to, it is as it was.
	run(t, path, "DELETE FROM migration WHERE version = 9999", "CHECKPOINT")
	if got := answer(t, openAt(t, path, 1).Reader(), "SELECT max(version) FROM migration"); got != have {
		t.Errorf("schema %s, want %s", got, have)
	}
}

// Released migrations are never edited: what a database was made with is what
// the binary has.
func TestMigrationsAreRecorded(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	if got := answer(t, w.Reader(), "SELECT count(*) > 0 AND count(*) = count(DISTINCT version) AND min(version) = 1 AND max(version) = count(*) AND bool_and(length(digest) = 64) FROM migration"); got != "true" {
		t.Errorf("the migrations are not 1 to n: %s", answer(t, w.Reader(), "FROM migration"))
	}
}

func TestOpenAgainChangesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	const all = "SELECT schema_name, function_name, macro_definition FROM duckdb_functions() WHERE NOT internal ORDER BY ALL"
	w := openAt(t, path, 1)
	first := answer(t, w.Reader(), all)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	w = openAt(t, path, 1)
	if again := answer(t, w.Reader(), all); again != first || first == "" {
		t.Error("the macros differ after opening again")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if before.Size() != after.Size() || before.Mode().Perm() != 0o600 || after.Mode().Perm() != 0o600 {
		t.Errorf("%d bytes %v, then %d bytes %v", before.Size(), before.Mode(), after.Size(), after.Mode())
	}
}

func TestTwoWritersAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	w := openAt(t, path, 1)
	_, err := warehouse.Open(t.Context(), warehouse.Options{Path: path, Command: "midwatch other"})
	var busy *warehouse.Busy
	if !errors.As(err, &busy) || !strings.Contains(err.Error(), `is held by "the test" (process `) {
		t.Fatalf("%v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := openAt(t, path, 1).Close(); err != nil {
		t.Fatal(err)
	}
}
