package analyzer

import (
	"math"
	"slices"
	"strconv"
)

// examplesMost is how many examples a piece of evidence gives.
const examplesMost = 5

// days writes a number of days.
func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return strconv.Itoa(n) + " days"
}

// detail fills in what a piece of evidence counted.
func (m *Model) detail(e *Evidence, j *judgement, w *weighed) {
	switch e.Name {
	case EvidenceNewRepositories:
		m.detailNew(e, j)
	case EvidenceUnlikelyRepositories:
		m.detailUnlikely(e, w)
	case EvidenceGuardedRepository:
		m.detailGuarded(e, j, w)
	case EvidenceNetwork, EvidenceClient, EvidenceCredential, EvidenceClientElsewhere:
		m.detailContext(e, j.profile, w)
	case EvidenceTwoCountries:
		m.detailTravel(e, w)
	case EvidenceCopiedAgain, EvidenceHoarded:
		e.Observed, e.Expected = float64(len(w.copied)), w.pieces.copyHabit
		e.Examples = m.repositoryNames(w.copied)
	case EvidenceOrdinaryWork:
		e.Observed, e.Expected = float64(w.working), m.state.Organisation.Work[bit(len(w.fresh) > 0)].rate(m.options.Work)
	case EvidenceHourOfDay:
		e.Observed = w.standing.hourNats
	case EvidenceUsualHours:
		e.Observed, e.Expected = math.Exp(m.strangeHours(j.profile, j.hours)), 1
	case EvidenceWholeNight:
		m.detailWhole(e, j)
	case EvidenceAddsUp:
		e.Observed, e.Expected = math.Exp(min(likelierMost, m.suspected(j.profile, dayNumber(j.first)))), 1
	case EvidenceNothingNew:
		e.Observed = float64(len(w.repositories))
	case EvidencePushed:
		e.Observed = float64(w.pushes)
	case EvidenceReturnAfterGap:
		e.Observed, e.Bound = float64(j.gap), float64(gapBound(j.profile, .05))
		e.Days = j.gap
	case EvidenceLowAndSlow:
		e.Observed, e.Expected, e.Bound = float64(j.slow.withNew), j.slow.expected, float64(j.slow.bound)
		e.HistoryDays, e.Days = j.slow.history, j.slow.days
	case EvidenceCarried:
		e.Observed = j.carried
	}
}

// detailNew says how many repositories are new.
func (m *Model) detailNew(e *Evidence, j *judgement) {
	e.Observed, e.Expected, e.Bound = float64(len(j.fresh)), j.forecast.expected(), float64(j.forecast.bound(.05))
	e.HistoryDays = len(j.own)
	for _, n := range j.novelties {
		if n.weight < 1 && n.others > 0 {
			e.Others++
		}
	}
	e.Examples = m.repositoryNames(j.fresh)
}

// likelierMost keeps a likelihood ratio in a sentence below 1000.
const likelierMost = 6.9

// detailWhole says which of the night's repositories are rather others'.
func (m *Model) detailWhole(e *Evidence, j *judgement) {
	nats := func(r int) float64 {
		i, _ := slices.BinarySearch(j.repositories, r)
		return j.strange[i]
	}
	touched := slices.Clone(j.repositories)
	slices.SortStableFunc(touched, func(a, b int) int { return compareFloat(nats(b), nats(a)) })
	e.Others, e.Expected = len(touched), float64(len(touched))*m.novelShare(j.profile)
	for _, r := range touched {
		if nats(r) <= 1 {
			break
		}
		e.Observed++
		if i, ok := j.profile.touched(r); ok {
			if ago := dayNumber(j.first) - j.profile.Touches[i].Day; e.Days == 0 || ago < e.Days {
				e.Days = ago
			}
		}
	}
	e.Examples = m.repositoryNames(touched[:int(e.Observed)])
	if e.Nats > 0 && j.like != nil {
		e.Value = m.state.Names.Identities.Names[j.like.Identity]
	}
}

// detailUnlikely says which new repositories are unlikely.
func (m *Model) detailUnlikely(e *Evidence, w *weighed) {
	for _, n := range w.novelties {
		if n.surprise > 1 {
			e.Observed++
		}
		if len(e.Examples) < examplesMost {
			e.Examples = append(e.Examples, m.state.Names.Repositories.Names[n.repository])
		}
	}
}

// detailGuarded says which repository outsiders do not open.
func (m *Model) detailGuarded(e *Evidence, j *judgement, w *weighed) {
	for _, n := range w.novelties {
		if n.guarded == w.pieces.guarded {
			e.Observed, e.Expected = n.readers, j.chosen.readers
			e.Examples = []string{m.state.Names.Repositories.Names[n.repository]}
			return
		}
	}
}

// detailContext says what is odd about network, client or credential.
func (m *Model) detailContext(e *Evidence, p *profile, w *weighed) {
	st, n := w.standing, &m.state.Names
	switch e.Name {
	case EvidenceNetwork:
		e.Level, e.Others, e.Days = st.network.String(), st.known.BlockOthers, st.known.NetworkNights
		e.Expected, e.Value = st.networkShare, n.Networks.Names[w.network]
		e.Country, e.System = n.Countries.Names[w.country], n.Systems.Names[w.system]
	case EvidenceClient:
		e.Level, e.Others, e.Days = st.client.String(), st.known.ClientOthers, st.known.ClientNights
		e.Expected, e.Value = st.clientShare, n.Agents.Names[w.agent]
	case EvidenceCredential:
		e.Level, e.Expected, e.Value = st.credential.String(), st.credentialShare, n.Credentials.Names[w.credential]
		e.Days, e.Kind = st.known.CredentialNights, n.AccessTypes.Names[w.accessType]
	case EvidenceClientElsewhere:
		e.Expected, e.Value, e.Others = math.Exp(-st.clientNats), n.Agents.Names[w.agent], st.known.ClientOthers
	}
	e.Observed = float64(e.Days)
}

// detailTravel says between which countries.
func (m *Model) detailTravel(e *Evidence, w *weighed) {
	e.Observed = 1
	e.Expected = m.state.Organisation.Travel.rate(m.options.Travel, isRented(w.kind))
	if w.abroad != nil {
		e.Examples = []string{m.state.Names.Countries.Names[w.abroad.country], m.state.Names.Countries.Names[w.country]}
	}
}

// detailLinked says with how many, with whom and through what.
func detailLinked(e *Evidence, others int, links []Link) {
	e.Observed, e.Others = float64(others), others
	for _, l := range links[:min(examplesMost, len(links))] {
		e.Value, e.Kind = l.Value, string(l.Through)
		e.Examples = append(e.Examples, l.Identity)
	}
}

// repositoryNames gives the names of some of the repositories.
func (m *Model) repositoryNames(repositories []int) []string {
	var names []string
	for _, r := range repositories[:min(examplesMost, len(repositories))] {
		names = append(names, m.state.Names.Repositories.Names[r])
	}
	return names
}
