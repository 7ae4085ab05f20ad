package synthetic

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// person is a member of the organisation and how he or she works.
type person struct {
	number  int
	who     *identity
	r       *rand.Rand
	country *country
	team    *team
	second  *team // nil for most
	joins   int   // first day, negative when before the log
	leaves  int   // first day away, or never

	// habits: local hours, shares of days, means a working day
	begins     float64
	lasts      float64
	presence   float64
	weekends   float64
	fetches    float64
	commits    float64
	curiosity  float64
	background float64 // hours of an editor's fetching, 0 for most
	interval   int64   // between two of them, ms
	reviewed   bool    // enrolled with the review app
	delegates  bool    // lets a coding agent work in his or her name
	prone      bool    // attacks befall these, planned look-alikes the others

	equipment
	whereabouts

	uses   []use
	index  map[int]int // repository's number to its place in uses
	due    []*repository
	awayTo int // first day back from leave
	active int // days worked so far
	shift  shift

	// settling is the look-alike of first days in a job or team, and its end.
	settling *mark
	settled  int
}

// use is a repository somebody has cloned.
type use struct {
	repo   *repository
	weight float64
	last   int // day
}

// equipment is what a person reads with.
type equipment struct {
	laptop laptop
	ide    string
	access string
	cred   *credential
	issued int
	spare  *credential // a second token, nil for most
	tasks  *rotating   // what a coding agent holds for him or her
	review *credential
}

const never = math.MaxInt32

func (w *world) newPerson(number int, c *country) *person {
	login := w.names.login()
	r := source(w.o.Seed, fmt.Sprintf("person/%d", number))
	p := &person{
		number: number, who: w.account(r, login), r: r, country: c, team: w.teams[number%len(w.teams)], joins: -1, leaves: never,
		begins: min(12, max(6.5, normal(r, 9.2, 1))), lasts: min(11, max(6, normal(r, 8.3, 1))),
		presence: uniform(r, .75, .97), weekends: uniform(r, 0, .12) * r.Float64(),
		fetches: lognormal(r, 3.5, .7), commits: lognormal(r, 1.3, .6), curiosity: min(.5, lognormal(r, .1, .9)),
		delegates: chance(r, .15), index: map[int]int{},
	}
	if chance(r, .2) {
		p.background, p.interval = lognormal(r, 1.2, .5), pick(r, []int64{3, 3, 5, 10, 15})*minute
	}
	if chance(r, .15) {
		p.second = w.teams[skewed(r, len(w.teams))]
	}
	p.equip(w)
	p.house(w)
	return p
}

func (p *person) equip(w *world) {
	r := p.r
	p.laptop = newLaptop(r)
	p.access = []string{sshKey, oauthToken, classicToken, fineGrained}[weighted(r, []float64{50, 24, 13, 13})]
	p.cred, p.issued = newCredential(r, p.access), -whole(r, 1, 80)
	if chance(r, .1) {
		p.ide = pick(r, ideClients)
	}
	if chance(r, .12) {
		p.spare = newCredential(r, pick(r, []string{classicToken, fineGrained}))
	}
	p.review = newCredential(r, oauthToken)
	p.tasks = newRotating(w.o.Seed, "agent/"+p.who.login, userToServer, 8*hour)
}

// settle gives a person who was there before the log what he or she has cloned
// by then, and a newcomer what will be cloned in the first days.
func (p *person) settle(w *world) {
	own := p.teamRepositories(p.team, -1)
	first := own[:min(len(own), whole(p.r, 3, 8))]
	if p.joins >= 0 {
		p.due = first
		p.settling, p.settled = w.ledger.open(false, "joiner", "", ""), p.joins+10
		return
	}
	for i, x := range first {
		p.learn(x, 1/math.Sqrt(float64(i+1)), -whole(p.r, 1, 20))
	}
	if p.second != nil {
		second := p.teamRepositories(p.second, -1)
		for _, x := range second[:min(len(second), 3)] {
			p.learn(x, .3, -whole(p.r, 1, 30))
		}
	}
	for range whole(p.r, 2, 8) {
		if x := w.fame[skewed(p.r, len(w.fame))]; x.born < 0 && p.mayRead(x) {
			p.learn(x, .1, -whole(p.r, 5, 150))
		}
	}
}

// teamRepositories lists what of a team's a person may read and is there on a
// day, in a personal order that keeps the busy ones near the front.
func (p *person) teamRepositories(t *team, day int) []*repository {
	var own []*repository
	for _, x := range t.repos {
		if x.born <= day && p.mayRead(x) {
			own = append(own, x)
		}
	}
	for i := range own {
		j := i + skewed(p.r, len(own)-i)
		own[i], own[j] = own[j], own[i]
	}
	return own
}

func (p *person) mayRead(x *repository) bool { return !x.restricted || x.readers[p.number] }

func (p *person) knows(x *repository) bool {
	_, ok := p.index[x.number]
	return ok
}

// learn notes that a repository is cloned; a known one is refreshed.
func (p *person) learn(x *repository, weight float64, day int) {
	if i, ok := p.index[x.number]; ok {
		p.uses[i].last = max(p.uses[i].last, day)
		p.uses[i].weight = max(p.uses[i].weight, weight)
		return
	}
	p.index[x.number] = len(p.uses)
	p.uses = append(p.uses, use{x, weight, day})
}

// current draws something to work on: what is used most and was used lately.
func (p *person) current(day int) *repository {
	if len(p.uses) == 0 {
		return nil
	}
	weights := make([]float64, len(p.uses))
	for i, u := range p.uses {
		weights[i] = u.weight * (math.Exp(-float64(day-u.last)/15) + .02)
	}
	i := weighted(p.r, weights)
	p.uses[i].last = day
	return p.uses[i].repo
}
