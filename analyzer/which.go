package analyzer

import (
	"math"
	"slices"
)

// repository is what is remembered of one repository.
type repository struct {
	Private bool
	Seen    bool // touched on an earlier night
	Written bool // pushed to on an earlier night
	// Newcomers is the decayed number of people who came to it.
	Newcomers decayed
	// Readers is how many people touched it and never pushed to it. Owed is how many
	// of them do not count yet, because they were taken for thieves of it and have
	// not gone on with it.
	Readers int
	Owed    float64
	// Use is the decayed number of people's days on it.
	Use float64
	// Openness counts who came, Taught without those who came back later.
	Openness, Taught openness
}

// choice is what is known about where a person's new repositories come from. The
// slices run along candidates, ascending repository numbers.
type choice struct {
	o          WhichOptions
	open       bool // whether openness is looked at
	candidates []int
	near       []float64 // by the walk, sums to 1; nil where it reaches nothing
	popularity []float64 // by newcomers, sums to 1
	readers    []float64 // who never pushed
	owed       []float64 // readers who do not count yet
	seen       []openness
}

// position of a repository among the candidates.
func (c *choice) position(repository int) int {
	i, _ := slices.BinarySearch(c.candidates, repository)
	return i
}

// newcomerPrior is the number of newcomers every repository starts from.
const newcomerPrior = .3

// popular gives the shares of newcomers: the past ones, decayed, and the clean
// ones of the last week, who weigh more each.
func popular(past, week []float64, weight float64) []float64 {
	p := make([]float64, len(past))
	for i := range p {
		p[i] = past[i] + newcomerPrior + weight*week[i]
	}
	return normalised(p)
}

// outside is P(r) of a candidate by popularity and chance. With a walk the two
// sum to the walk's complement, without one they share everything 3 to 2.
func (c *choice) outside(i int, walked bool) float64 {
	p := c.o.Popularity*c.popularity[i] + c.o.Uniform/float64(len(c.candidates))
	if !walked {
		p /= c.o.Popularity + c.o.Uniform
	}
	return p
}

// ratio is how open a candidate has been to outsiders, 1 where not looked at.
func (c *choice) ratio(i int) float64 {
	if !c.open {
		return 1
	}
	return c.seen[i].ratio(c.o)
}

// probabilities gives P(r), normalised over the candidates: the walk by how well
// it did for each repository so far, the rest by how open each has been.
func (c *choice) probabilities() []float64 {
	p := make([]float64, len(c.candidates))
	for i := range p {
		p[i] = c.outside(i, c.near != nil) * c.ratio(i)
		if c.near != nil {
			near := c.o.Walk * c.near[i]
			if c.open {
				near *= c.seen[i].nearRatio()
			}
			p[i] += near
		}
	}
	return normalised(p)
}

// coherent is P(r) of one candidate where the walk starts from a joiner's other
// new repositories and lands on r with the given share; total is outsideTotal.
func (c *choice) coherent(i int, share, total float64) float64 {
	return (c.o.Walk*share + c.outside(i, true)*c.ratio(i)) / (c.o.Walk + total)
}

// outsideTotal sums the outsiders' part over the candidates.
func (c *choice) outsideTotal() float64 {
	sum := 0.
	for i := range c.candidates {
		sum += c.outside(i, true) * c.ratio(i)
	}
	return sum
}

// normalised scales weights to sum one, in place.
func normalised(p []float64) []float64 {
	sum := 0.
	for _, x := range p {
		sum += x
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// leastProbability keeps a logarithm finite.
const leastProbability = 1e-9

// surprise is ln[(1/candidates)/P(r)]: how much less likely than by chance that
// this one of the candidates is new. Below zero it is the expected one.
func surprise(candidates int, p float64) float64 {
	return math.Log(1 / float64(candidates) / max(p, leastProbability))
}

// thiefShares gives where a thief goes: rather where nobody reads who does not
// also write, (readers that count + prior)^-exponent, normalised.
func (c *choice) thiefShares() []float64 {
	w := make([]float64, len(c.candidates))
	for i := range w {
		w[i] = math.Pow(c.readers[i]-c.owed[i]+c.o.SeenPrior, -c.o.JewelExponent)
	}
	return normalised(w)
}

// jewelRatio is ln of a thief's share over the person's own probability of a
// repository. 99 % of harmless sessions with something new stay below 2.6.
func jewelRatio(thief, p float64) float64 {
	return math.Log(thief / max(p, leastProbability))
}
