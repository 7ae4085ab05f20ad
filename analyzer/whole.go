package analyzer

import "math"

// crowd is everybody together: the decayed number of people's days on all
// repositories, and how many repositories are in use.
type crowd struct{ use, repositories float64 }

// inUse is the least decayed number of people's days from which a repository is in
// use: one day ten half-lives ago. What was touched years ago is no place to come to.
const inUse = .001

// crowd sums what is known of the repositories before the night.
func (m *Model) crowd() crowd {
	var c crowd
	for _, r := range m.state.Repositories {
		if r.Use >= inUse {
			c.use += r.Use
			c.repositories++
		}
	}
	return c
}

// strangeness gives, for each repository of a person's night, known or new, the
// person's own chance of it, and ln of anybody's over that: (1-q) own use + q (walk +
// popularity + chance), q the share of what the person touches that is new. Below 0
// it is the person's own.
//
// It reads, as of the nights before: the person's decayed days on each repository
// and the last of them, everybody's decayed days on each repository, and the share
// of new ones on the person's nights and on everybody's. It is nil for machines and
// on the first night.
func (m *Model) strangeness(f *facetNight, w *walker, c crowd, day int) (chance, strange []float64) {
	o := m.options.Whole
	own, total := m.ownUse(f.profile, day)
	if f.machine || total <= 0 || m.options.without(IngredientStranger) {
		return nil, nil
	}
	q, near, n := m.novelShare(f.profile), m.nearby(f.profile, w, day), c.repositories+1
	chance, strange = make([]float64, len(f.repositories)), make([]float64, len(f.repositories))
	for i, r := range f.repositories {
		common := m.state.Repositories[r].Use / max(leastProbability, c.use)
		chance[i] = (1-q)*own[r]/total + q*(o.Walk*near(r)+o.Popularity*common+o.Uniform/n)
		anybody := o.OthersUse*common + (1-o.OthersUse)/n
		strange[i] = math.Log(anybody / chance[i])
	}
	return chance, strange
}

// ownUse gives the decayed days of a facet on each repository and their sum; what
// was touched in the last days weighs more, because work goes on. An app that acts
// as a person has the use of all the person's facets.
func (m *Model) ownUse(p *profile, day int) (own map[int]float64, total float64) {
	facets := []*profile{p}
	if p.Family == Delegated {
		facets = nil
		for _, f := range m.state.byIdentity[p.Identity] {
			facets = append(facets, m.state.Profiles[f])
		}
	}
	own = map[int]float64{}
	for _, q := range facets {
		for _, t := range q.Touches {
			if x := m.use(t, day); x > 0 {
				own[t.Repository] += x
				total += x
			}
		}
	}
	return own, total
}

// use is how much somebody uses a repository, in decayed days; 0 of a machine's.
func (m *Model) use(t touch, day int) float64 {
	if t.Weight <= 0 {
		return 0
	}
	o := m.options.Whole
	return t.Weight*halved(day-t.Day, m.options.Which.HalfLife) + o.Recent*halved(day-t.Day, o.RecentHalfLife)
}

// nearby gives where a walk over the people one works with lands.
func (m *Model) nearby(p *profile, w *walker, day int) func(repository int) float64 {
	if m.options.without(IngredientPeers) || !w.spread(p.arcs(day, m.options.Which.HalfLife), p.Identity) {
		return func(int) float64 { return 0 }
	}
	landed := 0.
	for _, r := range w.landed {
		landed += w.land[r]
	}
	return func(r int) float64 { return w.land[r] / max(leastProbability, landed) }
}

// novelShares sums, over people's nights, the share of what was touched that was new.
type novelShares struct{ Sum, Nights float64 }

// Everybody's share starts from one new repository in four nights of one each.
const (
	novelPriorSum    = 1
	novelPriorNights = 4
)

// share is everybody's.
func (n novelShares) share() float64 { return (n.Sum + novelPriorSum) / (n.Nights + novelPriorNights) }

// novelShare is the share of what a facet touches on a night that is new to it: the
// mean over its own nights that can say, with everybody's as NovelPrior nights.
func (m *Model) novelShare(p *profile) float64 {
	o := m.options.Whole
	sum, nights := o.NovelPrior*m.state.Organisation.Novel.share(), o.NovelPrior
	for _, n := range p.Past {
		if n.New >= 0 && n.Touched > 0 {
			sum += float64(n.New) / float64(n.Touched)
			nights++
		}
	}
	return sum / nights
}

// strangeHours sums, over the night's hours, ln of how many people are at work then
// over how often this person is, within HourBound. It reads the person's nights by
// hour, smoothed over the hours beside, and everybody's.
func (m *Model) strangeHours(p *profile, hours uint32) float64 {
	o, all := m.options.Whole, &m.state.Organisation.Hours
	everybody, own, sum := 1., 0., 0.
	for h := range all {
		everybody += all[h]
		own += p.Hours[h]
	}
	for h := range all {
		if hours>>h&1 == 0 {
			continue
		}
		mine := .25*p.Hours[(h+23)%24] + .5*p.Hours[h] + .25*p.Hours[(h+1)%24]
		share := (all[h] + 1./24) / everybody
		sum += math.Log((.5*share + .5/24) / ((mine + o.HourPrior*share) / (own + o.HourPrior)))
	}
	return min(o.HourBound, max(-o.HourBound, sum))
}

// knownFor is how far a person's own use can be relied on after some nights, in
// [0, 1]: ln(1 + nights)/ln(Tenure).
func (m *Model) knownFor(active int) float64 {
	return min(1, math.Log1p(float64(active))/math.Log(m.options.Whole.Tenure))
}
