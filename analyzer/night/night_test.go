package night_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/night"
	"midwatch/collectors/files"
	"midwatch/collectors/spool"
	"midwatch/queries"
	"midwatch/queries/warehouse"
)

var (
	first = time.Date(2026, time.July, 20, 0, 0, 0, 0, time.UTC)
	ran   = first.AddDate(0, 0, 30)
)

// job is the night of a folder with one log and a file of dead credentials. In
// the log ana reads for a week, and on the day of first somebody uses a token of
// hers that is dead.
func job(t *testing.T) night.Job {
	t.Helper()
	dir := t.TempDir()
	var log strings.Builder
	for day := 7; day >= 0; day-- {
		record(&log, first.AddDate(0, 0, -day).Add(9*time.Hour), "alive")
	}
	record(&log, first.Add(10*time.Hour), "dead")
	write(t, filepath.Join(dir, "log.ndjson"), log.String())
	write(t, filepath.Join(dir, "credentials.csv"), "credential,dead_at\ndead,2026-07-01\n")
	w, err := warehouse.Open(t.Context(), warehouse.Options{Path: filepath.Join(dir, "w.duckdb"), MemoryLimit: "1GB", Threads: 1, Command: "the test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	options := analyzer.Default()
	options.Calibration.ListAt, options.Calibration.ListMost = .5, 3
	quiet := slog.New(slog.DiscardHandler)
	return night.Job{
		Collection: night.Collection{
			Warehouse: w, Sources: []night.Source{source(t, dir)}, RetentionDays: 90, Log: quiet,
			Surroundings: night.Surroundings{Credentials: filepath.Join(dir, "credentials.csv")},
		},
		Scoring: night.Scoring{Warehouse: w, Options: options, Version: "test"},
		Reports: night.Reports{Folder: filepath.Join(dir, "reports")}, Snapshot: filepath.Join(dir, "snapshot.duckdb"), Log: quiet,
	}
}

func source(t *testing.T, dir string) night.Source {
	t.Helper()
	collector, err := files.New(files.Options{Paths: []string{filepath.Join(dir, "log.ndjson")}})
	if err != nil {
		t.Fatal(err)
	}
	formats, err := queries.Formats("")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := spool.Open(filepath.Join(dir, "spool"), "log")
	if err != nil {
		t.Fatal(err)
	}
	return night.Source{Name: "log", Kind: "files", Format: "github", Collector: collector, Formats: formats, Spool: kept}
}

func record(log *strings.Builder, at time.Time, token string) {
	fmt.Fprintf(log, `{"@timestamp":%d,"_document_id":"%s%d","action":"git.fetch","actor":"ana","repo":"acme/pay","repository_public":false,"actor_ip":"192.0.2.7","hashed_token":"%s","programmatic_access_type":"OAuth access token"}`+"\n",
		at.UnixMilli(), token, at.Unix(), token)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestJobWritesTheNight(t *testing.T) {
	t.Parallel()
	j := job(t)
	done, err := j.Run(t.Context(), first, ran)
	if err != nil {
		t.Fatal(err)
	}
	n := done.Night
	if len(n.Findings) != 1 || n.Findings[0].Status != analyzer.StatusNew || len(n.Findings[0].Assessment.Certain) != 1 {
		t.Fatalf("findings: %+v", n.Findings)
	}
	for _, name := range []string{"findings.csv", "findings_full.csv", "finding_repos.csv", "coverage.csv", "findings.jsonl", "findings.ocsf.jsonl", "findings.ecs.jsonl", "report.html"} {
		if info, err := os.Stat(filepath.Join(j.Reports.Of(first), name)); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(j.Reports.Of(first), "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var l night.Ledger
	if err := json.Unmarshal(text, &l); err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%s %d listed, %d new, %d resolved; %d source: %d texts, %d records, %d new, %d quarantined; started %v",
		l.Night, l.FindingsListed, l.New, l.Resolved, len(l.Sources), l.Sources[0].Texts, l.Sources[0].Records, l.Sources[0].New, l.Sources[0].Quarantined, l.Started)
	if want := "2026-07-20 1 listed, 1 new, 0 resolved; 1 source: 1 texts, 9 records, 9 new, 0 quarantined; started " + fmt.Sprint(ran); got != want {
		t.Errorf("run.json says %s, want %s", got, want)
	}
}

// A night is told by the bounds that it was listed by, whatever they are today.
func TestNightKeepsItsBounds(t *testing.T) {
	t.Parallel()
	j := job(t)
	if _, err := j.Run(t.Context(), first, ran); err != nil {
		t.Fatal(err)
	}
	w := j.Scoring.Warehouse
	n, err := night.Describe(t.Context(), w, first, nil, "later")
	if err != nil || n.Listable != .5 {
		t.Errorf("it was listed by %v and is told by %v (%v)", .5, n.Listable, err)
	}
	rows, err := w.Reader().Query(t.Context(), "SELECT list_rows FROM scored_night")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var most int
	if !rows.Next() || rows.Scan(&most) != nil || most != 3 || rows.Next() {
		t.Errorf("it kept %d rows as the most, want 3, of one night", most)
	}
}

// A finding may go on for fourteen nights, is over on the fifteenth, and is not
// told again.
func TestFindingIsOverOnce(t *testing.T) {
	t.Parallel()
	j := job(t)
	if _, err := j.Run(t.Context(), first, ran); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Scoring.Run(t.Context(), first.AddDate(0, 0, 16)); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ after, open, over int }{{1, 1, 0}, {14, 1, 0}, {15, 0, 1}, {16, 0, 0}} {
		n, err := night.Describe(t.Context(), j.Scoring.Warehouse, first.AddDate(0, 0, x.after), nil, "test")
		if err != nil {
			t.Fatal(err)
		}
		if len(n.Before) != x.open || len(n.Resolved) != x.over || len(n.Findings) != 0 {
			t.Errorf("%d nights later: open %+v, over %+v, listed %+v", x.after, n.Before, n.Resolved, n.Findings)
		}
		for _, f := range n.Resolved {
			if f.Status != analyzer.StatusResolved || !f.Last.Equal(first) {
				t.Errorf("%+v", f)
			}
		}
	}
}

// A file of the surroundings that cannot be used ends the run before anything is
// read, and is told as the person's to fix.
func TestWrongSurroundings(t *testing.T) {
	t.Parallel()
	j := job(t)
	write(t, j.Collection.Surroundings.Credentials, "credential,dead_at\ndead,never\n")
	var wrong night.SurroundingsError
	if all, err := j.Collection.Run(t.Context(), ran); !errors.As(err, &wrong) || all != nil {
		t.Errorf("%v, %v", all, err)
	}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	whole := night.Entry{Name: "whole", Records: 3}
	broken := night.Entry{Name: "broken", Errors: []string{"no such host"}}
	some := night.Entry{Name: "some", Records: 1, Errors: []string{"cut short"}}
	gap := night.Entry{Name: "gap", Records: 1, Gaps: []night.Gap{{From: first, Until: ran, Reason: "asleep"}}}
	for _, x := range []struct {
		sources []night.Entry
		blind   bool
		want    string
	}{
		{[]night.Entry{whole}, false, ""},
		{[]night.Entry{whole, broken}, true, "not everything could be seen\n  source broken: no such host"},
		{[]night.Entry{some}, true, "not everything could be seen\n  source some: cut short"},
		{[]night.Entry{whole, gap}, true, "not everything could be seen\n  source gap: nothing from 2026-07-20T00:00:00Z to 2026-08-19T00:00:00Z: asleep"},
		{[]night.Entry{broken, broken}, false, "no source could be read\n  no such host\n  no such host"},
	} {
		err := night.Outcome(x.sources)
		var blind night.BlindError
		if errors.As(err, &blind) != x.blind || err == nil != (x.want == "") || err != nil && err.Error() != x.want {
			t.Errorf("%+v: %v, want %q", x.sources, err, x.want)
		}
	}
}
