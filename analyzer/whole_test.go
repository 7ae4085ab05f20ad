package analyzer

import (
	"math"
	"testing"
)

// wholeModel is a model before the day 70 with three repositories that were seen,
// used 6, 3 and 1 days by everybody, a fourth that was not, and one person who
// touched the first for two days, the last of them on the day 10.
func wholeModel() (*Model, *profile) {
	m := newModel(Default())
	m.options.Whole.Recent = 0
	for _, use := range []float64{6, 3, 1, 0} {
		m.state.Repositories = append(m.state.Repositories, repository{Seen: use > 0, Use: use})
	}
	p := newProfile(1, Personal)
	p.Active = 1
	p.remember(touch{Repository: 1, Weight: 2, Day: 10, Nights: 2})
	return m, p
}

// strangenessOf weighs some repositories of a person on the day 70, where nobody works with anybody.
func strangenessOf(m *Model, p *profile, machine bool, repositories ...int) []float64 {
	w := newWalker([]*profile{newProfile(0, ""), p}, len(m.state.Repositories), 70, 30, 60)
	_, strange := m.strangeness(&facetNight{profile: p, machine: machine, repositories: repositories}, w, m.crowd(), 70)
	return strange
}

func TestStrangenessByHand(t *testing.T) {
	t.Parallel()
	m, p := wholeModel()
	got := strangenessOf(m, p, false, 1, 3, 4)
	// A quarter of what people touch is new, as long as nobody is known: q = 1/4.
	near(t, "one's own", got[0], math.Log((.8*.6+.2/4)/(.75+.25*(.375*.6+.125/4))))
	near(t, "another's", got[1], math.Log((.8*.1+.2/4)/(.25*(.375*.1+.125/4))))
	near(t, "nobody's yet", got[2], math.Log((.2/4)/(.25*.125/4)))
	if got := strangenessOf(m, p, true, 1); got != nil {
		t.Errorf("a machine's night weighs %v", got)
	}
	if got := strangenessOf(m, newProfile(1, Personal), false, 1); got != nil {
		t.Errorf("the first night of somebody weighs %v", got)
	}
}

// A repository that is used more by oneself, or lately, is less strange; one that is
// used more by others is more so.
func TestStrangenessFollowsUse(t *testing.T) {
	t.Parallel()
	weigh := func(change func(*Model, *profile)) float64 {
		m, p := wholeModel()
		p.remember(touch{Repository: 2, Weight: 4, Day: 60, Nights: 4})
		change(m, p)
		return strangenessOf(m, p, false, 1)[0]
	}
	usual := weigh(func(*Model, *profile) {})
	for name, less := range map[string]func(*Model, *profile){
		"more of one's own days": func(_ *Model, p *profile) { p.Touches[0].Weight = 5 },
		"more lately":            func(_ *Model, p *profile) { p.Touches[0].Day = 40 },
		"the last days count":    func(m *Model, p *profile) { m.options.Whole.Recent, p.Touches[0].Day = 3, 69 },
		"fewer of others' days":  func(m *Model, _ *profile) { m.state.Repositories[1].Use = 2 },
	} {
		if got := weigh(less); got >= usual {
			t.Errorf("%s: %v, want less than %v", name, got, usual)
		}
	}
}

// Something new is stranger of somebody who seldom has anything new.
func TestStrangenessFollowsNovelty(t *testing.T) {
	t.Parallel()
	m, p := wholeModel()
	usual := strangenessOf(m, p, false, 2)[0]
	p.Past = []pastNight{{New: 0, Touched: 3}}
	seldom := strangenessOf(m, p, false, 2)[0]
	near(t, "by a night of four with nothing new", seldom-usual, math.Log(4./3))
}

// An app that acts as a person has the person's own use.
func TestOwnUseOfAnApp(t *testing.T) {
	t.Parallel()
	m, p := wholeModel()
	m.state.add(1, Personal)
	m.state.add(1, Delegated)
	m.state.Profiles[1].Touches = p.Touches
	m.state.Profiles[2].remember(touch{Repository: 2, Weight: 1, Day: 70, Nights: 1})
	own, total := m.ownUse(m.state.Profiles[2], 70)
	near(t, "the person's, halved after 60 days", own[1], 1)
	near(t, "together", total, 2)
	_, total = m.ownUse(m.state.Profiles[1], 70)
	near(t, "the person has none of the app's", total, 1)
}

func TestNearbyIsWhereTheWalkLands(t *testing.T) {
	t.Parallel()
	m := newModel(Default())
	p := newProfile(1, Personal)
	p.remember(touch{Repository: 1, Weight: 1, Nights: 1})
	at := m.nearby(p, testWalker(), 0) // person 1 alone is reached, and is on 1 and 2
	near(t, "shared", at(1), .5)
	near(t, "the other's", at(2), .5)
	near(t, "far", at(3), 0)
	m.options.Without = []Ingredient{IngredientPeers}
	near(t, "without peers", m.nearby(p, testWalker(), 0)(1), 0)
}

func TestNovelShare(t *testing.T) {
	t.Parallel()
	m := newModel(Default())
	p := newProfile(1, Personal)
	near(t, "nobody known", m.novelShare(p), .25)
	m.state.Organisation.Novel = novelShares{Sum: 1, Nights: 16}
	near(t, "everybody's", m.novelShare(p), .1)
	p.Past = []pastNight{{New: 1, Touched: 2}, {New: -1, Touched: 9}, {New: 0, Touched: 3}}
	near(t, "with own nights that can say", m.novelShare(p), (3*.1+.5)/5)
}

func TestStrangeHours(t *testing.T) {
	t.Parallel()
	m := newModel(Default())
	p := newProfile(1, Personal)
	p.Hours[9] = 20
	for h := range m.state.Organisation.Hours {
		m.state.Organisation.Hours[h] = 10
	}
	const share = 1. / 24
	near(t, "own hour", m.strangeHours(p, 1<<9), math.Log(share/((10+4*share)/24)))
	near(t, "beside it", m.strangeHours(p, 1<<8), math.Log(share/((5+4*share)/24)))
	near(t, "far from it", m.strangeHours(p, 1<<20), math.Log(6))
	near(t, "round midnight", m.strangeHours(&profile{Hours: [24]float64{23: 20}}, 1<<0), math.Log(share/((5+4*share)/24)))
	near(t, "bounded", m.strangeHours(p, 1<<20|1<<21|1<<22|1<<23), 4)
}

func TestKnownForGrowsWithNights(t *testing.T) {
	t.Parallel()
	m := newModel(Default())
	near(t, "first night", m.knownFor(0), 0)
	near(t, "five nights", m.knownFor(5), math.Log(6)/math.Log(30))
	near(t, "long known", m.knownFor(500), 1)
}
