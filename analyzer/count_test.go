package analyzer

import (
	"math"
	"testing"
)

// near fails unless got is want to nine digits.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
		t.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

func TestTenure(t *testing.T) {
	t.Parallel()
	for active, want := range map[int]int{0: 0, 2: 0, 3: 1, 7: 1, 8: 2, 19: 2, 20: 3, 500: 3} {
		if got := tenure(active); got != want {
			t.Errorf("tenure of %d days is %d, want %d", active, got, want)
		}
	}
}

func TestForecast(t *testing.T) {
	t.Parallel()
	p := pool{Nights: 100, WithNew: 15, Bursts: map[int]float64{1: 10, 2: 3, 6: 2}}
	f := newForecast(Default().Count, false, p, []int{0, 0, 1, 0, 4, 0})
	near(t, "rate", f.rate, (6*.15+2)/12)
	near(t, "tail of 1", f.tail(1), 1)
	near(t, "tail of 2", f.tail(2), (5+5*math.Pow(2, -1.2))/20)
	near(t, "tail of 7", f.tail(7), 5*math.Pow(7, -1.2)/20)
	near(t, "reach of 1", f.reach(1), f.rate)
	near(t, "reach of 2", f.reach(2), (12*f.rate*f.tail(2)+1)/18)
	near(t, "nats of 0", f.nats(0), 0)
	near(t, "nats of 1", f.nats(1), -math.Log(f.rate))
	near(t, "nats of 2.5", f.nats(2.5), -.5*(math.Log(f.reach(2))+math.Log(f.reach(3))))
	near(t, "expected", f.expected(), (12*f.rate*(10+6+12+5)/20+5)/18)
	if b := f.bound(.05); f.reach(b+1) > .05 || f.reach(b) <= .05 {
		t.Errorf("bound %d: P(>=%d)=%v, P(>=%d)=%v, want .05 between", b, b+1, f.reach(b+1), b, f.reach(b))
	}
	machine := newForecast(Default().Count, true, p, nil)
	near(t, "machine's tail of 7", machine.tail(7), 5*math.Pow(7, -.8)/20)
}

func TestForecastRisesWithTheNumberAndFallsWithTheHabit(t *testing.T) {
	t.Parallel()
	p := newPool()
	quiet := newForecast(Default().Count, false, p, make([]int, 60))
	busy := newForecast(Default().Count, false, p, []int{3, 5, 2, 4, 6, 3, 1, 2, 8, 3})
	for n := .25; n < 30; n += .25 {
		if quiet.nats(n) < quiet.nats(n-.25) {
			t.Errorf("nats fall from %v to %v repositories", n-.25, n)
		}
		if busy.nats(n) >= quiet.nats(n) {
			t.Errorf("%v new repositories weigh %v for a busy facet, %v for a quiet one", n, busy.nats(n), quiet.nats(n))
		}
	}
	if most := quiet.nats(1e6); most > -math.Log(leastChance) {
		t.Errorf("a million repositories weigh %v nats, above the ceiling", most)
	}
}

func TestOwnNightsEndBeforeTheNightAndAreTheLatest(t *testing.T) {
	t.Parallel()
	past := []pastNight{{Day: 1, New: -1}, {Day: 2, New: 3}, {Day: 3, New: 0}, {Day: 4, New: 5}, {Day: 5, New: 7}}
	got := ownNights(past, 4, 2)
	if len(got) != 2 || got[0] != 0 || got[1] != 5 {
		t.Errorf("own nights are %v, want [0 5]", got)
	}
	if got := ownNights(past, 4, 90); len(got) != 3 {
		t.Errorf("own nights are %v, want the three assessable ones up to day 4", got)
	}
}
