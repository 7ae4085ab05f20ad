package analyzer

import "math"

// newcomer is one identity that came new to a repository on a day, in a context
// that is usual for it. Newcomers in odd context are not kept, so that a mass
// theft of the same repositories cannot hide itself.
type newcomer struct {
	Day, Identity int
}

// Constants of absorption: newcomers of a week explain tonight's, those of a week
// on either side explain an earlier night's; and half a newcomer more than one and a
// half times the usual is the least that explains.
const (
	absorbWeek   = 7
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
	came   map[int][]newcomer // repository -> clean newcomers
	pushed map[int]bool       // repositories that were pushed to tonight
}

// others counts identities other than the given one that came new to a repository
// on a day in [from, until].
func (g gathering) others(repository, identity, from, until int) int {
	n := 0
	for _, c := range g.came[repository] {
		if c.Identity != identity && c.Day >= from && c.Day <= until {
			n++
		}
	}
	return n
}
