package analyzer

import (
	"math"

	"midwatch/queries/warehouse"
)

// standing is how a session's context compares to what is known: what SQL counted
// (warehouse.SessionKnown), and the nats of it, which are -ln of shares.
type standing struct {
	known      warehouse.SessionKnown
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
	// appShare is the share of the client's days that came from the block, 0 where
	// fewer than three identities use the client.
	appShare float64
	// hourNats: mean ln[(1/24)/P(hour)] by own hours; 0 before five active days.
	hourNats float64
}

// Constants of what is counted: users of a client that make it known, days on a
// network and active days that make it one's own, days of a client before its
// networks say something.
const (
	sharedClient    = 3
	rareDays        = 5
	rareTenure      = 8
	clientDaysLeast = 20
)

// stand compares a session to what is known before the night.
func (m *Model) stand(f *facetNight, s *session) standing {
	k, p := m.state.Sessions[facetSession{f.facet, s.sessionKey}], f.profile
	st := standing{known: k, network: NetworkLevel(k.NetworkLevel), client: ClientLevel(k.ClientLevel), credential: CredentialLevel(k.CredentialLevel)}
	pools := m.state.Organisation.Levels[kindIndex(f.machine)]
	if st.network >= 0 {
		st.networkShare = shareFrom(mixed(p.Levels, pools.Network, m.options.Context.PoolWeight), int(st.network))
		st.rareNats = rareNats(p, k, st.network)
		st.ownNats = ownNats(k)
		st.standClient()
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

// standClient compares the pair of client and block to what is known of it.
func (st *standing) standClient() {
	k := st.known
	if k.Agent == "" {
		return
	}
	if k.ClientOthers+bit(k.ClientNights > 0) >= sharedClient {
		st.appShare = float64(k.ClientBlockNights) / float64(max(1, k.ClientAllNights))
	}
	if k.ClientAllNights >= clientDaysLeast && k.ClientBlockNights == 0 {
		st.clientNats = newPlace(k.ClientAllNights, k.ClientBlocks)
	}
}

// newPlace is -ln of the chance that the next of n uses over K places is at a new
// one, (1 + K/2)/(n + 1) (the novelty estimate of a Pitman-Yor process with
// discount one half), at least 0.
func newPlace(uses, places int) float64 {
	return max(0, -math.Log((1+.5*float64(places))/float64(uses+1)))
}

// rareNats weighs a known block that was used on few days: -ln of the mass of the
// blocks no likelier than it, with one use and half a block added. An attacker
// cannot make a network one's own in a night.
func rareNats(p *profile, k warehouse.SessionKnown, level NetworkLevel) float64 {
	if level > KnownBlock || p.Active < rareTenure || k.BlockNights > rareDays {
		return 0
	}
	half := .5 * float64(k.Blocks)
	return -math.Log((float64(k.RarerBlockNights) + 1 + half) / (float64(k.AllBlockNights) + 1 + half))
}

// ownNats weighs a known credential from a block it was never used from.
func ownNats(k warehouse.SessionKnown) float64 {
	if k.CredentialNights == 0 || k.CredentialBlockNights > 0 {
		return 0
	}
	return newPlace(k.CredentialAllNights, k.CredentialBlocks)
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
