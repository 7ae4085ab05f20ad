package analyzer

import (
	"math"
	"testing"
)

func TestBetaBinomialTail(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n, k int
		a, b float64
		want float64
	}{
		{5, 0, 1, 1, 1},
		{1, 1, 1, 1, 1. / 2},
		{2, 1, 1, 1, 2. / 3}, // uniform: every count has chance 1/(n+1)
		{2, 2, 1, 1, 1. / 3},
		{2, 2, 2, 1, 1. / 2},  // B(4,1)/B(2,1)
		{3, 2, 2, 1, 7. / 10}, // 3 B(4,2)/B(2,1) + B(5,1)/B(2,1) = .3 + .4
		{1, 1, 1, 1e15, 1e-12},
	}
	for _, x := range tests {
		near(t, "P", math.Exp(betaBinomialTail(x.n, x.k, x.a, x.b)), x.want)
	}
}

func TestSlowNatsRiseWithNightsAndFallWithTheHabit(t *testing.T) {
	t.Parallel()
	for k := slowLeast + 1; k <= 15; k++ {
		if a, b := slowNats(15, k-1, .05, 40, 2, 25), slowNats(15, k, .05, 40, 2, 25); b.nats <= a.nats {
			t.Errorf("%d of 15 nights weigh %v, %d weigh %v", k-1, a.nats, k, b.nats)
		}
	}
	quiet, busy := slowNats(15, 6, .05, 40, 1, 25), slowNats(15, 6, .05, 40, 20, 25)
	if quiet.nats <= busy.nats || quiet.bound >= busy.bound {
		t.Errorf("quiet %+v, busy %+v: want the quiet one heavier and its bound lower", quiet, busy)
	}
	if w := slowNats(15, slowLeast-1, .05, 40, 1, 25); w.nats != 0 {
		t.Errorf("two nights weigh %v, want nothing", w.nats)
	}
}

func TestSlowestWindowEdges(t *testing.T) {
	t.Parallel()
	all := func(pastNight) float64 { return 1 }
	facet := func(days ...int) *profile {
		p := &profile{Active: 30}
		for day := 40; day < 100; day++ {
			n := pastNight{Day: day}
			for _, d := range days {
				if d == day {
					n.New = 1
				}
			}
			p.Past = append(p.Past, n)
		}
		return p
	}
	o := Default().Nights
	if w := slowest(o, facet(94, 95, 96), 100, 1, .05, all); w.days != 7 || w.withNew != 4 || w.nights != 7 {
		t.Errorf("days 94 to 96 and tonight: %+v, want four of seven in a week", w)
	}
	if w := slowest(o, facet(93, 95, 96), 100, 1, .05, all); w.days == 7 && w.withNew != 3 {
		t.Errorf("day 93 is seven days ago and counted in the week: %+v", w)
	}
	if w := slowest(o, facet(94, 95, 96), 100, 1, .05, func(pastNight) float64 { return 0 }); w.nats != 0 {
		t.Errorf("nights that others explain weigh %v", w.nats)
	}
	if w := slowest(o, facet(94, 95, 96), 100, slowTonight-.01, .05, all); w.nats != 0 {
		t.Errorf("a night that others explain weighs %v", w.nats)
	}
	young := facet(94, 95, 96)
	young.Active = slowTenure - 1
	if w := slowest(o, young, 100, 1, .05, all); w.nats != 0 {
		t.Errorf("a facet of nine days weighs %v", w.nats)
	}
}
