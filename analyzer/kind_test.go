package analyzer

import "testing"

func TestIsMachine(t *testing.T) {
	t.Parallel()
	day := func(n int) uint32 { return 1<<n - 1 }
	tests := []struct {
		name    string
		profile profile
		family  Family
		bot     bool
		login   string
		hours   uint32
		want    bool
	}{
		{"person", profile{Active: 40, HourCount: 400}, Personal, false, "ana", day(9), false},
		{"app", profile{}, App, false, "ana", 0, true},
		{"deploy key", profile{}, DeployKey, false, "ana", 0, true},
		{"deploy token", profile{}, DeployToken, false, "ana", 0, true},
		{"app acting as a person", profile{}, Delegated, false, "ana", 0, false},
		{"host says bot", profile{}, Personal, true, "ana", 0, true},
		{"bot by name", profile{}, Personal, false, "renovate[bot]", 0, true},
		{"ci by name", profile{Active: 5}, Personal, false, "team-ci", 0, true},
		{"a newcomer that calls itself one", profile{Active: 4}, Personal, false, "team-ci", 0, false},
		{"numbered runner", profile{Active: 5}, Personal, false, "Runner7", 0, true},
		{"word within a name", profile{Active: 5}, Personal, false, "bottomley", 0, false},
		{"surname with a word", profile{Active: 5}, Personal, false, "marcia", 0, false},
		{"round the clock", profile{Active: 10, HourCount: 145}, Personal, false, "ana", 0, true},
		{"almost round the clock", profile{Active: 10, HourCount: 144}, Personal, false, "ana", day(24), false},
		{"young, eighteen hours", profile{Active: 4}, Personal, false, "ana", day(18), true},
		{"young, seventeen hours", profile{Active: 4}, Personal, false, "ana", day(17), false},
		{"once a machine", profile{Active: 5, HourCount: 5, Machine: true}, Personal, false, "ana", 1, true},
		{"young and once a machine", profile{Active: 4, Machine: true}, Personal, false, "ana", 1, false},
	}
	for _, test := range tests {
		if got := isMachine(&test.profile, test.family, test.bot, test.login, test.hours); got != test.want {
			t.Errorf("%s: machine is %v, want %v", test.name, got, test.want)
		}
	}
}

func TestClientFamily(t *testing.T) {
	t.Parallel()
	tests := []struct {
		agent, family string
		version       version
	}{
		{"git/2.47.1", "git|", version{2, 47, 1}},
		{"Git/2.47 (Apple Git-154)", "git|(apple git-)", version{2, 47, -1}},
		{"JGit/6", "jgit|", version{6, -1, -1}},
		{"go-git/", "go-git|", version{0, -1, -1}},
		{"x/1.2.3.4.5", "x|", version{1, 2, 3}},
		{"git/99999999999999999999999", "git|", version{int(^uint(0) >> 1), -1, -1}},
		{"no slash at all", "no slash at all", version{-1, -1, -1}},
		{"", "", version{-1, -1, -1}},
		{"a/1\nb", "a|", version{1, -1, -1}},
	}
	for _, test := range tests {
		if f, v := clientFamily(test.agent); f != test.family || v != test.version {
			t.Errorf("%q is %q %v, want %q %v", test.agent, f, v, test.family, test.version)
		}
	}
	for _, pair := range [][2]version{{{2, 40, 1}, {2, 41, 0}}, {{2, 47, -1}, {2, 47, 0}}, {{1, 9, 9}, {2, -1, -1}}} {
		if !pair[0].before(pair[1]) || pair[1].before(pair[0]) || pair[0].before(pair[0]) {
			t.Errorf("%v does not come strictly before %v", pair[0], pair[1])
		}
	}
}

// An account that is made to look like a machine and takes everything on its first
// night is not judged as a new pipeline would be.
func TestANameDoesNotMakeANewcomerAMachine(t *testing.T) {
	t.Parallel()
	nights := testOrganisation(3, 40)
	last := &nights[len(nights)-1]
	for team := range testTeams {
		for _, a := range theft(team, last.Day, testOwned) {
			a.Identity, a.Name, a.Credential = "github:wiki-svc", "wiki-svc", "new"
			last.Accesses = append(last.Accesses, a)
		}
	}
	m := New(Default())
	var assessed []Assessment
	for _, n := range nights {
		assessed = m.Advance(n)
	}
	for _, a := range assessed {
		if a.Identity == "github:wiki-svc" {
			if a.Kind != Human || a.Rank != 1 || !a.Listed {
				t.Errorf("kind %s, rank %d, listed %v, raw %v, E %v", a.Kind, a.Rank, a.Listed, a.Raw, a.Expected)
			}
			return
		}
	}
	t.Error("it was not seen")
}
