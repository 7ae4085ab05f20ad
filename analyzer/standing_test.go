package analyzer

import (
	"math"
	"testing"
)

func TestNetworkLevel(t *testing.T) {
	t.Parallel()
	p := newProfile(1, Personal, 0)
	p.Networks[1], p.Blocks[1], p.Systems[1], p.Countries[1] = 5, 5, 5, 5
	tests := []struct {
		name   string
		k      sessionKey
		others int
		want   NetworkLevel
	}{
		{"not given", sessionKey{system: 1, country: 1}, 9, NetworkUnknown},
		{"known", sessionKey{network: 1, block: 1, system: 2, country: 2}, 0, KnownNetwork},
		{"known block", sessionKey{network: 2, block: 1, system: 2, country: 2}, 0, KnownBlock},
		{"known system", sessionKey{network: 2, block: 2, system: 1, country: 2}, 0, KnownSystem},
		{"five others", sessionKey{network: 2, block: 2, system: 2, country: 1}, 5, SharedNetwork},
		{"four others", sessionKey{network: 2, block: 2, system: 2, country: 1}, 4, NewSystem},
		{"new country", sessionKey{network: 2, block: 2, system: 2, country: 2}, 9, NewCountry},
		{"no system, known country", sessionKey{network: 2, block: 2, country: 1}, 4, NewSystem},
		{"no system, new country", sessionKey{network: 2, block: 2, country: 2}, 4, NewCountry},
		{"no country, never called new", sessionKey{network: 2, block: 2, system: 2}, 4, NewSystem},
	}
	for _, test := range tests {
		if got := networkLevel(p, test.k, test.others); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestClientLevel(t *testing.T) {
	t.Parallel()
	m := New(Default())
	known, upgrade, older, other := m.state.Names.Agents.number("git/2.40.1"), m.state.Names.Agents.number("git/2.41"), m.state.Names.Agents.number("git/2.39"), m.state.Names.Agents.number("curl/8")
	m.nameClients()
	p := newProfile(1, Personal, 0)
	p.Agents[known] = 3
	p.Clients[m.clients[known].family] = m.clients[known].version
	tests := []struct {
		agent, others int
		want          ClientLevel
	}{
		{0, 9, ClientUnknown}, {known, 0, KnownClient}, {upgrade, 0, UpgradedClient},
		{older, 2, NewClient}, {older, 3, SharedClient}, {other, 0, NewClient},
	}
	for _, test := range tests {
		if got := m.clientLevel(p, test.agent, test.others); got != test.want {
			t.Errorf("%s with %d others: %v, want %v", m.state.Names.Agents.Names[test.agent], test.others, got, test.want)
		}
	}
}

func TestCredentialLevel(t *testing.T) {
	t.Parallel()
	p := newProfile(1, Personal, 0)
	p.Credentials[1], p.Credentials[2] = &credential{Last: 70}, &credential{Last: 100}
	p.AccessTypes[1] = 9
	for day := 93; day <= 100; day++ {
		p.Past = append(p.Past, pastNight{Day: day})
	}
	tests := []struct {
		name string
		k    sessionKey
		day  int
		want CredentialLevel
	}{
		{"not given", sessionKey{accessType: 9}, 101, CredentialUnknown},
		{"known", sessionKey{credential: 2, accessType: 1}, 101, KnownCredential},
		{"rotated", sessionKey{credential: 3, accessType: 1}, 101, RotatedCredential},
		{"new type", sessionKey{credential: 3, accessType: 2}, 101, NewCredentialType},
		{"idle for three weeks while its owner worked", sessionKey{credential: 1, accessType: 1}, 92, RotatedCredential},
		{"idle for no more than three weeks", sessionKey{credential: 1, accessType: 1}, 91, KnownCredential},
	}
	for _, test := range tests {
		if got := credentialLevel(p, test.k, test.day); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	p.Past = p.Past[1:]
	if got := credentialLevel(p, sessionKey{credential: 1, accessType: 1}, 101); got != KnownCredential {
		t.Errorf("idle while its owner was seen on seven nights only: %v", got)
	}
}

func TestNewPlace(t *testing.T) {
	t.Parallel()
	near(t, "ten uses of one place", newPlace(10, 1), -math.Log(1.5/11))
	near(t, "ten uses of ten places", newPlace(10, 10), -math.Log(6./11))
	near(t, "never used", newPlace(0, 0), 0)
	for uses := 2; uses < 40; uses++ {
		if newPlace(uses, 1) <= newPlace(uses-1, 1) || newPlace(uses, 2) >= newPlace(uses, 1) {
			t.Errorf("%d uses: want more with uses, less with places", uses)
		}
	}
}

func TestRareNetworkIsNotYetOnesOwn(t *testing.T) {
	t.Parallel()
	p := newProfile(1, Personal, 0)
	p.Active = 60
	p.Blocks[1], p.Blocks[2], p.Blocks[3] = 50, 2, 6
	near(t, "two days of 58", rareNats(p, 2, KnownNetwork), -math.Log((2+1+1.5)/(58+1+1.5)))
	near(t, "six days", rareNats(p, 3, KnownNetwork), 0)
	near(t, "a new system", rareNats(p, 2, KnownSystem), 0)
	p.Active = rareTenure - 1
	near(t, "a young facet", rareNats(p, 2, KnownNetwork), 0)
}

func TestHourNats(t *testing.T) {
	t.Parallel()
	p := newProfile(1, Personal, 0)
	p.Active, p.Hours[9], p.Hours[10] = 20, 20, 10
	near(t, "usual hour", hourNats(p, 1<<9), math.Log(42./24/20.5))
	near(t, "strange hour", hourNats(p, 1<<3), math.Log(42./24/.5))
	near(t, "both", hourNats(p, 1<<3|1<<9), (math.Log(42./24/20.5)+math.Log(42./24/.5))/2)
	p.Active = hourTenure - 1
	near(t, "a young facet", hourNats(p, 1<<3), 0)
}

func TestShareFrom(t *testing.T) {
	t.Parallel()
	near(t, "all", shareFrom([]float64{6, 3, 1}, 0), 1)
	near(t, "from the second", shareFrom([]float64{6, 3, 1}, 1), .4)
	near(t, "last", shareFrom([]float64{6, 3, 1}, 2), .1)
	m := mixed([networkLevels]float64{10}, [networkLevels]float64{5, 5}, 4)
	near(t, "own and half of the pool's weight", m[0], 12)
	near(t, "other half", m[1], 2)
}
