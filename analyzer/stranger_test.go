package analyzer

import (
	"fmt"
	"math"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

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
	m := newModel(Default())
	for i := range 20 {
		m.state.add(i+1, Personal)
	}
	m.stranger(j, whole, hours, 20)
	return j
}

func TestStrangerByHand(t *testing.T) {
	t.Parallel()
	usual := standing{network: KnownNetwork, client: UpgradedClient, credential: CredentialUnknown}
	strange := standing{network: KnownBlock}
	of := func(others int) standing { // no network, and a client that so many others use too
		return standing{network: NetworkUnknown, known: warehouse.SessionKnown{ClientOthers: others}}
	}
	for _, x := range []struct {
		name            string
		last            int
		whole, hours    float64
		sessions        []standing
		nats, suspicion float64
	}{
		{"no network, and the client of half of all", 19, 3, 1, []standing{of(9)}, .8*5 + 3 + 1 + 4, 7},
		{"no network, and a client of fewer", 19, 3, 1, []standing{of(8)}, .8*5 + 3 + 1 - 1, 7},
		{"neither network nor client", 19, 3, 1, []standing{{network: NetworkUnknown, client: ClientUnknown}}, .8*5 + 3 + 1 + 4, 7},
		{"from a new network", 19, 3, 1, []standing{strange}, .8*5 + 3 + 1 - 1, 7},
		{"one session from a new network", 19, 3, 1, []standing{usual, strange}, .8*5 + 3 + 1 - 1, 7},
		{"all from the usual place", 19, 3, 1, []standing{usual, usual}, (.8*5+3+1)/2 - 1, 7},
		{"usual hours take suspicion down", 19, 3, -2, []standing{strange}, .8*5 + 3 - 2 - 1, 5},
		{"a week away halves it", 12, 3, 0, []standing{strange}, .4*5 + 3 - 1, 5},
		{"a night adds at most eight", 19, 11, 0, []standing{strange}, .8*5 + 11 - 1, 12},
		{"one's own work clears it, and is not held against it", 19, -4, -4, []standing{strange}, -4 - 4 - 1, 0},
		{"as much one's own as anybody's", 19, 2, -2, []standing{strange}, 2 - 2 - 1, 4},
		{"a little rather anybody's", 19, 2, -1.9, []standing{strange}, .4*.8*5 + 2 - 1.9 - 1, 4.1},
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

// twoTeams is an organisation in which ann and amy work on a and b, bob and ben on y
// and z, all but ann every day, and ann on what is given by day.
func twoTeams(ann ...[]string) []Night {
	var nights []Night
	for d, work := range ann {
		n := Night{Day: testStart.AddDate(0, 0, d)}
		for _, x := range [][2]string{{"amy", "a"}, {"amy", "b"}, {"bob", "y"}, {"bob", "z"}, {"ben", "y"}, {"ben", "z"}} {
			n.Accesses = append(n.Accesses, fetchAtNine(n.Day, x[0], x[1]))
		}
		for _, r := range work {
			n.Accesses = append(n.Accesses, fetchAtNine(n.Day, "ann", r))
		}
		nights = append(nights, n)
	}
	return nights
}

// fetchAtNine is one fetch as a host without addresses records it.
func fetchAtNine(day time.Time, login, repository string) Access {
	at := day.Add(9 * time.Hour)
	return hours(Access{
		Identity: "github:" + login, Name: login, Family: Personal, AccessType: "SSH key", Credential: "key-" + login, Repository: "org/" + repository,
		Agent: "git/2.43.0", Operations: 1, First: at, Last: at,
	})
}

// Nights like somebody else's add up, what is said of them can be asked in SQL, and
// ordinary ones clear the suspicion.
func TestSomebodyElsesNightsAddUpAndOrdinaryOnesClear(t *testing.T) {
	t.Parallel()
	own, others := []string{"a", "b"}, []string{"y", "z"}
	var work [][]string
	for range 20 {
		work = append(work, own)
	}
	work = append(work, others, others)
	for range 5 {
		work = append(work, own)
	}
	nights := twoTeams(work...)
	all, w := judgedNights(t, Default(), nights)
	ann := func(night int) Assessment {
		a, _ := find(all[night], "ann", Personal)
		return a
	}
	suspicion := func(night int) string {
		return ask(t, w, fmt.Sprintf("SELECT round(suspicion, 3) FROM facet_score JOIN facet USING (facet_id) WHERE identity = 'github:ann' AND night = DATE '%s'",
			nights[night].Day.Format(time.DateOnly)))
	}
	if ann(20).Hypothesis != Stranger || ann(20).Raw < ann(19).Raw+4 || ann(21).Raw <= ann(19).Raw+4 {
		t.Errorf("own night %v, somebody else's %v by %s and %v: want the stranger, far above", ann(19).Raw, ann(20).Raw, ann(20).Hypothesis, ann(21).Raw)
	}
	if got := suspicion(19); got != "0" {
		t.Errorf("after own nights the suspicion is %s, want none", got)
	}
	if a, b := suspicion(20), suspicion(21); a == "0" || b == "0" {
		t.Errorf("after somebody else's nights the suspicion is %s and %s", a, b)
	}
	if got := suspicion(26); got != "0" {
		t.Errorf("after five own nights the suspicion is %s, want none", got)
	}
	sum := 0.
	for _, e := range ann(20).Evidence {
		sum += e.Nats
		if e.Name == EvidenceWholeNight && (e.Observed != 2 || e.Others != 2 || e.Days != 0) {
			t.Errorf("%+v, want two of two that she never touched", e)
		}
	}
	if math.Abs(sum-ann(20).Raw) > 1e-5 {
		t.Errorf("the pieces sum to %v, the night weighs %v", sum, ann(20).Raw)
	}
	const query = "SELECT repository, is_new, last_night, round(own_share, 4), round(everybodys_share, 4) FROM baseline.others_work(TIMESTAMP '%s') WHERE identity = 'github:ann' ORDER BY ALL"
	for night, want := range map[int]string{
		20: "org/y|true|-|0|0.25\norg/z|true|-|0|0.25",
		22: "org/a|false|2026-01-24 00:00:00 +0000 UTC|0.4491|0.2373\norg/b|false|2026-01-24 00:00:00 +0000 UTC|0.4491|0.2373",
	} {
		if got := ask(t, w, fmt.Sprintf(query, nights[night].Day.AddDate(0, 0, 1).Format(time.DateOnly))); got != want {
			t.Errorf("night %d:\n%s\nwant\n%s", night, got, want)
		}
	}
}

// What people's nights have in common, by hand: of two people's second nights one
// brings something new, one in two repositories; all work at nine.
func TestPeopleByHand(t *testing.T) {
	t.Parallel()
	nights := twoTeams([]string{"a"}, []string{"a", "y"}, nil)
	machine := fetchAtNine(nights[0].Day, "ci", "a")
	machine.Family, machine.AccessType = App, "app"
	for d := range 2 {
		add(&nights[d], machine)
	}
	w := counted(t, nights, 1)
	for asOf, want := range []string{"0|0|0|0", "0|0|4|0", "4|0.5|8|0", "7|0.5|11|0"} {
		got := ask(t, w, fmt.Sprintf("SELECT nights, novel, hour_nights[10], hour_nights[11] FROM baseline.people(TIMESTAMP '%s')",
			testStart.AddDate(0, 0, asOf).Format(time.DateOnly)))
		if got != want {
			t.Errorf("before night %d: %s, want %s", asOf, got, want)
		}
	}
}
