package analyzer

import (
	"math"
	"slices"
	"testing"
)

func TestLinkSumsOthersHalvedEveryTwoNights(t *testing.T) {
	t.Parallel()
	o := Default().Nights
	k := linkKey{Through: SharedByNetwork, Number: 3}
	s := suspects{}
	s.note(k, suspicion{Identity: 1, Day: 10, Nats: 4})
	s.note(k, suspicion{Identity: 1, Day: 10, Nats: 2}) // a lighter session of the same night
	s.note(k, suspicion{Identity: 2, Day: 8, Nats: 6})
	check := func(identity, day int, want float64, wantOthers int) {
		t.Helper()
		got, others := s.weight(o, k, identity, day)
		near(t, "weight", got, want)
		if others != wantOthers {
			t.Errorf("identity %d on day %d: %d others, want %d", identity, day, others, wantOthers)
		}
	}
	check(3, 10, 4+3, 2)
	check(1, 10, 3, 1)
	check(2, 10, 4, 1)
	check(3, 12, 2+1.5, 2) // identity 2 was there four nights ago
	check(3, 13, 4*math.Exp2(-1.5), 1)
	s.note(k, suspicion{Identity: 1, Day: 11, Nats: 1}) // a later night replaces
	check(3, 11, 1+6*math.Exp2(-1.5), 2)
	check(3, 13, math.Exp2(-1), 1) // identity 2 was there five nights ago
	check(3, 15, math.Exp2(-2), 1)
	check(3, 16, 0, 0)
}

