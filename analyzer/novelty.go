package analyzer

import (
	"cmp"
	"slices"
)

// novelty is what is to be said of one repository that is new to a facet.
type novelty struct {
	repository int
	weight     float64 // of it in the count, in (0, 1]: less where others came too
	others     int     // other clean newcomers of the last week
	surprise   float64 // nats, people only
	guarded    float64 // jewel ratio, nats, people only
	readers    float64 // who never pushed to it, people only
}

// meet finds what is new to whom and who came in a usual context.
func (m *Model) meet(facets []*facetNight) gathering {
	g := gathering{came: m.state.Newcomers, pushed: map[int]bool{}}
	for _, f := range facets {
		for _, a := range f.accesses {
			if a.Pushes > 0 {
				g.pushed[a.repository] = true
			}
			if !a.Public && !m.state.knows(f.profile, a.repository) {
				f.fresh = append(f.fresh, a.repository)
			}
		}
		f.fresh = distinct(f.fresh)
		f.repositories = distinct(f.repositories)
		f.group()
	}
	return g
}

// novelties describes each new repository of a facet, and gives what is to be kept
// of the choice that a person had.
func (m *Model) novelties(f *facetNight, g gathering, w *walker, day int) ([]novelty, *chosen) {
	list := make([]novelty, len(f.fresh))
	for i, r := range f.fresh {
		list[i] = m.newcomer(f, g, r, day)
	}
	if len(list) == 0 || f.machine {
		return list, nil
	}
	c, base := m.choose(f, list, w, day)
	m.surprise(f, list, c, base, w)
	return list, c.keep(m.teachesOpenness(f, day))
}

// openWarmUp is the number of days before which nothing is learnt about openness,
// because to a model that has just begun everything is new.
const openWarmUp = 14

// newcomer weighs one new repository in the count: 1/(1 + excess of others), less
// where it was pushed to.
func (m *Model) newcomer(f *facetNight, g gathering, r, day int) novelty {
	n := novelty{repository: r, weight: 1}
	if m.options.without(IngredientAbsorption) {
		return n
	}
	if !f.machine {
		half := m.options.Which.HalfLife
		n.others = g.others(r, f.profile.Identity, day-absorbWeek+1, day)
		n.weight = 1 / (1 + excess(n.others, m.state.Repositories[r].Newcomers.at(day, half), absorbWeek, half))
	}
	if g.pushed[r] && f.answers() && !m.options.without(IngredientAnswers) {
		n.weight *= m.options.Count.AnswerDiscount
	}
	if f.pushed[r] {
		n.weight *= m.options.Count.PushDiscount
	}
	return n
}

// answers reports whether a facet's new repositories may be explained by pushes: a
// machine may be set to build what was pushed. A deploy key may not, because hosts
// bind it to its repository.
func (f *facetNight) answers() bool {
	return f.machine && f.profile.Family != DeployKey && f.profile.Family != DeployToken
}

// candidates are the private repositories that a facet could have come new to:
// those seen before that it does not know, and those it did come new to.
func (m *Model) candidates(f *facetNight) []int {
	known := m.state.known(f.profile)
	c := make([]int, 0, len(m.state.Repositories))
	for r := range m.state.Repositories {
		if len(known) > 0 && known[0] == r {
			known = known[1:]
			continue
		}
		if repo := &m.state.Repositories[r]; repo.Seen && repo.Private {
			c = append(c, r)
		}
	}
	return distinct(append(c, f.fresh...))
}

// choose builds the distribution that a person's new repositories come from, and
// gives the person's own repositories as the start of a walk.
func (m *Model) choose(f *facetNight, list []novelty, w *walker, day int) (*choice, []arc) {
	c := m.offered(f, list, day)
	base := f.profile.arcs(day, c.o.HalfLife)
	if !m.options.without(IngredientPeers) && w.spread(base, f.profile.Identity) {
		c.near = w.near(c.candidates)
	}
	return c, base
}

// offered is a choice without the walk: what there is to come to, as of the nights
// before.
func (m *Model) offered(f *facetNight, list []novelty, day int) *choice {
	o := m.options.Which
	c := &choice{o: o, open: !m.options.without(IngredientOpenness), candidates: m.candidates(f)}
	past, week := make([]float64, len(c.candidates)), make([]float64, len(c.candidates))
	c.seen = make([]openness, len(c.candidates))
	c.readers, c.owed = make([]float64, len(c.candidates)), make([]float64, len(c.candidates))
	for i, r := range c.candidates {
		past[i] = m.state.Repositories[r].Newcomers.at(day, o.HalfLife)
		c.seen[i] = m.state.Repositories[r].Openness
		c.readers[i], c.owed[i] = float64(m.state.Repositories[r].Readers), m.state.Repositories[r].Owed
		if m.options.without(IngredientReaders) {
			c.readers[i], c.owed[i] = c.seen[i].Seen, 0
		}
	}
	for _, n := range list {
		week[c.position(n.repository)] = float64(n.others)
	}
	c.popularity = popular(past, week, o.TonightWeight)
	return c
}

// surprise fills in how unlikely each new repository is for the person.
func (m *Model) surprise(f *facetNight, list []novelty, c *choice, base []arc, w *walker) {
	p, thief := c.probabilities(), c.thiefShares()
	for i := range list {
		at := c.position(list[i].repository)
		list[i].surprise = surprise(len(p), p[at])
		if m.state.Repositories[list[i].repository].Written {
			list[i].guarded = jewelRatio(thief[at], p[at])
		}
		list[i].readers = c.readers[at]
		if f.pushed[list[i].repository] {
			list[i].guarded += m.options.Hypotheses.JewelPush
		}
	}
	o := m.options
	if len(list) < 2 || f.profile.Active >= o.Which.JoinerDays || o.without(IngredientCoherence) || o.without(IngredientPeers) {
		return
	}
	total := c.outsideTotal()
	for i, share := range w.coherence(base, f.fresh, c.candidates, f.profile.Identity) {
		if share >= 0 {
			list[i].surprise = surprise(len(p), c.coherent(c.position(list[i].repository), share, total))
		}
	}
}

// ranked gives the new repositories of a session by surprise, greatest first.
func ranked(list []novelty, fresh []int) []novelty {
	var out []novelty
	for _, n := range list {
		if _, ok := slices.BinarySearch(fresh, n.repository); ok {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(a, b novelty) int { return cmp.Compare(b.surprise, a.surprise) })
	return out
}

// effective is the number of new repositories after absorption.
func effective(list []novelty) float64 {
	sum := 0.
	for _, n := range list {
		sum += n.weight
	}
	return sum
}
