package analyzer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse/warehousetest"
)

// attacked gives the test organisation with one theft on the last night.
func attacked(nights int) []Night {
	list := testOrganisation(7, nights)
	last := &list[len(list)-1]
	last.Accesses = append(last.Accesses, theft(6, last.Day, 6)...)
	return list
}

func TestTheftComesFirstAndIsListed(t *testing.T) {
	t.Parallel()
	nights := advance(t, Default(), attacked(60))
	first := nights[59][0]
	if first.Name != "person06" || !first.Listed || first.Hypothesis != Thief || first.Ongoing {
		t.Fatalf("first is %s listed %v hypothesis %s ongoing %v, want person06 listed as a fresh thief", first.Name, first.Listed, first.Hypothesis, first.Ongoing)
	}
	if first.Expected > .05 {
		t.Errorf("expected %.3f benign rows a night, want hardly any", first.Expected)
	}
	if first.Session.Network != "203.0.113.0/24" || first.Session.Country != "NL" || len(first.NewRepositories) < 5 {
		t.Errorf("heaviest session %+v with %d new repositories, want the thief's", first.Session, len(first.NewRepositories))
	}
	if len(nights[59]) < 20 {
		t.Errorf("%d assessments, want one for every facet seen", len(nights[59]))
	}
}

func TestQuietNightsStayShort(t *testing.T) {
	t.Parallel()
	nights := advance(t, Default(), testOrganisation(7, 90))
	listed := 0
	for _, night := range nights[45:] {
		for _, a := range night {
			if a.Listed {
				listed++
			}
		}
	}
	if mean := float64(listed) / 45; mean > 1.5 {
		t.Errorf("%.2f rows a night are listed without an attack, want about one", mean)
	}
}

func TestLaterNightsChangeNoEarlierAssessment(t *testing.T) {
	t.Parallel()
	long := attacked(50)
	short := advance(t, Default(), long[:40])
	if got := advance(t, Default(), long); !reflect.DeepEqual(got[:40], short) {
		t.Error("assessments of the first 40 nights differ when ten more follow")
	}
}

func TestOrderOfAccessesIsOfNoMatter(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	nights := attacked(40)
	want := advance(t, Default(), nights)
	r := rand.New(rand.NewPCG(3, 3))
	for i := range nights {
		a := slices.Clone(nights[i].Accesses)
		r.Shuffle(len(a), func(x, y int) { a[x], a[y] = a[y], a[x] })
		nights[i].Accesses = a
	}
	if got := advance(t, Default(), nights); !reflect.DeepEqual(got, want) {
		t.Error("assessments depend on the order in which accesses come")
	}
}

func TestRenamingChangesOnlyNames(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	nights := attacked(40)
	want := advance(t, Default(), nights)
	back := map[string]string{}
	rename := func(name string) string { // reverses the alphabetical order too
		if name == "" {
			return ""
		}
		b := []byte(name)
		for i, c := range b {
			if c >= '0' && c <= '9' {
				b[i] = '9' - (c - '0')
			}
		}
		back[string(b)] = name
		return string(b)
	}
	for i := range nights {
		for k := range nights[i].Accesses {
			a := &nights[i].Accesses[k]
			a.Identity, a.Name, a.Repository, a.Credential = rename(a.Identity), rename(a.Name), rename(a.Repository), rename(a.Credential)
		}
	}
	for i, night := range advance(t, Default(), nights) {
		for k, a := range night {
			w := want[i][k]
			if back[a.Name] != w.Name || a.Score != w.Score || a.Raw != w.Raw || a.Expected != w.Expected || a.Hypothesis != w.Hypothesis || len(a.Evidence) != len(w.Evidence) {
				t.Fatalf("night %d rank %d: %s %v, want %s %v", i, k+1, back[a.Name], a.Score, w.Name, w.Score)
			}
		}
	}
}

