package analyzer

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/collectors/synthetic"
	"midwatch/queries"
	"midwatch/queries/warehouse"
)

func TestQueryNamesTheSignalOfTheHeaviestPiece(t *testing.T) {
	a := Assessment{
		Identity: "github:o'hara", Family: Personal, Day: time.Date(2026, 7, 31, 0, 0, 0, 0, time.UTC),
		Evidence: []Evidence{
			{Name: EvidencePrior, Nats: 9}, {Name: EvidenceLowAndSlow, Nats: 3, Days: 7}, {Name: EvidenceNetwork, Nats: 2},
			{Name: EvidenceGuardedRepository, Nats: 1}, {Name: EvidenceUnlikelyRepositories, Nats: .9}, {Name: EvidenceClient, Nats: -1},
		},
	}
	const who = " WHERE identity = 'github:o''hara' AND family = 'personal'"
	want := []string{
		"FROM signal.slow_and_low(TIMESTAMP '2026-08-01', span_days := 7)" + who,
		"FROM signal.new_network(TIMESTAMP '2026-08-01')" + who,
		"FROM signal.guarded_repository(TIMESTAMP '2026-08-01')" + who,
		"FROM signal.new_repository(TIMESTAMP '2026-08-01')" + who,
	}
	if got := a.SignalQueries(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("queries are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := a.Query(); got != want[0] {
		t.Errorf("the query is %s", got)
	}
	a.Evidence = a.Evidence[:1]
	if got, want := a.Query(), "FROM access WHERE day = DATE '2026-07-31' AND identity = 'github:o''hara' AND family = 'personal'"; got != want {
		t.Errorf("the query is %s, want %s", got, want)
	}
}

func TestEverySignalNamedExists(t *testing.T) {
	for _, n := range EvidenceNames() {
		for _, how := range []Through{SharedByNetwork, SharedByBlock, SharedByClient} {
			name := Signal(EvidenceName(n), how)
			if name == "" {
				if !slices.Contains([]EvidenceName{EvidenceCarried, EvidenceOrdinaryWork, EvidenceWholeNight, EvidenceAddsUp}, EvidenceName(n)) {
					t.Errorf("%s has no signal", n)
				}
				continue
			}
			if _, err := queries.Lookup("signals", name); err != nil {
				t.Errorf("%s: %v", n, err)
			}
		}
	}
}

// agreement says which numbers of a piece its signal gives again, and by which
// column it is found where a facet has several rows.
var agreement = map[EvidenceName]struct {
	column          string
	observed        bool
	expected, bound bool
}{
	EvidenceNewRepositories: {"", true, true, true},
	EvidenceNetwork:         {"network", true, true, false},
	EvidenceClient:          {"user_agent", true, true, false},
	EvidenceCredential:      {"credential", true, true, false},
	EvidenceReturnAfterGap:  {"", true, false, true},
	EvidenceTwoCountries:    {"", true, true, false},
	EvidenceClientElsewhere: {"user_agent", false, true, false},

	EvidenceGuardedRepository: {"repository", true, true, false},
}

// TestReasonsCanBeHadAgainInSQL scores a small organisation and asks the signals
// for the numbers of every reason of its last nights.
func TestReasonsCanBeHadAgainInSQL(t *testing.T) {
	ctx := context.Background()
	w, last := smallOrganisation(t)
	compared := map[EvidenceName]int{}
	run := Run{Warehouse: w, Options: Default(), Version: "test"}
	var nights []Scored
	err := run.Through(ctx, last.AddDate(0, 0, -90), last, func(s Scored) error {
		nights = append(nights, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range nights[len(nights)-12:] {
		for _, a := range s.Assessments {
			for _, e := range a.Evidence {
				if how, ok := agreement[e.Name]; ok && e.Nats >= carrying && a.Baseline.Days >= 5 {
					compared[e.Name]++
					compare(t, w, a, e, how.column, how.observed, how.expected, how.bound)
				}
			}
		}
	}
	t.Log(compared)
	for _, name := range []EvidenceName{EvidenceNewRepositories, EvidenceNetwork, EvidenceClient, EvidenceReturnAfterGap} {
		if compared[name] == 0 {
			t.Errorf("no reason of these nights has %s: the test says nothing about it", name)
		}
	}
}

func compare(t *testing.T, w *warehouse.Warehouse, a Assessment, e Evidence, column string, observed, expected, bound bool) {
	t.Helper()
	query := fmt.Sprintf("SELECT coalesce(observed, -1), coalesce(expected, -1), coalesce(bound, -1) FROM signal.%s(TIMESTAMP '%s'%s) WHERE %s",
		Signal(e.Name, ""), a.Day.AddDate(0, 0, 1).Format(time.DateOnly), argument(e), a.where())
	switch column {
	case "":
	case "repository":
		query += fmt.Sprintf(" AND repository = %s", quoted(e.Examples[0]))
	default:
		query += fmt.Sprintf(" AND %s = %s", column, quoted(e.Value))
	}
	rows, err := w.Reader().Query(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := false
	for rows.Next() && !found {
		var o, x, b float64
		if err := rows.Scan(&o, &x, &b); err != nil {
			t.Fatal(err)
		}
		found = !(observed && !sameNumber(o, e.Observed) || expected && !sameNumber(x, e.Expected) || bound && !sameNumber(b, e.Bound))
		if !found {
			t.Logf("%s gives observed %v, expected %v, bound %v", query, o, x, b)
		}
	}
	if !found {
		t.Errorf("%s on %s: %s was observed %v, expected %v, bound %v, which no row of its signal says:\n%s",
			a.Identity, a.Day.Format(time.DateOnly), e.Name, e.Observed, e.Expected, e.Bound, query)
	}
}

func sameNumber(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a)) }

// smallOrganisation lands a synthetic organisation; it gives its last night.
func smallOrganisation(t *testing.T) (*warehouse.Warehouse, time.Time) {
	t.Helper()
	ctx := context.Background()
	o := synthetic.Default()
	o.People, o.Repositories, o.EventsPerDay = 60, 80, 900
	folder := synthetic.Folder{Path: t.TempDir()}
	sum, err := folder.Write(o)
	if err != nil {
		t.Fatal(err)
	}
	w, err := warehouse.Open(ctx, warehouse.Options{Path: filepath.Join(t.TempDir(), "w.duckdb"), MemoryLimit: "1GB", Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := w.ReadNetworks(ctx, folder.Networks()); err != nil {
		t.Fatal(err)
	}
	in := warehouse.Input{Source: "test", Format: "github", Name: "log", Path: folder.Events(), CollectedAt: sum.End}
	if _, err := w.Load(ctx, in); err != nil {
		t.Fatal(err)
	}
	if _, err := w.RollUp(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return w, sum.End.AddDate(0, 0, -1)
}
