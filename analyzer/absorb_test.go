package analyzer

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
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
	g := gathering{came: map[int][]newcomer{1: {{Day: 10, Identity: 9}, {Day: 16, Identity: 5}, {Day: 16, Identity: 6}}}}
	if n := g.others(1, 5, 10, 16); n != 2 {
		t.Errorf("%d others from day 10, want 9 and 6", n)
	}
	if n := g.others(1, 5, 11, 16); n != 1 {
		t.Errorf("%d others from day 11, want 6", n)
	}
	if n := g.others(1, 5, 10, 15); n != 1 {
		t.Errorf("%d others until day 15, want 9", n)
	}
	if n := g.others(2, 5, 10, 16); n != 0 {
		t.Errorf("%d others at a repository that nobody came to", n)
	}
}

// visit is a person's act on a private repository, from a network of a block with a
// credential; "" is not given.
func visit(login string, day time.Time, repository, block, credential string) Access {
	a := Access{
		Identity: "github:" + login, Name: login, Family: Personal, AccessType: "SSH key", Credential: credential,
		Repository: repository, Agent: "git/2.40.1", Operations: 1, First: day.Add(9 * time.Hour), Last: day.Add(9 * time.Hour),
	}
	if block != "" {
		a.Network, a.Block = block+".0/24", block+"/16"
	}
	return hours(a)
}

// A newcomer explains others where its network is its own or one that ten use and
// its credential is its own; what is not given does not speak, but one must.
func TestOddContextExplainsNobody(t *testing.T) {
	t.Parallel()
	const home, other, ten, nine = "10.1", "10.9", "10.10", "10.11"
	cases := []struct {
		name    string
		before  int // nights at home, on another repository
		tonight [][2]string
		want    bool
	}{
		{"own block and credential", 3, [][2]string{{home, "own"}}, true},
		{"block that ten use", 3, [][2]string{{ten, "own"}}, true},
		{"block that nine use", 3, [][2]string{{nine, "own"}}, false},
		{"new block", 3, [][2]string{{other, "own"}}, false},
		{"new credential", 3, [][2]string{{home, "new"}}, false},
		{"no address given", 3, [][2]string{{"", "own"}}, true},
		{"no address given, new credential", 3, [][2]string{{"", "new"}}, false},
		{"no credential given", 3, [][2]string{{home, ""}}, true},
		{"no credential given, new block", 3, [][2]string{{other, ""}}, false},
		{"neither given", 3, [][2]string{{"", ""}}, false},
		{"one context of two", 3, [][2]string{{other, "new"}, {home, "own"}}, true},
		{"halves of two contexts", 3, [][2]string{{home, "new"}, {other, "own"}}, false},
		{"too young to have a usual one", 2, [][2]string{{other, "new"}}, true},
	}
	nights := make([]Night, 5)
	for i := range nights {
		nights[i].Day = testStart.AddDate(0, 0, i)
	}
	for i := range 10 {
		add(&nights[0], visit(fmt.Sprintf("of-ten%d", i), nights[0].Day, "org/busy", ten, "k"))
		n := &nights[0]
		if i == 9 {
			n = &nights[4] // the tenth of these comes too late to count
		}
		add(n, visit(fmt.Sprintf("of-nine%d", i), n.Day, "org/busy", nine, "k"))
	}
	for i, c := range cases {
		for k := 4 - c.before; k < 4; k++ {
			add(&nights[k], visit(fmt.Sprint(i), nights[k].Day, "org/own", home, fmt.Sprintf("%d-own", i)))
		}
		for _, from := range c.tonight {
			credential := from[1]
			if credential != "" {
				credential = fmt.Sprintf("%d-%s", i, credential)
			}
			add(&nights[4], visit(fmt.Sprint(i), nights[4].Day, "org/new", from[0], credential))
		}
	}
	for _, together := range []int{1, 5} {
		w := counted(t, nights, together)
		got := ask(t, w, `SELECT is_clean FROM facet_repository_night JOIN facet USING (facet_id) JOIN repository_form USING (repository_id)
			WHERE night = DATE '2026-01-09' AND repository = 'org/new' AND is_new ORDER BY split_part(identity, ':', 2)::INTEGER`)
		lines := strings.Split(got, "\n")
		if len(lines) != len(cases) {
			t.Fatalf("got\n%s", got)
		}
		var explain []string
		for i, c := range cases {
			if lines[i] != fmt.Sprint(c.want) {
				t.Errorf("%d at once, %s: usual is %s, want %v", together, c.name, lines[i], c.want)
			}
			if c.want {
				explain = append(explain, fmt.Sprintf("github:%d", i))
			}
		}
		// As of that night they explain nobody yet, as of the next those who may, for four weeks.
		for asOf, want := range map[string]string{"2026-01-09": "", "2026-01-10": strings.Join(explain, "\n"), "2026-02-06": strings.Join(explain, "\n"), "2026-02-07": ""} {
			got := ask(t, w, "SELECT identity FROM baseline.newcomer(TIMESTAMP '"+asOf+"') WHERE repository = 'org/new' ORDER BY split_part(identity, ':', 2)::INTEGER")
			if got != want {
				t.Errorf("%d at once, as of %s: those who explain others are\n%s\nwant\n%s", together, asOf, got, want)
			}
		}
	}
}

// add adds accesses to a night.
func add(n *Night, list ...Access) { n.Accesses = append(n.Accesses, list...) }
