package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"midwatch/collectors/synthetic"
)

// TestMain makes the test binary be midwatch where a script calls it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"midwatch": main})
}

// scripts holds whole-command tests, one file each, and folders of them.
const scripts = "../../testdata/script"

// TestScript runs each file of testdata/script as a person would type it, on an
// organisation that all of them share and none may change: $ORG has
// events.ndjson.gz, netinfo.csv and truth/.
func TestScript(t *testing.T) {
	org := filepath.Join(t.TempDir(), "org")
	if _, err := (synthetic.Folder{Path: org, Compress: true}).Write(sharedOrganisation()); err != nil {
		t.Fatal(err)
	}
	folders, err := scriptFolders()
	if err != nil {
		t.Fatal(err)
	}
	for name, folder := range folders {
		t.Run(name, func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir:                 folder,
				RequireExplicitExec: true,
				RequireUniqueNames:  true,
				Setup:               func(e *testscript.Env) error { return setUp(e, org) },
				Condition:           condition,
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"exits": exits, "mode": mode, "count": countMatches, "github": githubHost,
				},
			})
		})
	}
}

// sharedOrganisation is small, and long ago enough that no clock that the tests
// run by makes its records lie in the future.
func sharedOrganisation() synthetic.Options {
	o := synthetic.Default()
	o.From = time.Date(2025, time.March, 3, 0, 0, 0, 0, time.UTC)
	o.Days, o.EvalFrom = 60, 30
	o.People, o.Repositories, o.EventsPerDay = 40, 40, 500
	o.Attacks = []string{"midnight_blizzard"}
	return o
}

// scriptFolders are the folder of scripts and those in it that hold some.
func scriptFolders() (map[string]string, error) {
	found, err := filepath.Glob(scripts + "/*/*.txtar")
	all := map[string]string{"main": scripts}
	for _, f := range found {
		all[filepath.Base(filepath.Dir(f))] = filepath.Dir(f)
	}
	return all, err
}

func setUp(e *testscript.Env, org string) error {
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		return err
	}
	e.Setenv("ORG", org)
	e.Setenv("TESTDATA", testdata)
	// What a person's own machine has set must not change what a script sees.
	e.Setenv("HOME", e.WorkDir)
	e.Setenv("TZ", "Pacific/Auckland")
	return nil
}

// condition knows [root], as which no file is unreadable.
func condition(name string) (bool, error) {
	if name == "root" {
		return os.Geteuid() == 0, nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// exits CODE PROGRAM [ARG...] runs a program that must end with the code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var status *exec.ExitError
		if !errors.As(err, &status) {
			ts.Fatalf("%v", err)
		}
		got = status.ExitCode()
	}
	if got != want {
		ts.Fatalf("%v exited with %d, want %d", args[1:], got, want)
	}
}

// mode FILE OCTAL holds when a file has exactly these permissions.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode FILE OCTAL")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[1] {
		ts.Fatalf("%s has mode %s, want %s", args[0], got, args[1])
	}
}

// count N PATTERN FILE holds when a file has exactly N lines that match.
func countMatches(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: count N PATTERN FILE")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	if got := len(pattern.FindAllString(ts.ReadFile(args[2]), -1)); got != want {
		ts.Fatalf("%d matches of %s in %s, want %d", got, args[1], args[2], want)
	}
}

// TestScriptsAreRun holds that every command has a script that calls it.
func TestScriptsAreRun(t *testing.T) {
	files, err := filepath.Glob(scripts + "/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(scripts + "/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	for _, f := range slices.Concat(files, more) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, b...)
	}
	for _, c := range newRoot().Commands() {
		called := regexp.MustCompile(`(?m)^(!? ?exec|exits \d) midwatch .*\b` + c.Name() + `\b`)
		if !called.Match(text) {
			t.Errorf("no script in testdata/script calls midwatch %s", c.Name())
		}
	}
}
