package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer/evaluate"
	"midwatch/collectors/synthetic"
	"midwatch/queries/warehouse/warehousetest"
)

// runEvaluate runs the program's command tree with arguments and gives its rows.
func runEvaluate(t *testing.T, args ...string) [][]string {
	t.Helper()
	var out, log bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetErr(&log)
	root.SetArgs(args)
	if err := root.ExecuteContext(context.Background()); err != nil {
		t.Fatalf("midwatch %s: %v\n%s", strings.Join(args, " "), err, &log)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatalf("midwatch %s: %v", strings.Join(args, " "), err)
	}
	return rows
}

// ownData is a small organisation without attacks that was collected and whose
// snapshot is published; it gives the configuration.
func ownData(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	o := synthetic.Default()
	o.People, o.Repositories, o.EventsPerDay, o.Attacks = 60, 80, 900, []string{}
	o.From = time.Date(2025, time.September, 1, 0, 0, 0, 0, time.UTC) // past on any clock that runs this
	if _, err := (synthetic.Folder{Path: dir}).Write(o); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "midwatch.yaml")
	text := "sources: [{name: own, kind: files, format: github, paths: [events.ndjson]}]\nenrich: {networks: netinfo.csv}\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	// The night is the first of the log, so that nothing but publishing costs time.
	runEvaluate(t, "--quiet", "--config", config, "nightly", "--format", "csv", "--as-of", o.From.AddDate(0, 0, 1).Format("2006-01-02"))
	return config
}

func TestEvaluateInjectLeavesOnesOwnDataAsItIs(t *testing.T) {
	warehousetest.Long(t)
	config := ownData(t)
	dir := filepath.Dir(config)
	before := hashes(t, dir)
	keep := filepath.Join(t.TempDir(), "kept")
	rows := runEvaluate(t, "--quiet", "--config", config, "evaluate", "--inject", "1", "--seed", "3", "--format", "csv", "--keep", keep)
	if after := hashes(t, dir); after != before {
		t.Errorf("files changed:\n%s\nwere\n%s", after, before)
	}
	if _, err := os.Stat(filepath.Join(keep, "planted.duckdb")); err != nil {
		t.Errorf("--keep kept nothing: %v", err)
	}
	if len(rows)-1 != len(evaluate.Scenarios()) {
		t.Fatalf("%d campaigns of %d scenarios: %v", len(rows)-1, len(evaluate.Scenarios()), rows)
	}
	listed, planted := map[string]string{}, 0
	for _, r := range rows[1:] {
		listed[r[0]] = r[6]
		if r[13] == "" {
			planted++
		}
	}
	if planted < 7 {
		t.Errorf("only %d campaigns could be planted: %v", planted, rows)
	}
	if listed["smash_and_grab"] != "true" {
		t.Errorf("a sweep of every repository from a rented server was not listed: %v", rows)
	}
	again := runEvaluate(t, "--quiet", "--config", config, "evaluate", "--inject", "1", "--seed", "3", "--format", "csv")
	if fmt.Sprint(again) != fmt.Sprint(rows) {
		t.Errorf("the same seed gives\n%v\nafter\n%v", again, rows)
	}
}

// hashes names every file of a folder with what it holds.
func hashes(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		fmt.Fprintf(&b, "%s %x\n", path, sha256.Sum256(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEvaluateSaysHowItIsUsed(t *testing.T) {
	for want, args := range map[string][]string{
		"name the folders of traces":   {"evaluate"},
		"not both":                     {"evaluate", "--inject", "1", "trace"},
		"a trace is a folder with":     {"evaluate", t.TempDir()},
		"there is no snapshot":         {"--config", emptyConfig(t), "evaluate", "--inject", "1"},
		"there is no midwatch-no.yaml": {"--config", "midwatch-no.yaml", "evaluate", "--inject", "1"},
	} {
		root := newRoot()
		root.SetOut(&bytes.Buffer{})
		root.SetErr(&bytes.Buffer{})
		root.SetArgs(args)
		err := root.ExecuteContext(context.Background())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("midwatch %v: %v, want an error with %q", args, err, want)
		}
		var wrong usageError
		if want == "not both" && !errors.As(err, &wrong) {
			t.Errorf("midwatch %v is no usage error", args)
		}
	}
}

func emptyConfig(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "midwatch.yaml")
	if err := os.WriteFile(path, []byte("database: none.duckdb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
