package analyzer

// addUp weighs the night as somebody else's on the account: what all of its
// repositories weigh tonight and at which hours, and what is left of the nights
// before. A night that looks like the owner's takes the suspicion down.
func (m *Model) addUp(j *judgement, c *colleagues, everybody crowd, day int) {
	if j.strange == nil {
		return
	}
	known, hours := m.knownFor(j.profile.Active), 0.
	whole, like := m.othersNats(j, c, everybody)
	whole, j.like = known*whole, like
	if !m.options.without(IngredientHour) {
		hours = known * m.strangeHours(j.profile, j.hours)
	}
	m.stranger(j, whole, hours, day)
}

// stranger weighs somebody else at work by tonight's repositories and hours, in
// nats, and keeps what is left for the nights to come. Where neither network nor
// client tells people apart, what is touched is all there is.
func (m *Model) stranger(j *judgement, whole, hours float64, day int) {
	o, before := m.options.Whole, m.suspected(j.profile, day)
	j.suspicion = max(0, before+min(o.NightMost, whole+min(0, hours)))
	share, prior := 1., o.Prior
	switch {
	case !m.placed(j.facetNight):
		prior = o.Unplaced
	case j.vouched():
		share = o.Vouched
	}
	// A night of one's own is not listed for what came before it.
	before *= min(1, max(0, (whole+hours)/o.Tonight))
	j.stranger = weighing{Stranger, []weight{
		{EvidenceWholeNight, share * whole}, {EvidenceUsualHours, share * hours},
		{EvidenceAddsUp, share * before}, {EvidencePrior, prior},
	}}
}

// suspected is what is left of the suspicion of the nights before: Decay a night the
// person is seen, halved for every HalfLife days in between.
func (m *Model) suspected(p *profile, day int) float64 {
	if m.options.without(IngredientSuspicion) {
		return 0
	}
	return m.options.Whole.Decay * p.Suspicion * halved(day-p.Last-1, m.options.Whole.HalfLife)
}

// placed reports whether a session has a context that tells people apart: a network,
// or a client that not everybody uses.
func (m *Model) placed(f *facetNight) bool {
	facets := float64(len(m.state.Profiles) - 1)
	for _, s := range f.sessions {
		st := s.standing
		users := float64(st.known.ClientOthers + bit(st.client == KnownClient))
		if st.network > NetworkUnknown || st.client > ClientUnknown && users < m.options.Whole.CommonClient*facets {
			return true
		}
	}
	return false
}

// vouched reports whether the night comes all from where its owner usually does:
// every session's network, client and credential are the owner's. What the log does
// not say vouches for nobody, but for a credential.
func (f *facetNight) vouched() bool {
	for _, s := range f.sessions {
		st := s.standing
		if st.network != KnownNetwork || st.client < KnownClient || st.client > UpgradedClient || st.credential > KnownCredential {
			return false
		}
	}
	return true
}
