package synthetic

import (
	"math"
	"math/rand/v2"
	"strings"
)

// repository is one of the organisation's.
type repository struct {
	number     int
	name       string
	full       string // with the organisation
	id         int64
	public     bool
	restricted bool
	readers    map[int]bool // who may read it, by person's number, when restricted
	team       *team
	born       int // day it is created on, negative when before the log
}

// team owns repositories; the first are worked on most.
type team struct {
	number int
	repos  []*repository
}

// buildRepositories makes repositories and shares them out over teams: a few
// teams own many, most own few.
func (w *world) buildRepositories() {
	r := source(w.o.Seed, "repositories")
	names := newNaming(r)
	for i := range max(3, w.o.People/9) {
		w.teams = append(w.teams, &team{number: i})
	}
	for i := range w.o.Repositories {
		x := &repository{
			number: i, name: names.repository(), id: int64(whole(r, 10_000_000, 900_000_000)),
			public: chance(r, .12), born: -1, readers: map[int]bool{},
		}
		x.full = w.o.Org + "/" + x.name
		x.team = w.teams[i%len(w.teams)]
		if i >= 2*len(w.teams) {
			x.team = w.teams[skewed(r, len(w.teams))]
			if chance(r, .04) {
				x.born = whole(r, 1, max(1, w.o.Days-1))
			}
		}
		x.team.repos = append(x.team.repos, x)
		w.repos = append(w.repos, x)
	}
	w.fame = sample(r, w.repos, len(w.repos))
	w.restrict(r)
}

// restrict takes one repository in forty, at least two, out of general sight:
// the crown jewels, at most one a team while teams last.
func (w *world) restrict(r *rand.Rand) {
	teams := sample(r, w.teams, len(w.teams))
	for i := range max(2, len(w.repos)/40) {
		t := teams[i%len(teams)]
		x := t.repos[min(1+i/len(teams), len(t.repos)-1)]
		x.restricted, x.public, x.born = true, false, -1
	}
}

// skewed draws an index below n, low ones more often: the first tenth gets
// about a third of the draws.
func skewed(r *rand.Rand, n int) int { return int(math.Pow(r.Float64(), 2) * float64(n)) }

func (w *world) identity(r *rand.Rand, login string, bot bool) *identity {
	w.identities++
	return &identity{number: w.identities, login: login, id: int64(whole(r, 100_000, 190_000_000)), bot: bot}
}

// account is an identity a person signs in with.
func (w *world) account(r *rand.Rand, login string) *identity {
	i := w.identity(r, login, false)
	i.nameID = strings.ReplaceAll(login, "-", ".") + "@" + strings.ToLower(w.o.Org) + ".example"
	return i
}

// buildPeople hires everybody, gives them repositories to work on, and picks who
// may read what is restricted and who owns the organisation.
func (w *world) buildPeople() {
	r := source(w.o.Seed, "people")
	w.names = newNaming(r)
	weights := make([]float64, len(countries))
	for i, c := range countries {
		weights[i] = c.weight
	}
	for i := range w.o.People {
		w.people = append(w.people, w.newPerson(i, &countries[weighted(r, weights)]))
	}
	for i, k := range r.Perm(len(w.people)) {
		w.people[i].prone, w.people[i].reviewed = k%2 == 0, k/2%5 < 2
	}
	w.admit(r)
	w.plan(r)
	for _, p := range w.people {
		p.settle(w)
	}
	w.owners = []*person{w.people[0], w.people[1]}
}

// admit lets three to five members of its team read a restricted repository.
func (w *world) admit(r *rand.Rand) {
	for _, x := range w.repos {
		if !x.restricted {
			continue
		}
		for _, p := range sample(r, w.membersOf(x.team), whole(r, 3, 5)) {
			x.readers[p.number] = true
		}
	}
}

func (w *world) membersOf(t *team) []*person {
	var members []*person
	for _, p := range w.people {
		if p.team == t {
			members = append(members, p)
		}
	}
	return members
}

// plan decides who joins and who leaves while the log is kept: about one in
// sixteen each in a quarter of a year. The first leaver always goes late, so
// that there is somebody for an insider theft. Owners do neither.
func (w *world) plan(r *rand.Rand) {
	each := max(1, w.o.People*w.o.Days/16/90)
	moving := sample(r, w.people[2:], 2*min(each, w.o.People/5))
	for i, p := range moving {
		if i%2 == 0 {
			p.leaves = whole(r, 1, max(1, w.o.Days-1))
		} else {
			p.joins = whole(r, 1, max(1, w.o.Days-1))
		}
	}
	moving[0].leaves = max(1, w.o.Days-whole(r, 2, 5))
}
