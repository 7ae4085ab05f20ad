package analyzer

import (
	"math"
	"testing"
)

func TestExcess(t *testing.T) {
	t.Parallel()
	near(t, "nobody else", excess(0, 0, 7, 60), 0)
	near(t, "one other at a repository nobody comes to", excess(1, 0, 7, 60), .5)
	near(t, "three others at one with a weekly rate of one", excess(3, 60/math.Ln2/7, 7, 60), 1)
	near(t, "as many as usual", excess(1, 60/math.Ln2/7, 7, 60), 0)
}

func TestOthersCountsEachIdentityInItsDays(t *testing.T) {
	t.Parallel()
	g := gathering{recent: map[int][]newcomer{1: {{Day: 3, Identity: 8}, {Day: 10, Identity: 9}}}, tonight: map[int][]newcomer{}}
	g.add(1, newcomer{Day: 16, Identity: 9}) // came before: not a second time
	g.add(1, newcomer{Day: 16, Identity: 5})
	g.add(1, newcomer{Day: 16, Identity: 5})
	g.add(1, newcomer{Day: 16, Identity: 6})
	if n := g.others(1, 5, 10, 16); n != 2 {
		t.Errorf("%d others from day 10, want 9 and 6", n)
	}
	if n := g.others(1, 5, 11, 16); n != 1 {
		t.Errorf("%d others from day 11, want 6", n)
	}
	g.settle(16 + absorbDays)
	if n := g.others(1, 5, 0, 100); n != 0 {
		t.Errorf("%d others are left after %d days", n, absorbDays)
	}
}

func TestOddContextExplainsNobody(t *testing.T) {
	t.Parallel()
	p := newProfile(1, Personal, 0)
	p.Active, p.Blocks[4], p.Credentials[6] = 30, 9, &credential{}
	tests := []struct {
		name  string
		k     sessionKey
		users int
		want  bool
	}{
		{"own block and credential", sessionKey{network: 5, block: 4, credential: 6}, 0, true},
		{"block that ten use", sessionKey{network: 5, block: 3, credential: 6}, 10, true},
		{"block that nine use", sessionKey{network: 5, block: 3, credential: 6}, 9, false},
		{"new credential", sessionKey{network: 5, block: 4, credential: 7}, 0, false},
		{"no address given", sessionKey{credential: 6}, 0, true},
		{"no credential given", sessionKey{network: 5, block: 4}, 0, true},
		{"neither given", sessionKey{}, 0, false},
	}
	for _, test := range tests {
		if got := usual(p, test.k, test.users); got != test.want {
			t.Errorf("%s: usual is %v, want %v", test.name, got, test.want)
		}
	}
}
