package analyzer

import "gonum.org/v1/gonum/floats"

// carried is what a facet's nights of the last weeks weigh, decayed: each by the
// share of its new repositories that was not worked on since.
func (m *Model) carried(j *judgement, day int) float64 {
	sum := 0.
	for _, n := range j.profile.Past {
		if day-n.Day > slowMost || len(n.Repositories) == 0 {
			continue
		}
		idle := 0.
		for _, r := range n.Repositories {
			idle += 1 - m.workedOn(j, r, n.Day)
		}
		sum += n.Nats * halved(day-n.Day, m.options.Nights.CarryHalfLife) * idle / float64(len(n.Repositories))
	}
	return sum
}

// carry is the weight that earlier nights add to one with something new.
func carry(o NightOptions, carried float64) float64 { return o.Carry * min(o.CarryCeiling, carried) }

// join adds to the heaviest session what earlier nights weigh.
func (m *Model) join(j *judgement, c *colleagues, everybody crowd, day int) {
	o := m.options.Nights
	for i := range j.weighed {
		if j.weighed[i].nats() > j.weighed[j.worst].nats() {
			j.worst = i
		}
	}
	if !m.options.without(IngredientLowAndSlow) {
		j.slowNats = o.Slow * max(0, j.slow.nats-o.SlowFloor)
		if j.machine {
			j.slowNats *= o.SlowMachine
		}
	}
	if len(j.fresh) > 0 && !m.options.without(IngredientCarry) {
		j.carried = m.carried(j, day)
		j.carry = carry(o, j.carried)
	}
	m.addUp(j, c, everybody, day)
	j.raw = rounded(j.theft())
	if j.stranger.weights != nil {
		j.raw = rounded(floats.LogSumExp([]float64{j.theft(), j.stranger.nats()}))
	}
	j.score = j.raw
}

// theft is what the heaviest session weighs with the nights before.
func (j *judgement) theft() float64 { return j.weighed[j.worst].nats() + j.slowNats + j.carry }

// isStranger reports whether somebody else at work explains the night best.
func (j *judgement) isStranger() bool {
	return j.stranger.weights != nil && j.stranger.nats() > j.theft()
}

// newest is the evidence of the heaviest session with something new, not below 0:
// what machines start from is none, and would add up from night to night.
func (j *judgement) newest(o Options) float64 {
	prior := 0.
	if j.machine && !o.without(IngredientMachineOffset) {
		prior = o.Hypotheses.MachinePrior
	}
	heaviest := 0.
	for i := range j.weighed {
		if w := &j.weighed[i]; len(w.fresh) > 0 {
			heaviest = max(heaviest, w.nats()-prior)
		}
	}
	return heaviest
}
