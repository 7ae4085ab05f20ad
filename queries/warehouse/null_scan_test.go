package warehouse

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// TestAllNullTextColumnIsCountedWhole holds the fault of DuckDB 1.4.1, which after
// reopening answered IS NULL on a text column without a value with 31,360 of
// 400,000 rows: a wrong "nothing was said" is a wrong "nothing happened".
func TestAllNullTextColumnIsCountedWhole(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	w, err := Open(ctx, Options{Path: path, Threads: 1})
	must(t, err)
	_, err = w.conn.ExecContext(ctx, "CREATE TABLE said AS SELECT range AS n, NULL::VARCHAR AS value FROM range(400000)")
	must(t, err)
	must(t, w.Close())
	w, err = Open(ctx, Options{Path: path, Threads: 1})
	must(t, err)
	defer func() { must(t, w.Close()) }()
	if got := strings.TrimSpace(table(t, w, "SELECT count(*) FROM said WHERE value IS NULL")); got != "400000" {
		t.Errorf("IS NULL finds %s of 400000 rows", got)
	}
}
