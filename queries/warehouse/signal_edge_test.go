package warehouse_test

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"midwatch/queries"
	"midwatch/queries/warehouse"
	"midwatch/queries/warehouse/warehousetest"
)

// edges finds comparisons with the night, the window, a threshold that a person can
// set, or a date of the surroundings: they stand on the right-hand side.
var edges = regexp.MustCompile(`(<=|>=|<|>) (as_of|window_days|least_|most_|idle_|rare_|span_|d\.dead_at|p\.ends_at|t\.last_at|c\.occurred_at|60000)`)

// moved is what each comparison becomes when its edge moves by one.
var moved = map[string]string{"<": "<=", "<=": "<", ">": ">=", ">=": ">"}

// TestFixturesNoticeAMovedEdge moves every edge in the SQL of a signal, and of
// the baselines it stands on, and wants a fixture to give other rows.
func TestFixturesNoticeAMovedEdge(t *testing.T) {
	warehousetest.Long(t)
	unnoticed, baselines := map[string]bool{}, queries.Scripts("baselines")
	for _, s := range baselines {
		// Those that nights are judged by are tested where nights are judged.
		// A use at the very instant of death is asked for by questions alone.
		if s.Name != "coverage" && s.Name != "counted" && s.Name != "dead_credential" && !s.RestsOnCounted() {
			for _, m := range mutants(s) {
				unnoticed[m.name] = true
			}
		}
	}
	for _, s := range queries.Scripts("signals") {
		t.Run(s.Name, func(t *testing.T) {
			w := openSignals(t, filepath.Join(fixture(s.Name), "events.ndjson"))
			query := strings.TrimSpace(string(read(t, filepath.Join(fixture(s.Name), "query.sql"))))
			want := ask(t, w, query)
			for _, m := range mutants(s) {
				if !notices(t, w, m, query, want) {
					t.Errorf("no row of its fixture changes with %s", m.name)
				}
			}
			for _, b := range baselines {
				for _, m := range mutants(b) {
					if unnoticed[m.name] && stands(s, b, baselines) && notices(t, w, m, query, want) {
						delete(unnoticed, m.name)
					}
				}
			}
		})
	}
	for name := range unnoticed {
		t.Errorf("no fixture changes with %s", name)
	}
}

// stands reports whether a script stands on a baseline, by way of others or not.
func stands(s, on queries.Script, baselines []queries.Script) bool {
	if s.Calls(on) {
		return true
	}
	for _, b := range baselines {
		if b.Name != s.Name && s.Calls(b) && stands(b, on, baselines) {
			return true
		}
	}
	return false
}

// mutant is a script with one edge moved.
type mutant struct{ name, sql, original string }

func mutants(s queries.Script) []mutant {
	var all []mutant
	for _, at := range edges.FindAllStringSubmatchIndex(s.SQL, -1) {
		op := s.SQL[at[2]:at[3]]
		line := 1 + strings.Count(s.SQL[:at[0]], "\n")
		all = append(all, mutant{
			name:     fmt.Sprintf("%s/%s.sql line %d: %s for %s", s.Folder, s.Name, line, moved[op], op),
			sql:      s.SQL[:at[2]] + moved[op] + s.SQL[at[3]:],
			original: s.SQL,
		})
	}
	return all
}

// notices puts a mutant in place, asks, and puts the original back.
func notices(t *testing.T, w *warehouse.Warehouse, m mutant, query string, want [][]string) bool {
	t.Helper()
	install(t, w, m.sql)
	defer install(t, w, m.original)
	return !slices.EqualFunc(ask(t, w, query), want, slices.Equal)
}

func install(t *testing.T, w *warehouse.Warehouse, sql string) {
	t.Helper()
	rows, err := w.Reader().Query(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
}
