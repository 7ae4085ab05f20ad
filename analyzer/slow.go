package analyzer

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/combin"
)

// slowMost is the longest window of low and slow in days.
const slowMost = 21

// betaBinomialTail is ln P(X >= k) for X beta-binomial(n, a, b), a, b > 0,
// 0 <= k <= n; not below ln 1e-12.
func betaBinomialTail(n, k int, a, b float64) float64 {
	p := 0.
	for x := k; x <= n; x++ {
		p += math.Exp(combin.LogGeneralizedBinomial(float64(n), float64(x)) + mathext.Lbeta(float64(x)+a, float64(n-x)+b) - mathext.Lbeta(a, b))
	}
	return math.Log(max(p, 1e-12))
}

// slowWindow is one window of nights in which something was new on many.
type slowWindow struct {
	nats     float64
	days     int     // length of the window
	nights   int     // active nights in it, tonight among them
	withNew  int     // of those, with something new that others do not explain
	expected float64 // nights with something new expected
	bound    int     // 95 % bound on them
	history  int     // nights of the baseline, which ends before the window
}

// Constants of a window: fewer than three nights are no habit, and the pool
// counts as six nights of at least 3 %.
const (
	slowLeast     = 3
	slowPrior     = 6
	slowLeastRate = .03
	slowTenure    = 10
	slowTonight   = .3
)

// slowNats weighs a window: -ln P(nights with something new >= withNew), the
// chance a night beta-distributed by the baseline, whose weight is capped because
// habits drift.
func slowNats(nights, withNew int, rate float64, baseNights, baseNew int, weightCap float64) slowWindow {
	a, b := slowChance(rate, baseNights, baseNew, weightCap)
	w := slowWindow{nights: nights, withNew: withNew, history: baseNights, expected: float64(nights) * a / (a + b)}
	if withNew >= slowLeast {
		w.nats = -betaBinomialTail(nights, min(withNew, nights), a, b)
	}
	for w.bound < nights && betaBinomialTail(nights, w.bound+1, a, b) > math.Log(.05) {
		w.bound++
	}
	return w
}

// slowChance gives the beta parameters of the chance of something new a night.
func slowChance(rate float64, nights, withNew int, weightCap float64) (a, b float64) {
	q := max(rate, slowLeastRate)
	a = slowPrior*q + float64(withNew)
	b = slowPrior*(1-q) + float64(nights-withNew)
	scale := min(1, weightCap/(a+b))
	return a * scale, b * scale
}

// slowest is the heaviest window of a facet: tonight counts as its number of new
// repositories after absorption, at most one, and earlier nights as what is left
// of them by tonight's knowledge (alone gives that share of a night).
func slowest(o NightOptions, p *profile, day int, tonight, rate float64, alone func(pastNight) float64) slowWindow {
	var best slowWindow
	tonight = min(1, tonight)
	if p.Active < slowTenure || tonight < slowTonight {
		return best
	}
	for _, days := range o.SlowWindows {
		nights, withNew := 1, tonight
		var base olderNights
		for _, n := range p.Past {
			switch {
			case n.Day > day-days:
				nights++
				if n.New > 0 {
					withNew += alone(n)
				}
			case n.New >= 0:
				base.add(n)
			}
		}
		w := slowNats(nights, int(withNew+.5), rate, base.Nights, base.WithNew, o.SlowCap)
		w.days = days
		if w.nats > best.nats {
			best = w
		}
	}
	return best
}

// olderNights sums the assessable nights before a window.
type olderNights struct{ Nights, WithNew int }

// add counts one assessable night.
func (o *olderNights) add(n pastNight) {
	o.Nights++
	if n.New > 0 {
		o.WithNew++
	}
}
