package warehouse

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// truth is what each step of a lab did, by the beginning of its name, and what a
// host with nothing but its own log can say of it.
type truth map[string]string

// What the steps that begin with these words did; "" is a step that leaves no
// operation.
var (
	// bySize is what request sizes tell.
	bySize = truth{"ls-remote": "ls_refs", "full clone": "clone", "no-op": "ls_refs", "push": "push", "incremental": "fetch",
		"shallow": "clone", "unshallow": "fetch", "partial": "clone", "mirror": "clone", "protocol v0 clone": "clone",
		"protocol v0 no-op": "ls_refs", "missing": "ls_refs not_found", "git archive": ""}
	// byPlace is what is left where only answers are measured.
	byPlace = truth{"ls-remote": "ls_refs", "full clone": "read", "no-op": "ls_refs", "push": "push", "incremental": "read",
		"shallow": "read", "unshallow": "read", "partial": "read", "mirror": "read", "protocol v0 clone": "read",
		"protocol v0 no-op": "ls_refs", "missing": "ls_refs not_found", "git archive": ""}
	// byCommand is what is left where only the command is logged.
	byCommand = truth{"ls-remote": "read", "full clone": "read", "no-op": "read", "push": "push", "incremental": "read",
		"shallow": "read", "unshallow": "read", "partial": "read", "mirror": "read", "protocol v0 clone": "read",
		"protocol v0 no-op": "read", "missing": "read denied", "denied": "read denied", "git archive": "archive", "info": ""}
	// byFetchInfo is what Trace2 tells from git 2.43 on, for protocol v2; a missing
	// repository leaves a trace that names nothing.
	byFetchInfo = truth{"ls-remote": "ls_refs", "full clone": "clone full", "no-op": "ls_refs", "push": "push", "incremental": "fetch incremental",
		"shallow": "clone shallow", "unshallow": "fetch incremental", "partial": "clone partial", "mirror": "clone full", "protocol v0 clone": "read",
		"protocol v0 no-op": "ls_refs", "missing": "", "git archive": ""}
	// byPack is what Trace2 tells before.
	byPack = truth{"ls-remote": "ls_refs", "full clone": "read", "no-op": "ls_refs", "push": "push", "incremental": "read",
		"shallow": "read", "unshallow": "read", "partial": "read", "mirror": "read", "protocol v0 clone": "read",
		"protocol v0 no-op": "ls_refs", "missing": "", "git archive": ""}
)

// TestSteps holds the operations of each lab log to the git commands that ran,
// one to one: when, who, which repository, and what.
func TestSteps(t *testing.T) {
	for _, c := range []struct {
		format, sample, forge string
		says                  truth
	}{
		{"access_log", "nginx-combined.log", "http", byPlace},
		{"access_log", "apache-combined.log", "http", byPlace},
		{"access_log", "apache-vhost_io.log", "http", bySize},
		{"nginx_json", "nginx-json.log", "http", bySize},
		{"gitolite", "gitolite-2026-11.log", "gitolite", byCommand},
		{"git_daemon", "git-daemon-syslog.log", "", byDaemon()},
		{"sshd", "sshd-syslog.log", "gitolite", byKey()},
		{"trace2", "trace2-git2.55-http-backend.ndjson", "http", byFetchInfo},
		{"trace2", "trace2-git2.39.5-http-backend.ndjson", "http", byPack},
	} {
		t.Run(c.sample, func(t *testing.T) {
			w := openTest(t)
			path := filepath.Join(samples, c.format, c.sample)
			load(t, w, c.format, path)
			steps := readSteps(t, strings.TrimSuffix(path, filepath.Ext(path))+".steps.tsv", c.forge, c.says)
			matchSteps(t, steps, operations(t, w))
		})
	}
}

// byDaemon is byCommand but for refusals, which git-daemon calls missing.
func byDaemon() truth {
	says := truth{}
	for step, what := range byCommand {
		says[step] = what
	}
	says["missing"] = "read not_found"
	return says
}

