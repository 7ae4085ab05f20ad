package queries_test

import (
	"strings"
	"testing"

	"midwatch/queries"
)

func FuzzParse(f *testing.F) {
	for _, folder := range []string{"sources", "landing", "rollups", "baselines", "schema"} {
		for _, s := range queries.Scripts(folder) {
			f.Add(s.SQL)
		}
	}
	f.Add("--\n-- severity:\n--    x\n-- quiet on: a\n\nSELECT 1")
	f.Fuzz(func(t *testing.T, text string) {
		s := queries.Parse("signals", "x", text)
		if s.SQL != text {
			t.Errorf("the text was changed")
		}
		for key, value := range s.Keys {
			if key != strings.ToLower(key) || value != strings.TrimSpace(value) || strings.Contains(value, "\n") {
				t.Errorf("key %q has %q", key, value)
			}
		}
		if strings.Contains(s.Summary, "\n") {
			t.Errorf("the summary is %q", s.Summary)
		}
	})
}
