package analyzer

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/queries"
	"midwatch/queries/warehouse"
	"midwatch/queries/warehouse/warehousetest"
)

// The tables that counting and judging write.
func countedTables() []string {
	return []string{"facet", "repository_seen", "facet_night", "facet_repository_night", "facet_context_night", "context_night", "session_night"}
}

func judgedTables() []string {
	return []string{"judged_night", "facet_score", "link_night", "repository_openness", "evidence_fact"}
}

// sameRows fails where queries do not give the same in two warehouses.
func sameRows(t *testing.T, what string, got, want *warehouse.Warehouse, queries []string) {
	t.Helper()
	for _, query := range queries {
		a, b := ask(t, got, query), ask(t, want, query)
		if b == "" && !strings.Contains(query, "evidence_fact") {
			t.Errorf("%s: %s gives nothing: the test says nothing", what, query)
		}
		if a == b {
			continue
		}
		x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
		i := 0
		for i < min(len(x), len(y)) && x[i] == y[i] {
			i++
		}
		t.Errorf("%s: %s: %d rows, want %d; the first that differs is\n%v\nwant\n%v", what, query, len(x), len(y), x[i:min(i+1, len(x))], y[i:min(i+1, len(y))])
	}
}

// wholeOf are queries for all of tables.
func wholeOf(tables []string) []string {
	var all []string
	for _, table := range tables {
		all = append(all, "FROM "+table+" ORDER BY ALL")
	}
	return all
}

// variedNights are nights with something of everything that is counted: people,
// apps that act for them, machines of every kind, pushes, thefts, public
// repositories and a night without anybody.
func variedNights(nights int) []Night {
	list := testOrganisation(7, nights)
	kinds := nightsOfKinds(kindCases())
	kinds = kinds[len(kinds)-nights:]
	for i := range list {
		n := &list[i]
		for _, a := range kinds[i].Accesses {
			a.First, a.Last = n.Day, n.Day.Add(time.Hour)
			add(n, a)
		}
		if i%3 == 0 {
			p := theft(i%testPeople, n.Day, 2)
			p[0].Family, p[0].AccessType, p[0].Credential = Delegated, "user-to-server", ""
			p[1].Public, p[1].Repository = true, "org/open"
			add(n, p...)
		}
	}
	for i := nights - 6; i < nights-2; i++ {
		add(&list[i], theft(11, list[i].Day, 2+i%3)...)
		add(&list[i], theft(12, list[i].Day, 3)...)
	}
	list[nights/2].Accesses = nil
	return list
}

// Nights are counted to the same rows one at a time, a week at a time and all at
// once, and what was removed and is counted again is as it was.
func TestNightsAreCountedTheSameInParts(t *testing.T) {
	t.Parallel()
	nights := variedNights(24)
	want := counted(t, nights, len(nights))
	for _, together := range []int{1, 7} {
		sameRows(t, fmt.Sprintf("%d at once", together), counted(t, nights, together), want, wholeOf(countedTables()))
	}
	const kept = 13
	w := counted(t, nights, 7)
	if err := w.RemoveNights(t.Context(), nights[kept].Day); err != nil {
		t.Fatal(err)
	}
	sameRows(t, "after nights were removed", w, counted(t, nights[:kept], kept), wholeOf(countedTables()))
	if err := w.CountNights(t.Context(), nights[kept].Day, nights[len(nights)-1].Day); err != nil {
		t.Fatal(err)
	}
	sameRows(t, "after they were counted again", w, want, wholeOf(countedTables()))
}

