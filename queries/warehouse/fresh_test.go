package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// empty is a database with nothing in it but what Open puts there, which takes
// most of a second, and many tests want one.
var empty = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "midwatch-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "w.duckdb")
	w, err := Open(context.Background(), Options{Path: path, Threads: 1})
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Abandon closes a warehouse whose file nobody opens again: writing all of it to the
// file first takes longer than most tests. One that the test has closed stays so.
func Abandon(t testing.TB, w *Warehouse) {
	t.Helper()
	_, err := w.conn.ExecContext(context.Background(), "PRAGMA disable_checkpoint_on_shutdown")
	if errors.Is(err, sql.ErrConnDone) {
		return
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Error(err)
	}
}

// Fresh is the path of an empty database, in a folder of the test's own.
func Fresh(t testing.TB) string {
	t.Helper()
	text, err := empty()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "w.duckdb")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
