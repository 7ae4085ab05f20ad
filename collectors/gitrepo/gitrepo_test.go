package gitrepo

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"midwatch/collectors"
)

// gitIn runs git in a folder, with nothing of the machine's configuration.
func gitIn(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append([]string{"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null"}, env...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v in %s: %v\n%s", args, dir, err, out)
	}
	return string(out)
}

// maker makes commits, an hour apart.
type maker struct {
	t   *testing.T
	dir string
	at  int64
}

func newMaker(t *testing.T) *maker {
	m := &maker{t: t, dir: t.TempDir(), at: 1_700_000_000}
	m.git("init", "-q", ".")
	return m
}

func (m *maker) git(args ...string) string { return gitIn(m.t, m.dir, nil, args...) }

// by runs a git command as somebody, an hour later.
func (m *maker) by(name, email string, args ...string) {
	m.t.Helper()
	m.at += 3600
	when := fmt.Sprintf("%d +0200", m.at)
	gitIn(m.t, m.dir, []string{
		"GIT_AUTHOR_NAME=" + name, "GIT_AUTHOR_EMAIL=" + email, "GIT_AUTHOR_DATE=" + fmt.Sprintf("%d +0200", m.at-1800),
		"GIT_COMMITTER_NAME=merger", "GIT_COMMITTER_EMAIL=m@example.org", "GIT_COMMITTER_DATE=" + when,
	}, args...)
}