func TestVolumeOfMachinesIsOfNoMatterToPeople(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	nights := attacked(40)
	want := advance(t, Default(), nights)
	for i := range nights {
		for k := range nights[i].Accesses {
			if a := &nights[i].Accesses[k]; a.Family == App {
				a.Operations, a.Copies = a.Operations*100, a.Copies*100
			}
		}
	}
	for i, night := range advance(t, Default(), nights) {
		for _, a := range night {
			if w, ok := find(want[i], a.Name, a.Family); a.Kind == Human && (!ok || a.Score != w.Score) {
				t.Fatalf("night %d: %s scores %v, want %v", i, a.Name, a.Score, w.Score)
			}
		}
	}
}

func TestDelegatedAgentThatClonesOneRepositoryIsOneLineAtMost(t *testing.T) {
	t.Parallel()
	nights := testOrganisation(7, 62)
	for _, n := range []int{60, 61} { // 1,661 clones of one repository in two days
		a := theft(3, nights[n].Day, 1)[0]
		a.Family, a.AccessType, a.Credential, a.Repository = Delegated, "user-to-server", "", "org/team3-1"
		a.Operations, a.Copies, a.Hours = 830, 830, 1<<24-1
		nights[n].Accesses = append(nights[n].Accesses, from(a, "198.51.100.0/24", "AS65300", "cloud-runner", "US"))
	}
	listed := 0
	for _, night := range advance(t, Default(), nights)[60:] {
		if a, ok := find(night, "person03", Delegated); !ok {
			t.Fatal("the agent's facet has no assessment")
		} else if a.Listed {
			listed++
		}
	}
	if listed > 1 {
		t.Errorf("the agent is listed %d times, want once at most", listed)
	}
}

func TestDelegatedFacetKnowsWhatThePersonKnowsAndNotTheOtherWayRound(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	nights := testOrganisation(7, 40)
	access := func(night, person int, family Family, repository string) {
		a := theft(person, nights[night].Day, 1)[0]
		a.Family, a.Repository = family, repository
		nights[night].Accesses = append(nights[night].Accesses, a)
	}
	access(20, 6, Delegated, "org/only-the-agent")
	access(20, 6, Personal, "org/only-the-person")
	access(39, 6, Delegated, "org/only-the-person")
	access(39, 6, Personal, "org/only-the-agent")
	last := advance(t, Default(), nights)[39]
	agent, _ := find(last, "person06", Delegated)
	person, _ := find(last, "person06", Personal)
	isNew := func(a Assessment, name string) bool {
		return slices.ContainsFunc(a.NewRepositories, func(r NewRepository) bool { return r.Repository == name })
	}
	if isNew(agent, "org/only-the-person") {
		t.Error("what the person knows is new to the app that acts as the person")
	}
	if !isNew(person, "org/only-the-agent") {
		t.Error("what only the app touched is not new to the person")
	}
}

func TestEvidenceSumsToRaw(t *testing.T) {
	t.Parallel()
	for i, night := range advance(t, Default(), attacked(60)) {
		for _, a := range night {
			sum := 0.
			for _, e := range a.Evidence {
				sum += e.Nats
			}
			if math.Abs(sum-a.Raw) > 1e-5 {
				t.Fatalf("night %d %s: evidence %v sums to %v, raw is %v", i, a.Name, a.Evidence, sum, a.Raw)
			}
			if a.RunnerUpNats > a.HypothesisNats && a.RunnerUp != "" {
				t.Fatalf("night %d %s: runner-up %v above winner %v", i, a.Name, a.RunnerUpNats, a.HypothesisNats)
			}
		}
	}
}

