// Package warehousetest gives tests warehouses of their own: copies of one that is
// made once, because making the tables and macros takes seconds.
package warehousetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"midwatch/queries/warehouse"
)

// Long marks a test of many seconds. `make test` and the checks of a change run it; only
// `go test -short`, which is for the minute between two edits, leaves it out.
func Long(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out by -short: run `make test` for it")
	}
}

// Empty is the file of a database with nothing in it but what opening it puts there.
var Empty = sync.OnceValues(func() (text []byte, err error) {
	dir, err := os.MkdirTemp("", "midwatch-test-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "w.duckdb")
	w, err := warehouse.Open(context.Background(), warehouse.Options{Path: path, Threads: 1})
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Put writes an empty database to a path.
func Put(t testing.TB, path string) {
	t.Helper()
	text, err := Empty()
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Open opens a database for a test, an empty one where the options name no path. When
// the test ends it is closed without being written to its file, which nobody opens
// again.
func Open(t testing.TB, o warehouse.Options) *warehouse.Warehouse {
	t.Helper()
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), "w.duckdb")
		Put(t, o.Path)
	}
	w, err := warehouse.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if rows, err := w.Reader().Query(context.Background(), "PRAGMA disable_checkpoint_on_shutdown"); err == nil {
			_ = rows.Close()
		}
		_ = w.Close() // a test may have closed it, and looked at the error
	})
	return w
}
