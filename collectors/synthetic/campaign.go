package synthetic

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// campaign is an attack or a planned look-alike under way.
type campaign struct {
	scheme
	w     *world
	r     *rand.Rand
	mark  *mark
	start int // first day

	leaver  *person // whom an insider theft was planned for, or nil
	victims []*person
	targets []*repository
	done    int // targets or acts behind it
	machine *machine
	from    origin
	agent   string
	cred    *credential
	account *identity
}

// scheme is how a kind of campaign goes. prepare runs on its first day, sees
// the organisation as it then is and chooses whom it befalls; act runs on each
// of its days.
type scheme struct {
	Attack
	variant string
	span    int  // days at most
	stays   bool // it goes on to the end of the log
	prepare func(*campaign)
	act     func(*campaign, int)
}

func (c *campaign) live(w *world) {
	d := w.day - c.start
	if d < 0 || d >= c.span && !c.stays || w.day >= w.o.Days {
		return
	}
	if !c.ready() {
		c.prepare(c)
	}
	c.act(c, d)
}

// ready says whether there is somebody to act as; where the first day found
// nobody fit, the next one looks again.
func (c *campaign) ready() bool { return len(c.victims) > 0 || c.account != nil || c.machine != nil }

// schedule plants what the options ask for.
func (w *world) schedule() {
	count := map[string]int{}
	for _, name := range w.o.attackNames() {
		s, _ := attackNamed(name)
		count[name]++
		w.enlist(s, true, count[name])
	}
	if !w.o.LookAlikes {
		return
	}
	for _, s := range lookAlikes() {
		w.enlist(s, false, 1)
	}
}

func (w *world) enlist(s scheme, attack bool, nth int) {
	label := fmt.Sprintf("%s-%d", s.Name, nth)
	c := &campaign{scheme: s, w: w, r: source(w.o.Seed, "campaign/"+label)}
	c.span = max(1, min(s.span, w.o.Days-1-w.o.EvalFrom))
	c.start = c.startDay()
	if s.Name == departingInsider {
		c.followLeaver(nth)
	}
	c.mark = w.ledger.open(attack, s.Name, label, s.variant)
	w.residents = append(w.residents, c)
}

// startDay draws the first day: after the warm-up, early enough to end before
// the log does, and on a weekday where there is one.
func (c *campaign) startDay() int {
	first, last := c.w.o.EvalFrom, max(c.w.o.EvalFrom, c.w.o.Days-1-c.span)
	if c.Name == midnightBlizzard && c.w.o.usedEarly() {
		first = max(first, 2+dormancy)
	}
	last = max(first, last)
	d := whole(c.r, first, last)
	for weekend(c.w.o.day(d)) && d < last {
		d++
	}
	return d
}

// people draws at most n whom it could befall: at work for a while, staying, and
// not used by another campaign. They are reserved. Attacks and look-alikes draw
// from different people, so that one never changes the other.
func (c *campaign) people(n int, ok func(*person) bool) []*person {
	var all []*person
	for _, p := range c.w.people {
		stays := p.leaves == never || c.mark.attack && p.leaves > c.w.day+c.span+2
		if p.prone == c.mark.attack && stays && p.active >= 8 && p.shift.day >= c.w.day-5 && !c.w.taken[p.who.login] && ok(p) {
			all = append(all, p)
		}
	}
	chosen := sample(c.r, all, n)
	for _, p := range chosen {
		c.w.taken[p.who.login] = true
	}
	return chosen
}

func anybody(*person) bool { return true }

// crowd is a number of people in proportion to the organisation.
func (c *campaign) crowd(oneIn, lo, hi int) int {
	return max(lo, min(hi, c.w.o.People/oneIn))
}

// unfamiliar draws private repositories that somebody has not cloned.
func (c *campaign) unfamiliar(p *person, n int) []*repository {
	var all []*repository
	for _, x := range c.w.openPrivate {
		if !p.knows(x) {
			all = append(all, x)
		}
	}
	return sample(c.r, all, n)
}

// stolen is a token of the person's that works over HTTP: one in use, or one
// that lay about.
func (c *campaign) stolen(p *person) *credential {
	switch {
	case !p.cred.ssh:
		return p.cred
	case p.spare != nil:
		return p.spare
	}
	return newCredential(c.r, classicToken)
}

// clone takes a repository as somebody, from where the campaign works.
func (c *campaign) clone(at int64, who *identity, x *repository) {
	c.w.timeline.clone(c.r, event{at: at, actor: who, repo: x, from: c.from, agent: c.agent, cred: c.cred, mark: c.mark})
}

// next gives at most n of the targets that are left.
func (c *campaign) next(n int) []*repository {
	n = min(n, len(c.targets)-c.done)
	c.done += n
	return c.targets[c.done-n : c.done]
}

// atWork says whether somebody works today.
func (c *campaign) atWork(p *person) bool { return p.shift.day == c.w.day && p.active > 0 }

// pause draws a time between two acts in ms from its mean in seconds.
func (c *campaign) pause(seconds float64) int64 { return int64(exponential(c.r, seconds*1000)) }

// byName finds a scheme.
func byName(all []scheme, name string) (scheme, bool) {
	i := slices.IndexFunc(all, func(s scheme) bool { return s.Name == name })
	if i < 0 {
		return scheme{}, false
	}
	return all[i], true
}