// commit writes a file and commits everything.
func (m *maker) commit(name, email, file, text string) {
	m.t.Helper()
	path := filepath.Join(m.dir, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
	m.git("add", "-A")
	m.by(name, email, "commit", "-q", "--allow-empty", "-m", file)
}

// busy is a history with renames, merges, an octopus, a branch that is not
// merged, and people under several addresses.
func busy(t *testing.T) *maker {
	m := newMaker(t)
	m.commit("Ana", "ana@example.org", "a.txt", "one\n")
	m.commit("Ben", "Ben@Example.org", "b.txt", "two\n")
	m.git("mv", "a.txt", "renamed.txt")
	m.commit("Ana Lima", "ana@old.example", "c.txt", "three\n")
	for _, branch := range []string{"one", "two", "three"} {
		m.git("checkout", "-q", "-b", branch, "main")
		m.commit("Caro", "caro@example.org", branch+".txt", branch)
		m.commit("root", "root@localhost", branch+"2.txt", branch)
	}
	m.git("checkout", "-q", "main")
	m.by("Ben", "ben@example.org", "merge", "-q", "--no-ff", "-m", "merge", "one")
	m.by("Ben", "ben@example.org", "merge", "-q", "-m", "octopus", "two", "three")
	m.git("checkout", "-q", "-b", "left", "main~2")
	m.commit("Dora", "dora@example.org", "left.txt", "left")
	m.git("checkout", "-q", "main")
	m.commit("Ana", "ana@example.org", ".mailmap",
		"# who is who\nAna Lima <ana@example.org> <ana@old.example>\nDora <dora@new.example> Caro <caro@example.org>\n<ops@example.org> <ROOT@localhost>\nBenjamin <ben@example.org>\n")
	return m
}

// sums are commits, first and last author time by contributor.
type sums map[string][3]int64

// byGit is what git itself says, over the same branches.
func byGit(t *testing.T, dir string) (sums, time.Time) {
	t.Helper()
	got, newest := sums{}, int64(0)
	out := gitIn(t, dir, nil, "log", "--use-mailmap", "--format=%aE%x09%at%x09%ct", "--branches", "--remotes", "HEAD")
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		f := strings.Split(line, "\t")
		at, err := strconv.ParseInt(f[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		ct, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		newest = max(newest, ct)
		who := collectors.ContributorID(f[0])
		s, known := got[who]
		if !known {
			s = [3]int64{0, at, at}
		}
		got[who] = [3]int64{s[0] + 1, min(s[1], at), max(s[2], at)}
	}
	return got, time.Unix(newest, 0).UTC()
}

// byShortlog is `git shortlog -se` over the same branches.
func byShortlog(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	got := map[string]int64{}
	for _, line := range strings.Split(strings.TrimSpace(gitIn(t, dir, nil, "shortlog", "-se", "--branches", "--remotes", "HEAD")), "\n") {
		count, who, _ := strings.Cut(strings.TrimSpace(line), "\t")
		n, err := strconv.ParseInt(count, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		email := who[strings.LastIndex(who, "<")+1 : len(who)-1]
		got[collectors.ContributorID(email)] += n
	}
	return got
}

// add puts a history to what was counted before.
func (s sums) add(h History) {
	if h.Whole {
		clear(s)
	}
	for _, c := range h.Contributions {
		k, known := s[c.Contributor]
		if !known {
			k = [3]int64{0, c.First.Unix(), c.Last.Unix()}
		}
		s[c.Contributor] = [3]int64{k[0] + int64(c.Commits), min(k[1], c.First.Unix()), max(k[2], c.Last.Unix())}
	}
}

// agree compares with git log and git shortlog.
func (s sums) agree(t *testing.T, dir string) {
	t.Helper()
	want, _ := byGit(t, dir)
	if !maps.Equal(s, want) {
		t.Errorf("counted\n%v, git log says\n%v", s, want)
	}
	short := byShortlog(t, dir)
	for who, n := range short {
		if s[who][0] != n {
			t.Errorf("counted %d commits of %s, git shortlog %d", s[who][0], who[:8], n)
		}
	}
	if len(short) != len(s) {
		t.Errorf("counted %d contributors, git shortlog %d", len(s), len(short))
	}
}

func readAll(t *testing.T, dir string, seen Seen) History {
	t.Helper()
	h, err := Read(context.Background(), Mirror{Repository: "acme/r", Path: dir}, seen)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAgreesWithGitOnThisProjectsOwnHistory(t *testing.T) {
	dir := strings.TrimSpace(gitIn(t, ".", nil, "rev-parse", "--show-toplevel"))
	h := readAll(t, dir, Seen{})
	got := sums{}
	got.add(h)
	got.agree(t, dir)
	if _, newest := byGit(t, dir); !h.LastAt.Equal(newest) {
		t.Errorf("last written to at %s, git says %s", h.LastAt, newest)
	}
}

func TestAgreesWithGitOnMergesRenamesAndMailmaps(t *testing.T) {
	m := busy(t)
	bare := filepath.Join(t.TempDir(), "r.git")
	gitIn(t, m.dir, nil, "clone", "-q", "--mirror", m.dir, bare)
	for name, dir := range map[string]string{"clone": m.dir, "bare mirror": bare} {
		t.Run(name, func(t *testing.T) {
			h := readAll(t, dir, Seen{})
			got := sums{}
			got.add(h)
			got.agree(t, dir)
			if _, newest := byGit(t, dir); !h.LastAt.Equal(newest) || !h.Whole {
				t.Errorf("last written to at %s, git says %s; whole: %v", h.LastAt, newest, h.Whole)
			}
			if _, mapped := got[collectors.ContributorID("caro@example.org")]; mapped {
				t.Error("the mailmap was not followed")
			}
		})
	}
}

// TestASecondRunReadsOnlyWhatIsNew grows a history step by step in each way that
// counts, and compares with git after each.
func TestASecondRunReadsOnlyWhatIsNew(t *testing.T) {
	m := busy(t)
	for i := range 40 {
		m.commit("Ana", "ana@example.org", "many.txt", strconv.Itoa(i))
	}
	got := sums{}
	h := readAll(t, m.dir, Seen{})
	got.add(h)
	if h = readAll(t, m.dir, h.Seen); !h.Unchanged || h.Read != 0 {
		t.Fatalf("nothing is new, and it read %d commits", h.Read)
	}
	for _, step := range []struct {
		name  string
		do    func()
		fresh int
		// around is how many known commits it may look at: the old heads and a few
		// more, and where a branch begins far back, those since.
		around int
		whole  bool
	}{
		{"a commit", func() { m.commit("Ben", "ben@example.org", "n.txt", "n") }, 1, 10, false},
		{"a branch from far back that is merged", func() {
			m.git("checkout", "-q", "-b", "late", "main~30")
			m.commit("Eva", "eva@example.org", "late.txt", "late")
			m.git("checkout", "-q", "main")
			m.by("Ben", "ben@example.org", "merge", "-q", "--no-ff", "-m", "late", "late")
		}, 2, 45, false},
		{"a branch at a commit that is known", func() { m.git("branch", "again", "main~5") }, 0, 25, false},
		{"a commit with a clock of the past", func() {
			m.at -= 200 * 3600
			m.commit("Fay", "fay@example.org", "past.txt", "past")
			m.at += 200 * 3600
		}, 1, 60, false},
		{"a commit on top of it", func() { m.commit("Fay", "fay@example.org", "after.txt", "after") }, 1, 15, false},
		{"a branch that is gone", func() { m.git("branch", "-q", "-D", "left") }, 0, 0, true},
		{"history rewritten", func() {
			m.git("reset", "-q", "--hard", "main~3")
			m.commit("Gus", "gus@example.org", "other.txt", "other")
		}, 0, 0, true},
		{"another mailmap", func() { m.commit("Ana", "ana@example.org", ".mailmap", "<eva@new.example> <eva@example.org>\n") }, 0, 0, true},
	} {
		step.do()
		h = readAll(t, m.dir, h.Seen)
		got.add(h)
		if h.Whole != step.whole {
			t.Errorf("%s: read whole: %v", step.name, h.Whole)
		}
		n := 0
		for _, c := range h.Contributions {
			n += c.Commits
		}
		if !step.whole && (n != step.fresh || h.Read > step.fresh+step.around) {
			t.Errorf("%s: %d new commits, read %d, want %d", step.name, n, h.Read, step.fresh)
		}
		got.agree(t, m.dir)
	}
}

func TestAShallowCloneIsReadAsFarAsItGoesAndSaysSo(t *testing.T) {
	m := busy(t)
	dir := filepath.Join(t.TempDir(), "shallow")
	gitIn(t, m.dir, nil, "clone", "-q", "--depth", "2", "file://"+m.dir, dir)
	h := readAll(t, dir, Seen{})
	got := sums{}
	got.add(h)
	got.agree(t, dir)
	if !h.Shallow {
		t.Error("it does not say that it is shallow")
	}
}

func TestAnEmptyRepositoryHasNothing(t *testing.T) {
	m := newMaker(t)
	h := readAll(t, m.dir, Seen{})
	if len(h.Contributions) != 0 || !h.LastAt.IsZero() {
		t.Errorf("it has %+v", h)
	}
	m.commit("Ana", "ana@example.org", "a", "a")
	if h = readAll(t, m.dir, h.Seen); len(h.Contributions) != 1 || h.Contributions[0].Commits != 1 {
		t.Errorf("after the first commit %+v", h)
	}
}

func TestOwnersOfBothForges(t *testing.T) {
	m := newMaker(t)
	m.commit("Ana", "ana@example.org", "docs/CODEOWNERS", "* @nobody\n")
	m.commit("Ana", "ana@example.org", "CODEOWNERS", `# all
*       @acme/all ben@Example.org # the rest

/with\ space/ @caro
[Database][2] @dba @ops
/sql
/schema @eva
^[Optional]
/none
`)
	var got []string
	for _, o := range readAll(t, m.dir, Seen{}).Owners {
		got = append(got, fmt.Sprintf("%d %s %s", o.Line, o.Pattern, o.Owner))
	}
	want := []string{"2 * @acme/all", "2 * email:" + collectors.ContributorID("ben@example.org"), "4 /with space/ @caro", "6 /sql @dba", "6 /sql @ops", "7 /schema @eva"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFindNamesMirrorsByTheirPath(t *testing.T) {
	root := t.TempDir()
	for _, path := range []string{"acme/Pay.git", "acme/group/deep.git", "plain"} {
		dir := filepath.Join(root, path)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		args := []string{"init", "-q"}
		if strings.HasSuffix(path, ".git") {
			args = append(args, "--bare")
		}
		gitIn(t, dir, nil, append(args, ".")...)
	}
	found, err := Find(context.Background(), root, "")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range found {
		names = append(names, m.Repository)
	}
	if got := strings.Join(names, " "); got != "acme/group/deep acme/pay plain" {
		t.Errorf("found %s", got)
	}
	one, err := Find(context.Background(), filepath.Join(root, "acme", "Pay.git"), "acme/")
	if err != nil || len(one) != 1 || one[0].Repository != "acme/pay" {
		t.Errorf("a repository itself: %+v, %v", one, err)
	}
	if _, err := Find(context.Background(), filepath.Join(root, "nowhere"), ""); err == nil || !strings.Contains(err.Error(), "enrich.mirrors") {
		t.Errorf("a folder that is not there: %v", err)
	}
}
