package analyzer

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

// levelCase is somebody with a past who is seen in one more session.
type levelCase struct {
	name   string
	past   []Access // at any time before
	others []Access // of others, before
	now    Access
	want   string
}

// atHome gives an access of ana's at home but for what change sets.
func atHome(change func(*Access)) Access {
	a := visit("ana", testStart, "org/app", "10.1", "key")
	a.ASN, a.Country = "AS1", "DE"
	change(&a)
	return a
}

// levels counts the cases, each with people of its own, and asks for a level of the last night.
func levels(t *testing.T, column string, cases []levelCase) {
	t.Helper()
	nights := make([]Night, 60)
	for i := range nights {
		nights[i].Day = testStart.AddDate(0, 0, i)
	}
	last := &nights[len(nights)-1]
	put := func(i int, a Access) {
		n := &nights[dayNumber(a.First)-dayNumber(testStart)]
		a.Identity = fmt.Sprintf("%s-%d", a.Identity, i)
		for _, own := range []*string{&a.Network, &a.Block, &a.ASN, &a.Country, &a.Credential} {
			if *own != "" {
				*own = fmt.Sprintf("%s-%d", *own, i)
			}
		}
		if a.Agent != "" { // a family of its own for each case
			a.Agent = fmt.Sprintf("c%c%s", 'a'+i, a.Agent)
		}
		add(n, a)
	}
	for i, c := range cases {
		for _, a := range append(slices.Clone(c.past), c.others...) {
			put(i, a)
		}
		a := c.now
		a.First, a.Last = last.Day.Add(9*time.Hour), last.Day.Add(9*time.Hour)
		put(i, a)
	}
	for _, together := range []int{7, 60} {
		w := counted(t, nights, together)
		got := strings.Split(ask(t, w, "SELECT "+column+" FROM session_night JOIN facet USING (facet_id) WHERE night = DATE '2026-03-05' AND identity LIKE 'github:ana-%' ORDER BY split_part(identity, '-', 2)::INTEGER"), "\n")
		if len(got) != len(cases) {
			t.Fatalf("%d rows of %d cases: %v", len(got), len(cases), got)
		}
		for i, c := range cases {
			if got[i] != c.want {
				t.Errorf("%d at once, %s: %s, want %s", together, c.name, got[i], c.want)
			}
		}
	}
}

// usersOf gives an access as so many other people had it.
func usersOf(n int, a Access) []Access {
	var all []Access
	for i := range n {
		a.Identity = fmt.Sprintf("github:other%d", i)
		all = append(all, a)
	}
	return all
}

func TestNetworkLevel(t *testing.T) {
	t.Parallel()
	at := func(network, block, system, country string) Access {
		return atHome(func(a *Access) { a.Network, a.Block, a.ASN, a.Country = network, block, system, country })
	}
	home := []Access{at("n1", "b1", "s1", "c1")}
	there := at("n9", "b2", "s9", "c9")
	levels(t, "network_level", []levelCase{
		{"not given", home, nil, at("", "", "", "c1"), "-"},
		{"known", home, nil, at("n1", "b1", "s2", "c2"), "0"},
		{"known block", home, nil, at("n2", "b1", "s2", "c2"), "1"},
		{"known system", home, nil, at("n2", "b2", "s1", "c2"), "2"},
		{"five others", home, usersOf(5, there), at("n2", "b2", "s2", "c1"), "3"},
		{"four others", home, usersOf(4, there), at("n2", "b2", "s2", "c1"), "4"},
		{"new country", home, usersOf(9, there), at("n2", "b2", "s2", "c2"), "5"},
		{"no system, known country", home, usersOf(4, there), at("n2", "b2", "", "c1"), "4"},
		{"no system, new country", home, usersOf(4, there), at("n2", "b2", "", "c2"), "5"},
		{"no country, never called new", home, usersOf(4, there), at("n2", "b2", "s2", ""), "4"},
		{"a first night", nil, nil, at("n1", "b1", "s1", ""), "4"},
	})
}

func TestClientLevel(t *testing.T) {
	t.Parallel()
	with := func(agent string) Access { return atHome(func(a *Access) { a.Agent = agent }) }
	known := []Access{with("git/2.40.1")}
	levels(t, "client_level", []levelCase{
		{"not given", known, nil, with(""), "-"},
		{"known", known, nil, with("git/2.40.1"), "0"},
		{"upgrade", known, nil, with("git/2.41"), "1"},
		{"upgrade from the newest of two only", append(known, with("git/2.50")), nil, with("git/2.41"), "3"},
		{"older, of two others", known, usersOf(2, with("git/2.39")), with("git/2.39"), "3"},
		{"older, of three others", known, usersOf(3, with("git/2.39")), with("git/2.39"), "2"},
		{"of another name", known, nil, with("curl/8"), "3"},
	})
}

func TestCredentialLevel(t *testing.T) {
	t.Parallel()
	on := func(day int, credential, accessType string) Access {
		return atHome(func(a *Access) {
			a.First = testStart.AddDate(0, 0, day).Add(9 * time.Hour)
			a.Last, a.Credential, a.AccessType = a.First, credential, accessType
		})
	}
	// worked is the other credential, used on so many nights after the idle one.
	worked := func(idle, nights int) []Access {
		past := []Access{on(idle, "idle", "SSH key")}
		for i := range nights {
			past = append(past, on(idle+1+i, "usual", "SSH key"))
		}
		return past
	}
	alone := []Access{on(0, "idle", "SSH key")}
	for i := range 9 { // the owner was seen, and the log gave no credential
		alone = append(alone, on(1+i, "", "SSH key"))
	}
	levels(t, "credential_level", []levelCase{
		{"not given", worked(0, 9), nil, on(59, "", "SSH key"), "-"},
		{"known", worked(0, 9), nil, on(59, "usual", "SSH key"), "0"},
		{"rotated", worked(0, 9), nil, on(59, "new", "SSH key"), "1"},
		{"new type", worked(0, 9), nil, on(59, "new", "password"), "2"},
		{"known, of a new type", worked(50, 1), nil, on(59, "usual", "password"), "0"},
		{"idle for twenty-two days while its owner worked", worked(37, 8), nil, on(59, "idle", "SSH key"), "1"},
		{"idle for three weeks and no more", worked(38, 8), nil, on(59, "idle", "SSH key"), "0"},
		{"idle while its owner was seen on seven nights only", worked(37, 7), nil, on(59, "idle", "SSH key"), "0"},
		{"the only one there is", alone, nil, on(59, "idle", "SSH key"), "0"},
	})
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
	p := newProfile(1, Personal)
	p.Active = 60
	// Blocks of 50, 2 and 6 days.
	two := warehouse.SessionKnown{BlockNights: 2, RarerBlockNights: 2, AllBlockNights: 58, Blocks: 3}
	six := warehouse.SessionKnown{BlockNights: 6, RarerBlockNights: 8, AllBlockNights: 58, Blocks: 3}
	near(t, "two days of 58", rareNats(p, two, KnownNetwork), -math.Log((2+1+1.5)/(58+1+1.5)))
	near(t, "six days", rareNats(p, six, KnownNetwork), 0)
	near(t, "a new system", rareNats(p, two, KnownSystem), 0)
	p.Active = rareTenure - 1
	near(t, "a young facet", rareNats(p, two, KnownNetwork), 0)
}

func TestHourNats(t *testing.T) {
	t.Parallel()
	p := newProfile(1, Personal)
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
