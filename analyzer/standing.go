package analyzer

import "math"

// standing is how a session's context stands to what is known: levels, and what
// was counted. Nats are -ln of shares.
type standing struct {
	network    NetworkLevel
	client     ClientLevel
	credential CredentialLevel
	// Shares of nights at the level or a worse one, in (0, 1].
	networkShare, clientShare, credentialShare float64
	// rareNats: a known network of few days, by the mass of networks no likelier.
	rareNats float64
	// ownNats: a known credential from a block it was never used from.
	ownNats float64
	// clientNats: a known client from a block it was never used from.
	clientNats float64
	// others in the organisation that used the network, the block, the client, and
	// the client from the block.
	networkUsers, blockUsers, clientUsers, appUsers int
	// appShare is the share of the client's days that came from the block, 0 where
	// fewer than three identities use the client.
	appShare float64
	// countryKnown and systemKnown: whether those fields were given.
	countryKnown, systemKnown bool
	// hourNats: mean ln[(1/24)/P(hour)] by own hours; 0 before five active days.
	hourNats float64
}

// Constants of levels: users of a block that make it shared, users of a client
// that make it known, days a credential may lie idle, own nights since then that
// show that its owner worked, looked for among the last idleLookback.
const (
	sharedBlockUsers = 5
	sharedClient     = 3
	idleDays         = 21
	idleNights       = 8
	idleLookback     = 40
	rareDays         = 5
	rareTenure       = 8
	clientDaysLeast  = 20
)

// stand places a session against its facet's profile and the organisation, both as
// of the night before.
func (m *Model) stand(f *facetNight, s *session, day int) standing {
	p, o := f.profile, &m.state.Organisation
	k := s.sessionKey
	st := standing{countryKnown: k.country != 0, systemKnown: k.system != 0}
	st.networkUsers = o.Networks.others(k.network, p.Networks)
	st.blockUsers = o.Blocks.others(k.block, p.Blocks)
	st.clientUsers = o.Agents.others(k.agent, p.Agents)
	st.network = networkLevel(p, k, st.blockUsers)
	st.client = m.clientLevel(p, k.agent, st.clientUsers)
	st.credential = credentialLevel(p, k, day)
	pools := o.Levels[kindIndex(f.machine)]
	if st.network >= 0 {
		st.networkShare = shareFrom(mixed(p.Levels, pools.Network, m.options.Context.PoolWeight), int(st.network))
		st.rareNats = rareNats(p, k.block, st.network)
		st.ownNats = ownNats(p, k)
		m.standClient(&st, p, k)
	}
	if st.client >= 0 {
		st.clientShare = shareFrom(pools.Client[:], int(st.client))
	}
	if st.credential >= 0 {
		st.credentialShare = shareFrom(pools.Credential[:], int(st.credential))
	}
	st.hourNats = hourNats(p, s.hours)
	return st
}

// standClient places the pair of client and block.
func (m *Model) standClient(st *standing, p *profile, k sessionKey) {
	if k.agent == 0 {
		return
	}
	use, days := m.state.Organisation.AgentBlocks[pair{A: k.agent, B: k.block}], m.state.Organisation.AgentDays[k.agent]
	st.appUsers = use.Users
	if p.AgentBlocks[pair{A: k.agent, B: k.block}] {
		st.appUsers--
	}
	if m.state.Organisation.Agents.of(k.agent) >= sharedClient {
		st.appShare = float64(use.Days) / float64(max(1, days.Days))
	}
	if days.Days >= clientDaysLeast && use.Days == 0 {
		st.clientNats = newPlace(days.Days, days.Blocks)
	}
}

// newPlace is -ln of the chance that the next of n uses over K places is at a new
// one, (1 + K/2)/(n + 1) (the novelty estimate of a Pitman-Yor process with
// discount one half), at least 0.
func newPlace(uses, places int) float64 {
	return max(0, -math.Log((1+.5*float64(places))/float64(uses+1)))
}

// networkLevel grades a network; others is how many other facets use the block.
// Where the host gave no country or autonomous system, that step is passed over.
func networkLevel(p *profile, k sessionKey, others int) NetworkLevel {
	switch {
	case k.network == 0:
		return NetworkUnknown
	case p.Networks[k.network] > 0:
		return KnownNetwork
	case p.Blocks[k.block] > 0:
		return KnownBlock
	case k.system != 0 && p.Systems[k.system] > 0:
		return KnownSystem
	case k.country != 0 && p.Countries[k.country] == 0:
		return NewCountry
	case others >= sharedBlockUsers:
		return SharedNetwork
	}
	return NewSystem
}

