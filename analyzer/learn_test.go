package analyzer

import (
	"maps"
	"slices"
	"testing"
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
	pools := func(o Options) (bursts, countries float64) {
		m := New(o)
		for _, n := range attacked(60) {
			m.Advance(n)
		}
		p := m.state.Organisation
		for _, pool := range p.Pools[0] {
			for size, nights := range pool.Bursts {
				if size >= 5 {
					bursts += nights
				}
			}
		}
		return bursts, p.Levels[0].Network[NewCountry] - newLevelPools().Network[NewCountry]
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
	m := New(Default())
	start := testOrganisation(7, 4)
	touchOf := func(night, person, pushes int) {
		a := theft(person, start[night].Day, 1)[0]
		a.Repository, a.Pushes = "org/shared", pushes
		start[night].Accesses = append(start[night].Accesses, a)
	}
	touchOf(0, 1, 0) // reads
	touchOf(0, 2, 1) // pushes at once
	touchOf(1, 3, 0) // reads, and pushes two nights later
	touchOf(2, 1, 0) // reads again
	touchOf(3, 3, 1)
	touchOf(3, 2, 1) // pushes again
	for i, want := range []int{1, 2, 2, 1} {
		m.Advance(start[i])
		r := m.state.Names.Repositories.number("org/shared")
		if got := m.state.Repositories[r].Readers; got != want {
			t.Errorf("after night %d there are %d readers, want %d", i+1, got, want)
		}
	}
}

// lookAt gives a night on which a person, with the given E, looks at one
// repository, likeliest by a hypothesis.
func lookAt(p *profile, repository int, expected float64, h Hypothesis, pushed bool) *judgement {
	return &judgement{
		facetNight: &facetNight{profile: p, repositories: []int{repository}, pushed: map[int]bool{repository: pushed}},
		weighed:    []weighed{{weighings: []weighing{{Insider, []weight{{EvidencePrior, 1}}}, {h, []weight{{EvidencePrior, 2}}}}}},
		expected:   expected,
	}
}

func TestATheftDoesNotOpenAGuardedRepository(t *testing.T) {
	t.Parallel()
	type night struct {
		expected   float64
		hypothesis Hypothesis
		pushed     bool
		// what is counted by its end
		readers, seen float64
	}
	for name, nights := range map[string][]night{
		"a look, and no more":             {{.1, Jewel, false, .1, 0}},
		"taken for a thief of other ways": {{.1, Thief, false, 1, 0}},
		"benign":                          {{3, Jewel, false, 1, 0}},
		"gone on with":                    {{.1, Jewel, false, .1, 0}, {9, Thief, false, 1, .9}, {9, Thief, false, 1, .9}},
		"pushed to later":                 {{.1, Jewel, false, .1, 0}, {9, Thief, true, 0, 0}, {9, Thief, false, 0, 0}},
		"gone on with, then pushed to":    {{.25, Jewel, false, .25, 0}, {9, Thief, false, 1, .75}, {9, Thief, true, 0, .75}},
		"pushed to at once":               {{.1, Jewel, true, 0, 0}},
	} {
		m, p := New(Default()), newProfile(0, Personal, 0)
		m.state.Repositories = make([]repository, 3)
		for i, n := range nights {
			m.learnRepositories(lookAt(p, 2, n.expected, n.hypothesis, n.pushed), 10+i)
			r := m.state.Repositories[2]
			near(t, name+": readers that count", float64(r.Readers)-r.Owed, n.readers)
			near(t, name+": outsiders seen since", r.Openness.Seen, n.seen)
		}
	}
	o := withoutIngredient(IngredientTrust)
	near(t, "without trust", lookAt(newProfile(0, Personal, 0), 1, .1, Jewel, false).openTrust(o), 1)
}

func TestMachinesAnswerToPushes(t *testing.T) {
	t.Parallel()
	weigh := func(family Family, pushed bool, o Options) float64 {
		m := New(o)
		m.state.Repositories = append(m.state.Repositories, repository{Private: true, Seen: true})
		f := &facetNight{machine: true, profile: newProfile(1, family, 0), fresh: []int{1}, pushed: map[int]bool{}}
		g := gathering{recent: m.state.Newcomers, tonight: map[int][]newcomer{}, pushed: map[int]bool{1: pushed}}
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