// What is known as of a night is what was known when it was the next to come.
func TestNothingIsKnownOfTheNightOrLater(t *testing.T) {
	t.Parallel()
	nights := variedNights(20)
	all := counted(t, nights, len(nights))
	for _, known := range []int{1, 10, 11, 19} { // the night 10 has nobody
		asOf := nights[known].Day.Format(time.DateOnly)
		var queries []string
		for _, macro := range []string{"facet_known", "facet_repository", "facet_context", "context_known", "repository_known", "newcomer", "novelty_pool"} {
			if known < 15 && macro == "novelty_pool" { // all is censored
				continue
			}
			queries = append(queries, fmt.Sprintf("FROM baseline.%s(TIMESTAMP '%s') ORDER BY ALL", macro, asOf))
		}
		sameRows(t, "as of "+asOf, all, counted(t, nights[:known], known), queries)
		if got := ask(t, all, "SELECT max(last_night) < DATE '"+asOf+"' FROM baseline.facet_known(TIMESTAMP '"+asOf+" 23:59:59')"); got != "true" {
			t.Errorf("as of the evening of %s the day itself is known", asOf)
		}
	}
}

// Each comparison with the night in the baselines that nights are judged by, moved by
// one, gives other rows.
func TestEachEdgeOfWhatIsKnownIsNoticed(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	nights := variedNights(36)
	_, w := judgedNights(t, Default(), nights)
	ask(t, w, "UPDATE facet_score SET open_trust = .5 WHERE facet_id % 3 = 0")
	edges := 0
	for _, s := range queries.Scripts("baselines") {
		if !s.RestsOnCounted() {
			continue
		}
		want := known(t, w, s, nights[26:])
		for _, at := range edgeOfNight.FindAllStringSubmatchIndex(s.SQL, -1) {
			edges++
			from, to := max(at[2], at[4]), max(at[3], at[5])
			moved := map[string]string{"<": "<=", "<=": "<", ">": ">="}[s.SQL[from:to]]
			ask(t, w, s.SQL[:from]+moved+s.SQL[to:])
			if slices.Equal(known(t, w, s, nights[26:]), want) {
				t.Errorf("%s.sql: no answer changes with %s for %s in line %d", s.Name, moved, s.SQL[from:to], 1+strings.Count(s.SQL[:from], "\n"))
			}
		}
		ask(t, w, s.SQL)
	}
	if edges < 25 {
		t.Errorf("%d edges were found", edges)
	}
}

// What was not judged yet is an error and not an empty answer.
func TestWhatIsNotJudgedIsNotSilent(t *testing.T) {
	t.Parallel()
	nights := variedNights(12)
	w := countedTo(t, nights, 10)
	ask(t, w, "DELETE FROM rolled_day")
	ask(t, w, fmt.Sprintf("INSERT INTO rolled_day SELECT unnest(generate_series(DATE '%s', DATE '%s', INTERVAL 1 DAY))::DATE, ''", nights[0].Day.Format(time.DateOnly), nights[10].Day.Format(time.DateOnly)))
	for at, want := range map[int]string{9: "", 10: "not judged yet", 11: "not judged yet"} {
		_, err := w.Reader().Query(t.Context(), "FROM baseline.touch(TIMESTAMP '"+nights[at].Day.AddDate(0, 0, 1).Format(time.DateOnly)+"')")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("as of the end of night %d: %v, want %q", at, err, want)
		}
	}
}

var (
	edgeOfNight = regexp.MustCompile(`(<=|<|>) as_of|as_of::DATE(?: - 1)? (<=)`)
	macroAsOf   = regexp.MustCompile(`MACRO (baseline\.\w+)\(as_of TIMESTAMP\) AS TABLE`)
)

// known asks every macro of a script as of each of some nights.
func known(t *testing.T, w *warehouse.Warehouse, s queries.Script, nights []Night) (all []string) {
	t.Helper()
	for _, macro := range macroAsOf.FindAllStringSubmatch(s.SQL, -1) {
		for _, n := range nights {
			all = append(all, ask(t, w, fmt.Sprintf("FROM %s(TIMESTAMP '%s') ORDER BY ALL", macro[1], n.Day.Format(time.DateOnly))))
		}
	}
	return all
}

// countedTo counts the first of the nights that have landed.
func countedTo(t *testing.T, nights []Night, n int) *warehouse.Warehouse {
	t.Helper()
	w := counted(t, nights, len(nights))
	if err := w.RemoveNights(t.Context(), nights[n].Day); err != nil {
		t.Fatal(err)
	}
	return w
}

