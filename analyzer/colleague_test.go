package analyzer

import (
	"math"
	"slices"
	"testing"
)

// colleagueModel is wholeModel with the person as ann, and bob and cat, who are known
// well: bob had six days on the second repository and two on the third, cat one on
// the first; all work at nine.
func colleagueModel() *Model {
	m, ann := wholeModel()
	bob, cat := newProfile(2, Personal), newProfile(3, Personal)
	bob.remember(touch{Repository: 2, Weight: 6, Day: 70})
	bob.remember(touch{Repository: 3, Weight: 2, Day: 70})
	cat.remember(touch{Repository: 1, Weight: 1, Day: 70})
	for _, p := range []*profile{bob, cat} {
		p.Active, p.Last = m.options.Colleague.Nights, 69
	}
	for _, p := range []*profile{ann, bob, cat} {
		p.Hours[9] = 8
	}
	m.state.Organisation.Hours[9] = 24
	m.state.Profiles = []*profile{newProfile(0, ""), ann, bob, cat}
	return m
}

// othersOf weighs a night of ann's at nine, where nobody works with anybody.
func othersLike(m *Model, repositories ...int) (nats float64, identity int) {
	f := &facetNight{profile: m.state.Profiles[1], repositories: repositories, hours: 1 << 9}
	j := &judgement{facetNight: f}
	j.chance, j.strange = m.strangeness(f, newWalker(m.state.Profiles[:2], len(m.state.Repositories), 70, 30, 60), m.crowd(), 70)
	nats, like := m.othersNats(j, m.colleagues(70), m.crowd())
	whom := 0
	if like != nil {
		whom = like.Identity
	}
	return nats, whom
}

// othersOf is the weight alone.
func othersOf(m *Model, repositories ...int) float64 {
	nats, _ := othersLike(m, repositories...)
	return nats
}

// Whose work it looks like is said where one person makes up half of it or more.
func TestWhoseWorkItLooksLike(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		want         int
		repositories []int
		change       func(*Model)
	}{
		"bob's":            {2, []int{2, 3}, func(*Model) {}},
		"nobody's":         {0, []int{4}, func(*Model) {}},
		"one of two alike": {0, []int{2, 3}, func(m *Model) { m.state.Profiles[3].Touches = m.state.Profiles[2].Touches }},
		"a stranger's":     {0, []int{2, 3}, func(m *Model) { m.options.Colleague.Share = .1 }},
	} {
		m := colleagueModel()
		x.change(m)
		if _, got := othersLike(m, x.repositories...); got != x.want {
			t.Errorf("%s: looks like the work of %d, want %d", name, got, x.want)
		}
	}
}

func TestOthersNatsByHand(t *testing.T) {
	t.Parallel()
	m := colleagueModel()
	// A quarter of what people touch is new. Everybody's use is 6, 3 and 1 of 10 days,
	// and there are three repositories and one more.
	rest := func(common float64) float64 { return .25 * (.875*common + .125/4) }
	own := func(common float64) float64 { return .25 * (.375*common + .125/4) }
	anybody := func(common float64) float64 { return .8*common + .2/4 }
	hours := m.strangeHours(m.state.Profiles[2], 1<<9)
	bob := math.Exp(-hours) * (.75*.75 + rest(.3)) / own(.3)
	near(t, "one of a colleague's", othersOf(m, 2), math.Log(.2*anybody(.3)/own(.3)+.8/2*bob))
	root := func(x float64) float64 { return math.Pow(x/own(.3)/own(.1), 1/math.Sqrt2) }
	both := math.Exp(-hours) * root((.75*.75+rest(.3))*(.75*.25+rest(.1)))
	near(t, "two of a colleague's", othersOf(m, 2, 3), math.Log(.2*root(anybody(.3)*anybody(.1))+.8/2*both))
	near(t, "nobody's", othersOf(m, 4), math.Log(.2*anybody(0)/own(0)))
	near(t, "nothing", othersOf(m), 0)
}

// What a colleague does weighs more than what nobody in particular does, the more so
// the better it fits one of them.
func TestOthersNatsFollowColleagues(t *testing.T) {
	t.Parallel()
	usual := othersOf(colleagueModel(), 2, 3)
	for name, change := range map[string]func(*Model){
		"seen on fewer nights":      func(m *Model) { m.state.Profiles[2].Active-- },
		"gone for longer":           func(m *Model) { m.state.Profiles[2].Last = 69 - m.options.Colleague.Days },
		"a machine":                 func(m *Model) { m.state.Profiles[2].Machine = true },
		"an app for a person":       func(m *Model) { m.state.Profiles[2].Family = Delegated },
		"the same identity":         func(m *Model) { m.state.Profiles[2].Identity = 1 },
		"at work at other hours":    func(m *Model) { m.state.Profiles[2].Hours = [24]float64{20: 8} },
		"at work on something else": func(m *Model) { m.state.Profiles[2].Touches[1].Weight = .01 },
	} {
		m := colleagueModel()
		change(m)
		if got := othersOf(m, 2, 3); got >= usual {
			t.Errorf("%s: %v, want less than %v", name, got, usual)
		}
	}
	m := colleagueModel()
	m.state.Profiles[2].Last = 70 - m.options.Colleague.Days
	near(t, "on the last day that counts", othersOf(m, 2, 3), usual)
}

// What is asked of one night says nothing of the next.
func TestColleaguesForgetTheNightBefore(t *testing.T) {
	t.Parallel()
	c := colleagueModel().colleagues(70)
	c.meet([]int{2, 3}, []float64{.1, .1}, .25)
	first := slices.Clone(c.nats)
	c.meet([]int{1}, []float64{.1}, .25)
	near(t, "only who knows it", c.nats[0], 0)
	c.meet([]int{2, 3}, []float64{.1, .1}, .25)
	if !slices.Equal(first, c.nats) {
		t.Errorf("asked again %v, before %v", c.nats, first)
	}
}

func TestOthersNatsAreBounded(t *testing.T) {
	t.Parallel()
	m := colleagueModel()
	m.options.Whole.Most = 1
	near(t, "from above", othersOf(m, 2), 1)
	m.options.Whole.Floor = -.1
	near(t, "from below", othersOf(m, 1), -.1)
}
