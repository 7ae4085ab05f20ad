package analyzer

import (
	"slices"

	"midwatch/queries/warehouse"
)

// state is what is known before a night, read by recall.
type state struct {
	Start, Last  int // days of the first night of the log and of the one judged last
	Names        names
	Profiles     []*profile
	Repositories []repository
	Organisation organisation
	Newcomers    map[int][]newcomer
	Sessions     map[facetSession]warehouse.SessionKnown // of tonight
	Suspects     suspects
	Heads        heads      // last day on which a key linked anybody
	History      []rawNight // for the calibration
	Unseen       []unseenDay
	byIdentity   [][]int     // identity -> facets
	numbers      map[int]int // id of a repository in the database -> number
}

// names number everything that is named.
type names struct {
	Identities, Repositories, Networks, Blocks, Systems, Countries, Agents, Credentials, AccessTypes *index
}

// facetSession is a session of a facet, by number.
type facetSession struct {
	facet int
	sessionKey
}

// organisation is what is known of everybody together.
type organisation struct {
	Levels [2]levelPools // people, machines
	Pools  [2][tenures]pool
	Travel travelCounts
	Work   [2]workCounts // sessions without and with something new
	Novel  novelShares
	Hours  [24]float64 // nights of people with an act in the hour
}

func newState() *state {
	return &state{
		Last:  -1,
		Names: names{newIndex(), newIndex(), newIndex(), newIndex(), newIndex(), newIndex(), newIndex(), newIndex(), newIndex()},
		// Number 0 is nobody and nothing.
		Profiles: []*profile{newProfile(0, "")}, Repositories: []repository{{}}, byIdentity: [][]int{nil}, numbers: map[int]int{},
	}
}

// startPools sets the pools to those of an organisation never seen.
func (o *organisation) startPools() {
	o.Levels = [2]levelPools{}
	for kind := range o.Pools {
		for t := range o.Pools[kind] {
			o.Pools[kind][t] = newPool()
		}
	}
}

// add makes room for the next facet.
func (s *state) add(identity int, family Family) {
	s.Profiles = append(s.Profiles, newProfile(identity, family))
	for len(s.byIdentity) <= identity {
		s.byIdentity = append(s.byIdentity, nil)
	}
	s.byIdentity[identity] = append(s.byIdentity[identity], len(s.Profiles)-1)
}

// repository makes room for the next repository.
func (s *state) repository(name string) {
	s.Repositories = append(s.Repositories, repository{})
	s.Names.Repositories.Names = append(s.Names.Repositories.Names, name)
}

// ids gives the id of each repository in the database, by number.
func (s *state) ids() []int {
	ids := make([]int, len(s.Repositories))
	for id, number := range s.numbers {
		ids[number] = id
	}
	return ids
}

// knows reports whether a repository is known to a facet. An app that acts as a
// person may know what any facet of the person knows, not the other way round.
func (s *state) knows(p *profile, repository int) bool {
	if p.Family != Delegated {
		return p.knows(repository)
	}
	return slices.ContainsFunc(s.byIdentity[p.Identity], func(f int) bool { return s.Profiles[f].knows(repository) })
}

// known gives the repositories a facet knows, ascending.
func (s *state) known(p *profile) []int {
	facets := []*profile{p}
	if p.Family == Delegated {
		facets = nil
		for _, f := range s.byIdentity[p.Identity] {
			facets = append(facets, s.Profiles[f])
		}
	}
	var known []int
	for _, q := range facets {
		for _, t := range q.Touches {
			known = append(known, t.Repository)
		}
	}
	return distinct(known)
}
