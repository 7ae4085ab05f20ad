package analyzer

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

func TestTrust(t *testing.T) {
	t.Parallel()
	for expected, want := range map[float64]float64{40: 1, 1: 1, .25: .25, .001: .001} {
		j := judgement{expected: expected}
		if got := j.trust(Default()); got != want {
			t.Errorf("a night with E %v teaches %v, want %v", expected, got, want)
		}
	}
	j := judgement{expected: .1}
	if got := j.trust(Options{Without: []Ingredient{IngredientTrust}}); got != 1 {
		t.Errorf("without trust a night teaches %v, want 1", got)
	}
}

func TestTheftTeachesLittleOfWhatIsNormal(t *testing.T) {
	t.Parallel()
	nights := attacked(60)
	pools := func(o Options) (bursts, countries float64) {
		_, w := judgedNights(t, o, nights)
		got := ask(t, w, `SELECT (SELECT coalesce(sum(nights), 0) FROM baseline.novelty_pool(TIMESTAMP '2026-03-06') WHERE NOT is_machine AND new_repositories >= 5),
			(SELECT coalesce(sum(nights), 0) FROM baseline.level_pool(TIMESTAMP '2026-03-06') WHERE NOT is_machine AND what = 'network' AND level = 5)`)
		if _, err := fmt.Sscanf(got, "%g|%g", &bursts, &countries); err != nil {
			t.Fatal(got, err)
		}
		return bursts, countries
	}
	with, abroad := pools(Default())
	all, allAbroad := pools(withoutIngredient(IngredientTrust))
	if all-with < .9 || allAbroad-abroad < .9 {
		t.Errorf("bursts %v of %v, new countries %v of %v: want the theft's night to count a tenth at most", with, all, abroad, allAbroad)
	}
}

// withoutIngredient gives the default options less one ingredient.
func withoutIngredient(i Ingredient) Options {
	o := Default()
	o.Without = []Ingredient{i}
	return o
}

func TestReadersAreThoseWhoNeverPush(t *testing.T) {
	t.Parallel()
	nights := make([]Night, 4)
	for i := range nights {
		nights[i].Day = testStart.AddDate(0, 0, i)
	}
	touchOf := func(night, person, pushes int) {
		a := theft(person, nights[night].Day, 1)[0]
		a.Repository, a.Pushes = "org/shared", pushes
		add(&nights[night], a)
	}
	touchOf(0, 1, 0) // reads
	touchOf(0, 2, 1) // pushes at once
	touchOf(1, 3, 0) // reads, and pushes two nights later
	touchOf(2, 1, 0) // reads again
	touchOf(3, 3, 1)
	touchOf(3, 2, 1) // pushes again
	app := theft(4, nights[0].Day, 1)[0]
	app.Repository, app.Family, app.AccessType = "org/shared", App, "app" // reads, and is no person
	add(&nights[0], app)
	for _, together := range []int{1, 4} {
		w := counted(t, nights, together)
		for i, want := range []string{"", "1", "2", "2", "1"} {
			asOf := nights[0].Day.AddDate(0, 0, i).Format(time.DateOnly)
			if got := ask(t, w, "SELECT readers FROM baseline.repository_known(TIMESTAMP '"+asOf+"') WHERE repository = 'org/shared'"); got != want {
				t.Errorf("%d at once: as of %s there are %s readers, want %s", together, asOf, got, want)
			}
		}
	}
}

// A look at a guarded repository teaches as much as benign rows are expected there,
// everything else in full.
func TestOpenTrust(t *testing.T) {
	t.Parallel()
	look := func(expected float64, h Hypothesis) *judgement {
		return &judgement{
			facetNight: &facetNight{},
			weighed:    []weighed{{weighings: []weighing{{Insider, []weight{{EvidencePrior, 1}}}, {h, []weight{{EvidencePrior, 2}}}}}},
			expected:   expected,
		}
	}
	o := Default()
	near(t, "a theft of a guarded one", look(.1, Jewel).openTrust(o), .1)
	near(t, "a theft of other ways", look(.1, Thief).openTrust(o), 1)
	near(t, "benign", look(3, Jewel).openTrust(o), 1)
	near(t, "without trust", look(.1, Jewel).openTrust(withoutIngredient(IngredientTrust)), 1)
}

