package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/analyzer/triage"
	"midwatch/collectors/synthetic"
	"midwatch/queries/warehouse"
)

// command runs midwatch in this process and returns what it prints; it must end
// without an error, though it may say that an hour was quieter than usual.
func command(t *testing.T, args ...string) string {
	t.Helper()
	var out, log bytes.Buffer
	c := newRoot()
	c.SetArgs(args)
	c.SetOut(&out)
	c.SetErr(&log)
	if code := exitCode(c.ExecuteContext(t.Context())); code != exitDone && code != exitBlind {
		t.Fatalf("midwatch %v ended with %d\n%s", args, code, &log)
	}
	return out.String()
}

// house is a folder with a configuration whose one source is the folder logs.
func house(t *testing.T, more string) (folder, config string) {
	t.Helper()
	folder = t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "logs"), 0o700); err != nil {
		t.Fatal(err)
	}
	config = filepath.Join(folder, "midwatch.yaml")
	text := "memory_limit: 512MB\nsources: [{name: log, kind: files, format: github, paths: [logs]}]\n" + more
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder, config
}

// organisationLog is the log of the shared organisation, its lines by UTC day.
func organisationLog(t *testing.T) (o synthetic.Options, byDay map[string][]string, networks []byte) {
	t.Helper()
	o = sharedOrganisation()
	var log, table bytes.Buffer
	if _, err := synthetic.Generate(o, synthetic.Writers{Events: &log, Networks: &table}); err != nil {
		t.Fatal(err)
	}
	byDay = map[string][]string{}
	for line := range strings.Lines(log.String()) {
		var r struct {
			At int64 `json:"@timestamp"`
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		day := time.UnixMilli(r.At).UTC().Format(time.DateOnly)
		byDay[day] = append(byDay[day], line)
	}
	return o, byDay, table.Bytes()
}

// kept is what a database keeps of the nights of a span, in the words of a
// backtest's listed rows.
func kept(t *testing.T, config string, from, to time.Time) string {
	t.Helper()
	a := &app{configPath: config}
	cfg, err := a.loadConfig()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	r, err := warehouse.OpenSnapshot(ctx, cfg.Snapshot, false)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out bytes.Buffer
	rows, err := report.NewRanking(&out, "csv")
	if err != nil {
		t.Fatal(err)
	}
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		s, err := night.Kept(ctx, r, day)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range s.Findings {
			s.Assessments = append(s.Assessments, f.Assessment)
		}
		if err := rows.Write(s, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A nightly job for each night in turn, as each day's log arrives, among them a
// night on which the job did not run, a day whose log came four days late and a
// night that was run again much later, keeps exactly what one backtest of all of
// it gives, byte for byte; also where people's verdicts keep everybody off the list
// from some night on.
func TestNightByNightIsTheBacktest(t *testing.T) {
	t.Parallel()
	o, byDay, networks := organisationLog(t)
	folder, config := house(t, "enrich: {networks: netinfo.csv}\n")
	write(t, filepath.Join(folder, "netinfo.csv"), string(networks))
	days, skipped, late, again, answered := 60, 20, 30, 33, 24
	if testing.Short() {
		days, skipped, late, again, answered = 16, 5, 7, 12, 2
	}
	day := func(n int) time.Time { return o.From.AddDate(0, 0, n) }
	deliver := func(n int) {
		d := day(n).Format(time.DateOnly)
		write(t, filepath.Join(folder, "logs", d+".ndjson"), strings.Join(byDay[d], ""))
	}
	nightly := func(n int) {
		command(t, "--quiet", "--config", config, "nightly", "--as-of", day(n+1).Format(time.DateOnly))
	}
	for n := range days {
		if n != late {
			deliver(n)
		}
		if n == late+4 {
			deliver(late)
		}
		if n == skipped || n == late {
			continue // on that night, nothing ran; the late day's night is caught up with
		}
		nightly(n)
		if n == answered {
			answerEverything(t, config, day(n+1))
		}
		if n == again {
			nightly(again - 10)
			nightly(again)
		}
	}
	from, to := day(0), day(days-1)
	got := kept(t, config, from, to)
	if covered := coveredIn(t, folder); covered == 0 {
		t.Error("no verdict covered anything")
	}

	whole, all := house(t, "enrich: {networks: netinfo.csv}\n")
	write(t, filepath.Join(whole, "netinfo.csv"), string(networks))
	for n := range o.Days {
		d := day(n).Format(time.DateOnly)
		write(t, filepath.Join(whole, "logs", d+".ndjson"), strings.Join(byDay[d], ""))
	}
	command(t, "--quiet", "--config", all, "collect")
	want := command(t, "--quiet", "--config", all, "backtest", "--format", "csv",
		"--from", from.Format(time.DateOnly), "--to", to.Format(time.DateOnly))
	if strings.Count(want, "\n") < 5 && !testing.Short() {
		t.Fatalf("the backtest lists next to nothing:\n%s", want)
	}
	if got != want {
		t.Errorf("night by night differs from the backtest: %s", firstDifference(got, want))
	}
}

// answerEverything keeps a verdict for everybody who was seen so far that covers whatever
// evidence and repository was seen: far more than a person could.
func answerEverything(t *testing.T, config string, at time.Time) {
	t.Helper()
	cfg, err := (&app{configPath: config}).loadConfig()
	check(t, err)
	w, err := warehouse.Open(t.Context(), cfg.writing("the test"))
	check(t, err)
	column := func(query string) (all []string) {
		rows, err := w.Reader().Query(t.Context(), query)
		check(t, err)
		defer rows.Close()
		for rows.Next() {
			var text string
			check(t, rows.Scan(&text))
			all = append(all, text)
		}
		check(t, rows.Err())
		return all
	}
	scope := triage.Scope{
		Kind: triage.Repositories, Others: column("SELECT DISTINCT identity FROM access"), Repositories: column("SELECT DISTINCT repository FROM repository_form"),
		Evidence: column("SELECT DISTINCT piece FROM evidence"),
	}
	var answers []triage.Answer
	for _, facet := range column("SELECT DISTINCT identity || '|' || family FROM assessment") {
		identity, family, _ := strings.Cut(facet, "|")
		of := scope
		of.Identity, of.Family = identity, analyzer.Family(family)
		answers = append(answers, triage.Answer{
			ID: "v-" + facet, Finding: "mw-" + facet, Night: at, Identity: identity, Family: family, Severity: analyzer.SeverityCritical, Weight: 1e6,
			Verdict: triage.Benign, Reason: "a test", By: "lea", At: at, Until: at.AddDate(1, 0, 0), Scope: of,
		})
	}
	check(t, triage.Save(t.Context(), w, answers))
	check(t, w.Close())
}

// coveredIn counts the findings that verdicts covered, by the ledgers of a folder.
func coveredIn(t *testing.T, folder string) int {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "reports", "*", "run.json"))
	check(t, err)
	all := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		check(t, err)
		var l night.Ledger
		check(t, json.Unmarshal(text, &l))
		all += l.Covered
	}
	return all
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		x, y := at(a, i), at(b, i)
		if x != y {
			return fmt.Sprintf("line %d of %d and %d\n got %s\nwant %s", i+1, len(a), len(b), x, y)
		}
	}
	return "nowhere"
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}

