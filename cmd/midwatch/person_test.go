package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse/warehousetest"
)

// TestOnePersonIsOnePerson: a GitHub login, a second one that signs in by the same
// name, a GitLab user and an SSH key that is known by its hash alone are one
// person where the roster says so. Each finding
// says the person and through which identity, and names the others.
func TestOnePersonIsOnePerson(t *testing.T) {
	warehousetest.Long(t)
	e := newEstate(t, `sources:
  - {name: hub, kind: files, format: github, paths: [log.ndjson]}
  - {name: lab, kind: files, format: gitlab_stream, paths: [lab.ndjson]}
enrich: {roster: roster.csv}
`)
	e.write("roster.csv", "identity,person,team,leave_date,time_zone\n"+
		"github:ana-l,Ana Lima,Payments,2026-07-20,Europe/Lisbon\ngitlab:ana lima,Ana Lima,Payments,,\ngithub:unknown:SSHKEYHASH=,Ana Lima,Payments,,\nsso:Ana.Lima@acme.example,Ana Lima,Payments,,\ngithub:ben,Ben Ek,Web,,\n")
	night := time.Date(2026, 7, 21, 0, 0, 0, 0, time.UTC)
	for day := range 4 {
		at := night.AddDate(0, 0, -day).Add(9 * time.Hour)
		e.log(at, "ben", "git.fetch", repo("acme/site"))
		e.log(at, "ana-l", "git.fetch", repo("acme/site"))
		e.log(at, "ana-second", "git.fetch", repo("acme/site")+`,"external_identity_nameid":"ana.lima@ACME.example"`)
		e.log(at, "", "git.fetch", repo("acme/site")+`,"hashed_token":"SSHKEYHASH=","programmatic_access_type":"Public Key (User/Deploy)"`)
	}
	e.write("lab.ndjson", `{"id":"1","author_id":7,"author_name":"Ana Lima","entity_path":"group/app","ip_address":"192.0.2.7","created_at":"2026-07-21T10:00:00.000Z","event_type":"repository_git_operation","details":{"author_class":"User","custom_message":{"protocol":"ssh","action":"git-upload-pack"}}}`+"\n")
	if code := e.run("nightly", "--as-of", "2026-07-22"); code != exitDone {
		t.Fatalf("nightly ended with %d", code)
	}
	answer := func(args ...string) string {
		root := newRoot()
		var out bytes.Buffer
		root.SetOut(&out)
		root.SetErr(io.Discard)
		root.SetArgs(append([]string{"--config", filepath.Join(e.dir, "midwatch.yaml"), "investigate", "--format", "csv"}, args...))
		if code := exitCode(root.ExecuteContext(t.Context())); code != exitDone {
			t.Errorf("investigate %q ended with %d", args, code)
		}
		return out.String()
	}
	for _, q := range []struct {
		ask  []string
		rows []string
	}{
		{[]string{"person", "Ana Lima"}, []string{"github:ana-l,personal,acme/site,", "github:ana-second,personal,acme/site,", "github:unknown:SSHKEYHASH=,personal,acme/site,", "gitlab:ana lima,personal,group/app,"}},
		{[]string{"who", "acme/site"}, []string{"github:ana-l,ana-l,human,Ana Lima,", "github:ana-second,ana-second,human,Ana Lima,", "github:unknown:SSHKEYHASH=,,unknown,Ana Lima,", "github:ben,ben,human,Ben Ek,"}},
		{[]string{"blast", "Ana Lima"}, []string{",github:ana-l; github:ana-second; github:unknown:SSHKEYHASH=\n", ",gitlab:ana lima\n"}},
		{[]string{"copies", "Ana Lima"}, []string{",github:ana-l; github:ana-second; github:unknown:SSHKEYHASH=\n", ",gitlab:ana lima\n"}},
		{[]string{"network", "192.0.2.7"}, []string{"github:ana-second,ana-second,human,Ana Lima,", "gitlab:ana lima,Ana Lima,human,Ana Lima,", "github:ben,ben,human,Ben Ek,"}},
	} {
		got := answer(q.ask...)
		for _, row := range q.rows {
			if strings.Count(got, row) != 1 {
				t.Errorf("the answer of %q has not one row %s:\n%s", q.ask, row, got)
			}
		}
		if strings.HasSuffix(q.ask[1], "Lima") && strings.Contains(got, "github:ben") {
			t.Errorf("the answer of %q has somebody else:\n%s", q.ask, got)
		}
	}
	// Who asks about a person as if it were a login is told how to ask.
	root := newRoot()
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	root.SetArgs([]string{"--config", filepath.Join(e.dir, "midwatch.yaml"), "investigate", "identity", "Ben Ek"})
	err := root.ExecuteContext(t.Context())
	if exitCode(err) != exitUsage || !strings.HasSuffix(fmt.Sprint(err), `the roster has a person of that name: midwatch investigate person "Ben Ek"`) {
		t.Errorf("investigate identity of a person: %v", err)
	}
	// A case that has the person has what each identity did.
	pack := filepath.Join(e.dir, "pack")
	for _, args := range [][]string{
		{"case", "open", "lima"}, {"case", "add", "lima", "Ana Lima"}, {"case", "export", "lima", "--out", pack},
	} {
		if code := e.run(args...); code != exitDone {
			t.Fatalf("%q ended with %d", args, code)
		}
	}
	index, err := os.ReadFile(filepath.Join(pack, "records", "index.csv"))
	check(t, err)
	if !strings.Contains(string(index), ",12,12,") || !strings.Contains(string(index), ",1,1,") {
		t.Errorf("the case has not all records of the person:\n%s", index)
	}
	ids := e.findings("2026-07-21", "identity", "finding_id")
	got := e.findings("2026-07-21", "person", "team", "identity", "other_identities", "person_findings")
	want := map[string]string{
		"github:ana-l":               "github:ana-second; github:unknown:SSHKEYHASH=; gitlab:ana lima",
		"github:ana-second":          "github:ana-l; github:unknown:SSHKEYHASH=; gitlab:ana lima",
		"github:unknown:SSHKEYHASH=": "github:ana-l; github:ana-second; gitlab:ana lima",
		"gitlab:ana lima":            "github:ana-l; github:ana-second; github:unknown:SSHKEYHASH=",
	}
	if len(got) != len(want) {
		t.Fatalf("listed %q", got)
	}
	for i, row := range got {
		who, id, _ := strings.Cut(ids[i], " | ")
		var others []string
		for _, o := range ids {
			if _, other, _ := strings.Cut(o, " | "); other != id {
				others = append(others, other)
			}
		}
		if expect := "Ana Lima | Payments | " + who + " | " + want[who] + " | " + strings.Join(others, "; "); row != expect {
			t.Errorf("row %q, want %q", row, expect)
		}
	}
}
