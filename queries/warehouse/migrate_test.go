package warehouse

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"midwatch/queries"
)

// next is the schema of a later binary: a step of several statements, and macros that
// build on it.
func next(step, macro string) schema {
	s := embedded()
	version := s.newest() + 1
	s.steps = append(s.steps, migration{version, queries.Script{Folder: "schema", Name: "later", SQL: step}})
	s.macros = append(append([]queries.Script{}, s.macros...), queries.Script{Folder: "signals", Name: "later", SQL: macro})
	return s
}

// later are the statements of a step, each on what those before it did.
var later = []string{
	"CREATE TABLE later (a INTEGER NOT NULL, b VARCHAR)",
	"INSERT INTO later SELECT source_id, name FROM source",
	"ALTER TABLE source ADD COLUMN agent VARCHAR",
	"UPDATE source SET agent = name || '!'",
	"CREATE VIEW later_view AS SELECT agent FROM source",
}

const laterMacro = "CREATE OR REPLACE MACRO later_count() AS (SELECT count(*) FROM later);"

// old is a database of this binary with a source in it.
func old(t *testing.T) string {
	t.Helper()
	path := Fresh(t)
	w, err := Open(t.Context(), Options{Path: path, Threads: 1})
	must(t, err)
	_, err = w.source(t.Context(), "a source", "github")
	must(t, errors.Join(err, w.Close()))
	return path
}

// everything is what a database has: its tables, columns, macros, steps and source.
func everything(t *testing.T, path string) string {
	t.Helper()
	w, err := Open(t.Context(), Options{Path: path, Threads: 1})
	if err != nil {
		t.Fatalf("it does not open with the binary that wrote it: %v", err)
	}
	defer func() { must(t, w.Close()) }()
	var all []string
	for _, query := range []string{
		"SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY ALL",
		"SELECT schema_name, function_name, md5(macro_definition) FROM duckdb_functions() WHERE NOT internal ORDER BY ALL",
		"SELECT version, name, digest FROM migration ORDER BY ALL", "SELECT name, digest FROM installed ORDER BY ALL", "FROM source ORDER BY ALL",
	} {
		all = append(all, answers(t, w.Reader(), query))
	}
	return strings.Join(all, "\n")
}

// An upgrade that fails, at whatever statement of a step or of the macros, leaves
// what was there to the binary that wrote it, and says so.
func TestUpgradeThatFails(t *testing.T) {
	t.Parallel()
	path := old(t)
	want := everything(t, path)
	const broken = ";\nSELECT error('it broke');\n"
	attempts := map[string]schema{"the macros": next(strings.Join(later, ";\n"), laterMacro+broken)}
	for i := range later {
		attempts[later[i]] = next(strings.Join(later[:i+1], ";\n")+broken+strings.Join(later[i+1:], ";\n"), laterMacro)
	}
	first := next(strings.Join(later, ";\n"), laterMacro)
	first.macros[0].SQL += broken
	attempts["the first macro"] = first
	for name, s := range attempts {
		_, err := openWith(t.Context(), Options{Path: path, Threads: 1}, s)
		if err == nil || !strings.Contains(err.Error(), "it broke") || !strings.Contains(err.Error(), "nothing was changed, and it opens with the midwatch that wrote it as before") {
			t.Errorf("%s: %v", name, err)
		}
		if got := everything(t, path); got != want {
			t.Errorf("after a failure at %s it has\n%s\nand had\n%s", name, got, want)
		}
	}
}

// An upgrade that is killed before it ends has changed nothing, and one that ends has
// done all of it.
func TestUpgradeThatIsKilled(t *testing.T) {
	t.Parallel()
	path := old(t)
	want := everything(t, path)
	s := next(strings.Join(later, ";\n"), laterMacro)
	w, err := Open(t.Context(), Options{Path: path, Threads: 1})
	must(t, err)
	killed := filepath.Join(t.TempDir(), "killed.duckdb")
	errKilled := errors.New("killed")
	err = w.inTransaction(t.Context(), func() error {
		err := w.apply(t.Context(), s.steps[len(s.steps)-1])
		if err == nil {
			err = w.installMacros(t.Context(), s)
		}
		must(t, err)
		// What a killed process leaves: the file and its log as they are now.
		must(t, copyFile(path, killed))
		if _, err := os.Stat(path + ".wal"); err == nil {
			must(t, copyFile(path+".wal", killed+".wal"))
		}
		return errKilled
	})
	if !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	must(t, w.Close())
	for _, p := range []string{path, killed} {
		if got := everything(t, p); got != want {
			t.Errorf("it has\n%s\nand had\n%s", got, want)
		}
	}
	w, err = openWith(t.Context(), Options{Path: killed, Threads: 1}, s)
	must(t, err)
	got := answers(t, w.Reader(), "SELECT later_count(), agent FROM later_view")
	must(t, w.Close())
	if !strings.Contains(got, "1 | a source!") {
		t.Errorf("got %s", got)
	}
	// What wrote it before leaves it alone now.
	_, err = Open(t.Context(), Options{Path: killed})
	if err == nil || !strings.Contains(err.Error(), "it was written by a newer version; use that version (nothing was changed)") {
		t.Errorf("%v", err)
	}
}

// A step that differs from the one a database has taken was never released: its
// tables are not those that the macros read.
func TestDatabaseOfAnotherLineOfSteps(t *testing.T) {
	t.Parallel()
	path := old(t)
	before, err := os.ReadFile(path)
	must(t, err)
	s := embedded()
	s.steps = append([]migration{}, s.steps...)
	s.steps[0].script.SQL += "\nCREATE TABLE once (a INTEGER);\n"
	_, err = openWith(t.Context(), Options{Path: path}, s)
	if err == nil || !strings.Contains(err.Error(), path+" was made by a midwatch that was never released") {
		t.Errorf("%v", err)
	}
	after, err := os.ReadFile(path)
	must(t, err)
	if string(before) != string(after) {
		t.Error("it was changed")
	}
}

// A failure of a schema's first statement leaves a new file that opens.
func TestNewDatabaseThatFails(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	s := embedded()
	s.macros = append(append([]queries.Script{}, s.macros...), queries.Script{Folder: "signals", Name: "broken", SQL: "SELECT error('it broke')"})
	_, err := openWith(t.Context(), Options{Path: path, Threads: 1}, s)
	if err == nil || !strings.Contains(err.Error(), "making the tables of "+path) {
		t.Errorf("%v", err)
	}
	w, err := Open(context.WithoutCancel(t.Context()), Options{Path: path, Threads: 1})
	must(t, err)
	must(t, w.Close())
}

// Views and macros that another DuckDB stored are stored anew.
func TestMacrosOfAnotherEngine(t *testing.T) {
	t.Parallel()
	path := old(t)
	want := everything(t, path)
	w, err := Open(t.Context(), Options{Path: path, Threads: 1})
	must(t, err)
	must(t, w.setInstalled(t.Context(), "macros", "of another engine"))
	_, err = w.conn.ExecContext(t.Context(), "CREATE OR REPLACE MACRO investigate.act() AS TABLE SELECT 1")
	must(t, errors.Join(err, w.Close()))
	if got := everything(t, path); got != want {
		t.Error("they were left as they were")
	}
}