// A backtest rests on what lies before each night alone: shuffled lines, other
// files, other numbers of threads and events added later change no byte of it;
// and it leaves no trace.
func TestBacktestRestsOnThePastAlone(t *testing.T) {
	t.Parallel()
	o, byDay, networks := organisationLog(t)
	until := o.From.AddDate(0, 0, 50)
	var past, future []string
	for d, lines := range byDay {
		if d < until.Format(time.DateOnly) {
			past = append(past, lines...)
		} else {
			future = append(future, lines...)
		}
	}
	slices.Sort(past)
	slices.Sort(future)
	span := []string{"backtest", "--all", "--format", "csv", "--from", o.From.Format(time.DateOnly), "--to", until.AddDate(0, 0, -1).Format(time.DateOnly)}
	backtest := func(more string, files ...[]string) (string, string) {
		folder, config := house(t, "enrich: {networks: netinfo.csv}\n"+more)
		write(t, filepath.Join(folder, "netinfo.csv"), string(networks))
		for i, lines := range files {
			write(t, filepath.Join(folder, "logs", fmt.Sprintf("%02d.ndjson", i)), strings.Join(lines, ""))
			command(t, "--quiet", "--config", config, "collect")
		}
		return command(t, append([]string{"--quiet", "--config", config}, span...)...), config
	}
	want, config := backtest("threads: 1\n", past)
	if strings.Count(want, "\n") < 500 {
		t.Fatalf("only %d rows", strings.Count(want, "\n"))
	}
	if again := command(t, append([]string{"--quiet", "--config", config}, span...)...); again != want {
		t.Errorf("a second backtest: %s", firstDifference(again, want))
	}
	third := len(past) / 3
	for _, x := range []struct {
		name, more string
		files      [][]string
	}{
		{"two threads", "threads: 2\n", [][]string{past}},
		{"backwards", "threads: 1\n", [][]string{reversed(past)}},
		{"in pieces, the last first", "threads: 2\n", [][]string{past[2*third:], past[third : 2*third], past[:third+100]}},
		{"with a future", "threads: 1\n", [][]string{past, future}},
		{"with a future that came first", "threads: 1\n", [][]string{future, past}},
	} {
		if got, _ := backtest(x.more, x.files...); got != want {
			t.Errorf("%s: %s", x.name, firstDifference(got, want))
		}
	}
}

func reversed(lines []string) []string {
	lines = slices.Clone(lines)
	slices.Reverse(lines)
	return lines
}
