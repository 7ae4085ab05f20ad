package analyzer

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Constants of the gap between active nights. A gap of up to a week explains
// itself by weekends and days off; the history weighs at most twelve nights, so
// that one holiday a year stays plausible; and twelve nats are the most.
const (
	gapLeast  = 7
	gapWeight = 12
	gapMost   = 12
)

// gapNats is -ln P(gap >= g) under a beta-geometric law of the chance to be
// active on a day: B(a, b+g)/B(a, b). a and b count active and idle days; their
// sum is scaled down to gapWeight. It is above zero and rises with g.
func gapNats(a, b, g float64) float64 {
	scale := min(1, gapWeight/(a+b))
	a, b = max(.6, a*scale), max(.5, b*scale)
	return mathext.Lbeta(a, b) - mathext.Lbeta(a, b+g)
}

// dormancy is the weight of a return on a day after the facet's last night, and
// the gap in days (-1 on its first night). Half the active and idle days are
// counted, because work comes in weeks and days are not independent.
func dormancy(p *profile, day int) (nats float64, gap int) {
	if p.Last < 0 {
		return 0, -1
	}
	gap = day - p.Last
	if gap <= gapLeast {
		return 0, gap
	}
	a, b := gapCounts(p)
	return min(gapMost, max(0, gapNats(a, b, float64(gap)))), gap
}

// gapCounts gives the pseudo-counts of active and idle days.
func gapCounts(p *profile) (active, idle float64) {
	idleDays := p.Last - p.First + 1 - p.Active
	return float64(p.Active)*.5 + 1, max(1, float64(idleDays)*.5) + .3
}

// gapBound is the least gap that is exceeded with at most the given chance.
func gapBound(p *profile, chance float64) int {
	a, b := gapCounts(p)
	g := 1
	for g < 400 && gapNats(a, b, float64(g+1)) < -math.Log(chance) {
		g++
	}
	return g
}
