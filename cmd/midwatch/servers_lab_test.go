//go:build servers

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// lab is a folder with repositories, servers and clones, which is gone afterwards.
type lab struct {
	t   *testing.T
	dir string
}

// newLab makes the folder; servers run as other accounts may look into it.
func newLab(t *testing.T) *lab {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "mw-lab-") // short: sockets are in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l := &lab{t: t, dir: dir}
	l.must(os.Chmod(dir, 0o755)) //nolint:gosec // the web server's account reads it
	for _, folder := range []string{"repos/acme", "home", "clones"} {
		l.must(os.MkdirAll(l.path(folder), 0o755)) //nolint:gosec // see above
	}
	return l
}

func (l *lab) path(name string) string { return filepath.Join(l.dir, name) }

func (l *lab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) write(name, text string) string {
	l.t.Helper()
	path := l.path(name)
	l.must(os.WriteFile(path, []byte(text), 0o600))
	return path
}

// git runs git with nothing of the machine's configuration.
func (l *lab) git(env []string, args ...string) (string, error) {
	c := exec.CommandContext(l.t.Context(), "git", args...)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + l.path("home"), "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
		"GIT_AUTHOR_NAME=Lab", "GIT_AUTHOR_EMAIL=lab@example.org", "GIT_COMMITTER_NAME=Lab", "GIT_COMMITTER_EMAIL=lab@example.org",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"}, env...)
	out, err := c.CombinedOutput()
	return string(out), err
}

