package warehouse_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	deliver(t, w, []file{{"log", text(quietOrganisation(t))}})
	want := content(t, w)
	night := tenOClock.Truncate(24 * time.Hour)
	if err := w.SaveScored(t.Context(), warehouse.ScoredNight{Night: night, Chain: "c", Version: "v"}); err != nil {
		t.Fatal(err)
	}
	if err := w.SaveJudged(warehouse.Judged{Night: night, Chain: "c"}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "below", "snapshot.duckdb")
	if err := w.Publish(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(path + "?*"); err != nil || len(left) > 0 {
		t.Errorf("beside it: %v, %v", left, err)
	}
	first := snapshot(t, path)
	query, err := os.ReadFile("../../testdata/content-hash.sql")
	if err != nil {
		t.Fatal(err)
	}
	if got := answer(t, first, string(query)); got != want {
		t.Errorf("the snapshot holds\n%s\nwant\n%s", got, want)
	}
	// What was made of the nights comes with it, and so do macros.
	if got := answer(t, first, "SELECT (SELECT count(*) FROM scored_night), (SELECT count(*) FROM judged_night), (SELECT count(*) FROM baseline.facet_known(TIMESTAMP '2030-01-01'))"); got != "1|1|0" {
		t.Errorf("nights scored and judged, and facets known: %s", got)
	}
	if answer(t, first, "SELECT count(*) > 0 FROM night_access((SELECT max(day) FROM access))") != "true" {
		t.Error("the snapshot's macro gives nothing")
	}
	// Who has the last one open keeps it; who opens now has the new one.
	deliver(t, w, []file{{"more", []byte(act{0, "git.fetch", ""}.record(77) + "\n")}})
	if err := w.Publish(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	const more = "SELECT count(*) FROM event WHERE event_id = 'id77'"
	// By another name, as within one process a path is one open database.
	again := filepath.Join(t.TempDir(), "again.duckdb")
	if err := os.Link(path, again); err != nil {
		t.Fatal(err)
	}
	if old, fresh := answer(t, first, more), answer(t, snapshot(t, again), more); old != "0" || fresh != "1" {
		t.Errorf("the reader of before sees %s, a new one %s", old, fresh)
	}
}

func snapshot(t *testing.T, path string) *warehouse.Reader {
	t.Helper()
	r, err := warehouse.OpenSnapshot(t.Context(), path, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// Text of an analyst, or one that an analyst was given, can change nothing and
// reach nothing else.
func TestSnapshotIsForReading(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	path := filepath.Join(t.TempDir(), "snapshot.duckdb")
	if err := w.Publish(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := snapshot(t, path)
	for statement, want := range map[string]string{
		"DELETE FROM event_fact":                       "read-only",
		"DROP VIEW event":                              "read-only",
		"FROM read_csv('" + secret + "')":              "disabled",
		"FROM '" + secret + "'":                        "disabled",
		"COPY (SELECT 1) TO '" + secret + ".x'":        "disabled",
		"ATTACH '" + secret + ".db' AS other":          "beyond the snapshot",
		"SET enable_external_access = true":            "",
		"INSTALL httpfs":                               "",
		"SET memory_limit = '100GB'":                   "locked",
		"EXPORT DATABASE '" + filepath.Dir(path) + "'": "",
	} {
		rows, err := r.Query(t.Context(), statement)
		if err == nil {
			for rows.Next() {
				continue
			}
			err = rows.Err()
			_ = rows.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if _, err := os.Stat(secret + ".x"); err == nil {
		t.Error("a file was written")
	}
	// Given on purpose, it reads files.
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	outside, err := warehouse.OpenSnapshot(t.Context(), path, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = outside.Close() })
	if got := answer(t, outside, "SELECT a + b FROM read_csv('"+secret+"')"); got != "3" {
		t.Errorf("got %s", got)
	}
}

// A snapshot that cannot be written leaves the last one in its place.
func TestSnapshotThatFails(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	path := filepath.Join(t.TempDir(), "snapshot.duckdb")
	if err := w.Publish(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A folder that holds something stands where the next one is written.
	if err := os.MkdirAll(filepath.Join(path+".next", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := w.Publish(t.Context(), path); err == nil {
		t.Error("no error")
	}
	after, err := os.ReadFile(path)
	if err != nil || string(before) != string(after) {
		t.Errorf("the snapshot was changed: %v", err)
	}
}
