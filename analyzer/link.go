package analyzer

import (
	"cmp"
	"slices"
	"time"
)

// Through says what links two identities.
type Through string

// What links.
const (
	SharedByNetwork Through = "network"
	SharedByBlock   Through = "block"
	SharedByClient  Through = "client"
)

// Link is another identity with something new on the same rare network or client.
type Link struct {
	// Identity and Through say who and by what, Value what exactly.
	Identity string
	Through  Through
	Value    string
	// Day is the night on which the other was seen there.
	Day time.Time
	// Nats is the other's own weight then.
	Nats float64
}

// linkKey is a network, block or client, by number, that links those who use it.
type linkKey struct {
	Through Through
	Number  int
}

// suspicion is the weight of one identity on a key, on the last night it was there.
type suspicion struct {
	Identity int
	Day      int
	Nats     float64
}

// suspects are, by key, those seen there with something new.
type suspects map[linkKey][]suspicion

// note enters an identity's weight on a key; the heaviest session of a night counts.
func (s suspects) note(k linkKey, x suspicion) {
	i := slices.IndexFunc(s[k], func(y suspicion) bool { return y.Identity == x.Identity })
	switch {
	case i < 0:
		s[k] = append(s[k], x)
	case s[k][i].Day < x.Day || s[k][i].Nats < x.Nats:
		s[k][i] = x
	}
}

// counts reports whether a suspicion weighs for an identity on a day: it is
// another's and recent.
func (x suspicion) counts(o NightOptions, identity, day int) bool {
	return x.Identity != identity && day-x.Day <= o.LinkDays
}

// weight is the sum of the others' weights on a key, halved every half-life, and
// how many those are.
func (s suspects) weight(o NightOptions, k linkKey, identity, day int) (nats float64, others int) {
	for _, x := range s[k] {
		if x.counts(o, identity, day) {
			nats += x.Nats * halved(day-x.Day, o.LinkHalfLife)
			others++
		}
	}
	return nats, others
}

// linkKeys gives what a session can be linked by: its network and block where they
// are new to it and few use them, its client where it is new and no upgrade. Only
// people's sessions with something new are linked, and no hosted apps.
func linkKeys(o Options, j *judgement, w *weighed) []linkKey {
	st := w.standing
	if len(w.fresh) == 0 || j.machine || st.absorbed(o) {
		return nil
	}
	var keys []linkKey
	if st.network > KnownNetwork && st.known.NetworkOthers <= o.Nights.LinkNetworkUsers {
		keys = append(keys, linkKey{Through: SharedByNetwork, Number: w.network})
	}
	if st.network > KnownNetwork && st.known.BlockOthers <= o.Nights.LinkBlockUsers && w.block != 0 {
		keys = append(keys, linkKey{Through: SharedByBlock, Number: w.block})
	}
	if st.client >= SharedClient {
		keys = append(keys, linkKey{Through: SharedByClient, Number: w.agent})
	}
	return keys
}

// link weighs every session by those it shares a key with: all of the night are
// noted first, so that the order within the night is of no matter.
func (m *Model) link(night []*judgement, day int) {
	o := m.options.Nights
	for _, j := range night {
		for i := range j.weighed {
			w := &j.weighed[i]
			w.linkKeys = linkKeys(m.options, j, w)
			for _, k := range w.linkKeys {
				m.state.Suspects.note(k, suspicion{Identity: j.profile.Identity, Day: day, Nats: min(o.LinkMost, max(0, w.base))})
			}
		}
	}
	for _, j := range night {
		for i := range j.weighed {
			m.linkSession(j, &j.weighed[i], day)
		}
	}
}

// linkSession weighs one session by its heaviest key.
func (m *Model) linkSession(j *judgement, w *weighed, day int) {
	o := m.options.Nights
	if m.options.without(IngredientLink) {
		return
	}
	heaviest := 0.
	for _, k := range w.linkKeys {
		sum, others := m.state.Suspects.weight(o, k, j.profile.Identity, day)
		if sum > heaviest {
			heaviest, w.linkedBy, w.others = sum, k, others
		}
	}
	w.linkNats = min(o.LinkCeiling, o.Link*heaviest)
}

// linksMost is how many of those linked to are named.
const linksMost = 20

// links names those a session is linked to, the heaviest first.
func (m *Model) links(j *judgement, w *weighed, day int) []Link {
	if w.linkNats == 0 {
		return nil
	}
	var others []suspicion
	for _, x := range m.state.Suspects[w.linkedBy] {
		if x.counts(m.options.Nights, j.profile.Identity, day) {
			others = append(others, x)
		}
	}
	slices.SortStableFunc(others, func(a, b suspicion) int {
		return cmp.Or(cmp.Compare(b.Nats, a.Nats), cmp.Compare(a.Identity, b.Identity))
	})
	var links []Link
	for _, x := range others[:min(linksMost, len(others))] {
		links = append(links, Link{
			Identity: m.state.Names.Identities.Names[x.Identity], Through: w.linkedBy.Through, Value: m.value(w.linkedBy),
			Day: dayTime(x.Day), Nats: rounded(x.Nats),
		})
	}
	return links
}

// value names a key.
func (m *Model) value(k linkKey) string {
	n := &m.state.Names
	switch k.Through {
	case SharedByNetwork:
		return n.Networks.Names[k.Number]
	case SharedByBlock:
		return n.Blocks.Names[k.Number]
	}
	return n.Agents.Names[k.Number]
}
