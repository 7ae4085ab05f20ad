package analyzer

import "math"

// openness counts, over the nights, how often people came new to a repository
// against how often the model expected it. Outsiders are those whom the walk over
// people does not explain; near ones are those whom it does.
type openness struct {
	Seen, Expected         float64
	NearSeen, NearExpected float64
}

// ratio is (outsiders seen + prior)/(outsiders expected + prior), above 0: well
// below 1 where many could have come and nobody did, as with a crown jewel.
func (w openness) ratio(o WhichOptions) float64 {
	return (w.Seen + o.SeenPrior) / (w.Expected + o.ExpectedPrior)
}

// Constants of the walk's own ratio: two newcomers as prior, clipped because the
// walk is seldom that wrong.
const (
	nearPrior = 2
	nearFloor = .3
	nearMost  = 2
)

// nearRatio is the same for those whom the walk explains, in [.3, 2].
func (w openness) nearRatio() float64 {
	return min(nearMost, max(nearFloor, (w.NearSeen+nearPrior)/(w.NearExpected+nearPrior)))
}

// add sums two counts.
func (w *openness) add(x openness) {
	w.Seen += x.Seen
	w.Expected += x.Expected
	w.NearSeen += x.NearSeen
	w.NearExpected += x.NearExpected
}

// anyOf is the chance that at least one of n new repositories is this one,
// 1-(1-p)^n: somebody who reads everything except r says much about r.
func anyOf(p float64, n int) float64 {
	return 1 - math.Pow(1-min(p, .99), float64(n))
}

// learn adds one person's night to tonight's counts: to every candidate the
// chance with which the person was expected there, to every new repository the
// person itself, split between outsider and near by what explains it better.
// Who pushes is no outsider. The person counts by trust, in (0, 1].
func (c *choice) learn(tonight []openness, fresh []int, pushed map[int]bool, trust float64) {
	for i, r := range c.candidates {
		tonight[r].Expected += anyOf(c.outside(i, c.near != nil), len(fresh))
		if c.near != nil {
			tonight[r].NearExpected += anyOf(c.o.Walk*c.near[i], len(fresh))
		}
	}
	for _, r := range fresh {
		near := c.nearness(c.position(r))
		if pushed[r] {
			near = 1
		}
		tonight[r].Seen += (1 - near) * trust
		tonight[r].NearSeen += near * trust
	}
}

// nearness is how much of P(r) the walk explains, in [0, 1].
func (c *choice) nearness(i int) float64 {
	if c.near == nil {
		return 0
	}
	near := c.o.Walk * c.near[i]
	return near / max(1e-12, near+c.outside(i, true))
}
