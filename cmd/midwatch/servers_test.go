//go:build servers

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

// These tests run real servers on loopback and real git against them, collect
// what the servers log, and hold the operations to what was done, one to one.
// `make test-servers` installs the servers and runs them.

// says is what a log can tell of each kind of step; "" is nothing.
type says map[string]string

var (
	// bySize is told by logs that measure requests. A clone of several branches
	// names as many objects as a fetch may, so it is either.
	bySize = says{"ls-remote": "ls_refs", "clone": "clone", "no-op": "ls_refs", "push": "push", "incremental": "fetch", "shallow": "clone", "unshallow": "fetch",
		"partial": "clone", "mirror": "clone", "v0 clone": "clone", "v0 no-op": "ls_refs", "many": "read", "denied": "ls_refs denied", "missing": "ls_refs not_found", "archive": "archive"}
	// byPlace is told by logs that measure answers only.
	byPlace = bySize.but(says{"clone": "read", "incremental": "read", "shallow": "read", "unshallow": "read", "partial": "read", "mirror": "read", "v0 clone": "read"})
	// byCommand is told by logs of the command alone.
	byCommand = byPlace.but(says{"ls-remote": "read", "no-op": "read", "v0 no-op": "read", "denied": "read denied", "missing": "read denied"})
	// byPack is told by Trace2 before git 2.43; who is refused leaves no trace of git.
	byPack = byPlace.but(says{"denied": "", "missing": ""})
	// byFetchInfo is told by Trace2 from git 2.43 on.
	byFetchInfo = byPack.but(says{"clone": "clone", "incremental": "fetch", "shallow": "clone", "unshallow": "fetch", "partial": "clone", "mirror": "clone", "many": "clone"})
)

// but is s with some steps told otherwise.
func (s says) but(other says) says {
	all := says{}
	for _, m := range []says{s, other} {
		for step, what := range m {
			all[step] = what
		}
	}
	return all
}

// all is one thing for every step.
func (s says) all(what string) says {
	same := says{}
	for step := range s {
		same[step] = what
	}
	return same
}

