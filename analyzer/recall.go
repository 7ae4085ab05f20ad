package analyzer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"midwatch/queries/warehouse"
)

// recall fills in what the nights before a night have left: rows of the baselines
// (queries/baselines: known, repository_known, pools), read as of the night. It counts
// nothing itself. What changes little from night to night is read once and then by
// what changed.
type recall struct {
	w    *warehouse.Warehouse
	m    *Model
	last time.Time // of the nights to be judged
	next time.Time // the night that what is held is as of; zero before the first
}

// before makes the model know what there was to know before a night.
func (r *recall) before(ctx context.Context, night time.Time) error {
	for _, read := range []func(context.Context, time.Time) error{
		r.names, r.touches, r.past, r.habits, r.facets, r.sessions, r.repositories, r.newcomers, r.pools, r.people, r.links, r.weights, r.unseen,
	} {
		if err := read(ctx, night); err != nil {
			return err
		}
	}
	r.next = night.AddDate(0, 0, 1)
	return nil
}

// since is from when on what a night needs to know is not held yet.
func (r *recall) since() time.Time {
	if r.next.IsZero() {
		return time.Time{}
	}
	return r.next.AddDate(0, 0, -1)
}

// names makes room for the facets and repositories that were numbered since.
func (r *recall) names(ctx context.Context, _ time.Time) error {
	s := r.m.state
	facets, err := r.w.FacetNames(ctx, len(s.Profiles)-1)
	if err != nil {
		return err
	}
	for _, f := range facets {
		if f.ID != len(s.Profiles) {
			return fmt.Errorf("the facet %d is numbered %d: the database was changed by hand; restore it from a backup", f.ID, len(s.Profiles))
		}
		s.add(s.Names.Identities.number(f.Identity), Family(f.Family))
	}
	seen, err := r.w.RepositoriesSeen(ctx, len(s.Repositories)-1)
	for _, x := range seen {
		s.repository(x.Repository)
		s.numbers[x.ID] = len(s.Repositories) - 1
	}
	return err
}

// touches fills in which repositories each facet knows.
func (r *recall) touches(ctx context.Context, night time.Time) error {
	return r.w.TouchesKnown(ctx, night, r.since(), func(t warehouse.TouchKnown) {
		r.m.state.Profiles[t.Facet].remember(touch{Repository: r.m.state.numbers[t.Repository], Weight: t.Use, Day: dayNumber(t.LastNight), Nights: t.Nights})
	})
}

// past fills in the earlier nights of the facets that will be judged.
func (r *recall) past(ctx context.Context, night time.Time) error {
	err := r.w.PastNights(ctx, r.since(), night, r.last, func(n warehouse.PastNight) {
		r.m.state.Profiles[n.Facet].file(n)
	})
	if err != nil {
		return err
	}
	fresh, err := r.w.NewTouches(ctx, laterOf(r.since(), night.AddDate(0, 0, -slowMost)), night.AddDate(0, 0, -1))
	for _, t := range fresh {
		r.m.state.Profiles[t.Facet].came(r.m.state.numbers[t.Repository], dayNumber(t.Night))
	}
	return err
}

// habits fills in at which hours everybody works.
func (r *recall) habits(ctx context.Context, night time.Time) error {
	return r.w.HoursKnown(ctx, night, r.since(), func(k warehouse.HoursKnown) {
		p := r.m.state.Profiles[k.Facet]
		p.Machine, p.Active, p.Last = k.IsMachine, k.Nights, dayNumber(k.LastNight)
		for h, nights := range k.HourNights.Get() {
			p.Hours[h] = float64(nights)
		}
	})
}

// facets fills in what each facet of the night had been.
func (r *recall) facets(ctx context.Context, night time.Time) error {
	all, err := r.w.FacetsKnown(ctx, night)
	for _, f := range all {
		p := r.m.state.Profiles[f.ID]
		p.Machine, p.Censored, p.Assessable, p.Settled = f.IsMachine, f.IsCensored, f.IsOwn, f.IsSettled
		p.First, p.Last, p.Active, p.HourCount, p.CopyDays = dayNumber(f.FirstNight), -1, f.Nights, f.Hours, f.CopyNights
		if f.LastNight != nil {
			p.Last = dayNumber(*f.LastNight)
		}
		for h, nights := range f.HourNights.Get() {
			p.Hours[h] = float64(nights)
		}
	}
	return err
}

// sessions fills in how far each session of the night is from what is known.
func (r *recall) sessions(ctx context.Context, night time.Time) error {
	all, err := r.w.SessionsKnown(ctx, night)
	s := r.m.state
	s.Sessions = make(map[facetSession]warehouse.SessionKnown, len(all))
	for _, k := range all {
		s.Sessions[facetSession{k.Facet, r.m.sessionKey(k.Network, k.Block, k.ASN, k.Country, k.Agent, k.Credential, k.AccessType)}] = k
	}
	return err
}

