package analyzer

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// testStart is the first night of the test organisation, a Monday.
var testStart = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// testPerson is one person of the test organisation.
type testPerson struct {
	number, team int
	network      string
	country      string
	agent        string
	hour         int
}

// login is the person's name.
func (p testPerson) login() string { return fmt.Sprintf("person%02d", p.number) }

const (
	testPeople = 32
	testTeams  = 4
	testOwned  = 8 // repositories a team
)

// testOrganisation gives nights of an organisation of four teams and two machines,
// the same for the same seed: people work in their team's repositories, now and
// then open another one, upgrade, travel and go on holiday.
func testOrganisation(seed uint64, nights int) []Night {
	r := rand.New(rand.NewPCG(seed, 1))
	var people []testPerson
	for i := range testPeople {
		country := "DE"
		if i%5 == 0 {
			country = "US"
		}
		people = append(people, testPerson{number: i, team: i % testTeams, country: country, network: fmt.Sprintf("10.%d.%d.0/24", i%7, i), agent: "git/2.40.1", hour: 8 + i%6})
	}
	var out []Night
	for d := range nights {
		n := Night{Day: testStart.AddDate(0, 0, d)}
		for i := range people {
			if r.Float64() < .8 {
				n.Accesses = append(n.Accesses, people[i].day(r, n.Day, d)...)
			}
		}
		n.Accesses = append(n.Accesses, testMachines(r, n.Day)...)
		out = append(out, n)
	}
	return out
}

// day is a person's ordinary night.
func (p *testPerson) day(r *rand.Rand, day time.Time, number int) []Access {
	if number%40 == p.number {
		p.agent = fmt.Sprintf("git/2.%d.0", 41+number/40)
	}
	var out []Access
	for range 2 + r.IntN(3) {
		a := p.access(day, fmt.Sprintf("org/team%d-%d", p.team, r.IntN(testOwned)), r)
		if r.Float64() < .3 {
			a.Pushes = 1
		}
		out = append(out, a)
	}
	if r.Float64() < .07 {
		out = append(out, p.access(day, fmt.Sprintf("org/team%d-%d", r.IntN(testTeams), r.IntN(testOwned)), r))
	}
	if r.Float64() < .04 {
		for i := range out {
			out[i] = from(out[i], "172.16.9.0/24", "AS65100", "mobile", "DE")
		}
	}
	return out
}

// access is one ordinary access of a person.
func (p *testPerson) access(day time.Time, repository string, r *rand.Rand) Access {
	first := day.Add(time.Duration(p.hour)*time.Hour + time.Duration(r.IntN(3600))*time.Second)
	a := Access{
		Identity: "github:" + p.login(), Name: p.login(), Family: Personal, AccessType: "SSH key", Credential: "key-" + p.login(),
		Repository: repository, Agent: p.agent, Operations: 1 + r.IntN(4), First: first, Last: first.Add(time.Minute),
	}
	a = from(a, p.network, "AS64500", "isp", p.country)
	return hours(a)
}

// from moves an access to a network; its block is the /16 around it.
func from(a Access, network, asn, kind, country string) Access {
	var x, y, z int
	if _, err := fmt.Sscanf(network, "%d.%d.%d.0/24", &x, &y, &z); err != nil {
		panic(err)
	}
	a.Network, a.Block, a.ASN, a.NetworkKind, a.Country = network, fmt.Sprintf("%d.%d.0.0/16", x, y), asn, kind, country
	return a
}

// hours fills in the hours of an access.
func hours(a Access) Access {
	a.Hours = 1<<a.First.Hour() | 1<<a.Last.Hour()
	return a
}

// testMachines is an ordinary night of the machines.
func testMachines(r *rand.Rand, day time.Time) []Access {
	var out []Access
	for i := range 2 {
		for k := range 6 {
			first := day.Add(time.Duration(r.IntN(86000)) * time.Second)
			a := Access{
				Identity: fmt.Sprintf("github:app%d", i), Name: fmt.Sprintf("app%d", i), Family: App, AccessType: "server-to-server",
				Repository: fmt.Sprintf("org/team%d-%d", i, k), Agent: "git/2.30.0", Operations: 20, Copies: 20, First: first, Last: first.Add(time.Minute),
			}
			out = append(out, hours(from(a, fmt.Sprintf("192.168.%d.0/24", 10+r.IntN(3)), "AS65000", "cloud-runner", "US")))
		}
	}
	return out
}

// theft is a night of somebody with a person's key: from a hosting network in
// another country, with a client nobody has, copying another team's repositories.
func theft(person int, day time.Time, repositories int) []Access {
	var out []Access
	for i := range repositories {
		first := day.Add(3*time.Hour + time.Duration(i)*time.Minute)
		a := Access{
			Identity: fmt.Sprintf("github:person%02d", person), Name: fmt.Sprintf("person%02d", person), Family: Personal, AccessType: "SSH key",
			Credential: fmt.Sprintf("key-person%02d", person), Repository: fmt.Sprintf("org/team%d-%d", (person+1)%testTeams, i%testOwned),
			Agent: "python-requests/2.31", Operations: 1, Copies: 1, First: first, Last: first.Add(time.Minute),
		}
		out = append(out, hours(from(a, "203.0.113.0/24", "AS65200", "hosting", "NL")))
	}
	return out
}

// find gives the assessment of a facet.
func find(list []Assessment, name string, family Family) (Assessment, bool) {
	for _, a := range list {
		if a.Name == name && a.Family == family {
			return a, true
		}
	}
	return Assessment{}, false
}