// byTrace2 is what the installed git's Trace2 tells.
func byTrace2(t *testing.T) says {
	t.Helper()
	out, err := exec.Command("git", "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major, minor int
	if _, err := fmt.Sscanf(string(out), "git version %d.%d", &major, &minor); err != nil {
		t.Fatalf("reading %q: %v", out, err)
	}
	if major > 2 || minor >= 43 {
		return byFetchInfo
	}
	return byPack
}

// operation is one that a log tells of.
type operation struct {
	from, until           time.Time
	who, repository, what string
	objects               int
}

func (o operation) String() string {
	return fmt.Sprintf("%s %s %s %s", o.from.UTC().Format("15:04:05.000"), o.who, o.repository, o.what)
}

// logOfServer is one log of a server with what it can say.
type logOfServer struct {
	format, path, forge string
	says                says
	// namesNone is true where the log names no repository.
	namesNone bool
	// objects is true where the log counts what was sent.
	objects bool
}

// check collects a log and compares its operations with the steps.
func (l *lab) check(source logOfServer, steps []step) {
	l.t.Run(filepath.Base(source.path), func(t *testing.T) {
		got := collected(t, source.format, source.path)
		for _, s := range steps {
			want := operation{from: s.from, until: s.until, who: source.forge + ":" + s.who, repository: s.repository, what: source.says[s.kind]}
			if want.what == "" {
				continue
			}
			if source.namesNone {
				want.repository = ""
			}
			at := find(got, want)
			if at < 0 {
				t.Errorf("no operation for the step %q: %s", s.kind, want)
				continue
			}
			if source.objects && s.objects > 0 && got[at].objects != s.objects {
				t.Errorf("the step %q sent %d objects, the log says %d", s.kind, s.objects, got[at].objects)
			}
			got = append(got[:at:at], got[at+1:]...)
		}
		for _, o := range got {
			t.Errorf("no step for the operation %s", o)
		}
		if t.Failed() {
			text, _ := os.ReadFile(source.path)
			t.Logf("the log:\n%s", text)
		}
	})
}

// find is the operation that is wanted; hosts that log whole seconds cut them off.
func find(all []operation, want operation) int {
	for i, o := range all {
		if o.who == want.who && o.repository == want.repository && o.what == want.what &&
			!o.from.Before(want.from.Truncate(time.Second)) && !o.from.After(want.until) {
			return i
		}
	}
	return -1
}

// collected runs `midwatch collect` on one log and reads the operations.
func collected(t *testing.T, format, path string) []operation {
	t.Helper()
	dir := t.TempDir()
	config := write(t, filepath.Join(dir, "midwatch.yaml"),
		fmt.Sprintf("sources:\n  - name: server\n    kind: files\n    format: %s\n    paths: [%s]\n    time_zone: %s\n", format, strconv.Quote(path), zone()))
	if out, err := runLine(t, "collect", "--quiet", "--config", config); err != nil {
		t.Fatalf("collecting %s: %v\n%s", path, err, out)
	}
	r, err := warehouse.OpenSnapshot(t.Context(), filepath.Join(dir, "midwatch.duckdb"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rows, err := r.Query(t.Context(), `
		SELECT o.first_at, o.last_at, i.identity, r.repository, concat_ws(' ', o.action, nullif(o.outcome::VARCHAR, 'ok')),
			coalesce((SELECT sum(objects) FROM event AS e WHERE e.identity = i.identity AND e.repository = r.repository AND e.occurred_at BETWEEN o.first_at AND o.last_at), 0)
		FROM operation(current_date - 1, current_date + 2) AS o JOIN identity_form AS i USING (identity_id) JOIN repository_form AS r USING (repository_id)
		ORDER BY ALL`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []operation
	for rows.Next() {
		var o operation
		var objects float64
		if err := rows.Scan(&o.from, &o.until, &o.who, &o.repository, &o.what, &objects); err != nil {
			t.Fatal(err)
		}
		o.objects = int(objects)
		all = append(all, o)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// zone is the machine's, which gitolite writes its times in.
func zone() string {
	if name := os.Getenv("TZ"); name != "" {
		return name
	}
	if target, err := os.Readlink("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(target, "zoneinfo/"); ok {
			return name
		}
	}
	return "UTC"
}

func TestServersNginx(t *testing.T) {
	l := newLab(t)
	server := l.nginx()
	steps := l.scenario(server)
	server.stop()
	l.check(logOfServer{format: "nginx_json", path: l.path("nginx.json"), forge: "http", says: bySize}, steps)
	l.check(logOfServer{format: "access_log", path: l.path("nginx.log"), forge: "http", says: byPlace}, steps)
	l.check(logOfServer{format: "trace2", path: l.path("trace2-http.ndjson"), forge: "http", says: byTrace2(t), objects: true}, steps)
}

func TestServersApache(t *testing.T) {
	l := newLab(t)
	server := l.apache()
	steps := l.scenario(server)
	server.stop()
	l.check(logOfServer{format: "access_log", path: l.path("apache-io.log"), forge: "http", says: bySize}, steps)
	l.check(logOfServer{format: "access_log", path: l.path("apache-combinedio.log"), forge: "http", says: bySize.but(says{"denied": "ls_refs denied"})}, steps)
	l.check(logOfServer{format: "access_log", path: l.path("apache.log"), forge: "http", says: byPlace}, steps)
}

func TestServersDaemon(t *testing.T) {
	l := newLab(t)
	server := l.daemon()
	steps := l.scenario(server)
	server.stop()
	l.check(logOfServer{format: "git_daemon", path: l.path("daemon.log"), forge: "git", says: byCommand.but(says{"missing": "read not_found"})}, steps)
}

func TestServersGitolite(t *testing.T) {
	l := newLab(t)
	server := l.gitolite()
	steps := l.scenario(server)
	server.stop()
	l.check(logOfServer{format: "gitolite", path: l.gitoliteLog(), forge: "gitolite", says: byCommand}, steps)
	l.check(logOfServer{format: "trace2", path: l.path("trace2-ssh.ndjson"), forge: "gitolite", says: byTrace2(t), objects: true}, steps)
	l.check(logOfServer{format: "sshd", path: l.path("sshd.log"), forge: "gitolite", says: byCommand.all("other"), namesNone: true}, steps)
}