// clientLevel grades a client; others is how many other facets know it.
func (m *Model) clientLevel(p *profile, agent, others int) ClientLevel {
	if agent == 0 {
		return ClientUnknown
	}
	if p.Agents[agent] > 0 {
		return KnownClient
	}
	c := m.clients[agent]
	if newest, ok := p.Clients[c.family]; ok && !c.version.before(newest) {
		return UpgradedClient
	}
	if others >= sharedClient {
		return SharedClient
	}
	return NewClient
}

// credentialLevel grades a credential.
func credentialLevel(p *profile, k sessionKey, day int) CredentialLevel {
	if k.credential == 0 {
		return CredentialUnknown
	}
	c := p.Credentials[k.credential]
	switch {
	case c != nil && len(p.Credentials) > 1 && day-c.Last > idleDays && p.nightsSince(c.Last) >= idleNights:
		return RotatedCredential
	case c != nil:
		return KnownCredential
	case p.AccessTypes[k.accessType] > 0:
		return RotatedCredential
	}
	return NewCredentialType
}

// nightsSince counts the facet's nights after a day, among the last idleLookback.
func (p *profile) nightsSince(day int) int {
	n := 0
	for _, night := range p.Past[max(0, len(p.Past)-idleLookback):] {
		if night.Day > day {
			n++
		}
	}
	return n
}

// rareNats weighs a known block that was used on few days: -ln of the mass of the
// blocks no likelier than it, with one use and half a block added. An attacker
// cannot make a network one's own in a night.
func rareNats(p *profile, block int, level NetworkLevel) float64 {
	if level > KnownBlock || p.Active < rareTenure || p.Blocks[block] > rareDays {
		return 0
	}
	rare, total := 0, 0
	for _, days := range p.Blocks {
		total += days
		if days <= p.Blocks[block] {
			rare += days
		}
	}
	half := .5 * float64(len(p.Blocks))
	return -math.Log((float64(rare) + 1 + half) / (float64(total) + 1 + half))
}

// ownNats weighs a known credential from a block it was never used from.
func ownNats(p *profile, k sessionKey) float64 {
	c := p.Credentials[k.credential]
	if k.credential == 0 || c == nil || c.Blocks[k.block] > 0 {
		return 0
	}
	uses := 0
	for _, days := range c.Blocks {
		uses += days
	}
	return newPlace(uses, len(c.Blocks))
}

// hourTenure is how many active days the hours need.
const hourTenure = 5

// hourNats is the mean over the session's hours of ln[(1/24)/P(hour)], P from own
// active days with half a day added to each hour.
func hourNats(p *profile, hours uint32) float64 {
	if p.Active < hourTenure {
		return 0
	}
	total, sum, n := 12., 0., 0
	for _, days := range p.Hours {
		total += days
	}
	for h := range p.Hours {
		if hours>>h&1 == 1 {
			sum += math.Log(total / 24 / (p.Hours[h] + .5))
			n++
		}
	}
	return sum / float64(max(1, n))
}

// usual reports whether a context may explain others' newcomers: the network is
// one's own or one that many use, the credential is known; what is not assessable
// does not speak, but one of the two must.
func usual(p *profile, k sessionKey, blockUsers int) bool {
	network := k.network == 0 || p.Blocks[k.block] > 0 || blockUsers >= usualBlockUsers
	credential := k.credential == 0 || p.Credentials[k.credential] != nil
	return network && credential && (k.network != 0 || k.credential != 0)
}

// usualBlockUsers is how many users make a block usual for everybody.
const usualBlockUsers = 10

// worst gives the worst level of a night's sessions by each measure.
func worst(sessions []*session) (n NetworkLevel, c ClientLevel, k CredentialLevel) {
	n, c, k = NetworkUnknown, ClientUnknown, CredentialUnknown
	for _, s := range sessions {
		n, c, k = max(n, s.standing.network), max(c, s.standing.client), max(k, s.standing.credential)
	}
	return n, c, k
}

// kindIndex is 1 for machines, 0 for people.
func kindIndex(machine bool) int { return bit(machine) }

// bit is 1 for true.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
