package analyzer

import (
	"math"
	"testing"
)

// longKnown is pieces of somebody known for long.
func longKnown() pieces { return pieces{active: 60, sameDevice: true, networkGiven: true} }

// natsOf gives the nats of one hypothesis among those that hold, false where it does not.
func natsOf(list []weighing, h Hypothesis) (float64, bool) {
	for _, w := range list {
		if w.hypothesis == h {
			return w.nats(), true
		}
	}
	return 0, false
}

func TestHypotheses(t *testing.T) {
	t.Parallel()
	home := contextWeight{network: -1.5, client: -.5, credential: -.4}
	odd := contextWeight{network: 4, client: 2}
	tests := []struct {
		name       string
		change     func(*pieces)
		hypothesis Hypothesis
		want       float64
	}{
		{"nothing at home", func(p *pieces) { p.context = home }, Thief, -2.4 - 2 - 1},
		{"nothing new, two countries", func(p *pieces) { p.context, p.travel, p.travels = odd, 5, true }, Thief, 6 + 5 - 1},
		{"known ones copied from a new network", func(p *pieces) { p.context, p.copied, p.newNetwork = odd, 2, true }, Thief, 6 - 2 + 1.2},
		{"many copied", func(p *pieces) { p.context, p.copied, p.newNetwork = odd, 9, true }, Thief, 6 - 2 + 1.8},
		{"copied as every day", func(p *pieces) { p.context, p.copied, p.newNetwork, p.copyHabit = odd, 9, true, .25 }, Thief, 6 - 2},
		{"new, odd", func(p *pieces) { p.context, p.fresh, p.count, p.surprise = odd, 2, 5, 4 }, Thief, 6 + 5 + 2},
		{"many new spread the surprise", func(p *pieces) { p.fresh, p.count, p.surprise = 8, 5, 4 }, Thief, 5 + 1},
		{"surprise clipped", func(p *pieces) { p.fresh, p.surprise = 1, -99 }, Thief, -2},
		{"joiner", func(p *pieces) { p.active, p.fresh, p.surprise = 4, 1, 2 }, Thief, 6},
		{"pushed", func(p *pieces) { p.fresh, p.count, p.pushes = 1, 3, 7 }, Thief, 3 - 1.5},
		{"return, usual", func(p *pieces) { p.fresh, p.count, p.gap = 1, 3, 5 }, Thief, 3 + .5},
		{"return, unusual", func(p *pieces) { p.fresh, p.count, p.gap, p.unusualContext = 1, 3, 5, true }, Thief, 3 + 1.25},
		{"return, usual, in the last days of what is remembered", func(p *pieces) { p.fresh, p.count, p.gap, p.gapDays = 1, 3, 5, 89 }, Thief, 3 + .5},
		{"return after as long as is remembered", func(p *pieces) { p.fresh, p.count, p.gap, p.gapDays = 1, 3, 5, 90 }, Thief, 3 + 1.25},
		{"return after half as long again", func(p *pieces) { p.fresh, p.count, p.gap, p.gapDays = 1, 3, 5, 135 }, Thief, 3 + 1.875},
		{"return after a year", func(p *pieces) { p.fresh, p.count, p.gap, p.gapDays = 1, 3, 5, 365 }, Thief, 3 + 2.5},
		{"return without anything new", func(p *pieces) { p.gap, p.unusualContext = 5, true }, Thief, -3},
		{"insider", func(p *pieces) { p.context, p.fresh, p.count, p.surprise = home, 2, 5, 4 }, Insider, 5 + 4 - 1.5},
		{"insider among neighbours", func(p *pieces) { p.fresh, p.count, p.surprise = 2, 5, -4 }, Insider, 5 - 1.5},
		{"jewel", func(p *pieces) { p.context, p.fresh, p.count, p.guarded = home, 1, 2, 4 }, Jewel, 8 + .8 - 2},
		{"jewel, odd", func(p *pieces) { p.context, p.fresh, p.count, p.guarded = odd, 1, 2, 4 }, Jewel, 8 + .8 - 2 + 1.8},
		{"jewel, hardly known", func(p *pieces) { p.active, p.fresh, p.count, p.guarded = 1, 1, 2, 4 }, Jewel, (8 + .8 - 2) / 5},
		{"hoard", func(p *pieces) { p.context, p.copied = home, 20 }, Hoard, 3.6 * math.Log(20)},
		{"hoard, odd", func(p *pieces) { p.context, p.copied = odd, 20 }, Hoard, 3.6*math.Log(20) + 3},
	}
	for _, test := range tests {
		p := longKnown()
		test.change(&p)
		got, ok := natsOf(p.hypotheses(Default(), false), test.hypothesis)
		if !ok {
			t.Errorf("%s: the hypothesis does not hold", test.name)
			continue
		}
		near(t, test.name, got, test.want)
	}
}