func TestWhatIsNotGivenSaysSoAndWeighsNothing(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	tests := []struct {
		name   string
		strip  func(*Access)
		says   string
		silent []EvidenceName
	}{
		{"addresses", func(a *Access) { a.Network, a.Block, a.ASN, a.NetworkKind = "", "", "", "" }, "network address", []EvidenceName{EvidenceNetwork, EvidenceClientElsewhere, EvidenceTwoCountries}},
		{"autonomous systems", func(a *Access) { a.ASN, a.NetworkKind = "", "" }, "autonomous system", nil},
		{"countries", func(a *Access) { a.Country = "" }, "country", []EvidenceName{EvidenceTwoCountries}},
		{"clients", func(a *Access) { a.Agent = "" }, "client", []EvidenceName{EvidenceClient, EvidenceClientElsewhere}},
		{"credentials", func(a *Access) { a.Credential = "" }, "credential", []EvidenceName{EvidenceCredential}},
		{"nothing missing", func(*Access) {}, "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			nights := attacked(40)
			for i := range nights {
				for k := range nights[i].Accesses {
					test.strip(&nights[i].Accesses[k])
				}
			}
			a, _ := find(advance(t, Default(), nights)[39], "person06", Personal)
			if got := strings.Join(a.NotAssessable, ";"); !strings.Contains(got, test.says) || test.says == "" && got != "" {
				t.Errorf("not assessable: %q, want %q", got, test.says)
			}
			for _, e := range a.Evidence {
				if slices.Contains(test.silent, e.Name) {
					t.Errorf("%s weighs %v although it is not given", e.Name, e.Nats)
				}
			}
		})
	}
}

func TestShortHistoryIsNamed(t *testing.T) {
	t.Parallel()
	nights := advance(t, Default(), testOrganisation(7, 12))
	if a, _ := find(nights[0], "person07", Personal); !slices.Contains(a.NotAssessable, "history: 0 days") {
		t.Errorf("first night: %q, want the missing history named", a.NotAssessable)
	}
	for _, a := range nights[11] {
		if short := slices.ContainsFunc(a.NotAssessable, func(s string) bool { return strings.HasPrefix(s, "history") }); short != (a.Baseline.Days < 8) {
			t.Errorf("%s with %d days: %q", a.Name, a.Baseline.Days, a.NotAssessable)
		}
	}
}

func TestReportedTheftIsOngoingTheNextNight(t *testing.T) {
	t.Parallel()
	nights := attacked(60)
	next := Night{Day: testStart.AddDate(0, 0, 60)}
	for i, a := range theft(6, next.Day, 8) {
		a.Repository = fmt.Sprintf("org/team%d-%d", 1, i)
		next.Accesses = append(next.Accesses, a)
	}
	last := advance(t, Default(), append(nights, next))[60]
	if a := last[0]; !a.Ongoing || a.Score > a.Raw || a.Score > 10 {
		t.Errorf("second night: ongoing %v score %v raw %v, want it held back", a.Ongoing, a.Score, a.Raw)
	}
}

func TestThievesOnOneNetworkAreLinked(t *testing.T) {
	t.Parallel()
	nights := attacked(60)
	last := &nights[59]
	last.Accesses = append(last.Accesses, theft(11, last.Day, 4)...)
	night := advance(t, Default(), nights)[59]
	for name, other := range map[string]string{"person06": "github:person11", "person11": "github:person06"} {
		a, _ := find(night, name, Personal)
		if len(a.LinkedTo) != 1 || a.LinkedTo[0].Identity != other {
			t.Errorf("%s is linked to %v, want %s", name, a.LinkedTo, other)
		}
	}
}

func TestEmptyNightsAndGapsAreAllowed(t *testing.T) {
	t.Parallel()
	nights := testOrganisation(7, 30)
	nights[10].Accesses = nil
	got := advance(t, Default(), append(nights[:15:15], nights[20:]...))
	if len(got[10]) != 0 || len(got[24]) == 0 {
		t.Errorf("%d assessments of an empty night and %d of one after a gap", len(got[10]), len(got[24]))
	}
}

