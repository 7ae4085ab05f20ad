package analyzer

import (
	"maps"
	"math"
	"slices"
)

// tenures are the classes of active days that are pooled together.
const tenures = 4

// tenure gives the class of a number of active days: 0-2, 3-7, 8-19, 20 and more.
func tenure(active int) int {
	switch {
	case active < 3:
		return 0
	case active < 8:
		return 1
	case active < 20:
		return 2
	}
	return 3
}

// pool is what all facets of one kind and tenure did: on how many of how many
// nights there was something new, and how much at once.
type pool struct {
	Nights, WithNew float64
	Bursts          map[int]float64 // number of new repositories -> nights
}

// A pool starts from imagined nights: so many in all, so many of them with something
// new, and so many of one new repository for the mean.
const (
	poolNights    = 2
	poolNightsNew = .3
	poolBursts    = 5
)

func newPool() pool {
	return pool{Nights: poolNights, WithNew: poolNightsNew, Bursts: map[int]float64{}}
}

// rate is the share of nights with something new, in (0, 1).
func (p pool) rate() float64 { return p.WithNew / p.Nights }

// learn adds a night with n new repositories.
func (p *pool) learn(n int, trust float64) {
	p.Nights += trust
	if n > 0 {
		p.WithNew += trust
		p.Bursts[n] += trust
	}
}

// burst is how many nights had n or more new repositories, and of how many.
func (p pool) burst(n int) (atLeast, all float64) {
	for _, size := range slices.Sorted(maps.Keys(p.Bursts)) {
		nights := p.Bursts[size]
		all += nights
		if size >= n {
			atLeast += nights
		}
	}
	return atLeast, all
}

// mean is the mean number of new repositories of a night with any, at least 1. It
// starts from poolBursts imagined nights with one, so that a young pool is not extreme.
func (p pool) mean() float64 {
	sum, all := float64(poolBursts), float64(poolBursts)
	for _, size := range slices.Sorted(maps.Keys(p.Bursts)) {
		nights := p.Bursts[size]
		sum += float64(size) * nights
		all += nights
	}
	return sum / all
}

// forecast is how many repositories are new to a facet on an active night, from
// its own lagged nights shrunk towards those of its kind and tenure.
type forecast struct {
	o        CountOptions
	exponent float64
	pool     pool
	own      []int   // new repositories on own nights, lagged
	rate     float64 // share of nights with something new
}

// newForecast builds the forecast of a kind and tenure with own nights:
// rate = (prior*pooled + own nights with something new)/(prior + own nights).
func newForecast(o CountOptions, machine bool, p pool, own []int) forecast {
	f := forecast{o: o, exponent: o.PersonExponent, pool: p, own: own}
	if machine {
		f.exponent = o.MachineExponent
	}
	f.rate = (o.RatePrior*p.rate() + float64(atLeast(own, 1))) / (o.RatePrior + float64(len(own)))
	return f
}

// atLeast counts the numbers that reach n.
func atLeast(numbers []int, n int) int {
	count := 0
	for _, x := range numbers {
		if x >= n {
			count++
		}
	}
	return count
}

// tail is P(new >= n | something new): the pooled bursts over a power law,
// (nights with >= n + w n^-e)/(nights + w), in (0, 1], falling in n.
func (f forecast) tail(n int) float64 {
	reached, all := f.pool.burst(n)
	w := f.o.TailWeight
	return (reached + w*math.Pow(float64(n), -f.exponent)) / (all + w)
}

// leastChance keeps one night from weighing more than -ln(1e-7) = 16 nats.
const leastChance = 1e-7

// reach is P(new >= n) on an active night, n >= 1: the pooled chance, from two
// on mixed with how often the facet itself reached n.
func (f forecast) reach(n int) float64 {
	p := f.rate * f.tail(n)
	if n > 1 {
		p = (f.o.BurstPrior*p + float64(atLeast(f.own, n))) / (f.o.BurstPrior + float64(len(f.own)))
	}
	return max(leastChance, p)
}

// nats is -ln P(new >= n), at least 0 and rising with n, taken linearly between
// whole numbers because absorption leaves fractions of repositories.
func (f forecast) nats(n float64) float64 {
	if n <= 0 {
		return 0
	}
	whole := int(n)
	low := 0.
	if whole > 0 {
		low = -math.Log(f.reach(whole))
	}
	high := -math.Log(f.reach(whole + 1))
	return max(0, low+(n-float64(whole))*(high-low))
}

// expected is the mean number of new repositories on an active night, own nights
// shrunk towards the pool.
func (f forecast) expected() float64 {
	sum := 0
	for _, n := range f.own {
		sum += n
	}
	return (f.o.BurstPrior*f.rate*f.pool.mean() + float64(sum)) / (f.o.BurstPrior + float64(len(f.own)))
}

// boundMost ends the search for a bound; no baseline is that wide.
const boundMost = 1000

// bound is the least number that is exceeded on at most a share of active nights.
func (f forecast) bound(share float64) int {
	n := 0
	for n < boundMost && f.reach(n+1) > share {
		n++
	}
	return n
}

// ownNights gives the numbers of new repositories on the assessable nights up to
// a day, the latest most of them.
func ownNights(past []pastNight, until, most int) []int {
	var own []int
	for _, n := range past {
		if n.Day <= until && n.New >= 0 {
			own = append(own, n.New)
		}
	}
	if len(own) > most {
		own = own[len(own)-most:]
	}
	return own
}