func TestHypothesesThatDoNotHold(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*pieces)
		not    Hypothesis
	}{
		{"insider with nothing new", func(p *pieces) { p.count = 5 }, Insider},
		{"jewel with nothing new", func(p *pieces) { p.guarded = 9 }, Jewel},
		{"jewel of no weight", func(p *pieces) { p.fresh, p.guarded = 1, .5 }, Jewel},
		{"hoard of three", func(p *pieces) { p.copied = 3 }, Hoard},
		{"hoard on a new laptop", func(p *pieces) { p.copied, p.sameDevice = 9, false }, Hoard},
		{"hoard of a new identity", func(p *pieces) { p.copied, p.active = 9, 4 }, Hoard},
		{"machine of a person", func(*pieces) {}, StolenMachine},
	}
	for _, test := range tests {
		p := longKnown()
		test.change(&p)
		if n, ok := natsOf(p.hypotheses(Default(), false), test.not); ok {
			t.Errorf("%s: %s holds with %v nats", test.name, test.not, n)
		}
	}
}

func TestMachineHypothesis(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*pieces)
		want   float64
	}{
		{"as every night", func(p *pieces) { p.networkKnown = true }, -1 - .5 + 3.25},
		{"something new", func(p *pieces) { p.networkKnown, p.fresh, p.count = true, 1, 6 }, 6 - .5 + 3.25},
		{"new network and client", func(p *pieces) { p.networkShare, p.clientShare = 5, 4 }, -1 + 3.5 + 1.2 + 3.25},
		{"network bounded", func(p *pieces) { p.networkShare = 50 }, -1 + 5.6 + 3.25},
		{"fleet", func(p *pieces) { p.networkShare, p.clientShare, p.fleet = 5, 4, true }, -1 + 1.05 + 3.25},
		{"network not given", func(p *pieces) { p.networkGiven, p.fresh, p.count = false, 1, 6 }, 6 + 3.25},
		{"young", func(p *pieces) { p.active, p.fresh, p.count, p.networkShare = 4, 1, 6, 5 }, 1},
		{"young and quiet", func(p *pieces) { p.active, p.networkKnown = 4, true }, 1},
	}
	for _, test := range tests {
		p := longKnown()
		test.change(&p)
		list := p.hypotheses(Default(), true)
		if len(list) != 1 {
			t.Fatalf("%s: %d hypotheses, want the machine's alone", test.name, len(list))
		}
		near(t, test.name, list[0].nats(), test.want)
	}
}

func TestTogetherLiesBetweenTheGreatestAndTheirNumber(t *testing.T) {
	t.Parallel()
	one := func(n float64) weighing { return weighing{weights: []weight{{EvidencePrior, n}}} }
	near(t, "one", together([]weighing{one(3)}), 3)
	near(t, "two alike", together([]weighing{one(3), one(3)}), 3+math.Ln2)
	near(t, "order", together([]weighing{one(3), one(5)}), together([]weighing{one(5), one(3)}))
	if got := together([]weighing{one(3), one(-50)}); got < 3 || got > 3+1e-9 {
		t.Errorf("one that hardly holds adds %v", got-3)
	}
}

func TestWeightRisesWithSurpriseAndCount(t *testing.T) {
	t.Parallel()
	weigh := func(count, surprise float64) float64 {
		p := longKnown()
		p.fresh, p.count, p.surprise = 3, count, surprise
		return together(p.hypotheses(Default(), false))
	}
	for x := -9.; x < 9; x += .5 {
		if weigh(4, x+.5) < weigh(4, x) {
			t.Errorf("the weight falls from surprise %v to %v", x, x+.5)
		}
		if weigh(x+.5, 2) <= weigh(x, 2) {
			t.Errorf("the weight does not rise from count %v to %v", x, x+.5)
		}
	}
}