// A trial counts beside the file's own baselines, which stay as they are.
func TestATrialLeavesTheBaselinesAsTheyAre(t *testing.T) {
	t.Parallel()
	nights := variedNights(12)
	ctx, last := t.Context(), nights[11].Day
	before, w := countedTo(t, nights, 6), countedTo(t, nights, 6)
	judged := warehouse.Judged{Night: nights[3].Day, Chain: "c", Scores: []warehouse.FacetScore{{Facet: 1, Trust: .5, OpenTrust: 1}}, Links: []warehouse.LinkKey{{Facet: 1, Through: "network", Value: "x"}}}
	for _, x := range []*warehouse.Warehouse{before, w} {
		if err := x.SaveJudged(judged); err != nil {
			t.Fatal(err)
		}
	}
	known := func() int {
		t.Helper()
		all, err := w.FacetNames(ctx, 0)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	own := known()
	if err := w.ScratchBaselines(ctx); err != nil {
		t.Fatal(err)
	}
	if n := known(); n != 0 {
		t.Errorf("a trial begins with %d facets", n)
	}
	o := Default()
	o.Which.HalfLife++
	if err := w.SetConstants(ctx, o.Constants()); err != nil {
		t.Fatal(err)
	}
	if err := w.CountNights(ctx, nights[0].Day, last); err != nil {
		t.Fatal(err)
	}
	judged.Night = last
	if err := w.SaveJudged(judged); err != nil {
		t.Fatal(err)
	}
	if n := known(); n <= own {
		t.Errorf("the trial knows %d facets, the file %d", n, own)
	}
	if err := w.RemoveNights(ctx, nights[2].Day); err != nil {
		t.Fatal(err)
	}
	if err := w.DropScratch(ctx); err != nil {
		t.Fatal(err)
	}
	sameRows(t, "after a trial", w, before, wholeOf(append(countedTables(), "baseline_constant", "judged_night", "facet_score", "link_night")))
}

func TestANightIsNotCountedTwice(t *testing.T) {
	t.Parallel()
	nights := testOrganisation(1, 3)
	w := counted(t, nights, 3)
	for _, first := range []int{0, 2} {
		if err := w.CountNights(t.Context(), nights[first].Day, nights[2].Day); err == nil || !strings.Contains(err.Error(), "counted") {
			t.Errorf("from night %d on again: %v", first, err)
		}
	}
	sameRows(t, "after it was refused", w, counted(t, nights, 3), wholeOf(countedTables()))
}

// Judging a night at a time, a week at a time and all at once by new models, which
// know nothing but what the tables say, gives the same.
func TestNightsAreJudgedTheSameInParts(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	nights := variedNights(26)
	all := landed(t, nights)
	want := judgeTogether(t, all, Default(), nights, len(nights), nil)
	for _, together := range []int{1, 7} {
		w := landed(t, nights)
		got := judgeTogether(t, w, Default(), nights, together, nil)
		for i := range want {
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Errorf("%d at once: the night %d is judged otherwise", together, i)
				break
			}
		}
		sameRows(t, fmt.Sprintf("%d at once", together), w, all, wholeOf(judgedTables()))
	}
}

// Nights that go on from a checkpoint are judged as if all had been judged at once.
func TestACheckpointGivesTheSame(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	nights := attacked(41)
	got := advance(t, Default(), nights)
	if want, _ := judgedNights(t, Default(), nights); !reflect.DeepEqual(got, want) {
		t.Error("from a checkpoint the nights are judged otherwise")
	}
}