func TestEveryIngredientMatters(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	nights := eventful()
	const together = 15
	want := judgeTogether(t, landed(t, nights), Default(), nights, together, nil)
	for _, i := range Ingredients() {
		t.Run(string(i), func(t *testing.T) {
			t.Parallel()
			o := Default()
			o.Without = []Ingredient{i}
			// The nights up to the first that differs tell.
			w, at := landed(t, nights), 0
			for some := range slices.Chunk(nights, together) {
				got := judgeAfter(t, w, o, nights[0].Day, some, together, nil)
				if !reflect.DeepEqual(got, want[at:at+len(some)]) {
					return
				}
				at += len(some)
			}
			t.Error("leaving it out changes nothing")
		})
	}
}

// eventful is the test organisation with something for every ingredient.
func eventful() []Night {
	nights := attacked(60)
	add := func(night int, list ...Access) { nights[night].Accesses = append(nights[night].Accesses, list...) }
	for i := range 3 { // two thieves at once, three nights
		add(50+i, theft(11, nights[50+i].Day, 2+i)...)
		add(50+i, theft(12, nights[50+i].Day, 2+i)...)
	}
	for n := 51; n < 53; n++ { // others' work on an account, another team's each night
		for k := range 5 {
			add(n, moved(ordinary("person13", nights[n], fmt.Sprintf("org/team%d-%d", (15+n)%testTeams, k)), nights[n], 22))
		}
	}
	for n := 25; n < 60; n++ { // a hosted app that acts for six people, and then for another
		for p := range 6 {
			add(n, hosted(theft(p, nights[n].Day, 1)[0], fmt.Sprintf("org/team%d-0", p%testTeams)))
		}
	}
	add(55, hosted(theft(20, nights[55].Day, 1)[0], "org/team1-7"))
	for n := 10; n < 25; n++ { // somebody who comes back from a long leave
		add(n, ordinary("away", nights[n], "org/team0-0"))
	}
	add(59, ordinary("away", nights[59], "org/team3-3"))
	abroad := theft(13, nights[54].Day, 2) // at home and abroad within the hour, with the usual client
	for i := range abroad {
		abroad[i] = moved(abroad[i], nights[54], 10)
		abroad[i].Agent = "git/2.40.1"
	}
	add(54, abroad...)
	add(54, ordinary("person13", nights[54], "org/team1-0"))
	for k := range 8 { // a joiner, and a hoarder
		j := theft(3, nights[56].Day, 8)[k]
		j.Identity, j.Name, j.Credential = "github:joiner", "joiner", "key-joiner"
		add(56, j)
		h := ordinary("person09", nights[57], fmt.Sprintf("org/team1-%d", k))
		h.Copies = 1
		add(57, h)
	}
	for k := range 4 { // a fleet that moves
		f := testMachines(rand.New(rand.NewPCG(1, 1)), nights[58].Day)[k]
		add(58, from(f, fmt.Sprintf("192.0.%d.0/24", k), "AS65400", "cloud-runner", "US"))
	}
	return nights
}

// ordinary is an access of somebody from home.
func ordinary(login string, n Night, repository string) Access {
	p := testPerson{network: "10.6.13.0/24", country: "DE", agent: "git/2.40.1", hour: 9}
	if login == "person09" {
		p.network = "10.2.9.0/24"
	}
	a := p.access(n.Day, repository, rand.New(rand.NewPCG(1, 1)))
	a.Identity, a.Name, a.Credential = "github:"+login, login, "key-"+login
	return a
}

// hosted moves an access to the hosted app.
func hosted(a Access, repository string) Access {
	a.Agent, a.Repository = "hosted/1.0", repository
	return from(a, "198.51.100.0/24", "AS65300", "hosting", "US")
}

// moved gives the same access at an hour of a night.
func moved(a Access, n Night, hour int) Access {
	a.First = n.Day.Add(time.Duration(hour) * time.Hour)
	a.Last = a.First
	return hours(a)
}