func TestATheftDoesNotOpenAGuardedRepository(t *testing.T) {
	t.Parallel()
	type night struct {
		trust  float64
		pushes int
		// what is counted by its end
		readers, seen float64
	}
	cases := []struct {
		name  string
		looks []night
	}{
		{"a look, and no more", []night{{.1, 0, .1, 0}}},
		{"trusted", []night{{1, 0, 1, 0}}},
		{"gone on with", []night{{.1, 0, .1, 0}, {1, 0, 1, .9}, {1, 0, 1, .9}}},
		{"gone on with, as a theft", []night{{.1, 0, .1, 0}, {.1, 0, 1, .9}, {1, 0, 1, .9}}},
		{"pushed to later", []night{{.1, 0, .1, 0}, {1, 1, 0, 0}, {1, 0, 0, 0}}},
		{"gone on with, then pushed to", []night{{.25, 0, .25, 0}, {1, 0, 1, .75}, {1, 1, 0, .75}}},
		{"pushed to at once", []night{{.1, 1, 0, 0}, {1, 0, 0, 0}}},
	}
	nights := make([]Night, 3)
	for i := range nights {
		nights[i].Day = testStart.AddDate(0, 0, i)
		for k, c := range cases { // each by somebody else, at another repository
			if i < len(c.looks) {
				a := visit(fmt.Sprint(k), nights[i].Day.Add(time.Duration(k)*time.Minute), fmt.Sprintf("org/%d", k), "10.1", "k")
				a.Pushes = c.looks[i].pushes
				add(&nights[i], a)
			}
		}
	}
	w := counted(t, nights, 1)
	for i := range nights {
		var scores []warehouse.FacetScore
		for k, c := range cases {
			if i < len(c.looks) {
				scores = append(scores, warehouse.FacetScore{Facet: k + 1, Trust: 1, OpenTrust: c.looks[i].trust})
			}
		}
		if err := w.SaveJudged(warehouse.Judged{Night: nights[i].Day, Scores: scores}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range nights {
		asOf := nights[i].Day.AddDate(0, 0, 1).Format(time.DateOnly)
		rows := strings.Split(ask(t, w, "SELECT readers - owed, returned FROM baseline.repository_known(TIMESTAMP '"+asOf+"') ORDER BY repository"), "\n")
		for k, c := range cases {
			if i >= len(c.looks) {
				continue
			}
			var readers, seen float64
			if _, err := fmt.Sscanf(rows[k], "%g|%g", &readers, &seen); err != nil {
				t.Fatal(rows[k], err)
			}
			near(t, fmt.Sprintf("%s, by the end of night %d: readers that count", c.name, i), readers, c.looks[i].readers)
			near(t, fmt.Sprintf("%s, by the end of night %d: outsiders seen since", c.name, i), seen, c.looks[i].seen)
		}
	}
}

func TestMachinesAnswerToPushes(t *testing.T) {
	t.Parallel()
	weigh := func(family Family, pushed bool, o Options) float64 {
		m := newModel(o)
		m.state.Repositories = append(m.state.Repositories, repository{Private: true, Seen: true})
		f := &facetNight{machine: true, profile: newProfile(1, family), fresh: []int{1}, pushed: map[int]bool{}}
		g := gathering{pushed: map[int]bool{1: pushed}}
		return m.newcomer(f, g, 1, 30).weight
	}
	near(t, "of itself", weigh(App, false, Default()), 1)
	near(t, "after a push", weigh(App, true, Default()), .4)
	near(t, "of a deploy key after a push", weigh(DeployKey, true, Default()), 1)
	near(t, "after a push that is not looked at", weigh(App, true, withoutIngredient(IngredientAnswers)), 1)
}

func TestEveryIngredientIsNamedOnce(t *testing.T) {
	t.Parallel()
	seen := map[Ingredient]int{}
	for _, i := range Ingredients() {
		seen[i]++
	}
	for _, i := range slices.Sorted(maps.Keys(seen)) {
		if seen[i] != 1 || i == "" {
			t.Errorf("ingredient %q is listed %d times", i, seen[i])
		}
	}
}
