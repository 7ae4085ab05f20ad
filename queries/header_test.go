package queries_test

import (
	"maps"
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
