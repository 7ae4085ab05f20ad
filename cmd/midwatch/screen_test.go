package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"midwatch/analyzer/report"
	"midwatch/collectors"
	"midwatch/queries/warehouse/warehousetest"
)

var updateScreens = flag.Bool("update-screens", false, "write testdata/screens again")

// captures are two screens at once: of 80 and of 120 columns.
type captures struct{ narrow, broad bytes.Buffer }

func (c *captures) Write(text []byte) (int, error) {
	c.narrow.Write(text)
	return c.broad.Write(text)
}

// Fit is for report.Screen.
func (c *captures) Fit(draw func(report.Look) string) error {
	c.narrow.WriteString(draw(report.Look{Columns: 80}))
	c.broad.WriteString(draw(report.Look{Columns: 120}))
	return nil
}

// captured runs a command on both screens and holds what it shows to the golden files of
// its name.
func captured(t *testing.T, name string, want int, args ...string) {
	t.Helper()
	var screens captures
	c := newRoot()
	c.SetArgs(args)
	c.SetOut(&screens)
	c.SetErr(io.Discard)
	if code := exitCode(c.ExecuteContext(t.Context())); code != want {
		t.Fatalf("midwatch %v ended with %d, want %d\n%s", args, code, want, &screens.narrow)
	}
	screens.check(t, name)
}

// check holds both screens to their golden files. Nothing but what is there to be pasted
// is wider than the screen.
func (c *captures) check(t *testing.T, name string) {
	t.Helper()
	for columns, b := range map[int]*bytes.Buffer{80: &c.narrow, 120: &c.broad} {
		shown := strings.ReplaceAll(b.String(), os.Args[0], "midwatch")
		for line := range strings.Lines(shown) {
			line = strings.TrimSuffix(line, "\n")
			if text.StringWidth(line) > columns && !strings.HasPrefix(line, "  midwatch --config ") {
				t.Errorf("%s: a line of %d columns on a screen of %d: %s", name, text.StringWidth(line), columns, line)
			}
		}
		path := filepath.Join(screensFolder, name+map[int]string{80: "-80.txt", 120: "-120.txt"}[columns])
		if *updateScreens {
			check(t, os.WriteFile(path, []byte(shown), 0o644))
		}
		golden, err := os.ReadFile(path)
		check(t, err)
		if string(golden) != shown {
			t.Errorf("%s: %s (go test -run Screen -update-screens)", path, firstDifference(shown, string(golden)))
		}
	}
}

// screensFolder is found before a test goes elsewhere.
var screensFolder = func() string {
	path, err := filepath.Abs("../../testdata/screens")
	if err != nil {
		return "../../testdata/screens"
	}
	return path
}()

func TestScreenOfWho(t *testing.T) {
	warehousetest.Long(t)
	captured(t, "who", exitDone, "--config", incidentFolder(t), "investigate", "who", "acme/vault")
}

// The doctor's screen names what is wrong, and what to do, within 80 columns too. Its
// rows are those of one run, with the paths of no machine.
func TestScreenOfDoctor(t *testing.T) {
	t.Parallel()
	c, screens := &cobra.Command{}, &captures{}
	c.SetOut(screens)
	err := tell(c, "table", []looked{
		{"audit", collectors.Check{Name: "log /var/log/github/audit.ndjson", Status: collectors.Warning, Detail: "1 files, 16816 bytes, 0 gzip, 0 zstd, newest of 2026-07-22T06:00:00Z",
			Fix: "nothing was written for more than 48 hours: check that the host still logs here, or ignore this for logs of the past"}},
		{"audit", collectors.Check{Name: "content of audit.ndjson", Status: collectors.OK, Detail: "/var/log/github/audit.ndjson as github: of its first 39 records 33 are accesses, 6 control-plane, 0 no access of their own, 0 for quarantine"}},
		{"gone", collectors.Check{Name: "log gone.ndjson", Status: collectors.Failed, Detail: "/var/log/gone.ndjson is not there: stat /var/log/gone.ndjson: no such file or directory",
			Fix: "check the spelling, and that its disk or share is mounted"}},
		{"enrich", collectors.Check{Name: "roster", Status: collectors.Failed, Detail: `roster.csv line 3, field identity: "bob" names no forge: write the identity as reports have it, such as github:ana or gitlab:ana`,
			Fix: "fix the file, or take enrich.roster out"}},
	})
	if exitCode(err) != exitBlind {
		t.Errorf("ended with %v", err)
	}
	screens.check(t, "doctor")
}

// The demonstration fits the screen. What an earlier one left, and what another program
// wrote there, is no hindrance.
func TestScreenOfDemo(t *testing.T) {
	warehousetest.Long(t)
	t.Chdir(t.TempDir())
	check(t, os.Mkdir("demo", 0o700))
	for _, name := range []string{"midwatch.duckdb", "midwatch.duckdb.wal", "midwatch-snapshot.duckdb", "midwatch.yaml"} {
		check(t, os.WriteFile(filepath.Join("demo", name), []byte("left behind"), 0o600))
	}
	captured(t, "demo", exitDone, "demo")
}
