//go:build servers

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"time"
)

const gitoliteShell = "/usr/share/gitolite3/gitolite-shell"

// gitolite serves over an OpenSSH server of its own, with Trace2.
func (l *lab) gitolite() *server {
	home := l.path("gl")
	l.must(os.MkdirAll(home, 0o700))
	s := &server{l: l, archives: true, bare: func(r string) string { return filepath.Join(home, "repositories", r+".git") }}
	s.env = func(person string) []string {
		return []string{"GIT_SSH_COMMAND=ssh -F /dev/null -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i " + l.path("key-"+person)}
	}
	l.setUpGitolite(home)
	for _, seed := range seeds {
		l.seed(l.path("seed/"+seed.name), seed.commits, seed.branches)
		l.mustGit("-C", s.bare(seed.name), "fetch", "-q", l.path("seed/"+seed.name), "+refs/heads/*:refs/heads/*")
		l.mustGit("-C", s.bare(seed.name), "symbolic-ref", "HEAD", "refs/heads/main")
	}
	// Gitolite's own log begins with its setup, which is no step.
	l.must(os.Remove(l.gitoliteLog()))
	_ = os.Remove(l.path("trace2-ssh.ndjson"))
	port := s.onPort(l.path("sshd.log"), func(port int) { l.startSSH(s, port) })
	account, err := user.Current()
	l.must(err)
	s.url = func(_, repository string) string {
		return fmt.Sprintf("ssh://%s@127.0.0.1:%d/%s", account.Username, port, repository)
	}
	return s
}

// setUpGitolite makes the keys, the rules and the empty repositories.
func (l *lab) setUpGitolite(home string) {
	l.must(os.WriteFile(filepath.Join(home, ".gitconfig"), []byte("[safe]\n\tdirectory = *\n[uploadpack]\n\tallowFilter = true\n[init]\n\tdefaultBranch = main\n[trace2]\n\teventTarget = "+
		l.path("trace2-ssh.ndjson")+"\n\tenvVars = GL_USER,GL_REPO,SSH_CONNECTION,GIT_PROTOCOL\n"), 0o600))
	var keys, rules strings.Builder
	for _, person := range []string{"alice", "bob", "eve"} {
		out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", l.path("key-"+person)).CombinedOutput()
		if err != nil {
			l.t.Fatalf("ssh-keygen: %v\n%s", err, out)
		}
		public, err := os.ReadFile(l.path("key-" + person + ".pub"))
		l.must(err)
		fmt.Fprintf(&keys, "command=\"HOME=%s %s %s\",restrict %s", home, gitoliteShell, person, public)
	}
	l.write("authorized_keys", keys.String())
	for _, seed := range seeds {
		may := "alice bob"
		if strings.HasSuffix(seed.name, "restricted") {
			may = "bob"
		}
		fmt.Fprintf(&rules, "repo %s\n    RW+ = %s\n", seed.name, may)
	}
	l.runGitolite(home, "setup", "-a", "admin")
	l.must(os.WriteFile(filepath.Join(home, ".gitolite", "conf", "gitolite.conf"), []byte(rules.String()), 0o600))
	l.runGitolite(home, "compile")
}

func (l *lab) runGitolite(home string, args ...string) {
	l.t.Helper()
	c := exec.Command("gitolite", args...)
	c.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "USER=git", "LOGNAME=git", "LC_ALL=C"}
	if out, err := c.CombinedOutput(); err != nil {
		l.t.Fatalf("gitolite %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (l *lab) gitoliteLog() string {
	logs, err := filepath.Glob(l.path("gl/.gitolite/logs/gitolite-*.log"))
	l.must(err)
	if len(logs) == 0 {
		l.t.Fatal("gitolite wrote no log")
	}
	return logs[len(logs)-1]
}

// startSSH runs sshd and stamps what it says, as a system log would.
func (l *lab) startSSH(s *server, port int) {
	l.t.Helper()
	if os.Getuid() == 0 {
		// OpenSSH's empty folder, which Debian makes when the service starts.
		if _, err := os.Stat("/run/sshd"); err != nil {
			l.must(os.MkdirAll("/run/sshd", 0o755)) //nolint:gosec // sshd wants it so
			l.t.Cleanup(func() { _ = os.Remove("/run/sshd") })
		}
	}
	key := l.path(fmt.Sprintf("host-key-%d", port))
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		l.t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
	conf := l.write("sshd_config", fmt.Sprintf(`ListenAddress 127.0.0.1:%d
HostKey %s
AuthorizedKeysFile %s
PidFile none
LogLevel VERBOSE
StrictModes no
UsePAM %s
PasswordAuthentication no
PermitRootLogin forced-commands-only
AcceptEnv GIT_PROTOCOL
MaxStartups 100
`, port, key, l.path("authorized_keys"), l.needsPAM()))
	s.startStamped(exec.Command("/usr/sbin/sshd", "-D", "-e", "-f", conf), "sshd[1]: ", l.path("sshd.log"))
}

// daemon serves anonymously by git's own daemon.
func (l *lab) daemon() *server {
	s := l.httpServer()
	s.anonymous, s.archives = true, true
	port := s.onPort(l.path("daemon.log"), func(port int) {
		c := exec.Command("git", "daemon", "--verbose", "--export-all", "--enable=upload-archive", "--base-path="+l.path("repos"), "--listen=127.0.0.1", fmt.Sprintf("--port=%d", port))
		c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + l.path("home"), "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"}
		s.startStamped(c, "git-daemon", l.path("daemon.log"))
	})
	s.url = func(_, repository string) string { return fmt.Sprintf("git://127.0.0.1:%d/%s.git", port, repository) }
	return s
}

// startStamped starts a program that writes its log to standard error, and stamps
// its lines, as a system log would.
func (s *server) startStamped(c *exec.Cmd, tag, path string) {
	s.l.t.Helper()
	said, err := c.StderrPipe()
	s.l.must(err)
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // a path of the lab
	s.l.must(err)
	s.l.t.Cleanup(func() { _ = log.Close() })
	s.start(c)
	go stamp(said, log, tag)
}

// needsPAM is "yes" where the account has no password and is locked by a "!",
// which sshd refuses without PAM.
func (l *lab) needsPAM() string {
	account, err := user.Current()
	l.must(err)
	shadow, err := os.ReadFile("/etc/shadow")
	if err == nil && strings.Contains("\n"+string(shadow), "\n"+account.Username+":!") {
		return "yes"
	}
	return "no"
}

func stamp(from io.Reader, to io.Writer, tag string) {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		fmt.Fprintf(to, "%s lab %s%s\n", time.Now().UTC().Format("2006-01-02T15:04:05.000000Z07:00"), tag, lines.Text())
	}
}
