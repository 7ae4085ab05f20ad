package analyzer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// kindCase is somebody who was seen on some nights, each with acts in hours given by
// bits, and then on one more.
type kindCase struct {
	name      string
	before    []uint32
	family    Family
	botOn     int // the night from the first on which the host says so; -1 never
	login     string
	hours     uint32
	isMachine bool
}

// kindCases are both sides of every edge of what makes a machine.
func kindCases() []kindCase {
	day := func(n int) uint32 { return 1<<n - 1 }
	same := func(nights int, hours uint32) []uint32 { return slices.Repeat([]uint32{hours}, nights) }
	return []kindCase{
		{"person", same(40, day(10)), Personal, -1, "ana", day(9), false},
		{"app", nil, App, -1, "ana", 1, true},
		{"deploy key", nil, DeployKey, -1, "ana", 1, true},
		{"deploy token", nil, DeployToken, -1, "ana", 1, true},
		{"app acting as a person", nil, Delegated, -1, "ana", 1, false},
		{"host says bot", nil, Personal, 0, "ana", 1, true},
		{"bot by name", nil, Personal, -1, "renovate[bot]", 1, true},
		{"bot within a name", same(9, 1), Personal, -1, "[bot]renovate", 1, false},
		{"ci by name", same(5, 1), Personal, -1, "team-ci", 1, true},
		{"a newcomer that calls itself one", same(4, 1), Personal, -1, "team-ci", 1, false},
		{"numbered runner", same(5, 1), Personal, -1, "Runner7", 1, true},
		{"word within a name", same(5, 1), Personal, -1, "bottomley", 1, false},
		{"surname with a word", same(5, 1), Personal, -1, "marcia", 1, false},
		{"round the clock", append(same(9, day(14)), day(19)), Personal, -1, "ana", 1, true},
		{"almost round the clock", append(same(9, day(14)), day(18)), Personal, -1, "ana", day(24), false},
		{"young, eighteen hours", same(4, 1), Personal, -1, "ana", day(18), true},
		{"young, seventeen hours", same(4, 1), Personal, -1, "ana", day(17), false},
		{"once a machine", append(same(4, 1), day(18)), Personal, -1, "ana", 1, true},
		{"long a machine", slices.Concat(same(4, 1), same(1, day(18)), same(30, 1)), Personal, -1, "ana", 1, true},
		{"young and once a machine", append(same(3, 1), day(18)), Personal, -1, "ana", 1, false},
		{"told to be a bot once", same(5, 1), Personal, 4, "ana", 1, true},
		{"told to be a bot when young", same(5, 1), Personal, 3, "ana", 1, false},
	}
}

// nightsOfKinds lands each case as an identity of its own, github:0 and on, whose last
// night is the last of all.
func nightsOfKinds(cases []kindCase) []Night {
	const most = 41
	nights := make([]Night, most)
	for i := range nights {
		nights[i].Day = testStart.AddDate(0, 0, i)
	}
	for i, c := range cases {
		first := most - 1 - len(c.before)
		for k, hours := range append(slices.Clone(c.before), c.hours) {
			n := &nights[first+k]
			n.Accesses = append(n.Accesses, Access{
				Identity: fmt.Sprintf("github:%d", i), Name: c.login, Family: c.family, AccessType: "key of " + string(c.family), Bot: k == c.botOn,
				Repository: "org/app", Network: "10.0.0.0/24", Block: "10.0.0.0/16", Agent: "git/2.40.1", Operations: 1,
				First: n.Day, Last: n.Day.Add(time.Hour), Hours: hours,
			})
		}
	}
	return nights
}

func TestIsMachine(t *testing.T) {
	t.Parallel()
	cases := kindCases()
	nights := nightsOfKinds(cases)
	for _, together := range []int{1, 7, len(nights)} {
		w := counted(t, nights, together)
		got := ask(t, w, "SELECT identity, nights_before, is_machine FROM facet_night JOIN facet USING (facet_id) WHERE night = DATE '2026-02-14' ORDER BY split_part(identity, ':', 2)::INTEGER")
		var want []string
		for i, c := range cases {
			want = append(want, fmt.Sprintf("github:%d|%d|%v", i, len(c.before), c.isMachine))
		}
		lines := strings.Split(got, "\n")
		if len(lines) != len(want) {
			t.Fatalf("%d at once: got\n%s", together, got)
		}
		for i := range want {
			if lines[i] != want[i] {
				t.Errorf("%d at once, %s: identity, nights before and machine are %s, want %s", together, cases[i].name, lines[i], want[i])
			}
		}
	}
}

func TestClientFamily(t *testing.T) {
	t.Parallel()
	w := landed(t, nil)
	tests := []struct{ agent, family, version string }{
		{"git/2.47.1", "git|", "[2, 47, 1]"},
		{"Git/2.47 (Apple Git-154)", "git|(apple git-)", "[2, 47]"},
		{"JGit/6", "jgit|", "[6]"},
		{"go-git/", "go-git|", "[0]"},
		{"x/1.2.3.4.5", "x|", "[1, 2, 3]"},
		{"git/99999999999999999999999", "git|", "[9223372036854775807]"},
		{"no slash at all", "no slash at all", "[0]"},
		{"a/1\nb", "a|", "[1]"},
	}
	for _, test := range tests {
		got := ask(t, w, "SELECT baseline.client_family("+quoted(test.agent)+"), baseline.client_version("+quoted(test.agent)+")::VARCHAR")
		if want := test.family + "|" + test.version; got != want {
			t.Errorf("%q is %q, want %q", test.agent, got, want)
		}
	}
	for _, pair := range [][2]string{{"git/2.40.1", "git/2.41.0"}, {"git/2.47", "git/2.47.0"}, {"git/1.9.9", "git/2"}, {"git/2.9", "git/2.10"}} {
		a, b := "baseline.client_version("+quoted(pair[0])+")", "baseline.client_version("+quoted(pair[1])+")"
		if got := ask(t, w, fmt.Sprintf("SELECT %[1]s < %[2]s, %[2]s < %[1]s, %[1]s < %[1]s", a, b)); got != "true|false|false" {
			t.Errorf("%v does not come strictly before the other: %s", pair, got)
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
	assessed := advance(t, Default(), nights)[len(nights)-1]
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
