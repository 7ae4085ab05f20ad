package analyzer

// piecesMost is how many pieces a reason has at most.
const piecesMost = 5

// For are the pieces that carried an assessment and can be said, at most five, the
// heaviest first: those of its Reason.
func (a Assessment) For() []Evidence {
	var all []Evidence
	for _, e := range a.Evidence {
		if e.Nats >= carrying && len(all) < piecesMost && e.Clause() != "" {
			all = append(all, e)
		}
	}
	return all
}

// Against are the pieces that speak against an attack and can be said, the
// heaviest first.
func (a Assessment) Against() []Evidence {
	var all []Evidence
	for _, e := range a.Evidence {
		if e.Nats <= -carrying/2 && e.Clause() != "" {
			all = append(all, e)
		}
	}
	return all
}