// repositories fills in what is known of each repository.
func (r *recall) repositories(ctx context.Context, night time.Time) error {
	all, err := r.w.RepositoriesKnown(ctx, night)
	if err != nil {
		return err
	}
	s, day := r.m.state, dayNumber(night)
	for _, k := range all {
		repo := &s.Repositories[s.numbers[k.ID]]
		*repo = repository{Seen: true, Private: !k.IsPublic, Written: k.IsWritten, Newcomers: decayed{Day: day, Weight: k.Newcomers}, Readers: k.Readers, Owed: k.Owed, Use: k.Use}
		repo.Openness.Seen = k.Returned
	}
	open, err := r.w.OpennessKnown(ctx, night)
	for _, k := range open {
		repo := &s.Repositories[s.numbers[k.Repository]]
		repo.Taught = openness{Seen: k.Seen, Expected: k.Expected, NearSeen: k.NearSeen, NearExpected: k.NearExpected}
		repo.Openness.add(repo.Taught)
	}
	return err
}

// newcomers fills in who came new to what in a usual context, tonight's among them.
func (r *recall) newcomers(ctx context.Context, night time.Time) error {
	all, err := r.w.NewcomersKnown(ctx, night)
	s := r.m.state
	s.Newcomers = map[int][]newcomer{}
	for _, n := range all {
		n.Repository = s.numbers[n.Repository]
		c := newcomer{Day: dayNumber(n.Night), Identity: s.Names.Identities.number(n.Identity)}
		if !slices.ContainsFunc(s.Newcomers[n.Repository], func(x newcomer) bool { return x.Identity == c.Identity }) {
			s.Newcomers[n.Repository] = append(s.Newcomers[n.Repository], c)
		}
	}
	return err
}

// pools fills in what facets of one kind do, and people together.
func (r *recall) pools(ctx context.Context, night time.Time) error {
	all, err := r.w.PoolsKnown(ctx, night)
	if err != nil {
		return err
	}
	o := &r.m.state.Organisation
	o.startPools()
	for _, p := range all {
		kind := kindIndex(p.IsMachine)
		switch p.What {
		case "new":
			o.Pools[kind][p.Tenure].learn(p.Level, p.Nights)
		case "network":
			o.Levels[kind].Network[p.Level] += p.Nights
		case "client":
			o.Levels[kind].Client[p.Level] += p.Nights
		case "credential":
			o.Levels[kind].Credential[p.Level] += p.Nights
		}
	}
	h, err := r.w.HabitKnown(ctx, night)
	o.Travel = travelCounts{Access: h.Travelled, Rented: h.TravelledRented, Nights: h.Nights}
	o.Work = [2]workCounts{{Sessions: h.WorkSessions, Working: h.WorkWorking}, {Sessions: h.NewWorkSessions, Working: h.NewWorkWorking}}
	return err
}

// people fills in what people's nights have in common.
func (r *recall) people(ctx context.Context, night time.Time) error {
	k, err := r.w.PeopleKnown(ctx, night)
	o := &r.m.state.Organisation
	o.Novel = novelShares{Sum: k.Novel, Nights: k.Nights}
	copy(o.Hours[:], k.HourNights.Get())
	return err
}

// links fills in who was suspected lately on which network or client.
func (r *recall) links(ctx context.Context, night time.Time) error {
	o, s := r.m.options, r.m.state
	all, err := r.w.LinksKnown(ctx, night.AddDate(0, 0, -max(o.Nights.LinkDays, o.Cap.FollowerDays)), night)
	s.Suspects, s.Heads = suspects{}, heads{}
	for _, l := range all {
		k, day := r.m.key(Through(l.Through), l.Value), dayNumber(l.Night)
		s.Suspects.note(k, suspicion{Identity: s.Names.Identities.number(l.Identity), Day: day, Nats: l.Nats})
		if l.Follows {
			s.Heads[k] = day
		}
	}
	return err
}

// weights fills in what the nights of the calibration weighed.
func (r *recall) weights(ctx context.Context, night time.Time) error {
	o, s := r.m.options.Calibration, r.m.state
	all, err := r.w.RawsKnown(ctx, night.AddDate(0, 0, 1-o.Days), night)
	s.History = nil
	for _, x := range all {
		day := dayNumber(x.Night)
		if n := len(s.History); n == 0 || s.History[n-1].Day != day {
			s.History = append(s.History, rawNight{Day: day})
		}
		if last := &s.History[len(s.History)-1]; x.Raw != nil && *x.Expected > o.KeepOut {
			last.Nats = append(last.Nats, *x.Raw)
		}
	}
	return err
}

// unseen fills in on which days the records of a forge were missing.
func (r *recall) unseen(ctx context.Context, night time.Time) error {
	all, err := r.w.UnseenNights(ctx, night.AddDate(0, 0, -unseenMost), night)
	s := r.m.state
	s.Unseen = nil
	for _, n := range all {
		for forge := range strings.SplitSeq(n.Unseen, ",") {
			s.Unseen = append(s.Unseen, unseenDay{Day: dayNumber(n.Night), Forge: forge})
		}
	}
	return err
}

// laterOf is the later of two times.
func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// key is a key that links, by number.
func (m *Model) key(through Through, value string) linkKey {
	n := &m.state.Names
	switch through {
	case SharedByNetwork:
		return linkKey{Through: through, Number: n.Networks.number(value)}
	case SharedByBlock:
		return linkKey{Through: through, Number: n.Blocks.number(value)}
	}
	return linkKey{Through: through, Number: n.Agents.number(value)}
}
