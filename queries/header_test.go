package queries_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"midwatch/queries"
)

func TestParse(t *testing.T) {
	t.Parallel()
	s := queries.Parse("signals", "x", `-- What it is for.
--
-- Severity: high
-- quiet on: a joiner in the
--     first week
-- that: is prose
-- technique:  T1213.003

-- severity: low
SELECT 1; -- records: json
`)
	want := map[string]string{"severity": "high", "quiet on": "a joiner in the first week", "technique": "T1213.003"}
	if s.Summary != "What it is for." || !maps.Equal(s.Keys, want) || s.Name != "x" || s.Folder != "signals" {
		t.Errorf("%+v", s)
	}
}

func TestLookupNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	if s, err := queries.Lookup("sources", "github"); err != nil || s.Keys["records"] != "json" {
		t.Errorf("%+v, %v", s.Keys, err)
	}
	if _, err := queries.Lookup("sources", "nosuch"); err == nil || !strings.Contains(err.Error(), `no source named "nosuch"; there are: `) || !strings.Contains(err.Error(), "github") {
		t.Errorf("%v", err)
	}
}

// filteredCount is count(*) FILTER (...) OVER, which DuckDB 1.4.1 counts anew for
// every row: 300,000 rows of one partition took 21 s, and 90 ms as count(CASE ...).
var filteredCount = regexp.MustCompile(`(?i)count\(\*\)\s+FILTER\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s+OVER`)

// TestNoFilteredCountOverAWindow: who sends many requests must not be able to
// make the collector slow.
func TestNoFilteredCountOverAWindow(t *testing.T) {
	t.Parallel()
	if !filteredCount.MatchString("count(*) FILTER (WHERE kind IN ('a', 'b') AND f(x, g(1))) OVER (PARTITION BY x)") || filteredCount.MatchString("count(*) FILTER (WHERE a), sum(x) OVER (w)") {
		t.Fatal("the pattern does not find what it is for")
	}
	for _, folder := range []string{"schema", "sources", "landing", "rollups", "baselines", "signals", "investigations", "reports", "market", "planting"} {
		for _, s := range queries.Scripts(folder) {
			if hit := filteredCount.FindString(s.SQL); hit != "" {
				t.Errorf("%s/%s.sql counts in quadratic time, write count(CASE WHEN ... THEN 1 END): %s", folder, s.Name, hit)
			}
		}
	}
}

// Every script says in its first line what it is for.
func TestEveryScriptSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"schema", "sources", "landing", "rollups", "baselines"} {
		scripts := queries.Scripts(folder)
		if len(scripts) == 0 {
			t.Errorf("no scripts in %s", folder)
		}
		for _, s := range scripts {
			if len(s.Summary) < 10 {
				t.Errorf("%s/%s.sql begins with %q", folder, s.Name, s.Summary)
			}
			if folder == "sources" && s.Keys["records"] != "json" && s.Keys["records"] != "text" {
				t.Errorf("sources/%s.sql: records is %q", s.Name, s.Keys["records"])
			}
		}
	}
}