// byKey is what sshd alone tells: that a key opened a session.
func byKey() truth {
	says := truth{"info": "other"}
	for step := range byCommand {
		says[step] = "other"
	}
	return says
}

// step is a git command that ran, or the operation that a log tells of.
type step struct {
	from, until          time.Time
	name, what, who, rep string
}

var (
	stepPerson     = regexp.MustCompile(`\((\w+)`)
	stepRepository = regexp.MustCompile(`[/:](\w+/\w+)(\.git)?( |$)`)
)

// readSteps reads a ground truth: start, end, step, rc, command. A step that
// names no repository goes to where its working copy came from.
func readSteps(t *testing.T, path, forge string, says truth) []step {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []step
	cameFrom := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		f := strings.Split(line, "\t")
		s := step{from: readTime(t, f[0]), until: readTime(t, f[1]), name: f[2], what: "?", who: forge + ":" + stepPerson.FindStringSubmatch(f[2])[1]}
		words := strings.Fields(f[4])
		if m := stepRepository.FindStringSubmatch(f[4]); m != nil && !strings.Contains(f[4], " -C ") {
			s.rep = m[1]
			cameFrom[words[len(words)-1]] = m[1]
		} else if words[1] == "-C" {
			s.rep = cameFrom[words[2]]
		}
		for beginning, what := range says {
			if strings.HasPrefix(f[2], beginning) {
				s.what = what
			}
			if what == "other" {
				s.rep = ""
			}
		}
		if forge == "" {
			s.who = "git:anonymous"
		}
		if s.what == "?" {
			t.Fatalf("%s: nothing is said of the step %q", path, f[2])
		}
		if s.what != "" {
			all = append(all, s)
		}
	}
	return all
}

func readTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// operations are what the warehouse makes of a lab's log, in order of time.
func operations(t *testing.T, w *Warehouse) []step {
	t.Helper()
	rows, err := w.conn.QueryContext(context.Background(), `
		SELECT o.first_at, i.identity, r.repository, concat_ws(' ', o.action, nullif(o.outcome::VARCHAR, 'ok'),
			(SELECT nullif(nullif(nullif(min(scope)::VARCHAR, 'unknown'), 'none'), 'x') FROM event_fact AS e WHERE e.action = o.action AND e.action IN ('clone', 'fetch') AND e.occurred_at BETWEEN o.first_at AND o.last_at AND e.repository_id = o.repository_id))
		FROM operation(DATE '2026-11-22', DATE '2026-11-23') AS o
		JOIN identity_form AS i USING (identity_id) JOIN repository_form AS r USING (repository_id) ORDER BY 1, 2, 3`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []step
	for rows.Next() {
		var s step
		if err := rows.Scan(&s.from, &s.who, &s.rep, &s.what); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// matchSteps pairs steps and operations. What the lab set up or looked at outside
// of its steps comes before the first or after the last of them.
func matchSteps(t *testing.T, steps, got []step) {
	t.Helper()
	left := got
	for _, s := range steps {
		at := -1
		for i, o := range left {
			// Hosts that log whole seconds cut them off.
			if o.who == s.who && o.rep == s.rep && o.what == s.what && !o.from.Before(s.from.Truncate(time.Second)) && !o.from.After(s.until) {
				at = i
				break
			}
		}
		if at < 0 {
			t.Errorf("no operation for %s %s: %s %s %s", s.from.Format(time.TimeOnly), s.name, s.who, s.rep, s.what)
			continue
		}
		left = append(append([]step(nil), left[:at]...), left[at+1:]...)
	}
	for _, o := range left {
		if o.from.After(steps[0].from) && o.from.Before(steps[len(steps)-1].until) {
			t.Errorf("no step for the operation %s %s %s %s", o.from.Format(time.TimeOnly), o.who, o.rep, o.what)
		}
	}
}
