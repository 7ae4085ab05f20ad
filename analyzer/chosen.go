package analyzer

import "gonum.org/v1/gonum/stat"

// chosen is what is kept of a choice until its night is learnt. A choice is as
// long as the organisation has repositories, and on the first nights everybody has
// one: kept whole, 13,000 repositories and 13,700 identities took 9 GB. All but the
// walk can be made again.
type chosen struct {
	// readers is how many read a candidate and never push to it, on the mean.
	readers float64
	// walked, near and at are where the walk landed, by position.
	walked bool
	at     []int32
	near   []float64
}

// keep packs a choice, with the walk where the night will teach by it.
func (c *choice) keep(teaches bool) *chosen {
	k := &chosen{readers: stat.Mean(c.readers, nil), walked: c.near != nil}
	for i, share := range c.near {
		if teaches && share != 0 {
			k.at, k.near = append(k.at, int32(i)), append(k.near, share)
		}
	}
	return k
}

// again unpacks the choice of a facet that teaches. Nothing may have been learnt in
// between.
func (m *Model) again(j *judgement, day int) *choice {
	c := m.offered(j.facetNight, j.novelties, day)
	if j.chosen.walked {
		c.near = make([]float64, len(c.candidates))
		for i, at := range j.chosen.at {
			c.near[at] = j.chosen.near[i]
		}
	}
	return c
}

// teachesOpenness tells whose choice says how open repositories are: that of people
// who are known a little, once the model is.
func (m *Model) teachesOpenness(f *facetNight, day int) bool {
	return day-m.state.Start >= openWarmUp && f.profile.Active >= kindDays
}
