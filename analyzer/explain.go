package analyzer

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// assess turns the judged night, in rank order, into assessments.
func (m *Model) assess(night []*judgement, day int) []Assessment {
	list := make([]Assessment, len(night))
	for i, j := range night {
		list[i] = m.assessment(j, day)
		list[i].Rank = i + 1
	}
	return list
}

// assessment describes one facet.
func (m *Model) assessment(j *judgement, day int) Assessment {
	w := &j.weighed[j.worst]
	a := Assessment{
		Identity: m.state.Names.Identities.Names[j.profile.Identity], Name: j.name, Family: j.profile.Family, Kind: Human,
		Day: dayTime(day), Score: j.score, Raw: j.raw, Expected: j.expected, Listed: j.listed, Spare: j.spare, Ongoing: j.ongoing,
		LinkedTo: m.links(j, w, day), Group: m.members(j), Sessions: len(j.sessions), Session: m.describe(w.session),
		NewRepositories: m.newRepositories(j, w),
		Operations:      j.operations, Copies: j.copies, Pushes: j.pushes, Repositories: len(j.repositories),
		Baseline: baseline(j), NotAssessable: notAssessable(m.options, j),
	}
	if j.machine {
		a.Kind = Machine
	}
	ordered := w.heaviestFirst()
	if j.isStranger() {
		ordered = append([]weighing{j.stranger}, ordered...)
	}
	a.Hypothesis, a.HypothesisNats = ordered[0].hypothesis, rounded(ordered[0].nats())
	if len(ordered) > 1 {
		a.RunnerUp, a.RunnerUpNats = ordered[1].hypothesis, rounded(ordered[1].nats())
	}
	a.Evidence = m.evidence(j, w, ordered[0], a.LinkedTo)
	return a
}

// describe names what a session's numbers stand for.
func (m *Model) describe(s *session) Session {
	n := &m.state.Names
	return Session{
		Network: n.Networks.Names[s.network], Block: n.Blocks.Names[s.block], ASN: n.Systems.Names[s.system],
		NetworkKind: s.kind, Country: n.Countries.Names[s.country], Agent: n.Agents.Names[s.agent],
		Credential: n.Credentials.Names[s.credential], AccessType: n.AccessTypes.Names[s.accessType],
		First: s.first, Last: s.last, Operations: s.operations, Copies: s.copies, Pushes: s.pushes,
		Repositories: len(s.repositories),
	}
}

// newRepositories describes the night's new repositories, the most surprising
// first, then by name.
func (m *Model) newRepositories(j *judgement, w *weighed) []NewRepository {
	var list []NewRepository
	for _, n := range j.novelties {
		_, in := slices.BinarySearch(w.fresh, n.repository)
		list = append(list, NewRepository{
			Repository: m.state.Names.Repositories.Names[n.repository], Surprise: rounded(n.surprise), Guarded: rounded(n.guarded),
			Newcomers: n.others, InSession: in, Pushed: j.pushed[n.repository],
		})
	}
	slices.SortStableFunc(list, func(a, b NewRepository) int {
		return cmp.Or(cmp.Compare(b.Surprise, a.Surprise), cmp.Compare(a.Repository, b.Repository))
	})
	return list
}

// baseline describes the facet's nights before.
func baseline(j *judgement) Baseline {
	b := Baseline{Days: j.profile.Active, NewNights: len(j.own)}
	b.NewMedian, b.NewP95 = quantiles(j.own)
	var touched []int
	for _, n := range j.profile.Past {
		touched = append(touched, n.Touched)
	}
	b.Median, b.P95 = quantiles(touched)
	return b
}

// quantiles gives the median and the 95 % point of counts, 0 of none.
func quantiles(counts []int) (median, p95 float64) {
	if len(counts) == 0 {
		return 0, 0
	}
	sorted := make([]float64, len(counts))
	for i, c := range counts {
		sorted[i] = float64(c)
	}
	slices.Sort(sorted)
	return stat.Quantile(.5, stat.Empirical, sorted, nil), stat.Quantile(.95, stat.Empirical, sorted, nil)
}

// evidence lists the pieces of the winning hypothesis and of the night, the
// heaviest first.
func (m *Model) evidence(j *judgement, w *weighed, winner weighing, links []Link) []Evidence {
	weights := slices.Clone(winner.weights)
	if winner.hypothesis != Stranger {
		weights = append(weights, weight{EvidenceLinked, w.linkNats}, weight{EvidenceLowAndSlow, j.slowNats}, weight{EvidenceCarried, j.carry})
	}
	weights = append(weights, weight{EvidenceOtherHypotheses, j.raw - weighing{weights: weights}.nats()})
	var list []Evidence
	for _, x := range weights {
		if rounded(x.nats) == 0 {
			continue
		}
		e := Evidence{Name: x.name, Nats: rounded(x.nats), HistoryDays: j.profile.Active}
		m.detail(&e, j, w)
		if e.Name == EvidenceLinked {
			detailLinked(&e, w.others, links)
		}
		list = append(list, e)
	}
	slices.SortStableFunc(list, func(a, b Evidence) int { return cmp.Compare(math.Abs(b.Nats), math.Abs(a.Nats)) })
	return list
}

// notAssessable names what could not be judged of any session of the facet, and a
// history too short to count in full.
func notAssessable(o Options, j *judgement) []string {
	var network, system, country, client, credential bool
	for _, s := range j.sessions {
		network = network || s.network == 0
		system = system || s.system == 0
		country = country || s.country == 0
		client = client || s.agent == 0
		credential = credential || s.credential == 0 && j.profile.Family != App
	}
	var list []string
	for _, x := range []struct {
		missing bool
		name    string
	}{
		{network, "network address"}, {system, "autonomous system"}, {country, "country"},
		{client, "client"}, {credential, "credential"},
		{float64(j.profile.Active) < o.Context.Tenure, "history: " + days(j.profile.Active)},
	} {
		if x.missing {
			list = append(list, x.name)
		}
	}
	return list
}
