package analyzer

import (
	"math"
	"strings"

	"midwatch/queries/warehouse"
)

// trust is how much a night may teach what is normal, in (0, 1]: what is on the list
// and was not looked at yet teaches only as much as benign rows are expected there,
// so that a theft does not make the next one look usual.
func (j *judgement) trust(o Options) float64 {
	if o.without(IngredientTrust) {
		return 1
	}
	return min(1, j.expected)
}

// openTrust is how much a night teaches about how open its new repositories are, in
// (0, 1]: a look at a guarded repository only by trust, so that one theft does not
// open it for the next. The rest is owed until the repository is gone on with.
// Other nights teach in full: trust for all of them costs more than it gains.
func (j *judgement) openTrust(o Options) float64 {
	if j.weighed[j.worst].heaviestFirst()[0].hypothesis != Jewel {
		return 1
	}
	return j.trust(o)
}

// judged gives what later nights rest on.
func (m *Model) judged(n Night, night []*judgement, day int) warehouse.Judged {
	out := warehouse.Judged{Night: n.Day, Dark: n.Dark, Unseen: strings.Join(n.Unseen, ","), Openness: m.opened(night, day)}
	for _, j := range night {
		out.Scores = append(out.Scores, m.facetScore(j, day))
		out.Links = append(out.Links, m.linked(j)...)
	}
	return out
}

// facetScore is what later nights rest on of one facet's night.
func (m *Model) facetScore(j *judgement, day int) warehouse.FacetScore {
	o, p := m.options, j.profile
	s := warehouse.FacetScore{
		Facet: j.facet, Machine: j.machine, Raw: j.raw, Expected: j.expected, Trust: j.trust(o), OpenTrust: j.openTrust(o),
		NewNats: min(o.Nights.CarryNight, j.newest(o)), Network: -1, Client: -1, Credential: -1, Suspicion: j.suspicion,
	}
	if p.Settled {
		network, client, credential := worst(j.sessions)
		s.Network, s.Client, s.Credential = int(network), int(client), int(credential)
	}
	for i := range j.weighed {
		w := &j.weighed[i]
		s.Travelled = s.Travelled || w.travelled && !isRented(w.kind)
		s.TravelledRented = s.TravelledRented || w.travelled && isRented(w.kind)
		countWork(&s, w)
	}
	s.Reported, s.Listed = p.Reported.on(day), p.Listed.on(day)
	return s
}

// countWork counts a person's session in an unusual context by ordinary work.
func countWork(s *warehouse.FacetScore, w *weighed) {
	if !w.workSeen {
		return
	}
	working := bit(w.working > 0)
	if len(w.fresh) > 0 {
		s.NewWorkSessions++
		s.NewWorkWorking += working
		return
	}
	s.WorkSessions++
	s.WorkWorking += working
}

// on is a report as it is kept, where it was made on the day.
func (r report) on(day int) warehouse.Report {
	if !r.Valid || r.Day != day {
		return warehouse.Report{}
	}
	return warehouse.Report{Night: dayTime(r.Day), Nats: r.Weight}
}

// linked gives the keys by which a facet's sessions can be linked, each once.
func (m *Model) linked(j *judgement) []warehouse.LinkKey {
	follows := map[linkKey]bool{}
	for _, k := range j.follower {
		follows[k] = true
	}
	at := map[linkKey]int{}
	var all []warehouse.LinkKey
	for i := range j.weighed {
		w := &j.weighed[i]
		nats := min(m.options.Nights.LinkMost, max(0, w.base))
		for _, k := range w.linkKeys {
			if n, ok := at[k]; ok {
				all[n].Nats = max(all[n].Nats, nats)
				continue
			}
			at[k] = len(all)
			all = append(all, warehouse.LinkKey{Facet: j.facet, Through: string(k.Through), Value: m.value(k), Nats: nats, Follows: follows[k]})
		}
	}
	return all
}

// opened gives how open each repository was by the end of the night.
func (m *Model) opened(night []*judgement, day int) []warehouse.Openness {
	tonight := make([]openness, len(m.state.Repositories))
	for _, j := range night {
		if j.chosen != nil && m.teachesOpenness(j.facetNight, day) {
			m.again(j, day).learn(tonight, j.fresh, j.pushed, j.openTrust(m.options))
		}
	}
	var all []warehouse.Openness
	ids := m.state.ids()
	for r := range tonight {
		w := m.state.Repositories[r].Taught
		w.add(tonight[r])
		if w != (openness{}) {
			all = append(all, warehouse.Openness{Repository: ids[r], Seen: w.Seen, Expected: w.Expected, NearSeen: w.NearSeen, NearExpected: w.NearExpected})
		}
	}
	return all
}

// weighed gives the pieces of an assessment as they are kept, listed or not.
func (a Assessment) weighed(facet int) []warehouse.EvidenceRow {
	var all []warehouse.EvidenceRow
	for _, e := range a.Evidence {
		row := warehouse.EvidenceRow{
			Facet: facet, Hypothesis: string(a.Hypothesis), Piece: string(e.Name), Observed: e.Observed, Expected: e.Expected, Bound: e.Bound,
			HistoryNights: e.HistoryDays, Nats: e.Nats, Level: e.Level, Value: e.Value,
		}
		if math.Abs(e.Nats) >= carrying/2 {
			row.Reason = e.Clause()
		}
		all = append(all, row)
	}
	return all
}