// Names that try to break out come back as they are.
func TestHostileNamesAreKnownAgain(t *testing.T) {
	t.Parallel()
	const hostile = "git/1'; DROP TABLE facet; --\"\u202e\n|"
	nights := make([]Night, 2)
	for i := range nights {
		nights[i].Day = testStart.AddDate(0, 0, i)
		a := visit("ana'\"\u202e", nights[i].Day, "org/'\u202e", "10.1", "key'\u202e")
		a.Agent = hostile
		add(&nights[i], a)
	}
	got := advance(t, Default(), nights)
	if len(got[1]) != 1 || got[1][0].Session.Agent != hostile || got[1][0].Baseline.Days != 1 || len(got[1][0].NewRepositories) != 0 {
		t.Fatalf("client %q, %d days, new %v", got[1][0].Session.Agent, got[1][0].Baseline.Days, got[1][0].NewRepositories)
	}
	if got := ask(t, counted(t, nights, 1), "SELECT client_level, credential_level, network_level FROM session_night WHERE night = DATE '2026-01-06'"); got != "0|0|0" {
		t.Errorf("the levels of what was used before are %s", got)
	}
}

// Links, the weights of nights and missing days are remembered for as long as they
// say something.
func TestWhatIsRememberedOfEarlierNights(t *testing.T) {
	t.Parallel()
	nights := testOrganisation(1, 1)
	w := counted(t, nights, 1)
	o := Default()
	today := testStart.AddDate(0, 0, 2000)
	ago := func(days int) time.Time { return today.AddDate(0, 0, -days) }
	for _, j := range []warehouse.Judged{
		{Night: ago(unseenMost + 1), Unseen: "github"},
		{Night: ago(unseenMost), Unseen: "github,gitlab"},
		{Night: ago(o.Calibration.Days), Scores: []warehouse.FacetScore{{Facet: 1, Raw: 9, Expected: 9}}},
		{Night: ago(o.Calibration.Days - 1), Scores: []warehouse.FacetScore{{Facet: 1, Raw: 8, Expected: 9}, {Facet: 2, Raw: 7, Expected: o.Calibration.KeepOut}}},
		{Night: ago(12)}, // nobody was seen, and nothing is missing
		{Night: ago(11), Dark: true, Scores: []warehouse.FacetScore{{Facet: 1, Raw: 6, Expected: 9}}},
		{Night: ago(o.Nights.LinkDays + 1), Links: []warehouse.LinkKey{{Facet: 1, Through: "network", Value: "late", Nats: 1}}},
		{Night: ago(o.Nights.LinkDays), Links: []warehouse.LinkKey{{Facet: 1, Through: "network", Value: "n", Nats: 2, Follows: true}}},
		{Night: today, Unseen: "gerrit", Scores: []warehouse.FacetScore{{Facet: 1, Raw: 5, Expected: 9}}, Links: []warehouse.LinkKey{{Facet: 1, Through: "network", Value: "tonight", Nats: 3}}},
	} {
		if err := w.SaveJudged(j); err != nil {
			t.Fatal(err)
		}
	}
	m := newModel(o)
	know := recall{w: w, m: m, last: today}
	for _, read := range []func(context.Context, time.Time) error{know.names, know.links, know.weights, know.unseen} {
		if err := read(t.Context(), today); err != nil {
			t.Fatal(err)
		}
	}
	day := dayNumber(today)
	if want := []unseenDay{{day - unseenMost, "github"}, {day - unseenMost, "gitlab"}}; !reflect.DeepEqual(m.state.Unseen, want) {
		t.Errorf("missing days are %v, want %v", m.state.Unseen, want)
	}
	quiet := []int{12, o.Nights.LinkDays + 1, o.Nights.LinkDays}
	want := []rawNight{{Day: day - o.Calibration.Days + 1, Nats: []float64{8}}}
	for _, days := range quiet {
		want = append(want, rawNight{Day: day - days})
	}
	if !reflect.DeepEqual(m.state.History, want) {
		t.Errorf("the nights of the calibration are %v, want %v", m.state.History, want)
	}
	key := m.key(SharedByNetwork, "n")
	if nats, others := m.state.Suspects.weight(o.Nights, key, 999, day); others != 1 || nats != 2*halved(o.Nights.LinkDays, o.Nights.LinkHalfLife) {
		t.Errorf("the link weighs %v of %d others", nats, others)
	}
	if len(m.state.Suspects) != 1 || m.state.Heads[key] != day-o.Nights.LinkDays {
		t.Errorf("links are %v, heads %v", m.state.Suspects, m.state.Heads)
	}
}
