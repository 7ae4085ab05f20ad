package analyzer

import "math"

// contextWeight is the context of a session in nats, by piece.
type contextWeight struct {
	network, client, credential, elsewhere float64
}

// total is the context of the session.
func (c contextWeight) total() float64 { return c.network + c.client + c.credential + c.elsewhere }

// times scales every piece.
func (c contextWeight) times(factor float64) contextWeight {
	return contextWeight{c.network * factor, c.client * factor, c.credential * factor, c.elsewhere * factor}
}

// Ceilings in nats on -ln of the shares of pooled levels.
const (
	networkMost = 8
	deviceMost  = 7
	ownMost     = 6
)

// isHostedApp reports whether a session is a hosted app that acts for people: more
// than a tenth of the client's days come from this block and at least five other
// identities use that pair.
func (st standing) isHostedApp() bool { return st.appShare > .1 && st.known.ClientBlockOthers >= 5 }

// networkShareNats is -ln of the share of nights at the network's level or a worse
// one, and at least the novelty of the block for the credential.
func (st standing) networkShareNats() float64 {
	if st.network < 0 {
		return 0
	}
	n := min(networkMost, -math.Log(st.networkShare))
	if st.network > KnownNetwork {
		n = max(n, min(ownMost, st.ownNats))
	}
	return n
}

// networkNats weighs the network of a person's session, 0 where it is not
// assessable.
func networkNats(o Options, st standing, kind string) float64 {
	if st.network < 0 || o.without(IngredientNetwork) {
		return 0
	}
	c := o.Context
	n := c.KnownNetwork
	if st.network > KnownNetwork {
		n = st.networkShareNats() - c.NetworkAttacker[st.network]
	}
	if st.network <= KnownBlock && !o.without(IngredientRareNetworks) {
		n = max(n, st.rareNats+c.KnownNetwork)
	}
	if o.without(IngredientHosting) {
		return n
	}
	switch {
	case kind == "hosting" && st.network >= KnownSystem:
		n += c.Hosting
	case kind == "mobile" && st.network >= KnownSystem && st.network <= NewSystem:
		n += c.Mobile
	}
	return n
}

// clientNats weighs the client of a person's session.
func clientNats(o Options, st standing) float64 {
	switch {
	case st.client < 0 || o.without(IngredientClient):
		return 0
	case st.client == KnownClient:
		return o.Context.KnownClient
	}
	return min(deviceMost, -math.Log(st.clientShare)) - o.Context.ClientAttacker[st.client]
}

// credentialNats weighs the credential of a person's session.
func credentialNats(o Options, st standing) float64 {
	switch {
	case st.credential < 0 || o.without(IngredientCredential):
		return 0
	case st.credential == KnownCredential:
		return o.Context.KnownCredential
	}
	return min(deviceMost, -math.Log(st.credentialShare)) - o.Context.CredentialAttacker[st.credential]
}

// device discounts the smaller of client and credential where it is above zero:
// a new laptop changes both.
func device(client, credential, minor float64) (float64, float64) {
	if min(client, credential) <= 0 {
		return client, credential
	}
	if client < credential {
		return client * minor, credential
	}
	return client, credential * minor
}

// elsewhereNats weighs a client that many use on a block it was never used from.
func elsewhereNats(o Options, st standing) float64 {
	if st.network <= KnownNetwork || o.without(IngredientClientNetworks) {
		return 0
	}
	n := st.clientNats
	if n <= o.Context.ClientNetworksFull {
		n *= .5
	}
	return o.Context.ClientNetworks * min(ownMost, n)
}

// hostedDeviceMost is the most that client and credential of a hosted app weigh.
const hostedDeviceMost = 1

// weighContext weighs the context of a person's session.
func weighContext(o Options, st standing, kind string, active int) contextWeight {
	if o.without(IngredientContext) {
		return contextWeight{}
	}
	var w contextWeight
	w.client, w.credential = device(clientNats(o, st), credentialNats(o, st), o.Context.DeviceMinor)
	if st.absorbed(o) {
		if d := w.client + w.credential; d > hostedDeviceMost {
			w = w.times(hostedDeviceMost / d)
		}
	} else {
		w.network = networkNats(o, st, kind)
	}
	w.elsewhere = elsewhereNats(o, st)
	if !o.without(IngredientTenureShrink) {
		w = w.times(min(1, float64(active)/o.Context.Tenure))
	}
	if total := w.total(); total > o.Context.Ceiling {
		w = w.times(o.Context.Ceiling / total)
	}
	return w
}

// absorbed reports whether a hosted app explains a session's new network.
func (st standing) absorbed(o Options) bool {
	return st.network > KnownNetwork && st.isHostedApp() && !o.without(IngredientHostedApps)
}
