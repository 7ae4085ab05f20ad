package analyzer

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// colleagues are the people whose own use is known well enough to say of a night that
// it is rather theirs. They are made anew every night. It is not safe for concurrent
// use.
type colleagues struct {
	all []*profile
	on  [][]arc // repository -> people on it, each with its share of their own use
	// nats and met are of the night that was asked about last: ln of how much likelier
	// its repositories are each one's than somebody's who knows none of them, and who
	// that is not 0 of.
	nats []float64
	met  []int
}

// colleagues gives the people seen on at least Colleague.Nights nights, the last of
// them within Colleague.Days.
func (m *Model) colleagues(day int) *colleagues {
	o := m.options.Colleague
	c := &colleagues{on: make([][]arc, len(m.state.Repositories))}
	for _, p := range m.state.Profiles[1:] {
		if p.Machine || p.Family == Delegated || p.Active < o.Nights || day-p.Last > o.Days {
			continue
		}
		total := 0.
		for _, t := range p.Touches {
			total += m.use(t, day)
		}
		for _, t := range p.Touches {
			if x := m.use(t, day); x > 0 {
				c.on[t.Repository] = append(c.on[t.Repository], arc{len(c.all), x / total})
			}
		}
		if total > 0 {
			c.all = append(c.all, p)
		}
	}
	c.nats = make([]float64, len(c.all))
	return c
}

// meet finds the people who know some of a night's repositories. rest is what the
// chance of each repository is for somebody who does not know it, novel the share of
// what people touch that is new to them.
func (c *colleagues) meet(repositories []int, rest []float64, novel float64) {
	for _, k := range c.met {
		c.nats[k] = 0
	}
	c.met = c.met[:0]
	for i, r := range repositories {
		for _, a := range c.on[r] {
			if c.nats[a.to] == 0 {
				c.met = append(c.met, a.to)
			}
			c.nats[a.to] += math.Log1p((1 - novel) * a.share / rest[i])
		}
	}
}

// othersNats weighs a night as somebody else's: ln of its chance under the others
// over its chance under the facet itself. The others are, by the share
// Colleague.Share, one of the people who are known well, each as likely, with their
// own repositories and hours; else anybody. Repositories that belong together come
// together, so that n of them count as the square root of n would. It lies in
// [Floor, Most]. like is the one person who makes up at least half of it, nil where
// nobody does.
func (m *Model) othersNats(j *judgement, c *colleagues, everybody crowd) (nats float64, like *profile) {
	o, w := m.options.Colleague, m.options.Whole
	if len(j.repositories) == 0 {
		return 0, nil
	}
	root := math.Sqrt(float64(len(j.repositories)))
	novel, n := m.state.Organisation.Novel.share(), everybody.repositories+1
	rest, unknown := make([]float64, len(j.repositories)), 0.
	for i, r := range j.repositories {
		common := m.state.Repositories[r].Use / max(leastProbability, everybody.use)
		rest[i] = novel * ((1-w.Uniform)*common + w.Uniform/n)
		unknown += math.Log(rest[i]) - math.Log(j.chance[i])
	}
	terms := []float64{math.Log(1-o.Share) + floats.Sum(j.strange)/root}
	c.meet(j.repositories, rest, novel)
	each := math.Log(o.Share) - math.Log(float64(max(1, len(c.all))))
	most := math.Inf(-1)
	for _, k := range c.met {
		p := c.all[k]
		if p.Identity == j.profile.Identity {
			continue
		}
		x := each + (unknown+c.nats[k])/root - m.strangeHours(p, j.hours)
		if terms = append(terms, x); x > most {
			most, like = x, p
		}
	}
	if nats = floats.LogSumExp(terms); most < nats-math.Ln2 {
		like = nil
	}
	return min(w.Most, max(w.Floor, nats)), like
}
