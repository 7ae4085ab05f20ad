package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// gitoliteLines are good lines of gitolite's log, and bad ones behind them.
func gitoliteLines(good, bad int) string {
	var text strings.Builder
	at := time.Date(2026, 7, 20, 9, 0, 0, 0, time.UTC)
	for i := range good {
		at = at.Add(time.Minute)
		text.WriteString(at.Format("2006-01-02.15:04:05") + "\t7\tpre_git\tacme/r\tben\tR\tany\trefs/.*\n")
		_ = i
	}
	text.WriteString(strings.Repeat("this is no line of it\n", bad))
	return text.String()
}

// sentence is what run.json of a night says of its coverage.
func (e *estate) sentence(night string) string {
	e.t.Helper()
	text, err := os.ReadFile(filepath.Join(e.dir, "reports", night, "run.json"))
	if err != nil {
		e.t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), `"coverage": "`)
	said, _, _ := strings.Cut(after, "\"\n")
	return said
}

// TestWhatTheRunCouldNotReadIsInTheReport: a source that fails, logs that are of
// another format and a source that never gave anything end the night with 3 and
// stand in the sentence that every report carries. It stays when the report is
// written again, and goes when the source is mended.
func TestWhatTheRunCouldNotReadIsInTheReport(t *testing.T) {
	for _, c := range []struct {
		name, second string // what the second source's log holds; "-" where it is missing
		want         []string
	}{
		{"missing", "-", []string{"source second: files: ", "is not there"}},
		{"empty", "", []string{"source second never gave a record"}},
		{"another format", gitoliteLines(0, 30), []string{"nothing in ", "all 30 records went to quarantine"}},
		{"more bad than good", gitoliteLines(20, 21), []string{"21 of 41 records"}},
		{"as many", gitoliteLines(20, 20), nil},
		{"a few damaged lines", gitoliteLines(5, 19), nil},
		{"twenty damaged lines", gitoliteLines(5, 20), []string{"20 of 25 records"}},
		{"good", gitoliteLines(5, 0), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newEstate(t, "sources:\n  - {name: log, kind: files, format: github, paths: [log.ndjson]}\n  - {name: second, kind: files, format: gitolite, paths: [second.log]}\n")
			e.log(time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC), "ana", "git.fetch", repo("acme/a"))
			if c.second != "-" {
				e.write("second.log", c.second)
			}
			code, blind := e.run("nightly", "--as-of", "2026-07-21"), len(c.want) > 0
			said := e.sentence("2026-07-20")
			if (code == exitBlind) != blind || (code == exitDone) == blind {
				t.Errorf("ended with %d: %s", code, said)
			}
			if strings.Contains(said, "NOT SEEN") != blind || strings.Contains(said, "no gap known") == blind {
				t.Errorf("the sentence is %s", said)
			}
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("the sentence does not say %q: %s", want, said)
				}
			}
			out, err := runLine(t, "--config", filepath.Join(e.dir, "midwatch.yaml"), "report", "--as-of", "2026-07-21")
			if (exitCode(err) == exitBlind) != blind || strings.Contains(out, "no gap known") == blind {
				t.Errorf("written again it says %s (%v)", out, err)
			}
			e.write("second.log", gitoliteLines(5, 0))
			if code := e.run("nightly", "--as-of", "2026-07-21"); code != exitDone || strings.Contains(e.sentence("2026-07-20"), "NOT SEEN") {
				t.Errorf("mended it ended with %d: %s", code, e.sentence("2026-07-20"))
			}
		})
	}
}

// TestDoctorLooksIntoTheLogs: what is in the newest log of a path, and whether it
// is of the format that the configuration says.
func TestDoctorLooksIntoTheLogs(t *testing.T) {
	web := strings.Repeat(`192.0.2.1 - - [20/Jul/2026:08:00:00 +0000] "GET /index.html HTTP/1.1" 200 165 "-" "Mozilla"`+"\n", 19)
	git := `192.0.2.1 - ana [20/Jul/2026:08:00:00 +0000] "GET /acme/r.git/info/refs?service=git-upload-pack HTTP/1.1" 200 165 "-" "git/2.44.0"` + "\n"
	for _, c := range []struct {
		name, format, text string
		code               int
		want               string
	}{
		{"good", "gitolite", gitoliteLines(3, 1), exitDone, "second,ok,content of second.log,"},
		{"recognised", "", gitoliteLines(3, 1), exitDone, "as gitolite: of its first 4 records 3 are accesses, 0 control-plane, 0 no access of their own, 1 for quarantine"},
		{"of another format", "gitolite", git, exitBlind, "it looks like access_log: write format: access_log, or leave format out"},
		{"of no known format", "gitolite", gitoliteLines(1, 2), exitBlind, "2 for quarantine; first: time: not one of gitolite"},
		{"not to be recognised", "", "lorem ipsum\n", exitBlind, "looks like a format that is known"},
		{"binary", "", "\x00\x01\x02", exitBlind, "it is a binary file"},
		{"no access in twenty records", "access_log", web + strings.Replace(git, "/acme/r.git/info/refs?service=git-upload-pack", "/", 1), exitBlind, "second,warning,content of second.log,"},
		{"one access in twenty", "access_log", web + git, exitDone, "20 records 1 are accesses"},
		{"no access in nineteen", "access_log", web, exitDone, "second,ok,content of second.log,"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newEstate(t, "sources:\n  - {name: second, kind: files, paths: [second.log], format: \""+c.format+"\"}\n")
			e.write("second.log", c.text)
			code, rows := e.doctor()
			if code != c.code || !strings.Contains(rows, c.want) {
				t.Errorf("ended with %d, want %d with %q:\n%s", code, c.code, c.want, rows)
			}
		})
	}
}

// TestAnEmptyLogShowsNoFormat: what a rotation leaves behind is no failure.
func TestAnEmptyLogShowsNoFormat(t *testing.T) {
	e := newEstate(t, "sources:\n  - {name: second, kind: files, paths: [logs]}\n")
	if err := os.Mkdir(filepath.Join(e.dir, "logs"), 0o700); err != nil {
		t.Fatal(err)
	}
	e.write("logs/gitolite.log", "")
	e.write("logs/gitolite.log.1", gitoliteLines(3, 0))
	if code := e.run("collect"); code != exitDone {
		t.Errorf("collect ended with %d", code)
	}
}
