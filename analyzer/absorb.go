package analyzer

import (
	"math"
	"slices"
)

// newcomer is one identity that came new to a repository on a day, in a context
// that is usual for it. Newcomers in odd context are not kept, so that a mass
// theft of the same repositories cannot hide itself.
type newcomer struct {
	_             struct{} `cbor:",toarray"`
	Day, Identity int
}

// Constants of absorption: newcomers of a week explain tonight's, those of a week
// on either side explain an earlier night's; they are kept that long; and half a
// newcomer more than one and a half times the usual is the least that explains.
const (
	absorbWeek   = 7
	absorbDays   = 29
	absorbFactor = 1.5
	absorbSlack  = .5
)

// excess is how many newcomers there are beyond the usual of a repository:
// others - 1.5 rate days - .5, at least 0. The rate a day is the decayed number of
// newcomers over its mean life, half-life/ln 2.
func excess(others int, newcomers, days, halfLife float64) float64 {
	rate := newcomers * math.Ln2 / halfLife
	return max(0, float64(others)-absorbFactor*rate*days-absorbSlack)
}

// gathering is who came new to which repository, lately and tonight.
type gathering struct {
	recent  map[int][]newcomer // repository -> clean newcomers of earlier nights
	tonight map[int][]newcomer // the same of tonight
	pushed  map[int]bool       // repositories that were pushed to tonight
}

// others counts identities other than the given one that came new to a repository
// on a day in [from, until].
func (g gathering) others(repository, identity, from, until int) int {
	n := 0
	for _, list := range [][]newcomer{g.recent[repository], g.tonight[repository]} {
		for _, c := range list {
			if c.Identity != identity && c.Day >= from && c.Day <= until {
				n++
			}
		}
	}
	return n
}

// add notes a clean newcomer of tonight, an identity once a repository.
func (g gathering) add(repository int, c newcomer) {
	same := func(x newcomer) bool { return x.Identity == c.Identity }
	if !slices.ContainsFunc(g.recent[repository], same) && !slices.ContainsFunc(g.tonight[repository], same) {
		g.tonight[repository] = append(g.tonight[repository], c)
	}
}

// settle moves tonight's newcomers to the recent ones and forgets the old.
func (g gathering) settle(day int) {
	for r, list := range g.tonight {
		g.recent[r] = append(g.recent[r], list...)
	}
	clear(g.tonight)
	for r, list := range g.recent {
		list = slices.DeleteFunc(list, func(c newcomer) bool { return c.Day <= day-absorbDays+1 })
		if len(list) == 0 {
			delete(g.recent, r)
		} else {
			g.recent[r] = list
		}
	}
}
