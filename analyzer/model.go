package analyzer

import (
	"math"
	"slices"
	"time"

	"midwatch/queries/warehouse"
)

// Model judges nights. What was known before a night is read for it from the
// baselines (recall.go); the model keeps nothing of its own. It is not safe for
// concurrent use.
type Model struct {
	options Options
	state   *state
}

// newModel makes a model that knows nothing yet.
func newModel(o Options) *Model { return &Model{options: o, state: newState()} }

// judgeNight judges a night by what is known before it. It gives one assessment a
// facet that was seen, in rank order, and what later nights rest on.
func (m *Model) judgeNight(n Night) ([]Assessment, warehouse.Judged) {
	day := dayNumber(n.Day)
	facets := m.enter(n.Accesses)
	g := m.meet(facets)
	for _, f := range facets {
		for _, s := range f.sessions {
			s.standing = m.stand(f, s)
		}
	}
	night := m.judge(facets, g, day)
	slices.SortStableFunc(night, byRaw)
	m.calibrate(night)
	m.capNight(night, day)
	slices.SortStableFunc(night, byScore)
	m.options.list(night)
	m.options.Cap.noteListed(night, day)
	assessed := m.assess(night, day)
	judged := m.judged(n, night, day)
	for i, j := range night {
		judged.Evidence = append(judged.Evidence, assessed[i].weighed(j.facet)...)
	}
	return assessed, judged
}

// judge weighs every facet of a night.
func (m *Model) judge(facets []*facetNight, g gathering, day int) []*judgement {
	o := m.options.Which
	common := max(o.CommonFloor, int(o.CommonShare*float64(m.seenRepositories())))
	w := newWalker(m.state.Profiles, len(m.state.Repositories), day, common, o.HalfLife)
	everybody, c := m.crowd(), m.colleagues(day)
	night := make([]*judgement, len(facets))
	for i, f := range facets {
		j := &judgement{facetNight: f}
		j.novelties, j.chosen = m.novelties(f, g, w, day)
		m.count(j, g, day)
		j.chance, j.strange = m.strangeness(f, w, everybody, day)
		m.weigh(j, day)
		night[i] = j
	}
	m.link(night, day)
	for _, j := range night {
		m.join(j, c, everybody, day)
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

// enter gives the facets of a night in order of first appearance.
func (m *Model) enter(accesses []Access) []*facetNight {
	byFacet := map[int]*facetNight{}
	var facets []*facetNight
	sorted := inOrder(accesses)
	for i := range sorted {
		a := m.numbered(&sorted[i])
		f := byFacet[a.facet]
		if f == nil {
			f = &facetNight{facet: a.facet, profile: m.state.Profiles[a.facet], name: a.Name, first: a.First, pushed: map[int]bool{}}
			f.machine = f.profile.Machine && !m.options.without(IngredientKind)
			byFacet[a.facet] = f
			facets = append(facets, f)
		}
		f.add(a)
	}
	return facets
}

// numbered gives an access by numbers.
func (m *Model) numbered(a *Access) access {
	a.repository = m.state.numbers[a.repository]
	return access{Access: a, sessionKey: m.sessionKey(a.Network, a.Block, a.ASN, a.Country, a.Agent, a.Credential, a.AccessType)}
}

// sessionKey numbers what makes a session.
func (m *Model) sessionKey(network, block, system, country, agent, credential, accessType string) sessionKey {
	n := &m.state.Names
	return sessionKey{
		network: n.Networks.number(network), block: n.Blocks.number(block), system: n.Systems.number(system),
		country: n.Countries.number(country), agent: n.Agents.number(agent),
		credential: n.Credentials.number(credential), accessType: n.AccessTypes.number(accessType),
	}
}

// dayNumber counts days from 1970-01-01 UTC, dayTime is its inverse.
func dayNumber(t time.Time) int { return int(math.Floor(float64(t.Unix()) / secondsADay)) }
func dayTime(day int) time.Time { return time.Unix(int64(day)*secondsADay, 0).UTC() }

const secondsADay = 86400

// rounded keeps six decimals, so that ties are ties whatever the order of a sum.
func rounded(x float64) float64 { return math.Round(x*1e6) / 1e6 }