func TestLinkKeys(t *testing.T) {
	t.Parallel()
	all := []Through{SharedByNetwork, SharedByBlock, SharedByClient}
	tests := []struct {
		name   string
		change func(*weighed, *facetNight)
		want   []Through
	}{
		{"new in every respect", func(*weighed, *facetNight) {}, all},
		{"nothing new", func(w *weighed, _ *facetNight) { w.fresh = nil }, nil},
		{"machine", func(_ *weighed, f *facetNight) { f.machine = true }, nil},
		{"hosted app", func(w *weighed, _ *facetNight) { w.standing.appShare, w.standing.known.ClientBlockOthers = .5, 9 }, nil},
		{"known network", func(w *weighed, _ *facetNight) { w.standing.network = KnownNetwork }, all[2:]},
		{"network not given", func(w *weighed, _ *facetNight) { w.standing.network = NetworkUnknown }, all[2:]},
		{"forty users of the network", func(w *weighed, _ *facetNight) { w.standing.known.NetworkOthers = 40 }, all},
		{"forty-one", func(w *weighed, _ *facetNight) { w.standing.known.NetworkOthers = 41 }, all[1:]},
		{"twelve users of the block", func(w *weighed, _ *facetNight) { w.standing.known.BlockOthers = 12 }, all},
		{"thirteen", func(w *weighed, _ *facetNight) { w.standing.known.BlockOthers = 13 }, []Through{SharedByNetwork, SharedByClient}},
		{"upgrade", func(w *weighed, _ *facetNight) { w.standing.client = UpgradedClient }, all[:2]},
	}
	for _, test := range tests {
		w := &weighed{session: &session{fresh: []int{1}, sessionKey: sessionKey{network: 1, block: 2, agent: 3}, standing: standing{network: NewSystem, client: NewClient}}}
		f := &facetNight{}
		test.change(w, f)
		var got []Through
		for _, k := range linkKeys(Default(), &judgement{facetNight: f}, w) {
			got = append(got, k.Through)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestCarry(t *testing.T) {
	t.Parallel()
	near(t, "at first", carry(Default().Nights, 0), 0)
	near(t, "below the ceiling", carry(Default().Nights, 5), 2)
	near(t, "ceiling", carry(Default().Nights, 99), 4.8)
}

// idleJudgement gives a judgement on day 30 of somebody who took 1 and 2 on day 16 and 3
// on day 23, and has gone on with what is given.
func idleJudgement(touches ...touch) *judgement {
	p := newProfile(1, Personal)
	p.Past = []pastNight{
		{Day: 8, Nats: 8, Repositories: []int{9}},
		{Day: 16, Nats: 8, Repositories: []int{1, 2}},
		{Day: 20, Nats: 8},
		{Day: 23, Nats: 3, Repositories: []int{3}},
	}
	p.Touches = touches
	return &judgement{facetNight: &facetNight{profile: p}}
}

func TestOnlyEvidenceIsCarried(t *testing.T) {
	t.Parallel()
	session := func(nats float64, fresh ...int) weighed {
		return weighed{session: &session{fresh: fresh}, base: nats}
	}
	j := &judgement{facetNight: &facetNight{}, weighed: []weighed{session(9), session(4, 1), session(5, 2)}}
	near(t, "a person's heaviest session with something new", j.newest(Default()), 5)
	j.machine = true
	near(t, "a machine's, less what machines start from", j.newest(Default()), 5-3.25)
	near(t, "where they start from nothing", j.newest(withoutIngredient(IngredientMachineOffset)), 5)
	j.weighed = j.weighed[:1]
	near(t, "nothing new", j.newest(Default()), 0)
}

func TestCarriedForgetsWhatIsWorkedOn(t *testing.T) {
	t.Parallel()
	m := newModel(Default())
	idle := []touch{{Repository: 1, Day: 16}, {Repository: 2, Day: 16}, {Repository: 3, Day: 23}}
	j := idleJudgement(idle...)
	near(t, "two weeks and one week ago, the older night is out of the window", m.carried(j, 30), 8./4+3./2)
	back := slices.Clone(idle)
	back[1] = touch{Repository: 2, Day: 18, Nights: 3}
	near(t, "half of it touched on two more nights", m.carried(idleJudgement(back...), 30), 4./4+3./2)
	back[1] = touch{Repository: 2, Day: 17, Nights: 2}
	near(t, "half of it touched once more", m.carried(idleJudgement(back...), 30), (8.-4./2)/4+3./2)
	back[1] = touch{Repository: 2, Day: 16, Nights: 3}
	near(t, "known before, and not touched since", m.carried(idleJudgement(back...), 30), 8./4+3./2)
	j.repositories = []int{3}
	near(t, "touched again tonight", m.carried(j, 30), 8./4+1./2*3./2)
	o := Default()
	o.Without = []Ingredient{IngredientGoesOn}
	near(t, "where that is not looked at", newModel(o).carried(j, 30), 8./4+3./2)
}

func TestSqueezed(t *testing.T) {
	t.Parallel()
	o := Default().Cap
	near(t, "below", o.squeezed(8.9), 8.9)
	near(t, "at the level", o.squeezed(9), 9)
	near(t, "above", o.squeezed(17), 10-math.Exp(-1))
	for x := -5.; x < 60; x++ {
		if a, b := o.squeezed(x), o.squeezed(x+1); b <= a || b >= o.Level+o.Band {
			t.Errorf("squeezed(%v)=%v, squeezed(%v)=%v: want rising below ten", x, a, x+1, b)
		}
	}
}

func TestReportHolds(t *testing.T) {
	t.Parallel()
	o := Default().Cap
	r := report{Day: 10, Weight: 7, Valid: true}
	tests := []struct {
		report report
		day    int
		nats   float64
		want   bool
	}{
		{r, 24, 7, true}, {r, 25, 7, false}, {r, 11, 12.9, true}, {r, 11, 13, false}, {report{}, 1, 7, false},
	}
	for _, x := range tests {
		if got := o.holds(x.report, x.day, x.nats); got != x.want {
			t.Errorf("%+v on day %d with %v nats holds: %v, want %v", x.report, x.day, x.nats, got, x.want)
		}
	}
	near(t, "the bar stays while the report holds", o.reported(r, 24, 5).Weight, 7)
	near(t, "and falls after it", o.reported(r, 25, 5).Weight, 5)
}

func TestFollowers(t *testing.T) {
	t.Parallel()
	o := Default().Cap
	h := heads{}
	keys := []linkKey{{Through: SharedByNetwork, Number: 1}, {Through: SharedByClient, Number: 2}}
	if h.follows(o, keys, 10) {
		t.Error("the head follows itself")
	}
	if !h.follows(o, keys[1:], 10) || !h.follows(o, keys[:1], 14) || h.follows(o, keys[1:], 15) {
		t.Error("want followers on the head's night and four days after, not five")
	}
	if h.follows(o, nil, 10) {
		t.Error("somebody linked by nothing follows")
	}
}

func TestTail(t *testing.T) {
	t.Parallel()
	o := Default().Calibration
	var history []rawNight
	for d := range 20 { // 100 rows: 0, .1, .2, ... 9.9
		n := rawNight{Day: d}
		for i := range 5 {
			n.Nats = append(n.Nats, float64(5*d+i)/10)
		}
		history = append(history, n)
	}
	x := newTail(o, history)
	near(t, "level reached .8 times a night", x.level, 8.3)                     // 17th of 100 rows
	near(t, "scale", x.scale, (8.3-1.9)/math.Log(5))                            // the 81st row is 1.9
	digits(t, "E at the level", x.expected(8.3), 54.4373/40)                    // 17 rows reach it: chi-square(36) at 97.5 %
	digits(t, "E one scale above", x.expected(8.3+x.scale), 51.9660/40/math.E)  // extrapolated from 16 rows: chi-square(34)
	digits(t, "E of the smallest", x.expected(0), 243.2533/40)                  // all 100 rows: chi-square(202)
	digits(t, "E below all", x.expected(-9), 243.2533/40)                       // no more than all
	near(t, "before there is history", newTail(o, history[:13]).expected(4), 3) // start
	near(t, "and a scale above", newTail(o, nil).expected(5.4), 3*math.Exp(-1)) // start
	for v := -1.; v < 30; v += .1 {
		if a, b := x.expected(v), x.expected(v+.1); b > a+1e-12 || b <= 0 {
			t.Errorf("E(%v)=%v, E(%v)=%v: want falling and above zero", v, a, v+.1, b)
		}
	}
}

// digits fails unless got is want to the four digits of a printed table.
func digits(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-4*want {
		t.Errorf("%s is %.6g, want %.6g", what, got, want)
	}
}

func TestExpectedIsABoundThatTightensWithHistory(t *testing.T) {
	t.Parallel()
	before := math.Inf(1)
	for nights := 14; nights <= 448; nights *= 2 { // one row a night
		x := tail{o: Default().Calibration, nights: nights}
		if got := x.rate(nights); got <= 1 || got >= before {
			t.Errorf("one row a night over %d nights is bounded by %v, over half of them by %v", nights, got, before)
		} else {
			before = got
		}
	}
	if before > 1.11 {
		t.Errorf("over 448 nights the bound is %v, want close to 1", before)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	o := Default()
	o.Calibration.ListMost = 4
	row := func(expected float64, reported, follower bool) *judgement {
		return &judgement{expected: expected, reported: reported, ongoing: reported || follower}
	}
	tests := []struct {
		name string
		row  *judgement
		want bool
	}{
		{"at the threshold", row(.75, false, false), true},
		{"above it", row(.76, false, false), false},
		{"reported before, and unusual enough again", row(.112, true, false), true},
		{"reported before", row(.113, true, false), false},
		{"a follower is no repeat", row(.7, false, true), true},
	}
	for _, x := range tests {
		if o.list([]*judgement{x.row}); x.row.listed != x.want {
			t.Errorf("%s: listed %v, want %v", x.name, x.row.listed, x.want)
		}
	}
	var many []*judgement
	for range 6 {
		many = append(many, row(.01, false, false))
	}
	if o.list(many); !many[3].listed || many[4].listed {
		t.Error("want four rows of six listed")
	}
}

// What stood first on a night and was told to nobody is not held back on a later
// one; what was listed is.
func TestOnlyWhatWasListedIsHeldBack(t *testing.T) {
	t.Parallel()
	m := newModel(Default())
	high := &judgement{facetNight: &facetNight{profile: &profile{}}, raw: 6, score: 6, expected: 1.2}
	told := &judgement{facetNight: &facetNight{profile: &profile{}, facet: 1}, raw: 5, score: 5, expected: .5}
	night := []*judgement{high, told}
	m.capNight(night, 100)
	m.options.list(night)
	m.options.Cap.noteListed(night, 100)
	high.expected, told.expected = .5, .5
	m.capNight(night, 101)
	m.options.list(night)
	if !high.listed || told.listed {
		t.Errorf("the next night lists what only stood high: %v, and what was listed: %v; want true and false", high.listed, told.listed)
	}
}

func TestTailOfNextToNothing(t *testing.T) {
	t.Parallel()
	history := make([]rawNight, 20)
	history[3].Nats = []float64{1}
	if e := newTail(Default().Calibration, history).expected(4); e != 3 {
		t.Errorf("E from a single row is %v, want the start's 3", e)
	}
	history[4].Nats = []float64{2, 3}
	if e := newTail(Default().Calibration, history).expected(9); !(e > 0 && e < 1) {
		t.Errorf("E from three rows is %v", e)
	}
}
