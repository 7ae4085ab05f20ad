package night_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"midwatch/analyzer/night"
	"midwatch/analyzer/notify"
)

// outage is the job of a house in which ana reads every day, and whose job runs
// each night until the first of three nights on which it does not. On the second of
// those, somebody uses a token of hers that is dead. It returns the night after
// the outage.
func outage(t *testing.T) (j night.Job, back time.Time, deliver func(more ...func(*strings.Builder))) {
	t.Helper()
	j = job(t)
	log := filepath.Join(filepath.Dir(j.Reports.Folder), "log.ndjson")
	back = first.AddDate(0, 0, 4)
	var text strings.Builder
	for day := -7; day <= 8; day++ {
		record(&text, first.AddDate(0, 0, day).Add(9*time.Hour), "alive")
	}
	deliver = func(more ...func(*strings.Builder)) {
		for _, m := range more {
			m(&text)
		}
		write(t, log, text.String())
	}
	deliver()
	run(t, j, first)
	deliver(theft(2))
	return j, back, deliver
}

// theft uses the dead token some days after first.
func theft(day int) func(*strings.Builder) {
	return func(b *strings.Builder) { record(b, first.AddDate(0, 0, day).Add(10*time.Hour), "dead") }
}

func run(t *testing.T, j night.Job, asOf time.Time) night.Done {
	t.Helper()
	done, err := j.Run(t.Context(), asOf, asOf.AddDate(0, 0, 1).Add(6*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// told is what the morning's files say of findings: the night and finding of each
// row of the CSV, and how many each other file has.
func told(t *testing.T, j night.Job, asOf time.Time) string {
	t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(j.Reports.Of(asOf), name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	rows, err := csv.NewReader(strings.NewReader(read("findings_full.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	said := "csv:"
	for _, row := range rows[1:] {
		said += " " + row[column["night"]] + " " + row[column["certain"]]
	}
	var l night.Ledger
	if err := json.Unmarshal([]byte(read("run.json")), &l); err != nil {
		t.Fatal(err)
	}
	page := read("report.html")
	return fmt.Sprintf("%s; json %d, ocsf %d; run %d late, %d listed, caught up %v; page action %v, late %v", said,
		strings.Count(read("findings.jsonl"), "\n"), strings.Count(read("findings.ocsf.jsonl"), "\n"), l.Late, l.FindingsListed, l.CaughtUp,
		!strings.Contains(page, "<b>0</b> need action"), strings.Index(page, `id="late-`) > 0 && strings.Index(page, `id="late-`) < strings.Index(page, `id="findings"`))
}

// A theft on a night of an outage comes first in everything the next morning
// writes. A second run of that morning says the same, and the next one nothing of
// it.
func TestOutageIsToldOnce(t *testing.T) {
	t.Parallel()
	j, back, _ := outage(t)
	done := run(t, j, back)
	want := "csv: 2026-07-22 dead_credential_used; json 1, ocsf 1; run 1 late, 0 listed, caught up [2026-07-21 2026-07-22 2026-07-23]; page action true, late true"
	if got := told(t, j, back); got != want || done.Night.CountLate() != 1 {
		t.Errorf("the morning after\ngot  %s\nwant %s", got, want)
	}
	run(t, j, back)
	if got := told(t, j, back); got != want {
		t.Errorf("the same morning again\ngot  %s\nwant %s", got, want)
	}
	next := back.AddDate(0, 0, 1)
	run(t, j, next)
	want = "csv:; json 0, ocsf 0; run 0 late, 0 listed, caught up []; page action false, late false"
	if got := told(t, j, next); got != want {
		t.Errorf("the next morning\ngot  %s\nwant %s", got, want)
	}
}

// Where the night itself has findings too, the theft of the outage comes before them in
// each file and in what a channel is sent, and a second run sends nothing more.
func TestOutageIsCarriedFirst(t *testing.T) {
	t.Parallel()
	j, back, deliver := outage(t)
	deliver(func(b *strings.Builder) { record(b, back.Add(10*time.Hour), "dead too") })
	write(t, j.Collection.Surroundings.Credentials, "credential,dead_at\ndead,2026-07-01\ndead too,2026-07-01\n")
	var bodies []string
	var lock sync.Mutex
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		lock.Lock()
		defer lock.Unlock()
		bodies = append(bodies, fmt.Sprint(string(body), err))
	}))
	t.Cleanup(s.Close)
	j.Channels = []notify.Channel{{Name: "hook", Kind: notify.Webhook, URL: s.URL, Secret: "x", Severities: notify.Severities(), Timeout: time.Minute}}
	run(t, j, back)
	run(t, j, back)
	theft, tonight := "2026-07-22", back.Format(time.DateOnly)
	for name, marks := range map[string][2]string{
		"findings.csv":        {"\n" + theft + ",", "\n" + tonight + ","},
		"findings_full.csv":   {"," + theft + ",", "," + tonight + ","},
		"findings.jsonl":      {`"night":"` + theft + `"`, `"night":"` + tonight + `"`},
		"findings.ocsf.jsonl": {modified(first.AddDate(0, 0, 2)), modified(back)},
		"report.html":         {`id="late-` + theft, `id="findings"`},
	} {
		text, err := os.ReadFile(filepath.Join(j.Reports.Of(back), name))
		if err != nil {
			t.Fatal(err)
		}
		if early, late := strings.Index(string(text), marks[0]), strings.Index(string(text), marks[1]); early < 0 || late < early {
			t.Errorf("%s has the theft at %d and tonight at %d", name, early, late)
		}
	}
	lock.Lock()
	defer lock.Unlock()
	if len(bodies) == 0 || !strings.Contains(bodies[0], `"night":"`+theft+`"`) || strings.Count(strings.Join(bodies, ""), `"night":"`+theft+`","state"`) != 1 {
		t.Errorf("the channel was sent %d messages:\n%s", len(bodies), strings.Join(bodies, "\n"))
	}
}

// modified is how OCSF says that a finding is of a night.
func modified(night time.Time) string {
	return fmt.Sprintf(`"modified_time":%d`, night.AddDate(0, 0, 1).UnixMilli())
}

// A night that was told as quiet, and whose records came late, is told again; a
// finding that is no other than it was told is not.
func TestLateRecordsAreTold(t *testing.T) {
	t.Parallel()
	j, back, deliver := outage(t)
	run(t, j, back)
	next := back.AddDate(0, 0, 1)
	deliver(theft(1))
	run(t, j, next)
	want := "csv: 2026-07-21 dead_credential_used; json 1, ocsf 1; run 1 late, 0 listed, caught up []; page action true, late true"
	if got := told(t, j, next); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A morning whose reports could not be written has told nothing: the next one tells
// it.
func TestMorningThatFailedIsToldByTheNext(t *testing.T) {
	t.Parallel()
	j, back, _ := outage(t)
	broken := j
	broken.Reports.Folder = filepath.Join(filepath.Dir(j.Reports.Folder), "log.ndjson")
	if _, err := broken.Run(t.Context(), back, back); err == nil {
		t.Fatal("reports were written below a file")
	}
	next := back.AddDate(0, 0, 1)
	run(t, j, next)
	if got := told(t, j, next); !strings.HasPrefix(got, "csv: 2026-07-22 dead_credential_used; json 1, ocsf 1; run 1 late") {
		t.Errorf("the next morning: %s", got)
	}
}
