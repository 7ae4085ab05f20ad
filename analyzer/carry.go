package analyzer

// carry is the weight that a facet's earlier nights add to one with something new:
// a share of their decayed sum, of which at most CarryCeiling counts.
func carry(o NightOptions, d decayed, day int) float64 {
	return o.Carry * min(o.CarryCeiling, d.at(day, o.CarryHalfLife))
}

// carried adds a night, clipped to [0, CarryNight], to the decayed sum.
func carried(o NightOptions, d decayed, day int, nats float64) decayed {
	return decayed{Day: day, Weight: d.at(day, o.CarryHalfLife) + max(0, min(o.CarryNight, nats))}
}

// join adds to the heaviest session what earlier nights weigh.
func (m *Model) join(j *judgement, day int) {
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
		j.carried = j.profile.Carried.at(day, o.CarryHalfLife)
		j.carry = carry(o, j.profile.Carried, day)
	}
	j.raw = rounded(j.weighed[j.worst].nats() + j.slowNats + j.carry)
	j.score = j.raw
}

// newest is the heaviest session with something new, not below 0.
func (j *judgement) newest() float64 {
	heaviest := 0.
	for i := range j.weighed {
		if w := &j.weighed[i]; len(w.fresh) > 0 {
			heaviest = max(heaviest, w.nats())
		}
	}
	return heaviest
}
