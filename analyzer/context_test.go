package analyzer

import (
	"math"
	"testing"
)

// usualStanding is a session at home in every respect.
func usualStanding() standing {
	return standing{networkShare: 1, clientShare: 1, credentialShare: 1}
}

func TestWeighContext(t *testing.T) {
	t.Parallel()
	o := Default()
	change := func(f func(*standing)) standing {
		st := usualStanding()
		f(&st)
		return st
	}
	none := standing{network: NetworkUnknown, client: ClientUnknown, credential: CredentialUnknown}
	tests := []struct {
		name     string
		standing standing
		kind     string
		active   int
		want     contextWeight
	}{
		{"at home", usualStanding(), "isp", 20, contextWeight{network: -1.5, client: -.5, credential: -.4}},
		{"half known", usualStanding(), "isp", 4, contextWeight{network: -.75, client: -.25, credential: -.2}},
		{"nothing given", none, "", 20, contextWeight{}},
		{"new country", change(func(s *standing) { s.network, s.networkShare = NewCountry, math.Exp(-4) }), "isp", 20, contextWeight{network: 3.1, client: -.5, credential: -.4}},
		{"new country, hosting", change(func(s *standing) { s.network, s.networkShare = NewCountry, math.Exp(-4) }), "hosting", 20, contextWeight{network: 4.3, client: -.5, credential: -.4}},
		{"new system, mobile", change(func(s *standing) { s.network, s.networkShare = NewSystem, math.Exp(-4) }), "mobile", 20, contextWeight{network: 2.5, client: -.5, credential: -.4}},
		{"new country, mobile", change(func(s *standing) { s.network, s.networkShare = NewCountry, math.Exp(-4) }), "mobile", 20, contextWeight{network: 3.1, client: -.5, credential: -.4}},
		{"share bounded", change(func(s *standing) { s.network, s.networkShare = NewCountry, 1e-9 }), "isp", 20, contextWeight{network: 7.1, client: -.5, credential: -.4}},
		{"credential never seen there", change(func(s *standing) { s.network, s.networkShare, s.ownNats = KnownBlock, .5, 3 }), "isp", 20, contextWeight{network: 2.8, client: -.5, credential: -.4}},
		{"rare network", change(func(s *standing) { s.rareNats = 2 }), "isp", 20, contextWeight{network: .5, client: -.5, credential: -.4}},
		{"upgrade", change(func(s *standing) { s.client, s.clientShare = UpgradedClient, math.Exp(-3) }), "isp", 20, contextWeight{network: -1.5, client: .5, credential: -.4}},
		{"new laptop", change(func(s *standing) {
			s.client, s.clientShare, s.credential, s.credentialShare = NewClient, math.Exp(-4), RotatedCredential, math.Exp(-4)
		}), "isp", 20, contextWeight{network: -1.5, client: 3.2, credential: 1}},
		{"client elsewhere", change(func(s *standing) { s.network, s.networkShare, s.clientNats = KnownBlock, 1, 5 }), "isp", 20, contextWeight{network: -.2, client: -.5, credential: -.4, elsewhere: 2.5}},
		{"client somewhat elsewhere", change(func(s *standing) { s.network, s.networkShare, s.clientNats = KnownBlock, 1, 4 }), "isp", 20, contextWeight{network: -.2, client: -.5, credential: -.4, elsewhere: 1}},
		{"hosted app", change(func(s *standing) {
			s.network, s.networkShare, s.appShare, s.known.ClientBlockOthers, s.client, s.clientShare = NewCountry, .01, .2, 5, NewClient, math.Exp(-4)
		}), "hosting", 20, contextWeight{client: 3.2 / 2.8, credential: -.4 / 2.8}},
		{"not hosted: four others", change(func(s *standing) {
			s.network, s.networkShare, s.appShare, s.known.ClientBlockOthers = NewCountry, math.Exp(-4), .2, 4
		}), "isp", 20, contextWeight{network: 3.1, client: -.5, credential: -.4}},
	}
	for _, test := range tests {
		got := weighContext(o, test.standing, test.kind, test.active)
		for _, x := range []struct {
			what      string
			got, want float64
		}{
			{"network", got.network, test.want.network}, {"client", got.client, test.want.client},
			{"credential", got.credential, test.want.credential}, {"elsewhere", got.elsewhere, test.want.elsewhere},
		} {
			near(t, test.name+": "+x.what, x.got, x.want)
		}
	}
}

func TestContextHasACeiling(t *testing.T) {
	t.Parallel()
	st := standing{network: NewCountry, client: NewClient, credential: NewCredentialType, networkShare: 1e-9, clientShare: 1e-9, credentialShare: 1e-9, clientNats: 9}
	near(t, "everything at once", weighContext(Default(), st, "hosting", 99).total(), 14)
}

func TestDeviceIsSymmetric(t *testing.T) {
	t.Parallel()
	for _, x := range [][2]float64{{3, 2}, {2, 3}, {-1, 2}, {-1, -2}, {0, 4}} {
		a, b := device(x[0], x[1], .5)
		c, d := device(x[1], x[0], .5)
		near(t, "sum", a+b, c+d)
	}
	a, b := device(3, 2, .5)
	near(t, "larger", a, 3)
	near(t, "smaller", b, 1)
}
