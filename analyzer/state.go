package analyzer

import "slices"

// state is all that nights leave behind.
type state struct {
	Start, Last  int // days of the first and the latest night; Last is before Start at first
	Names        names
	Profiles     []*profile
	Repositories []repository
	Organisation organisation
	Newcomers    map[int][]newcomer
	Suspects     suspects
	Heads        heads      // last day on which a key linked anybody
	History      []rawNight // for the calibration
	Unseen       []unseenDay
	facets       map[facetKey]int
	byIdentity   [][]int // identity -> facets
}

// names number everything that is named.
type names struct {
	Identities, Repositories, Networks, Blocks, Systems, Countries, Agents, Credentials, AccessTypes *index
}

// all gives the indexes.
func (n *names) all() []*index {
	return []*index{n.Identities, n.Repositories, n.Networks, n.Blocks, n.Systems, n.Countries, n.Agents, n.Credentials, n.AccessTypes}
}

// facetKey is what makes a facet: the identity by number and the family.
type facetKey struct {
	identity int
	family   Family
}

// organisation is what is known of everybody together.
type organisation struct {
	Networks, Blocks, Agents tally
	AgentBlocks              map[pair]usage
	AgentDays                map[int]agentUse
	Levels                   [2]levelPools // people, machines
	Pools                    [2][tenures]pool
	Travel                   travelCounts
	Work                     [2]workCounts // sessions without and with something new
}

// tally counts, by number, the facets that ever used a thing.
type tally []int

// count makes room for a number and adds one facet to it.
func (t *tally) count(number int) {
	if grow := number + 1 - len(*t); grow > 0 {
		*t = append(*t, make([]int, grow)...)
	}
	(*t)[number]++
}

// of is how many facets ever used a thing.
func (t tally) of(number int) int {
	if number >= len(t) {
		return 0
	}
	return t[number]
}

// others is the same without the facet whose own uses are given.
func (t tally) others(number int, own map[int]int) int {
	if own[number] > 0 {
		return t.of(number) - 1
	}
	return t.of(number)
}

// usage counts the days (by facet) and facets of an agent on a block.
type usage struct {
	_           struct{} `cbor:",toarray"`
	Days, Users int
}

// agentUse counts the days (by facet and block) and blocks of an agent.
type agentUse struct {
	_            struct{} `cbor:",toarray"`
	Days, Blocks int
}

func newState() *state {
	s := &state{
		Last:         -1,
		Names:        names{newIndex(), newIndex(), newIndex(), newIndex(), newIndex(), newIndex(), newIndex(), newIndex(), newIndex()},
		Repositories: []repository{{}},
		Organisation: organisation{
			AgentBlocks: map[pair]usage{}, AgentDays: map[int]agentUse{},
			Levels: [2]levelPools{newLevelPools(), newLevelPools()},
		},
		Newcomers: map[int][]newcomer{}, Suspects: suspects{}, Heads: heads{},
		facets: map[facetKey]int{},
	}
	for kind := range s.Organisation.Pools {
		for t := range s.Organisation.Pools[kind] {
			s.Organisation.Pools[kind][t] = newPool()
		}
	}
	return s
}

// facet finds the number of a facet, a new one on its first night.
func (s *state) facet(identity int, family Family, day int) int {
	k := facetKey{identity, family}
	n, ok := s.facets[k]
	if !ok {
		n = len(s.Profiles)
		s.Profiles = append(s.Profiles, newProfile(identity, family, day))
		s.register(n, k)
	}
	return n
}

// register enters a facet in what finds it.
func (s *state) register(n int, k facetKey) {
	s.facets[k] = n
	if grow := k.identity + 1 - len(s.byIdentity); grow > 0 {
		s.byIdentity = append(s.byIdentity, make([][]int, grow)...)
	}
	s.byIdentity[k.identity] = append(s.byIdentity[k.identity], n)
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
