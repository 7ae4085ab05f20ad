package analyzer

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Hypothesis is a way of attack that evidence bears on.
type Hypothesis string

// The hypotheses.
const (
	// Thief works with a stolen credential: odd context meets new repositories.
	Thief Hypothesis = "thief"
	// Insider works from the usual place and takes what is far from the own work.
	Insider Hypothesis = "insider"
	// Stranger works on the account as somebody else would: what is touched and when,
	// known or new, night after night.
	Stranger Hypothesis = "stranger"
	// Jewel is one repository that outsiders never open.
	Jewel Hypothesis = "jewel"
	// Hoard is everything one already knows, copied whole once more.
	Hoard Hypothesis = "hoard"
	// StolenMachine is a machine's credential used by somebody else.
	StolenMachine Hypothesis = "machine"
)

// weight is one piece of evidence under a hypothesis, in nats.
type weight struct {
	name EvidenceName
	nats float64
}

// weighing is a session under one hypothesis.
type weighing struct {
	hypothesis Hypothesis
	weights    []weight
}

// nats sums the weights.
func (w weighing) nats() float64 {
	sum := 0.
	for _, x := range w.weights {
		sum += x.nats
	}
	return sum
}

// pieces is what a session weighs before any hypothesis, in nats unless said
// otherwise.
type pieces struct {
	active         int // nights of the facet before
	context        contextWeight
	fresh          int     // new repositories in the session
	count          float64 // -ln P(as many new), by the session's share of them
	fullCount      float64 // the same of the whole night
	surprise       float64 // sum over the new repositories
	guarded        float64 // greatest jewel ratio
	copied         int     // known repositories copied whole
	copyHabit      float64 // share of nights with such copies
	pushes         int
	travel         float64 // two countries at once
	travels        bool    // whether that excuses nothing new
	hour           float64
	work           float64 // ordinary work goes on, below 0, or not
	gap, gapDays   float64 // nats of the return, and after how many days
	unusualContext bool    // network or credential is not the usual one, or neither is given
	newNetwork     bool
	sameDevice     bool // neither client nor credential is new
	// machines
	networkKnown, networkGiven bool
	networkShare, clientShare  float64
	fleet                      bool
}

// contextWeights gives the pieces of the context, scaled.
func contextWeights(c contextWeight, factor float64) []weight {
	c = c.times(factor)
	return []weight{
		{EvidenceNetwork, c.network}, {EvidenceClient, c.client},
		{EvidenceCredential, c.credential}, {EvidenceClientElsewhere, c.elsewhere},
	}
}

// returned is the weight of the gap, which counts only with something new, less
// where the context is the usual one, and more where it is a very long one.
func (p pieces) returned(o HypothesisOptions) float64 {
	if p.fresh == 0 {
		return 0
	}
	long := p.gapDays / o.DormancyLong
	nats := o.Dormancy * p.gap * min(max(1, long), o.DormancyMost)
	if p.unusualContext || long >= 1 {
		return nats
	}
	return nats * o.DormancyUsual
}

// unhabitual is 1 where copying is no habit, falling to 0 at a quarter of nights.
func (p pieces) unhabitual() float64 { return 1 - min(1, 4*p.copyHabit) }

// which clips the surprise, scaled down beyond some repositories, because those
// of one team arrive together.
func (p pieces) which(o HypothesisOptions, joiner bool) float64 {
	s := p.surprise
	if n := float64(p.fresh); n > o.WhichSpread {
		s *= o.WhichSpread / n
	}
	s = min(o.WhichCeiling, max(o.WhichFloor, s))
	if joiner {
		return o.JoinerWhich * s
	}
	return o.Which * s
}

// thief weighs a stolen credential.
func (p pieces) thief(o Options) weighing {
	h := o.Hypotheses
	w := weighing{Thief, contextWeights(p.context, 1)}
	add := func(name EvidenceName, nats float64) { w.weights = append(w.weights, weight{name, nats}) }
	if p.fresh > 0 {
		add(EvidenceNewRepositories, p.count)
		joiner := p.active < kindDays && !o.without(IngredientJoinerWeight)
		add(EvidenceUnlikelyRepositories, p.which(h, joiner))
	} else {
		add(EvidenceNothingNew, p.nothing(h))
	}
	if p.newNetwork && !o.without(IngredientCopies) {
		add(EvidenceCopiedAgain, h.Copies*min(h.CopiesMost, float64(p.copied))*p.unhabitual())
	}
	add(EvidenceTwoCountries, p.travel)
	add(EvidenceOrdinaryWork, p.work)
	add(EvidenceHourOfDay, p.hour)
	if p.pushes > 0 && !o.without(IngredientPush) {
		add(EvidencePushed, h.Push)
	}
	add(EvidenceReturnAfterGap, p.returned(h))
	return w
}

