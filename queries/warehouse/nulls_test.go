package warehouse

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestNothingSaidIsFoundAgain asks every column of every table for its NULLs, in a
// file that was closed and opened again: as a condition of the scan, where DuckDB's
// compression may lose them, and after it.
func TestNothingSaidIsFoundAgain(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	w, err := Open(ctx, Options{Path: path, Threads: 1})
	must(t, err)
	columns := strings.Split(strings.TrimSpace(table(t, w, "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main' "+
		"AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE table_name <> 'migration') ORDER BY table_name, column_index")), "\n")
	values, nullable := map[string][]string{}, map[string][]string{}
	for _, line := range columns {
		f := strings.Split(line, "\t")
		values[f[0]] = append(values[f[0]], valueOf(f[2], f[3] == "true"))
		if f[3] == "true" {
			nullable[f[0]] = append(nullable[f[0]], f[1])
		}
	}
	for name, v := range values {
		_, err := w.conn.ExecContext(ctx, "INSERT INTO "+name+" SELECT "+strings.Join(v, ", ")+" FROM range(3)")
		if err != nil && !strings.Contains(err.Error(), "onstraint") {
			t.Fatal(err)
		}
	}
	must(t, w.Close())
	w, err = Open(ctx, Options{Path: path, Threads: 1})
	must(t, err)
	defer func() { must(t, w.Close()) }()
	asked := 0
	for name, all := range nullable {
		for _, column := range all {
			c := column
			got := strings.TrimSpace(table(t, w, fmt.Sprintf("SELECT (SELECT count(*) FROM %[1]s WHERE %[2]s IS NULL), (SELECT count(*) FROM %[1]s WHERE %[2]s::VARCHAR IS DISTINCT FROM 'x'), (SELECT count(*) FILTER (%[2]s IS NULL) FROM %[1]s)", name, c)))
			if got != "3\t3\t3" {
				t.Errorf("%s.%s: IS NULL, IS DISTINCT FROM and what there is: %s", name, column, got)
			}
			asked++
		}
	}
	if asked < 45 {
		t.Errorf("only %d columns may be NULL", asked)
	}
}

// valueOf is a value of a type, NULL where it may be.
func valueOf(kind string, nullable bool) string {
	switch {
	case nullable:
		return "NULL"
	case strings.HasPrefix(kind, "ENUM"):
		return "'" + strings.Split(kind, "'")[1] + "'"
	case strings.HasSuffix(kind, "[]"):
		return "[" + valueOf(strings.TrimSuffix(kind, "[]"), false) + "]"
	case kind == "VARCHAR":
		return "'x'"
	case kind == "BLOB":
		return "'x'::BLOB"
	case kind == "DATE":
		return "DATE '2026-01-01'"
	case kind == "TIMESTAMP":
		return "TIMESTAMP '2026-01-01'"
	case kind == "BOOLEAN":
		return "true"
	}
	return "1"
}
