package analyzer

import (
	"math"
	"testing"
)

func TestOrdinaryWork(t *testing.T) {
	t.Parallel()
	p := newProfile(1, Personal)
	p.Touches = []touch{{Repository: 1, Day: 99}, {Repository: 2, Day: 70}, {Repository: 3, Day: 69}}
	here, there := sessionKey{network: 1}, sessionKey{network: 2}
	act := func(k sessionKey, repository, operations, copies, pushes int) access {
		return access{Access: &Access{Operations: operations, Copies: copies, Pushes: pushes, repository: repository}, sessionKey: k}
	}
	tests := []struct {
		name string
		list []access
		want int
	}{
		{"fetched", []access{act(there, 1, 1, 0, 0)}, 1},
		{"copied whole", []access{act(there, 1, 1, 1, 0)}, 0},
		{"copied whole and fetched from then on", []access{act(there, 1, 2, 1, 0)}, 1},
		{"the same by two clients", []access{act(there, 1, 1, 0, 0), act(there, 1, 3, 0, 0)}, 1},
		{"in another session", []access{act(here, 1, 9, 0, 9)}, 0},
		{"thirty days ago", []access{act(there, 2, 1, 0, 0)}, 1},
		{"thirty-one days ago", []access{act(there, 3, 1, 0, 0)}, 0},
		{"thirty-one days ago and pushed to", []access{act(there, 3, 1, 0, 1)}, 1},
		{"new", []access{act(there, 4, 2, 0, 1)}, 0},
		{"nothing", nil, 0},
	}
	for _, x := range tests {
		if got := ordinaryWork(p, x.list, there, 100); got != x.want {
			t.Errorf("%s: goes on with %d, want %d", x.name, got, x.want)
		}
	}
}

func TestWorkCounts(t *testing.T) {
	t.Parallel()
	o := Default().Work
	var c workCounts
	near(t, "rate before any is seen", c.rate(o), .9)
	near(t, "work before any is seen", c.nats(o, true), math.Log(.2/.9))
	near(t, "none before any is seen", c.nats(o, false), math.Log(.8/.1))
	for range 10 {
		c.learn(false, 1)
	}
	near(t, "rate where half work", c.rate(o), .45)
	near(t, "none where half work", c.nats(o, false), math.Log(.8/.55))
	c.learn(true, .5)
	near(t, "half a session", c.rate(o), 9.5/20.5)
	near(t, "ceiling", workCounts{Sessions: 990, Working: 990}.nats(o, false), 2.5)
	near(t, "floor", workCounts{}.nats(WorkOptions{AttackerShare: .01, PriorWorking: 9, PriorSessions: 10, Floor: -2}, true), -2)
	for working := 0.; working < 100; working++ { // the more work, the stranger it is not to
		a, b := workCounts{Sessions: 100, Working: working}, workCounts{Sessions: 100, Working: working + 1}
		if a.nats(o, false) > b.nats(o, false) || a.nats(o, true) < b.nats(o, true) {
			t.Errorf("the weights are not monotone from %v to %v working sessions of 100", working, working+1)
		}
	}
}

func TestWorkSaysSomethingOfUnusualSessionsOnly(t *testing.T) {
	t.Parallel()
	known := standing{network: KnownNetwork, client: KnownClient, credential: KnownCredential}
	tests := []struct {
		name   string
		change func(*standing)
		want   bool
	}{
		{"the usual", func(*standing) {}, false},
		{"upgraded client", func(s *standing) { s.client = UpgradedClient }, false},
		{"nothing given", func(s *standing) {
			s.network, s.client, s.credential = NetworkUnknown, ClientUnknown, CredentialUnknown
		}, false},
		{"new network", func(s *standing) { s.network = KnownBlock }, true},
		{"new client", func(s *standing) { s.client = SharedClient }, true},
		{"new credential", func(s *standing) { s.credential = RotatedCredential }, true},
		{"hosted app", func(s *standing) { s.network, s.appShare, s.known.ClientBlockOthers = NewSystem, .2, 5 }, false},
	}
	for _, x := range tests {
		st := known
		x.change(&st)
		if got := st.workAssessable(); got != x.want {
			t.Errorf("%s: assessable %v, want %v", x.name, got, x.want)
		}
	}
}
