package warehouse_test

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/collectors"
	"midwatch/queries/warehouse"
)

// surround loads what is known around the accesses of a fixture: those of
// roster.csv, repositories.csv, credentials.csv and secrets.csv that are there,
// and histories.csv (repository, last_at, email), which stands for what is read
// from the repositories themselves.
func surround(t *testing.T, w *warehouse.Warehouse, dir string) {
	t.Helper()
	ctx := context.Background()
	for name, load := range map[string]func(context.Context, string) error{
		"roster.csv": w.ReadRoster, "repositories.csv": w.ReadRepositories, "credentials.csv": w.ReadCredentials, "secrets.csv": w.ReadSecrets,
	} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if err := load(ctx, path); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "histories.csv")); err != nil {
		return
	}
	rows, err := csv.NewReader(strings.NewReader(string(read(t, filepath.Join(dir, "histories.csv"))))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		at, err := time.Parse(time.RFC3339, row[1])
		if err != nil {
			t.Fatal(err)
		}
		h := warehouse.History{Repository: row[0], Whole: true, LastAt: at, Heads: []string{"a"},
			Contributions: []warehouse.Contribution{{Contributor: collectors.ContributorID(row[2]), First: at, Last: at, Commits: 1}}}
		if err := w.SaveHistory(ctx, h, at); err != nil {
			t.Fatal(err)
		}
	}
}