// nothing is the weight of a session with nothing new: less than nothing, unless
// being in two countries shows that it is not the owner.
func (p pieces) nothing(h HypothesisOptions) float64 {
	n := h.NothingNew
	if p.travels {
		n = 0
	}
	if p.copied == 0 {
		n += h.NothingTaken
	}
	return n
}

// insider weighs theft from the usual place; only with something new.
func (p pieces) insider(o Options) weighing {
	h := o.Hypotheses
	return weighing{Insider, []weight{
		{EvidenceNewRepositories, p.count},
		{EvidenceUnlikelyRepositories, h.InsiderWhich * min(h.WhichCeiling, max(h.InsiderFloor, p.surprise))},
		{EvidenceReturnAfterGap, p.returned(h)},
		{EvidencePrior, h.InsiderPrior},
	}}
}

// jewel weighs the one repository that outsiders never open; only with something
// new.
func (p pieces) jewel(o Options) weighing {
	h := o.Hypotheses
	known := min(1, float64(p.active)/h.JewelTenure)
	w := weighing{Jewel, []weight{
		{EvidenceGuardedRepository, known * h.Jewel * p.guarded},
		{EvidenceNewRepositories, known * h.JewelCount * p.count},
		{EvidencePrior, known * h.JewelPrior},
	}}
	if p.context.total() > 0 {
		w.weights = append(w.weights, contextWeights(p.context, known*h.JewelContext)...)
	}
	return w
}

// hoard weighs everything known copied again on the same device.
func (p pieces) hoard(o Options) weighing {
	h := o.Hypotheses
	w := weighing{Hoard, []weight{{EvidenceHoarded, h.Hoard * math.Log(float64(max(1, p.copied))) * p.unhabitual()}}}
	if p.context.total() > 0 {
		w.weights = append(w.weights, contextWeights(p.context, h.HoardContext)...)
	}
	return w
}

// machine weighs a machine's credential in other hands.
func (p pieces) machine(o Options) weighing {
	h := o.Hypotheses
	w := weighing{hypothesis: StolenMachine}
	add := func(name EvidenceName, nats float64) { w.weights = append(w.weights, weight{name, nats}) }
	if p.fresh > 0 {
		add(EvidenceNewRepositories, p.count)
	} else {
		add(EvidenceNothingNew, h.MachineNothing)
	}
	add(EvidenceNetwork, p.machineNetwork(h))
	if !p.fleet {
		add(EvidenceClient, h.MachineClient*p.clientShare)
	}
	prior := h.MachinePrior
	if o.without(IngredientMachineOffset) {
		prior = 0
	}
	if over := w.nats() + prior - h.MachineYoung; p.active < kindDays && over > 0 {
		prior -= over
	}
	add(EvidencePrior, prior)
	return w
}

// machineNetwork weighs the network of a machine.
func (p pieces) machineNetwork(h HypothesisOptions) float64 {
	switch {
	case !p.networkGiven:
		return 0
	case p.networkKnown:
		return h.MachineKnown
	case p.fleet:
		return h.MachineNetwork * min(networkMost, h.FleetFactor*p.networkShare)
	}
	return h.MachineNetwork * min(networkMost, p.networkShare)
}

// hypotheses weighs a session under every hypothesis that can hold for it.
func (p pieces) hypotheses(o Options, machine bool) []weighing {
	if machine {
		return []weighing{p.machine(o)}
	}
	list := []weighing{p.thief(o)}
	if p.fresh > 0 {
		if !o.without(IngredientInsider) {
			list = append(list, p.insider(o))
		}
		if w := p.jewel(o); !o.without(IngredientJewel) && w.nats() > 0 {
			list = append(list, w)
		}
	}
	h := o.Hypotheses
	if p.copied >= h.HoardLeast && p.active >= h.HoardTenure && p.sameDevice && !o.without(IngredientHoard) {
		list = append(list, p.hoard(o))
	}
	return list
}

// together is the log-sum-exp of the hypotheses: either may hold, so their
// likelihoods add. It lies between the greatest and ln(number) above it.
func together(list []weighing) float64 {
	n := make([]float64, len(list))
	for i, w := range list {
		n[i] = w.nats()
	}
	return floats.LogSumExp(n)
}
