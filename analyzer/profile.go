package analyzer

import (
	"cmp"
	"math"
	"slices"
)

// profile is what is remembered of one facet. Days are counted from 1970-01-01.
type profile struct {
	_ struct{} `cbor:",toarray"`

	Identity int // number in state.Identities
	Family   Family
	Machine  bool // as of its last night
	First    int  // day of its first night
	Last     int  // day of its last night
	Active   int  // nights it was seen on

	Networks  map[int]int // network -> days
	Blocks    map[int]int
	Systems   map[int]int
	Countries map[int]int
	Agents    map[int]int
	// AgentBlocks holds the agents it used from each block.
	AgentBlocks map[pair]bool
	AccessTypes map[int]int
	// Clients holds the newest version it used of each client family.
	Clients     map[int]version
	Credentials map[int]*credential

	Hours     [24]float64 // active days with an act in the hour, decayed
	HourCount int         // hours with an act, summed over nights
	CopyDays  int         // nights on which it copied something it knew

	// Levels counts nights by the worst network level.
	Levels [networkLevels]float64

	Touches []touch     // by repository, ascending
	Past    []pastNight // oldest first, at most pastMost
	Older   olderNights

	Reported report // last time it stood among the first
	Listed   report // last time it was listed
}

// pair is two numbers used as a key.
type pair struct {
	_    struct{} `cbor:",toarray"`
	A, B int
}

// credential is what is remembered of one credential of a facet.
type credential struct {
	_      struct{}    `cbor:",toarray"`
	Days   int         // days used
	Last   int         // last day used
	Blocks map[int]int // block -> days
}

// touch is one repository a facet knows. Weight is the decayed number of days
// on which a person touched it, as of Day; machines leave it at zero. Day is the
// last one. Owed is what the first look at it did not yet teach about how open it
// is, in [0, 1).
type touch struct {
	_          struct{} `cbor:",toarray"`
	Repository int
	Weight     float64
	Day        int
	Pushed     bool // ever
	Owed       float64
}

// pastNight is one earlier night of a facet. New is the number of private
// repositories that were new, -1 while the facet or the model was too young to
// say. Nats is what the heaviest session with something new weighed. Repositories
// are the new ones, kept for slowMost days.
type pastNight struct {
	_            struct{} `cbor:",toarray"`
	Day          int
	New          int
	Touched      int
	Nats         float64
	Repositories []int
}

// olderNights sums the assessable nights that are no longer kept one by one.
type olderNights struct {
	_               struct{} `cbor:",toarray"`
	Nights, WithNew int
}

// decayed is an exponentially decaying sum as of a day.
type decayed struct {
	_      struct{} `cbor:",toarray"`
	Day    int
	Weight float64
}

// at gives the sum decayed to a later day.
func (d decayed) at(day int, halfLife float64) float64 {
	return d.Weight * halved(day-d.Day, halfLife)
}

// report says when a facet was last reported and with what weight.
type report struct {
	_      struct{} `cbor:",toarray"`
	Day    int
	Weight float64
	Valid  bool
}

// pastMost nights are kept one by one: the 90 of the own baseline and the lag
// and windows in front of it.
const pastMost = 128

// halved is the factor left after a number of days: 2^(-days/halfLife), in (0, 1].
func halved(days int, halfLife float64) float64 {
	return math.Exp2(-float64(days) / halfLife)
}

func newProfile(identity int, family Family, day int) *profile {
	return &profile{
		Identity: identity, Family: family, First: day, Last: -1,
		Networks: map[int]int{}, Blocks: map[int]int{}, Systems: map[int]int{}, Countries: map[int]int{},
		Agents: map[int]int{}, AgentBlocks: map[pair]bool{}, AccessTypes: map[int]int{},
		Clients: map[int]version{}, Credentials: map[int]*credential{},
	}
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

// remember adds a night's touch of a repository with the given weight and gives
// what is now remembered, to be completed.
func (p *profile) remember(repository, day int, weight, halfLife float64) *touch {
	i, ok := p.touched(repository)
	if !ok {
		p.Touches = slices.Insert(p.Touches, i, touch{Repository: repository, Weight: weight, Day: day})
		return &p.Touches[i]
	}
	t := &p.Touches[i]
	t.Weight = t.Weight*halved(day-t.Day, halfLife) + weight
	t.Day = day
	return t
}

// wrote remembers that a known repository was pushed to.
func (p *profile) wrote(repository int) {
	i, _ := p.touched(repository)
	p.Touches[i].Pushed = true
}

// goesOn reports whether a repository that was new on a day was touched again on
// a later one or was pushed to: it was fetched to be worked with.
func (p *profile) goesOn(repository, since int) bool {
	i, ok := p.touched(repository)
	return ok && (p.Touches[i].Day > since || p.Touches[i].Pushed)
}

// file adds a night to the past, moves what is too old into the sum and forgets
// the repositories of nights that no window reaches.
func (p *profile) file(n pastNight) {
	p.Past = append(p.Past, n)
	for len(p.Past) > pastMost {
		if p.Past[0].New >= 0 {
			p.Older.Nights++
		}
		if p.Past[0].New > 0 {
			p.Older.WithNew++
		}
		p.Past = slices.Delete(p.Past, 0, 1)
	}
	for i := range p.Past {
		if p.Past[i].Day <= n.Day-slowMost {
			p.Past[i].Repositories = nil
		}
	}
}
