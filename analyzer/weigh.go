package analyzer

import (
	"cmp"
	"math"
	"slices"
)

// judgement is what is made of one facet tonight.
type judgement struct {
	*facetNight
	novelties []novelty
	chosen    *chosen // of people with something new
	forecast  forecast
	effective float64 // new repositories after absorption
	countNats float64
	slow      slowWindow
	gap       int
	gapNats   float64
	fleet     bool
	chance    []float64 // of its repositories, by its own use
	strange   []float64 // nats, along repositories: above 0 where rather others'
	like      *profile  // whose work it looks like, nil for nobody's in particular
	stranger  weighing  // somebody else at work, as the nights add up
	suspicion float64   // what is left of that for the nights to come
	weighed   []weighed // by session
	worst     int       // heaviest session
	slowNats  float64
	carried   float64
	carry     float64 // nats
	raw       float64
	score     float64
	expected  float64
	listed    bool
	spare     bool         // unusual enough, and the list is full
	group     []*judgement // listed with it
	ongoing   bool
	reported  bool      // listed lately by itself, and not much worse since
	own       []int     // lagged own nights
	follower  []linkKey // that linked it enough
}

// weighed is one session weighed.
type weighed struct {
	*session
	pieces    pieces
	novelties []novelty // greatest surprise first
	abroad    *session  // at home in another country at the same time
	travelled bool      // counts for the organisation's rate
	workSeen  bool      // ordinary work is looked at
	working   int       // repositories it goes on with
	weighings []weighing
	base      float64 // all hypotheses together
	linkNats  float64
	linkedBy  linkKey // heaviest key
	others    int     // how many others it links to
	linkKeys  []linkKey
}

// heaviestFirst gives the session under its hypotheses, the likeliest first.
func (w *weighed) heaviestFirst() []weighing {
	ordered := slices.Clone(w.weighings)
	slices.SortStableFunc(ordered, func(x, y weighing) int { return cmp.Compare(y.nats(), x.nats()) })
	return ordered
}

// nats is the weight of the session.
func (w *weighed) nats() float64 { return w.base + w.linkNats }

// count fills in how many repositories are new, low and slow, and the gap.
func (m *Model) count(j *judgement, g gathering, day int) {
	p, o := j.profile, m.options
	pooled := m.state.Organisation.Pools[kindIndex(j.machine)][tenure(p.Active)]
	lag := o.Count.Lag
	if o.without(IngredientLag) {
		lag = 1
	}
	j.own = ownNights(p.Past, day-lag, o.Count.History)
	j.forecast = newForecast(o.Count, j.machine, pooled, j.own)
	j.effective = effective(j.novelties)
	j.countNats = j.forecast.nats(j.effective)
	j.gapNats, j.gap = dormancy(p, day-m.unseenSince(p, day))
	if o.without(IngredientHowMany) {
		j.countNats = 0
	}
	if o.without(IngredientDormancy) {
		j.gapNats = 0
	}
	if len(j.fresh) > 0 {
		j.slow = slowest(o.Nights, p, day, j.effective, pooled.rate(), func(n pastNight) float64 { return m.alone(j, g, n, day) })
	}
}

// workedOn is how far a repository that was new on an earlier day was fetched to be
// worked with and not to be had, in [0, 1]: the nights since on which it was touched,
// over those that WorkedOn asks for. One more fetch and a push are cheap, and whoever
// takes a repository chooses them; coming back night after night is work.
func (m *Model) workedOn(j *judgement, r, since int) float64 {
	if m.options.without(IngredientGoesOn) {
		return 0
	}
	nights := j.profile.nightsSince(r, since)
	if _, tonight := slices.BinarySearch(j.repositories, r); tonight {
		nights++
	}
	return min(1, float64(nights)/m.options.Nights.WorkedOn)
}

// alone is how much of an earlier night's novelty was the facet's own, as is known
// tonight, in [0, 1]: a team that moves explains itself by its second day.
func (m *Model) alone(j *judgement, g gathering, n pastNight, day int) float64 {
	if m.options.without(IngredientAbsorption) {
		return 1
	}
	sum, half := 0., m.options.Which.HalfLife
	for _, r := range n.Repositories {
		others := g.others(r, j.profile.Identity, n.Day-absorbWeek, n.Day+absorbWeek)
		sum += (1 - m.workedOn(j, r, n.Day)) / (1 + excess(others, m.state.Repositories[r].Newcomers.at(day, half), 2*absorbWeek, half))
	}
	return min(1, sum)
}

// weigh weighs every session of a facet.
func (m *Model) weigh(j *judgement, day int) {
	j.fleet = isFleet(m.options, j.facetNight)
	for _, s := range j.sessions {
		w := weighed{session: s, novelties: ranked(j.novelties, s.fresh)}
		w.pieces = m.pieces(j, &w, day)
		j.weighed = append(j.weighed, w)
	}
	if m.options.without(IngredientSessionJoin) {
		j.unjoin()
	}
	for i := range j.weighed {
		w := &j.weighed[i]
		w.weighings = w.pieces.hypotheses(m.options, j.machine)
		w.base = together(w.weighings)
	}
}

