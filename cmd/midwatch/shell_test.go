package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"midwatch/collectors/synthetic"
	"midwatch/queries"
	"midwatch/queries/warehouse"
)

// sample publishes the sample organisation of the demonstration, as it is there,
// and returns the snapshot.
func sample(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	org := synthetic.Folder{Path: dir}
	if _, err := org.Write(synthetic.Default()); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	w, err := warehouse.Open(ctx, warehouse.Options{Path: filepath.Join(dir, "w.duckdb"), Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "snapshot.duckdb")
	_, err = w.Load(ctx, warehouse.Input{Source: "sample", Format: "github", Name: "events", Path: org.Events(), CollectedAt: time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC)})
	if err == nil {
		_, err = w.RollUp(ctx, nil)
	}
	if err == nil {
		err = w.Publish(ctx, path)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// opened is a shell on the sample with what it prints.
func opened(t *testing.T, path string) (*shell, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	s := &shell{path: path, out: &out, format: "table", options: warehouse.ReadOptions{Scratch: true}}
	if err := s.open(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return s, &out
}

func TestShell(t *testing.T) {
	path := sample(t)
	t.Run("twenty examples give rows", func(t *testing.T) { examplesRun(t, path) })
	t.Run("only scratch can be written", func(t *testing.T) { onlyScratch(t, path) })
	t.Run("no statement writes a file", func(t *testing.T) { harmsNothing(t, path) })
	t.Run("signals end a query, and what it wrote is cleared away", func(t *testing.T) { signalled(t, path) })
	t.Run("ceilings", func(t *testing.T) { bounded(t, path) })
	t.Run("an interrupt stops the query and not the shell", func(t *testing.T) { interrupted(t, path) })
	t.Run("completion", func(t *testing.T) { completes(t, path) })
	t.Run("commands", func(t *testing.T) { commands(t, path) })
	t.Run("a newer snapshot is told of once", func(t *testing.T) { newer(t, path) })
}

// examplesRun runs each worked example; all but those about what the sample has
// not (rights, coverage) give rows.
func examplesRun(t *testing.T, path string) {
	all := queries.Examples()
	if len(all) != 20 {
		t.Errorf("%d examples, want 20", len(all))
	}
	for i, e := range all {
		s, out := opened(t, path)
		s.format = "csv"
		if !strings.HasPrefix(e.Title, strconv.Itoa(i+1)+". ") {
			t.Errorf("example %d is titled %q", i+1, e.Title)
		}
		if err := s.run(context.Background(), e.SQL); err != nil {
			t.Errorf("%s: %v", e.Title, err)
		}
		if strings.Count(out.String(), "\n") < 2 && !strings.HasPrefix(e.Title, "16.") && !strings.HasPrefix(e.Title, "19.") {
			t.Errorf("%s gave no rows", e.Title)
		}
	}
}

func onlyScratch(t *testing.T, path string) {
	s, out := opened(t, path)
	ctx := context.Background()
	if err := s.run(ctx, "CREATE TABLE scratch.mine AS SELECT 41 + 1 AS answer; FROM scratch.mine;"); err != nil || !strings.Contains(out.String(), "42") {
		t.Errorf("scratch: %v, %s", err, out)
	}
	for statement, want := range map[string]string{
		"CREATE TABLE mine (a INTEGER)":              "make your own tables in scratch",
		"DELETE FROM event_fact":                     "make your own tables in scratch",
		"COPY event TO '" + path + ".csv'":           "--outside",
		"SELECT * FROM read_text('/etc/hostname')":   "--outside",
		"ATTACH '" + path + "2' AS other":            "--outside",
		"SET enable_external_access = true":          "",
		"SET memory_limit = '100GB'":                 "locked",
		"INSTALL httpfs":                             "",
		"SELECT * FROM 'https://example.test/x.csv'": "",
	} {
		if err := s.run(ctx, statement); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", statement, err, want)
		}
	}
	if _, err := os.Stat(path + ".csv"); err == nil {
		t.Error("a file was written")
	}
}

func interrupted(t *testing.T, path string) {
	s, out := opened(t, path)
	ctx := context.Background()
	stopped := make(chan error)
	go func() {
		stopped <- s.run(ctx, "SELECT count(*) FROM range(100000000000) AS a(i) WHERE i % 7 = 3;")
	}()
	time.Sleep(300 * time.Millisecond) // until the query runs
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := <-stopped; err == nil || err.Error() != "stopped" {
		t.Errorf("got %v, want stopped", err)
	}
	if err := s.run(ctx, "SELECT 6 * 7 AS answer;"); err != nil || !strings.Contains(out.String(), "42") {
		t.Errorf("after it: %v, %s", err, out)
	}
}

func completes(t *testing.T, path string) {
	s, out := opened(t, path)
	words := s.words(context.Background())
	if err := s.run(context.Background(), "CREATE TABLE scratch.odd AS SELECT 1 AS fine_column, 2 AS \"fine_\x1b[2J\""); err != nil {
		t.Fatal(err)
	}
	s.format = "csv"
	if err := s.run(context.Background(), "SELECT 1 AS \"=cmd\", 2 AS \"a\x1b[2J\""); err != nil || !strings.Contains(out.String(), "'=cmd,a\\x1b[2J\n1,2\n") {
		t.Errorf("a header is not inert: %q, %v", out, err)
	}
	words = s.words(context.Background())
	if got := candidates("SELECT fine_", "fine_", words); !slices.Equal(got, []string{"fine_column"}) {
		t.Errorf("what a log says is drawn on the terminal: %q", got)
	}
	if got := candidates("FROM investigate.who('a', si", "si", words); !slices.Equal(got, []string{"since := "}) {
		t.Errorf("an argument is mixed with %q", got)
	}
	for _, x := range []struct {
		before string
		has    []string
	}{
		{".qu", []string{".questions", ".quit"}},
		{"FROM acce", []string{"access", "access_day", "access_type"}},
		{"FROM investigate.wh", []string{"investigate.who("}},
		{"FROM investigate.who('a', si", []string{"since := "}},
		{"SELECT access.repo", []string{"access.repository"}},
		{"SELECT repos", []string{"repository"}},
		{"sel", []string{"selECT"}},
	} {
		got := candidates(x.before, x.before[lastWord(x.before):], words)
		for _, want := range x.has {
			if !slices.Contains(got, want) {
				t.Errorf("%q: got %q, want %q among them", x.before, got, want)
			}
		}
	}
	rest, there := (&completer{ctx: context.Background(), words: s.words}).Do([]rune("FROM investigate.timel"), 22)
	if there != 17 || !slices.ContainsFunc(rest, func(r []rune) bool { return string(r) == "ine(" }) {
		t.Errorf("got %q after %d", string(slices.Concat(rest...)), there)
	}
}

// TestThePagerTakesWhatIsMoreThanAScreen in length or in width, and leaves the
// rest on the screen.
func TestThePagerTakesWhatIsMoreThanAScreen(t *testing.T) {
	for _, x := range []struct {
		text []string
		fits bool
	}{
		{[]string{"abc\n", "d"}, true},
		{[]string{"1234567890\n", "äöüäöüäöüä\n"}, true},
		{[]string{"12345678901"}, false},
		{[]string{"123456", "78901\n"}, false},
		{[]string{"1\n2\n"}, true},
		{[]string{"1\n2\n3\n"}, false},
		{[]string{"1\n", "2\n", "3\n"}, false},
	} {
		var screen bytes.Buffer
		p := &pager{screen: &screen, width: 10, height: 3}
		fits := true
		for _, text := range x.text {
			p.held.WriteString(text)
			fits = fits && p.fits([]byte(text))
		}
		if fits != x.fits {
			t.Errorf("%q: fits %v, want %v", x.text, fits, x.fits)
		}
	}
	var out bytes.Buffer
	if err := paged(&out, func(w io.Writer) error { _, err := io.WriteString(w, "row\n"); return err }); err != nil || out.String() != "row\n" {
		t.Errorf("what is no terminal has %q, %v", out.String(), err)
	}
}

func TestWhatLeavesTheShell(t *testing.T) {
	for line, want := range map[string]bool{
		".quit": true, " .exit ": true, "exit": true, "QUIT;": true, "exit 1": false, "": false, ";": false, "SELECT exit": false,
	} {
		if leaves(line) != want {
			t.Errorf("%q: %v", line, !want)
		}
	}
}

func commands(t *testing.T, path string) {
	s, out := opened(t, path)
	ctx := context.Background()
	dir := t.TempDir()
	script := filepath.Join(dir, "a.sql")
	if err := os.WriteFile(script, []byte("SELECT 1 AS one; SELECT 'a;b' AS two -- c;d\n;"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ line, want string }{
		{".help", ".questions"},
		{".questions", "investigate.who(subject, since, until)"},
		{".tables", "One row a record"},
		{".examples", "20. "},
		{".examples 15", "copied"},
		{".mode csv", ""},
		{".read " + script, "one\n1\ntwo\na;b\n"},
		{".timer on", ""},
		{".output " + filepath.Join(dir, "rows.csv"), ""},
		{".read " + script, ""},
		{".output", ""},
	} {
		out.Reset()
		if err := s.dot(ctx, strings.Fields(x.line)); err != nil || !strings.Contains(out.String(), x.want) {
			t.Errorf("%s: %v, %s", x.line, err, out)
		}
	}
	if got, err := os.ReadFile(filepath.Join(dir, "rows.csv")); err != nil || string(got) != "one\n1\ntwo\na;b\n" {
		t.Errorf("the file has %q, %v", got, err)
	}
	for line, want := range map[string]string{
		".nonsense": "there is no .nonsense", ".mode xml": "table, csv, json", ".examples 21": "from 1 to 20",
		".timer": "on or off", ".read /nowhere": "reading statements", ".output " + script: "is there already",
	} {
		if err := s.dot(ctx, strings.Fields(line)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", line, err, want)
		}
	}
}

// newer puts another file in the place of the open one, as a night does.
func newer(t *testing.T, path string) {
	s, out := opened(t, path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".next", text, 0o600); err != nil {
		t.Fatal(err)
	}
	s.tellNewer()
	if out.Len() > 0 {
		t.Errorf("told before there is one: %s", out)
	}
	if err := os.Rename(path+".next", path); err != nil {
		t.Fatal(err)
	}
	s.tellNewer()
	s.tellNewer()
	if strings.Count(out.String(), "A newer snapshot is there") != 1 {
		t.Errorf("got %s", out)
	}
	if err := s.run(context.Background(), "SELECT count(*) FROM event;"); err != nil {
		t.Errorf("the open one: %v", err)
	}
	if err := s.dot(context.Background(), []string{".reopen"}); err != nil {
		t.Error(err)
	}
}
