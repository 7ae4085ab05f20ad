package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse/warehousetest"
)

// estate is a folder with a configuration, a log and what is known around it.
type estate struct {
	t   *testing.T
	dir string
	n   int
}

func newEstate(t *testing.T, config string) *estate {
	e := &estate{t: t, dir: t.TempDir()}
	warehousetest.Put(t, filepath.Join(e.dir, "midwatch.duckdb"))
	e.write("midwatch.yaml", config)
	e.write("log.ndjson", "")
	return e
}

func (e *estate) write(name, text string) {
	e.t.Helper()
	if err := os.WriteFile(filepath.Join(e.dir, name), []byte(text), 0o600); err != nil {
		e.t.Fatal(err)
	}
}

// log adds an audit record to the log.
func (e *estate) log(at time.Time, actor, action, more string) {
	e.t.Helper()
	e.n++
	f, err := os.OpenFile(filepath.Join(e.dir, "log.ndjson"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		e.t.Fatal(err)
	}
	defer f.Close()
	if !strings.Contains(more, "actor_ip") {
		more += `,"actor_ip":"192.0.2.7"`
	}
	if !strings.Contains(more, "hashed_token") {
		more += fmt.Sprintf(`,"hashed_token":"key-%s","programmatic_access_type":"OAuth access token"`, actor)
	}
	if _, err := fmt.Fprintf(f, `{"@timestamp":%d,"_document_id":"d%05d","action":%q,"actor":%q%s}`+"\n", at.UnixMilli(), e.n, action, actor, more); err != nil {
		e.t.Fatal(err)
	}
}

func repo(name string) string { return fmt.Sprintf(`,"repo":%q,"repository_public":false`, name) }

// run calls the program and returns its exit code.
func (e *estate) run(args ...string) int {
	return run(append([]string{"--quiet", "--config", filepath.Join(e.dir, "midwatch.yaml")}, args...))
}

// findings are the rows of a night's findings_full.csv, by the column asked for.
func (e *estate) findings(night string, columns ...string) []string {
	e.t.Helper()
	f, err := os.Open(filepath.Join(e.dir, "reports", night, "findings_full.csv"))
	if err != nil {
		e.t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		e.t.Fatal(err)
	}
	place := map[string]int{}
	for i, name := range rows[0] {
		place[name] = i
	}
	var all []string
	for _, row := range rows[1:] {
		var cells []string
		for _, c := range columns {
			at, known := place[c]
			if !known {
				e.t.Fatalf("findings_full.csv has no column %s", c)
			}
			cells = append(cells, row[at])
		}
		all = append(all, strings.Join(cells, " | "))
	}
	return all
}

const certainConfig = `sources:
  - {name: log, kind: files, format: github, paths: [log.ndjson]}
enrich:
  roster: roster.csv
  repositories: repositories.csv
  credentials: credentials.csv
  secrets: secrets.csv
`

// TestFactsAreListedWhateverTheScore: facts come on top of the list with their
// reason, also where the model has nothing to judge; what becomes known later is
// listed then, once.
func TestFactsAreListedWhateverTheScore(t *testing.T) {
	warehousetest.Long(t)
	e := newEstate(t, certainConfig)
	e.write("roster.csv", "identity,person,team,manager,leave_date,time_zone\n"+
		"github:gus,Gus Gone,Web,Bo Boss,2026-07-10,UTC\ngithub:ana,Ana Lima,Web,Bo Boss,,\ngitlab:ana.lima,Ana Lima,Web,Bo Boss,,\n")
	e.write("repositories.csv", "repository,tier,canary\nacme/honey,,true\nacme/vault,crown jewel,\n")
	e.write("credentials.csv", "credential,dead_at\nkey-nobody,2026-07-01\n")
	e.write("secrets.csv", "repository,secret_type,state\nacme/vault,aws_key,open\nacme/vault,old_key,resolved\n")
	begin := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	for day := range 21 {
		for i, who := range []string{"ana", "ben", "gus", "dead"} {
			if who == "gus" && day >= 10 {
				continue
			}
			e.log(begin.AddDate(0, 0, day).Add(time.Duration(i)*time.Minute), who, "git.fetch", repo("acme/site"))
		}
	}
	night := time.Date(2026, 7, 21, 0, 0, 0, 0, time.UTC)
	e.log(night.Add(12*time.Hour), "gus", "git.fetch", repo("acme/site"))
	e.log(night.Add(13*time.Hour), "ana", "git.clone", repo("acme/vault"))
	e.log(night.Add(14*time.Hour), "ana", "git.clone", repo("acme/honey"))
	e.log(night.Add(15*time.Hour), "eve", "api.request", `,"url_path":"/repos/acme/honey/contents/x","route":"/repos/:o/:r/contents/:p","status_code":"404"`)
	e.log(night.Add(16*time.Hour), "adm", "audit_log_streaming.destroy", `,"org":"acme"`)
	if code := e.run("nightly", "--as-of", "2026-07-22"); code != exitDone {
		t.Fatalf("nightly ended with %d", code)
	}
	got := e.findings("2026-07-21", "identity", "certain", "severity", "confidence", "person", "team", "other_identities", "sensitive_repos", "active_secrets_exposed", "expected_benign")
	want := map[string]string{
		"github:ana": "canary_touched | critical | high | Ana Lima | Web | gitlab:ana.lima | acme/honey; acme/vault | 1",
		"github:gus": "identity_after_leave_date | critical | high | Gus Gone | Web |  |  | ",
		"github:eve": "canary_touched | critical | high |  |  |  | acme/honey |  | ",
		"github:adm": "logging_silenced | high | high |  |  |  |  |  | ",
	}
	for i, row := range got {
		who, rest, _ := strings.Cut(row, " | ")
		expect, certain := want[who]
		if !strings.HasPrefix(rest, expect) || certain != (i < 4) {
			t.Errorf("row %d is %q, want %q among the first four", i+1, row, expect)
		}
		delete(want, who)
	}
	if len(want) > 0 {
		t.Errorf("not listed: %v", want)
	}
	reason := strings.Join(e.findings("2026-07-21", "why_flagged"), "\n")
	for _, part := range []string{"Touched the canary repository acme/honey", "Gus Gone left on 2026-07-10", "github:adm turned off logging (audit_log_streaming.destroy)"} {
		if !strings.Contains(reason, part) {
			t.Errorf("no reason says %q:\n%s", part, reason)
		}
	}

	// The next day somebody finds that a credential was dead on the 20th.
	e.write("credentials.csv", "credential,dead_at\nkey-nobody,2026-07-01\nkey-dead,2026-07-20T00:00:00Z\n")
	for _, who := range []string{"ana", "ben"} {
		e.log(begin.AddDate(0, 0, 21), who, "git.fetch", repo("acme/site"))
	}
	if code := e.run("nightly", "--as-of", "2026-07-23"); code != exitDone {
		t.Fatalf("the second nightly ended with %d", code)
	}
	late := e.findings("2026-07-22", "identity", "certain", "why_flagged")
	if len(late) != 1 || !strings.HasPrefix(late[0], "github:dead | dead_credential_used | ") || strings.Count(late[0], "known only now") != 2 {
		t.Errorf("the night after has %q; want the dead credential alone, for both nights", late)
	}
	if code := e.run("report", "--as-of", "2026-07-23"); code != exitDone {
		t.Fatalf("report ended with %d", code)
	}
	if again := e.findings("2026-07-22", "identity", "certain", "why_flagged"); strings.Join(again, "\n") != strings.Join(late, "\n") {
		t.Errorf("the report again has %q", again)
	}
	if code := e.run("nightly", "--as-of", "2026-07-24"); code != exitBlind {
		t.Errorf("a night without a record ended with %d", code)
	}
	if more := e.findings("2026-07-23", "identity"); len(more) != 0 {
		t.Errorf("told again: %q", more)
	}
}