// pieces weighs one session before any hypothesis.
func (m *Model) pieces(j *judgement, w *weighed, day int) pieces {
	s, p, st, o := w.session, j.profile, w.standing, m.options
	x := pieces{
		active: p.Active, fresh: len(s.fresh), copied: len(s.copied), pushes: s.pushes, gap: j.gapNats, gapDays: float64(j.gap),
		unusualContext: st.network > KnownNetwork || st.credential > KnownCredential || st.network < 0 && st.credential < 0,
		newNetwork:     st.network > KnownNetwork,
		sameDevice:     st.client <= KnownClient && st.credential <= KnownCredential,
		networkGiven:   st.network >= 0, networkKnown: st.network == KnownNetwork,
		fleet: j.fleet && st.network > KnownNetwork,
	}
	if p.Active > 0 {
		x.copyHabit = float64(p.CopyDays) / float64(p.Active)
	}
	news := 1.
	if !m.placed(j.facetNight) {
		news = o.Whole.News
	}
	x.count = news * j.countNats * m.sessionShare(j, s)
	for i, n := range w.novelties {
		x.surprise += news * n.surprise
		if i == 0 || n.guarded > x.guarded {
			x.guarded = n.guarded
		}
	}
	if o.without(IngredientWhich) {
		x.surprise = 0
	}
	if j.machine {
		x.machineShares(st)
		return x
	}
	x.context = weighContext(o, st, s.kind, p.Active)
	m.travel(j, w, &x)
	m.work(j, w, &x, day)
	if !o.without(IngredientHour) {
		x.hour = o.Hypotheses.Hour * min(hourMost, max(hourFloor, st.hourNats)) * m.known(p.Active)
	}
	return x
}

// The hour of the day counts for nothing much either way.
const (
	hourFloor = -1
	hourMost  = 2.5
)

// known is how well an identity is known after some active days, in [0, 1].
func (m *Model) known(active int) float64 {
	if m.options.without(IngredientTenureShrink) {
		return 1
	}
	return min(1, float64(active)/m.options.Context.Tenure)
}

// sessionShare is the part of the night's count that falls to a session: the
// square root of its share of the new repositories, for machines not less than
// MachineShare.
func (m *Model) sessionShare(j *judgement, s *session) float64 {
	if len(s.fresh) == 0 {
		return 0
	}
	share := math.Sqrt(float64(len(s.fresh)) / float64(len(j.fresh)))
	if j.machine {
		return max(share, m.options.Hypotheses.MachineShare)
	}
	return share
}

// machineShares fills in a machine's context.
func (p *pieces) machineShares(st standing) {
	p.networkShare = st.networkShareNats()
	if st.client > KnownClient {
		p.clientShare = min(machineClientMost, -math.Log(st.clientShare))
	}
}

// machineClientMost bounds the weight of a machine's client.
const machineClientMost = 5

// travel fills in presence in two countries at once.
func (m *Model) travel(j *judgement, w *weighed, x *pieces) {
	o := m.options
	w.abroad = abroad(j.facetNight, w.session, o.Travel.Hours)
	if w.abroad == nil {
		return
	}
	x.travels = !w.standing.isHostedApp()
	w.travelled = !w.standing.absorbed(o)
	if w.travelled && !o.without(IngredientTwoCountries) {
		x.travel = m.state.Organisation.Travel.nats(o.Travel, isRented(w.kind)) * m.known(x.active)
	}
}

// work fills in whether a session of unusual context goes on with ordinary work.
func (m *Model) work(j *judgement, w *weighed, x *pieces, day int) {
	if !w.standing.workAssessable() || x.active == 0 {
		return
	}
	w.workSeen = true
	w.working = ordinaryWork(j.profile, j.accesses, w.sessionKey, day)
	if !m.options.without(IngredientWork) {
		x.work = m.state.Organisation.Work[bit(x.fresh > 0)].nats(m.options.Work, w.working > 0) * min(1, float64(x.active)/m.options.Work.Tenure)
	}
}

// isFleet reports whether a machine's night is a fleet that moves: several new
// networks and nothing but its usual repositories.
func isFleet(o Options, f *facetNight) bool {
	if !f.machine || len(f.fresh) > o.Hypotheses.FleetNew || o.without(IngredientFleet) {
		return false
	}
	var networks []int
	for _, s := range f.sessions {
		if s.standing.network > KnownNetwork {
			networks = append(networks, s.network)
		}
	}
	return len(distinct(networks)) >= o.Hypotheses.FleetNetworks
}

// unjoin gives every session the night's heaviest context and all of the night's
// new repositories, as if they had met (an ablation).
func (j *judgement) unjoin() {
	var context contextWeight
	travel := 0.
	for i := range j.weighed {
		p := j.weighed[i].pieces
		if i == 0 || p.context.total() > context.total() {
			context = p.context
		}
		travel = max(travel, p.travel)
	}
	surprise := 0.
	for _, n := range j.novelties {
		surprise += n.surprise
	}
	for i := range j.weighed {
		p := &j.weighed[i].pieces
		p.context, p.travel = context, travel
		if len(j.fresh) > 0 {
			p.fresh, p.count, p.surprise = len(j.fresh), j.countNats, surprise
		}
	}
}
