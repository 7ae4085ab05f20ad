package analyzer

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Model is a causal state machine: each night is judged against what the nights
// before it left behind and against itself, and then learnt. It is not safe for
// concurrent use.
type Model struct {
	options  Options
	state    *state
	families *index   // of clients
	clients  []client // by agent number
}

// client is an agent's family and version.
type client struct {
	family  int // number in Model.families
	version version
}

// New begins a model that has seen nothing.
func New(o Options) *Model {
	return resume(o, newState())
}

// resume goes on from a state.
func resume(o Options, s *state) *Model {
	m := &Model{options: o, state: s, families: newIndex()}
	m.nameClients()
	return m
}

// Last is the day of the latest night, the zero time before the first.
func (m *Model) Last() time.Time {
	if m.state.Last < 0 {
		return time.Time{}
	}
	return dayTime(m.state.Last)
}

// Advance judges a night and learns it. It gives one assessment a facet that was
// seen, in rank order. Nights must come in day order; days without a night may be
// left out. A night that is not after the latest one is a mistake of the caller
// that would teach the model its own future, and panics.
func (m *Model) Advance(n Night) []Assessment {
	day := dayNumber(n.Day)
	if m.state.Last >= day {
		panic(fmt.Sprintf("analyzer: night %s does not come after %s, which was learnt already: advance in day order, or load a state from before it", n.Day.Format(time.DateOnly), m.Last().Format(time.DateOnly)))
	}
	if m.state.Last < 0 {
		m.state.Start = day
	}
	m.noteUnseen(n, day)
	facets := m.enter(n.Accesses, day)
	g := m.meet(facets, day)
	for _, f := range facets {
		for _, s := range f.sessions {
			s.standing = m.stand(f, s, day)
		}
	}
	night := m.judge(facets, g, day)
	slices.SortStableFunc(night, byRaw)
	m.calibrate(night, day)
	if n.Dark {
		m.state.History = m.state.History[:len(m.state.History)-1]
	}
	m.capNight(night, day)
	slices.SortStableFunc(night, byScore)
	m.options.list(night)
	m.options.Cap.noteListed(night, day)
	assessments := m.assess(night, day)
	m.learn(night, g, day)
	return assessments
}

// judge weighs every facet of a night.
func (m *Model) judge(facets []*facetNight, g gathering, day int) []*judgement {
	o := m.options.Which
	common := max(o.CommonFloor, int(o.CommonShare*float64(m.seenRepositories())))
	w := newWalker(m.state.Profiles, len(m.state.Repositories), day, common, o.HalfLife)
	night := make([]*judgement, len(facets))
	for i, f := range facets {
		j := &judgement{facetNight: f}
		j.novelties, j.chosen = m.novelties(f, g, w, day)
		m.count(j, g, day)
		m.weigh(j, day)
		night[i] = j
	}
	m.link(night, day)
	for _, j := range night {
		m.join(j, day)
	}
	return night
}

// seenRepositories counts those touched on an earlier night.
func (m *Model) seenRepositories() int {
	n := 0
	for _, r := range m.state.Repositories {
		if r.Seen {
			n++
		}
	}
	return n
}

// enter numbers what a night names and gives its facets in order of first
// appearance.
func (m *Model) enter(accesses []Access, day int) []*facetNight {
	byFacet := map[int]*facetNight{}
	var facets []*facetNight
	bots := map[int]bool{}
	sorted := inOrder(m.given(accesses))
	for i := range sorted {
		a := m.numbered(&sorted[i])
		facet := m.state.facet(m.state.Names.Identities.number(a.Identity), a.Family, day)
		f := byFacet[facet]
		if f == nil {
			f = &facetNight{facet: facet, profile: m.state.Profiles[facet], name: a.Name, first: a.First, pushed: map[int]bool{}}
			byFacet[facet] = f
			facets = append(facets, f)
		}
		bots[facet] = bots[facet] || a.Bot
		f.add(a)
	}
	for _, f := range facets {
		if !m.options.without(IngredientKind) {
			f.machine = isMachine(f.profile, f.profile.Family, bots[f.facet], f.name, f.hours)
		}
	}
	m.nameClients()
	return facets
}

// given leaves out of a night's accesses what the options say is not to be known.
func (m *Model) given(accesses []Access) []Access {
	if len(m.options.Degraded) == 0 {
		return accesses
	}
	list := slices.Clone(accesses)
	for i := range list {
		list[i].degrade(m.options.Degraded)
	}
	return list
}

// numbered gives an access by numbers and makes room for its repository.
func (m *Model) numbered(a *Access) access {
	n := &m.state.Names
	x := access{Access: a, repository: n.Repositories.number(a.Repository), sessionKey: sessionKey{
		network: n.Networks.number(a.Network), block: n.Blocks.number(a.Block), system: n.Systems.number(a.ASN),
		country: n.Countries.number(a.Country), agent: n.Agents.number(a.Agent),
		credential: n.Credentials.number(a.Credential), accessType: n.AccessTypes.number(a.AccessType),
	}}
	for len(m.state.Repositories) <= x.repository {
		m.state.Repositories = append(m.state.Repositories, repository{})
	}
	return x
}

// nameClients reads family and version of the agents not read yet.
func (m *Model) nameClients() {
	for _, agent := range m.state.Names.Agents.Names[len(m.clients):] {
		family, v := clientFamily(agent)
		m.clients = append(m.clients, client{m.families.number(family), v})
	}
}

// dayNumber counts days from 1970-01-01 UTC, dayTime is its inverse.
func dayNumber(t time.Time) int { return int(math.Floor(float64(t.Unix()) / secondsADay)) }
func dayTime(day int) time.Time { return time.Unix(int64(day)*secondsADay, 0).UTC() }

const secondsADay = 86400

// rounded keeps six decimals, so that ties are ties whatever the order of a sum.
func rounded(x float64) float64 { return math.Round(x*1e6) / 1e6 }
