package night

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/triage"
	"midwatch/queries"
	"midwatch/queries/warehouse"
	"midwatch/queries/warehouse/warehousetest"
)

// began is the first of three nights on which the same login is listed.
var began = time.Date(2026, time.July, 20, 0, 0, 0, 0, time.UTC)

// listedNights is a database with three nights; ana reads as many new repositories
// on each as taken says.
func listedNights(t *testing.T, taken ...int) *warehouse.Warehouse {
	t.Helper()
	w := warehousetest.Open(t, warehouse.Options{MemoryLimit: "512MB", Threads: 1, Command: "the test"})
	var nights []warehouse.ScoredNight
	for i, n := range taken {
		f := reading(began.AddDate(0, 0, i), n)
		detail, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		a := f.Assessment
		nights = append(nights, warehouse.ScoredNight{Night: a.Day, Chain: "c", Version: "v", ListExpected: 1, ListRows: 10, Facets: []warehouse.Scored{{
			Rank: 1, Identity: a.Identity, Name: a.Name, Family: string(a.Family), Score: a.Raw, Raw: a.Raw, Expected: a.Expected, Listed: true, Finding: f.ID, Detail: string(detail),
		}}})
	}
	for _, n := range nights {
		if err := w.Together(t.Context(), func() error { return w.SaveScored(t.Context(), n) }); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func reading(day time.Time, repositories int) analyzer.Finding {
	f := analyzer.Finding{ID: "mw-20260720-00000001", Campaign: "mw-20260720-00000001", Status: analyzer.StatusNew, First: began, Last: day, Nights: 1, Assessment: analyzer.Assessment{
		Identity: "github:ana", Name: "ana", Family: analyzer.Personal, Day: day, Rank: 1, Score: 5, Raw: 5, Expected: .5, Listed: true,
		Evidence: []analyzer.Evidence{{Name: analyzer.EvidenceNewRepositories, Nats: 5}},
	}}
	for i := range repositories {
		f.Assessment.NewRepositories = append(f.Assessment.NewRepositories, analyzer.NewRepository{Repository: fmt.Sprintf("acme/r%d", i)})
	}
	return f
}

// morning tells a night and says how many findings it lists, covers and tells late.
func morning(t *testing.T, w *warehouse.Warehouse, night time.Time) string {
	t.Helper()
	if _, err := assign(t.Context(), w, night); err != nil {
		t.Fatal(err)
	}
	n, err := Describe(t.Context(), w, night, nil, "v")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.EndTelling(t.Context(), night, night.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d listed, %d covered, %d late", len(n.Findings), len(n.Covered), n.CountLate())
}

// assessments is everything that scoring kept.
func assessments(t *testing.T, w *warehouse.Warehouse) string {
	t.Helper()
	rows, err := w.Reader().Query(t.Context(), "SELECT string_agg(a::VARCHAR, '|' ORDER BY night) FROM assessment AS a")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var text string
	if !rows.Next() || rows.Scan(&text) != nil {
		t.Fatal("nothing was kept")
	}
	return text
}

// A verdict keeps the next nights off the list until it is undone; then they are
// told late, once. What scoring kept stays as it is, byte for byte.
func TestVerdictFromMorningToMorning(t *testing.T) {
	t.Parallel()
	w := listedNights(t, 2, 2, 2)
	before := assessments(t, w)
	check := func(day int, want string) {
		t.Helper()
		if got := morning(t, w, began.AddDate(0, 0, day)); got != want {
			t.Errorf("night %d: %s, want %s", day, got, want)
		}
	}
	check(0, "1 listed, 0 covered, 0 late")
	answer, err := triage.Decide(reading(began, 2), triage.Request{Verdict: triage.Expected, Reason: "on call", By: []string{"lea"}, At: began.AddDate(0, 0, 1).Add(8 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if err := triage.Save(t.Context(), w, []triage.Answer{answer}); err != nil {
		t.Fatal(err)
	}
	check(0, "1 listed, 0 covered, 0 late")
	check(1, "0 listed, 1 covered, 0 late")
	check(1, "0 listed, 1 covered, 0 late")
	if done, err := w.UndoVerdict(t.Context(), answer.ID, "lea", began.AddDate(0, 0, 2)); !done || err != nil {
		t.Fatal(done, err)
	}
	check(2, "1 listed, 0 covered, 1 late")
	if again, err := w.UndoVerdict(t.Context(), answer.ID, "lea", began.AddDate(0, 0, 2)); again || err != nil {
		t.Errorf("undone twice: %v, %v", again, err)
	}
	if assessments(t, w) != before {
		t.Error("a verdict changed what scoring kept")
	}
}

// crowded is a database with two nights on which a list of two is full: ana and ben are
// listed, and cleo and dan are spare.
func crowded(t *testing.T) *warehouse.Warehouse {
	t.Helper()
	w := listedNights(t)
	for day := range 2 {
		n := warehouse.ScoredNight{Night: began.AddDate(0, 0, day), Chain: "c", Version: "v", ListExpected: 1, ListRows: 2}
		for rank, who := range []string{"ana", "ben", "cleo", "dan"} {
			f := reading(n.Night, 2)
			f.ID, f.Assessment.Identity, f.Assessment.Name, f.Assessment.Rank = "mw-"+who, "github:"+who, who, rank+1
			f.Assessment.Listed, f.Assessment.Spare = rank < 2, rank >= 2
			detail, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			n.Facets = append(n.Facets, warehouse.Scored{
				Rank: rank + 1, Identity: "github:" + who, Name: who, Family: string(analyzer.Personal), Score: 5, Raw: 5, Expected: .5, Listed: rank < 2, Finding: f.ID, Detail: string(detail),
			})
		}
		if err := w.Together(t.Context(), func() error { return w.SaveScored(t.Context(), n) }); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// The next of a night takes the place of one that a verdict covers, on its own morning
// and on one that catches up; nobody does where nothing is covered or what was covered
// got worse.
func TestNextTakesTheCoveredPlace(t *testing.T) {
	t.Parallel()
	given := func(w *warehouse.Warehouse, who string, weight float64) triage.Answer {
		f := reading(began, 2)
		f.ID, f.Assessment.Identity, f.Assessment.Raw = "mw-"+who, "github:"+who, weight
		answer, err := triage.Decide(f, triage.Request{Verdict: triage.Expected, Reason: "on call", By: []string{"lea"}, At: began.Add(8 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		if err := triage.Save(t.Context(), w, []triage.Answer{answer}); err != nil {
			t.Fatal(err)
		}
		return answer
	}
	names := func(all []analyzer.Finding) string {
		var said []string
		for _, f := range all {
			said = append(said, f.Assessment.Name)
		}
		return strings.Join(said, " ")
	}
	list := func(w *warehouse.Warehouse, day int) string {
		n, err := Describe(t.Context(), w, began.AddDate(0, 0, day), nil, "v")
		if err != nil {
			t.Fatal(err)
		}
		said := names(n.Findings)
		for _, l := range n.Late {
			said += "; late " + names(l.Findings)
		}
		return fmt.Sprintf("%s; %d covered", said, len(n.Covered))
	}
	for name, x := range map[string]struct {
		answers map[string]float64
		nights  []int
		want    string
	}{
		"nothing is covered":        {nil, []int{0}, "ana ben; 0 covered"},
		"one is":                    {map[string]float64{"ana": 5}, []int{0, 0}, "ben cleo; 1 covered"},
		"both are":                  {map[string]float64{"ana": 5, "ben": 5}, []int{0}, "cleo dan; 2 covered"},
		"the next one is too":       {map[string]float64{"ana": 5, "cleo": 5}, []int{0}, "ben dan; 1 covered"},
		"it got worse":              {map[string]float64{"ana": -1}, []int{0}, "ana ben; 0 covered"},
		"a morning that catches up": {map[string]float64{"ana": 5}, []int{1}, "ben cleo; late ben cleo; 1 covered"},
	} {
		w := crowded(t)
		for who, weight := range x.answers {
			given(w, who, weight)
		}
		before := assessments(t, w)
		last := 0
		for _, last = range x.nights {
			morning(t, w, began.AddDate(0, 0, last))
		}
		if got := list(w, last); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
		if assessments(t, w) != before {
			t.Errorf("%s: what scoring kept has changed", name)
		}
	}
	w := crowded(t)
	answer := given(w, "ana", 5)
	morning(t, w, began)
	if _, err := w.UndoVerdict(t.Context(), answer.ID, "lea", began.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	morning(t, w, began.AddDate(0, 0, 1))
	if got := list(w, 1); got != "ana ben; late ana; 0 covered" {
		t.Errorf("undone: %s", got)
	}
	if nights, err := KeptFinding(t.Context(), w.Reader(), "mw-cleo"); err != nil || len(nights) != 1 {
		t.Errorf("the finding that took a place cannot be explained, or has more nights than one: %v, %v", nights, err)
	}
}

// A verdict that was given for two repositories does not hide a night of forty.
func TestVerdictDoesNotHideATheft(t *testing.T) {
	t.Parallel()
	w := listedNights(t, 2, 40)
	morning(t, w, began)
	answer, err := triage.Decide(reading(began, 2), triage.Request{Verdict: triage.Expected, Reason: "on call", By: []string{"lea"}, At: began.AddDate(0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if err := triage.Save(t.Context(), w, []triage.Answer{answer}); err != nil {
		t.Fatal(err)
	}
	if got := morning(t, w, began.AddDate(0, 0, 1)); got != "1 listed, 0 covered, 0 late" {
		t.Error(got)
	}
}

// What was worth it is counted by month, from what earlier mornings told and from the
// verdicts that were given before the night ended; a verdict says whether it was ever
// needed.
func TestVerdictsAreCounted(t *testing.T) {
	t.Parallel()
	w := listedNights(t, 2, 2, 2)
	look := func(day int) string {
		t.Helper()
		n, err := Describe(t.Context(), w, began.AddDate(0, 0, day), nil, "v")
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, m := range n.Answered {
			said += fmt.Sprintf("%s %d/%d theft %d harmless %d unclear %d;", m.Month.Format("2006-01"), m.Answered, m.Findings, m.Theft, m.Harmless, m.Unclear)
		}
		for _, v := range n.Ending {
			said += fmt.Sprintf(" ends, covered %d", v.Covered)
		}
		return said
	}
	morning(t, w, began)
	if got := look(0); got != "" {
		t.Errorf("the first morning counts what it tells itself: %s", got)
	}
	answer, err := triage.Decide(reading(began, 2), triage.Request{Verdict: triage.Expected, Reason: "on call", By: []string{"lea"}, At: began.AddDate(0, 0, 1).Add(8 * time.Hour), Until: began.AddDate(0, 0, 5)})
	if err != nil {
		t.Fatal(err)
	}
	if err := triage.Save(t.Context(), w, []triage.Answer{answer}); err != nil {
		t.Fatal(err)
	}
	if got := look(0); got != " ends, covered 0" {
		t.Errorf("a verdict of the next day counts: %s", got)
	}
	morning(t, w, began.AddDate(0, 0, 1))
	for day, want := range map[int]string{
		1: "2026-07 1/1 theft 0 harmless 1 unclear 0; ends, covered 1",
		2: "2026-07 1/1 theft 0 harmless 1 unclear 0; ends, covered 2",
	} {
		if got := look(day); got != want {
			t.Errorf("night %d: %s, want %s", day, got, want)
		}
	}
	if _, err := w.UndoVerdict(t.Context(), answer.ID, "lea", began.AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	if got := look(2); got != "2026-07 0/1 theft 0 harmless 0 unclear 0;" {
		t.Errorf("an undone verdict counts: %s", got)
	}
}

// The score never sees a verdict: nothing that counts, weighs or derives what is normal
// reads what people answered or were told.
func TestVerdictsAreNotReadByTheScore(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"rollups", "baselines", "signals"} {
		for _, s := range queries.Scripts(folder) {
			if told := regexp.MustCompile(`\b(verdict|told_night|told_finding)\b`).FindString(s.SQL); told != "" {
				t.Errorf("%s/%s reads %s", folder, s.Name, told)
			}
		}
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "midwatch/analyzer").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "midwatch/analyzer/triage") {
		t.Error("analyzer imports triage")
	}
}
