package analyzer

import "testing"

// strangerOf weighs a night on the day 20 of somebody with a suspicion of 5 who was
// last seen on a day.
func strangerOf(last int, whole, hours float64, sessions ...standing) *judgement {
	p := newProfile(1, Personal)
	p.Suspicion, p.Last = 5, last
	f := &facetNight{profile: p}
	for _, st := range sessions {
		f.sessions = append(f.sessions, &session{standing: st})
	}
	j := &judgement{facetNight: f}
	newModel(Default()).stranger(j, whole, hours, 20)
	return j
}

func TestStrangerByHand(t *testing.T) {
	t.Parallel()
	usual := standing{network: KnownNetwork, client: UpgradedClient, credential: CredentialUnknown}
	strange := standing{network: KnownBlock}
	none := standing{network: NetworkUnknown}
	for _, x := range []struct {
		name            string
		last            int
		whole, hours    float64
		sessions        []standing
		nats, suspicion float64
	}{
		{"no network given", 19, 3, 1, []standing{none}, .8*5 + 3 + 1 + 4, 7},
		{"from a new network", 19, 3, 1, []standing{strange}, .8*5 + 3 + 1 - 1, 7},
		{"one session from a new network", 19, 3, 1, []standing{usual, strange}, .8*5 + 3 + 1 - 1, 7},
		{"all from the usual place", 19, 3, 1, []standing{usual, usual}, (.8*5+3+1)/2 - 1, 7},
		{"usual hours take suspicion down", 19, 3, -2, []standing{strange}, .8*5 + 3 - 2 - 1, 5},
		{"a week away halves it", 12, 3, 0, []standing{strange}, .4*5 + 3 - 1, 5},
		{"a night adds at most eight", 19, 11, 0, []standing{strange}, .8*5 + 11 - 1, 12},
		{"one's own work clears it", 19, -4, -4, []standing{strange}, .8*5 - 4 - 4 - 1, 0},
	} {
		j := strangerOf(x.last, x.whole, x.hours, x.sessions...)
		near(t, x.name, j.stranger.nats(), x.nats)
		near(t, x.name+": what is left", j.suspicion, x.suspicion)
	}
	o := withoutIngredient(IngredientSuspicion)
	near(t, "without suspicion", newModel(o).suspected(&profile{Suspicion: 5, Last: 19}, 20), 0)
}

// A night comes from where its owner usually does only where all of its sessions do;
// what the log does not say vouches for nobody, but for a credential.
func TestVouched(t *testing.T) {
	t.Parallel()
	usual := standing{network: KnownNetwork, client: KnownClient, credential: KnownCredential}
	for _, x := range []struct {
		name   string
		change func(*standing)
		want   bool
	}{
		{"all of it known", func(*standing) {}, true},
		{"an upgrade", func(st *standing) { st.client = UpgradedClient }, true},
		{"no credential given", func(st *standing) { st.credential = CredentialUnknown }, true},
		{"a new network in a known block", func(st *standing) { st.network = KnownBlock }, false},
		{"no network given", func(st *standing) { st.network = NetworkUnknown }, false},
		{"a new client", func(st *standing) { st.client = SharedClient }, false},
		{"no client given", func(st *standing) { st.client = ClientUnknown }, false},
		{"a new credential", func(st *standing) { st.credential = RotatedCredential }, false},
	} {
		other := usual
		x.change(&other)
		f := &facetNight{sessions: []*session{{standing: usual}, {standing: other}}}
		if got := f.vouched(); got != x.want {
			t.Errorf("%s: vouched is %v, want %v", x.name, got, x.want)
		}
	}
}

// However strange the nights, what they add up to is bounded.
func TestSuspicionIsBounded(t *testing.T) {
	t.Parallel()
	m, p := newModel(Default()), newProfile(1, Personal)
	for day := range 400 {
		j := &judgement{facetNight: &facetNight{profile: p}}
		m.stranger(j, 99, 4, day)
		p.Suspicion, p.Last = j.suspicion, day
	}
	if most := 8 / (1 - .8); p.Suspicion < most-.01 || p.Suspicion > most {
		t.Errorf("400 nights of somebody else add up to %v, want next to %v", p.Suspicion, most)
	}
	for day := 400; day < 410; day++ {
		j := &judgement{facetNight: &facetNight{profile: p}}
		m.stranger(j, -4, -4, day)
		p.Suspicion, p.Last = j.suspicion, day
	}
	if p.Suspicion != 0 {
		t.Errorf("ten nights of one's own leave %v, want nothing", p.Suspicion)
	}
}
