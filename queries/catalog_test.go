package queries

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write CATALOG.md")

func TestCatalogIsFresh(t *testing.T) {
	want := Catalog()
	if *update {
		if err := os.WriteFile("CATALOG.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("CATALOG.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("CATALOG.md does not say what the headers say: run make generate")
	}
}

func TestCatalogNamesEverySignalWithItsArguments(t *testing.T) {
	text := Catalog()
	for _, s := range Scripts("signals") {
		calls := s.Signatures()
		if len(calls) != 1 || !strings.HasPrefix(calls[0], "signal."+s.Name+"(as_of TIMESTAMP") {
			t.Errorf("%s is called as %v", s.Name, calls)
			continue
		}
		for _, want := range []string{"### " + s.Name + "\n\n" + s.Summary, calls[0], s.Keys["quiet on"]} {
			if !strings.Contains(text, want) {
				t.Errorf("the catalogue lacks %q", want)
			}
		}
	}
}

func TestParseReadsTheHeader(t *testing.T) {
	s := Parse("signals", "x", `-- What it says.
--
-- severity: low
-- quiet on: one cause,
--     and another
--
-- Prose that explains: with a colon.
-- And goes on.
CREATE OR REPLACE MACRO signal.x(as_of TIMESTAMP, n INTEGER := 1) AS TABLE
-- not the header: severity: high
SELECT 1;
`)
	if s.Summary != "What it says." || s.Keys["severity"] != "low" || s.Keys["quiet on"] != "one cause, and another" || len(s.Keys) != 2 {
		t.Errorf("header is %+v", s)
	}
	if s.Prose != "Prose that explains: with a colon.\nAnd goes on." {
		t.Errorf("prose is %q", s.Prose)
	}
	if got := s.Signatures(); len(got) != 1 || got[0] != "signal.x(as_of TIMESTAMP, n INTEGER := 1)" {
		t.Errorf("signatures are %v", got)
	}
}

func TestInOrderPutsCallersAfterWhatTheyCall(t *testing.T) {
	make := func(name, body string) Script {
		return Parse("baselines", name, "-- X.\nCREATE OR REPLACE MACRO baseline."+name+"(a) AS "+body+";\n")
	}
	var names []string
	for _, s := range InOrder([]Script{make("a", "baseline.b(baseline.c(a))"), make("b", "baseline.c(a)"), make("c", "a + 1"), make("d", "a")}) {
		names = append(names, s.Name)
	}
	if got := strings.Join(names, ""); got != "cbad" && got != "cbda" {
		t.Errorf("the order is %s", got)
	}
}
