package analyzer

import (
	"cmp"
	"math"
	"slices"

	"midwatch/queries/warehouse"
)

// profile is what is remembered of one facet. Days are counted from 1970-01-01.
type profile struct {
	Identity int // number in state.Identities
	Family   Family
	Machine  bool // tonight
	// Censored is true while the log is too young to say how often something is new to
	// it, Assessable where tonight may count for that, Settled where it may say how
	// usual a network, client or credential is.
	Censored, Assessable, Settled bool
	First                         int // day of its first night
	Last                          int // day of its last night
	Active                        int // nights it was seen on

	Hours     [24]float64 // active nights with an act in the hour
	HourCount int         // hours with an act, summed over nights
	CopyDays  int         // nights on which it copied something it knew

	// Levels counts nights by the worst network level.
	Levels [networkLevels]float64

	Touches []touch     // by repository, ascending
	Past    []pastNight // oldest first

	// Suspicion is what its nights so far add up to of looking like somebody else's,
	// in nats, at least 0.
	Suspicion float64

	Reported report // last time it stood among the first
	Listed   report // last time it was listed
}

// touch is one repository a facet knows. Weight is the decayed number of days on
// which a person touched it, as of Day; machines leave it at zero. Day is the last
// one, Nights on how many it was touched.
type touch struct {
	Repository  int
	Weight      float64
	Day, Nights int
}

// pastNight is one earlier night of a facet. New is the number of private
// repositories that were new, -1 while the facet or the model was too young to
// say. Nats is what the heaviest session with something new weighed. Repositories
// are the new ones, kept for slowMost days.
type pastNight struct {
	Day          int
	New          int
	Touched      int
	Nats         float64
	Repositories []int
}

// decayed is an exponentially decaying sum as of a day.
type decayed struct {
	Day    int
	Weight float64
}

// at gives the sum decayed to a later day.
func (d decayed) at(day int, halfLife float64) float64 {
	return d.Weight * halved(day-d.Day, halfLife)
}

// report says when a facet was last reported and with what weight.
type report struct {
	Day    int
	Weight float64
	Valid  bool
}

// halved is the factor left after a number of days: 2^(-days/halfLife), in (0, 1].
func halved(days int, halfLife float64) float64 {
	return math.Exp2(-float64(days) / halfLife)
}

func newProfile(identity int, family Family) *profile {
	return &profile{Identity: identity, Family: family, Last: -1}
}

// touched finds a repository among those the facet knows.
func (p *profile) touched(repository int) (int, bool) {
	return slices.BinarySearchFunc(p.Touches, repository, func(t touch, r int) int { return cmp.Compare(t.Repository, r) })
}

// knows reports whether the facet touched the repository on an earlier night.
func (p *profile) knows(repository int) bool {
	_, ok := p.touched(repository)
	return ok
}

// remember files what is known of a repository.
func (p *profile) remember(t touch) {
	i, ok := p.touched(t.Repository)
	if !ok {
		p.Touches = slices.Insert(p.Touches, i, t)
		return
	}
	p.Touches[i] = t
}

// nightsSince is on how many nights a repository that was new on a day was touched
// again.
func (p *profile) nightsSince(repository, since int) int {
	i, ok := p.touched(repository)
	if !ok || p.Touches[i].Day <= since {
		return 0
	}
	return p.Touches[i].Nights - 1
}

// file adds an earlier night.
func (p *profile) file(n warehouse.PastNight) {
	p.Past = append(p.Past, pastNight{Day: dayNumber(n.Night), New: n.New, Touched: n.Touched, Nats: n.NewNats})
	p.Suspicion = n.Suspicion
	if n.Network >= 0 {
		p.Levels[n.Network] += n.Trust
	}
	if !n.Reported.Night.IsZero() {
		p.Reported = report{Day: dayNumber(n.Reported.Night), Weight: n.Reported.Nats, Valid: true}
	}
	if !n.Listed.Night.IsZero() {
		p.Listed = report{Day: dayNumber(n.Listed.Night), Weight: n.Listed.Nats, Valid: true}
	}
}

// came files a repository that was new on an earlier night.
func (p *profile) came(repository, day int) {
	for i := len(p.Past) - 1; i >= 0 && p.Past[i].Day >= day; i-- {
		if p.Past[i].Day == day {
			p.Past[i].Repositories = append(p.Past[i].Repositories, repository)
		}
	}
}