func (l *lab) mustGit(args ...string) string {
	l.t.Helper()
	out, err := l.git(nil, args...)
	if err != nil {
		l.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// seeds are the repositories of the lab: commits on how many branches.
var seeds = []struct {
	name              string
	commits, branches int
}{{"acme/payments", 40, 1}, {"acme/website", 30, 1}, {"acme/secrets", 20, 1}, {"acme/many", 30, 4}, {"acme/restricted", 5, 1}}

// seed makes a bare repository with commits that hold a kilobyte each.
func (l *lab) seed(path string, commits, branches int) {
	l.t.Helper()
	l.mustGit("init", "-q", "--bare", "--initial-branch=main", path)
	for _, setting := range []string{"http.receivepack", "uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"} {
		l.mustGit("-C", path, "config", setting, "true")
	}
	var stream bytes.Buffer
	random := rand.New(rand.NewPCG(uint64(commits), 1)) //nolint:gosec // content that does not compress, not a secret
	for b := range branches {
		branch := "main"
		if b > 0 {
			branch = fmt.Sprintf("feature-%d", b)
			fmt.Fprintf(&stream, "reset refs/heads/%s\nfrom refs/heads/main\n\n", branch)
		}
		for i := range commits {
			content := make([]byte, 1024)
			for j := range content {
				content[j] = byte('!' + random.IntN(90))
			}
			fmt.Fprintf(&stream, "commit refs/heads/%s\ncommitter Lab <lab@example.org> %d +0000\ndata 6\nchange\nM 100644 inline file-%d\ndata %d\n%s\n",
				branch, 1700000000+i, i%7, len(content), content)
		}
	}
	c := exec.CommandContext(l.t.Context(), "git", "-C", path, "fast-import", "--quiet")
	c.Stdin = &stream
	if out, err := c.CombinedOutput(); err != nil {
		l.t.Fatalf("seeding %s: %v\n%s", path, err, out)
	}
}

// objects counts what a full clone of a repository must send.
func (l *lab) objects(path string) int {
	return strings.Count(l.mustGit("-C", path, "rev-list", "--objects", "--all"), "\n")
}

// server is one that runs.
type server struct {
	l *lab
	// url is where a person finds a repository; env is what git needs for it.
	url func(person, repository string) string
	env func(person string) []string
	// bare is where a repository lies.
	bare func(repository string) string
	// anonymous is true where everybody may read and nobody write; archives where
	// git archive works from afar.
	anonymous, archives bool
	processes           []*exec.Cmd
}

// start runs a program until the server is stopped, or the test ends.
func (s *server) start(c *exec.Cmd) {
	s.l.t.Helper()
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Start(); err != nil {
		s.l.t.Fatalf("starting %s: %v", c.Path, err)
	}
	s.processes = append(s.processes, c)
	s.l.t.Cleanup(s.stop)
}

// stop ends what runs, gently first, so that logs are written out.
func (s *server) stop() {
	for _, c := range s.processes {
		group := -c.Process.Pid
		_ = syscall.Kill(group, syscall.SIGTERM)
		done := make(chan struct{})
		go func() { _ = c.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			_ = syscall.Kill(group, syscall.SIGKILL)
			<-done
		}
	}
	s.processes = nil
}

// port is a free one on loopback.
func (l *lab) port() int {
	l.t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	l.must(err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// listens waits until a port answers; false after ten seconds.
func listens(port int) bool {
	for range 100 {
		c, err := net.DialTimeout("tcp4", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
		if err == nil {
			_ = c.Close()
			return true
		}
		time.Sleep(100 * time.Millisecond)
	}
	return false
}

// onPort starts a server on a port of its choice and once more on another where
// somebody was faster to take that one.
func (s *server) onPort(log string, start func(port int)) int {
	s.l.t.Helper()
	for range 3 {
		port := s.l.port()
		start(port)
		if listens(port) {
			return port
		}
		s.stop()
	}
	text, _ := os.ReadFile(filepath.Clean(log))
	s.l.t.Fatalf("the server does not listen:\n%s", text)
	return 0
}

// step is a git command that ran: the ground truth.
type step struct {
	kind, who, repository string
	from, until           time.Time
	objects               int
}

// scenario runs git against a server and returns what it did.
func (l *lab) scenario(s *server) []step {
	l.t.Helper()
	var steps []step
	run := func(kind, who, repository string, fails bool, args ...string) {
		l.t.Helper()
		if s.anonymous {
			who = "anonymous"
		}
		st := step{kind: kind, who: who, repository: repository, from: time.Now()}
		out, err := l.git(s.env(who), args...)
		st.until = time.Now()
		if (err != nil) != fails {
			l.t.Fatalf("%s: git %s: %v\n%s", kind, strings.Join(args, " "), err, out)
		}
		if kind == "clone" || kind == "mirror" || kind == "many" {
			st.objects = l.objects(s.bare(repository))
		}
		steps = append(steps, st)
	}
	at := func(name string) string { return l.path("clones/" + name) }
	payments, website, secrets := "acme/payments", "acme/website", "acme/secrets"
	run("ls-remote", "alice", payments, false, "ls-remote", s.url("alice", payments))
	run("clone", "alice", payments, false, "clone", "-q", s.url("alice", payments), at("a"))
	run("no-op", "alice", payments, false, "-C", at("a"), "fetch", "-q")
	run("clone", "bob", payments, false, "clone", "-q", s.url("bob", payments), at("b"))
	l.must(os.WriteFile(filepath.Join(at("b"), "new"), []byte("new"), 0o600))
	l.mustGit("-C", at("b"), "add", "new")
	l.mustGit("-C", at("b"), "commit", "-q", "-m", "new")
	if s.anonymous {
		l.mustGit("-C", at("b"), "push", "-q", s.bare(payments), "HEAD:main")
	} else {
		run("push", "bob", payments, false, "-C", at("b"), "push", "-q", "origin", "HEAD:main")
	}
	run("incremental", "alice", payments, false, "-C", at("a"), "fetch", "-q")
	run("shallow", "alice", website, false, "clone", "-q", "--depth", "1", s.url("alice", website), at("shallow"))
	run("unshallow", "alice", website, false, "-C", at("shallow"), "fetch", "-q", "--unshallow")
	run("partial", "alice", secrets, false, "clone", "-q", "--filter=blob:none", "--no-checkout", s.url("alice", secrets), at("partial"))
	run("mirror", "bob", secrets, false, "clone", "-q", "--mirror", s.url("bob", secrets), at("mirror"))
	run("v0 clone", "bob", website, false, "-c", "protocol.version=0", "clone", "-q", s.url("bob", website), at("v0"))
	run("v0 no-op", "bob", website, false, "-C", at("v0"), "-c", "protocol.version=0", "fetch", "-q")
	run("many", "alice", "acme/many", false, "clone", "-q", s.url("alice", "acme/many"), at("many"))
	if s.archives {
		run("archive", "alice", website, false, "archive", "--remote="+s.url("alice", website), "-o", l.path("a.tar"), "main")
	}
	if !s.anonymous {
		run("denied", "eve", "acme/restricted", true, "clone", "-q", s.url("eve", "acme/restricted"), at("denied"))
	}
	run("missing", "alice", "acme/nope", true, "clone", "-q", s.url("alice", "acme/nope"), at("nope"))
	return steps
}
