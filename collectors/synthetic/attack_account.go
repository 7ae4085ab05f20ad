package synthetic

import (
	"slices"
	"strings"
)

// secretive are words in the names of repositories that hold credentials.
var secretive = []string{"secrets", "config", "deploy", "terraform", "helm", "identity"}

// ---- midnight_blizzard

func wakeDormant(c *campaign) {
	d := c.w.dormant[0]
	for _, x := range c.w.dormant {
		if !c.w.taken[x.who.login] {
			d = x
			break
		}
	}
	c.w.taken[d.who.login] = true
	c.account, c.agent, c.cred = d.who, d.agent, d.cred
	c.victims = []*person{d.keeper}
	c.move(d.keeper)
	c.targets = sample(c.r, c.w.openPrivate, len(c.w.openPrivate))
	// What looks as if it held secrets first: that is what was sought.
	first := 0
	for i, x := range c.targets {
		if first < 6 && soundsSecret(x.name) {
			c.targets[first], c.targets[i] = x, c.targets[first]
			first++
		}
	}
}

func soundsSecret(name string) bool {
	for _, word := range secretive {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// move puts the campaign on a home connection in a person's country, of a
// provider that is not that person's.
func (c *campaign) move(p *person) { c.from = c.w.networks.household(c.r, p.country.code, p.isp) }

func readByNight(c *campaign, day int) {
	if day > 0 && chance(c.r, .5) {
		c.move(c.victims[0])
	}
	at := c.w.start(c.w.day) + int64(uniform(c.r, 18, 22)*float64(hour))
	for _, x := range c.next(whole(c.r, 2, 3)) {
		at += int64(lognormal(c.r, 240, 1)) * second
		c.clone(at, c.account, x)
	}
}

// ---- smash_and_grab

func stealToken(c *campaign) {
	c.victims = c.people(1, anybody)
	for _, p := range c.victims {
		c.account, c.cred = p.who, c.stolen(p)
	}
	c.agent = anyGit(c.r, c.w.date())
	c.from = c.w.networks.server(c.r)
	const most = 669 // Trigger.dev's
	c.targets = slices.Clone(c.w.openPrivate[:min(most, len(c.w.openPrivate))])
}

// sweep goes through the list as the API gives it, at Trigger.dev's 92 seconds
// a repository, from two places in turn.
func sweep(c *campaign, _ int) {
	if len(c.victims) == 0 {
		return
	}
	at := c.w.start(c.w.day) + int64(uniform(c.r, 2, 18)*float64(hour))
	places := []origin{c.from, c.w.networks.server(c.r)}
	for i, x := range c.next(len(c.targets)) {
		at += c.pause(92)
		c.from = places[i/20%2]
		c.clone(at, c.account, x)
	}
}

// ---- low_and_slow

func settleIn(c *campaign) {
	c.victims = c.people(1, anybody)
	for _, p := range c.victims {
		c.account, c.cred, c.agent = p.who, c.stolen(p), p.shift.agent
		c.targets = c.unfamiliar(p, len(c.w.openPrivate))
		c.move(p)
	}
}

func trickle(c *campaign, day int) {
	if len(c.victims) == 0 || weekend(c.w.date()) {
		return
	}
	p := c.victims[0]
	if chance(c.r, .2) {
		c.move(p)
	}
	for _, x := range c.next(whole(c.r, 2, 3)) {
		c.clone(p.local(c.w, p.begins+hump(c.r)*p.lasts), c.account, x)
	}
	if day == min(3, c.span-1) {
		c.addGuest(p.local(c.w, p.begins+p.lasts/2))
	}
}

func (c *campaign) addGuest(at int64) {
	guest := &identity{login: "ext-" + newNaming(c.r).login(), id: int64(whole(c.r, 100_000, 190_000_000))}
	c.w.timeline.put(event{
		at: at, action: addCollaborator, actor: c.account, repo: pick(c.r, c.targets), from: c.from,
		agent: browserAgent, cred: browser, subject: guest, mark: c.mark,
	})
}

// ---- departing_insider

// followLeaver moves the start to two weeks before the nth last leaver goes.
func (c *campaign) followLeaver(nth int) {
	var leavers []*person
	for _, p := range c.w.people {
		if p.leaves <= c.w.o.Days && p.leaves > c.w.o.EvalFrom+5 {
			leavers = append(leavers, p)
		}
	}
	slices.SortStableFunc(leavers, func(a, b *person) int { return b.leaves - a.leaves })
	if nth > len(leavers) {
		return // somebody who stays, then
	}
	c.leaver = leavers[nth-1]
	c.w.taken[c.leaver.who.login] = true
	c.start = max(c.w.o.EvalFrom, c.leaver.leaves-c.span)
}

func resign(c *campaign) {
	if c.victims = []*person{c.leaver}; c.leaver == nil {
		c.victims = c.people(1, anybody)
	}
	for _, p := range c.victims {
		c.targets = c.unfamiliar(p, len(c.w.openPrivate))
	}
}

// collect takes three to six a day from the desk.
func collect(c *campaign, _ int) {
	for _, p := range c.victims {
		if !c.atWork(p) {
			continue
		}
		for _, x := range c.next(whole(c.r, 3, 6)) {
			e := p.event(p.shift.begin+int64(hump(c.r)*float64(p.shift.length)), x)
			e.mark = c.mark
			c.w.timeline.clone(c.r, e)
		}
	}
}

// ---- crown_jewel

func chooseOutsider(c *campaign) {
	var jewels []*repository
	for _, x := range c.w.repos {
		if x.restricted {
			jewels = append(jewels, x)
		}
	}
	c.targets = sample(c.r, jewels, whole(c.r, 1, 3))
	c.victims = c.people(1, func(p *person) bool {
		if !c.atWork(p) {
			return false
		}
		for _, x := range jewels {
			if x.readers[p.number] || x.team == p.team {
				return false
			}
		}
		return true
	})
}

func takeJewel(c *campaign, _ int) {
	for _, p := range c.victims {
		if !c.atWork(p) {
			continue
		}
		at := p.shift.begin + int64(hump(c.r)*float64(p.shift.length))
		for _, x := range c.next(len(c.targets)) {
			e := p.event(at, x)
			e.mark = c.mark
			c.w.timeline.clone(c.r, e)
			at += c.pause(400)
		}
	}
}

// ---- impossible_travel

func haunt(c *campaign) {
	c.victims = c.people(1, func(p *person) bool { return p.abroad == nil && c.atWork(p) })
	for _, p := range c.victims {
		c.cred, c.agent = c.stolen(p), p.shift.agent
		c.from = c.w.networks.household(c.r, pick(c.r, elsewhere), nil)
		for _, u := range p.uses {
			if !u.repo.public && !u.repo.restricted {
				c.targets = append(c.targets, u.repo)
			}
		}
		c.targets = sample(c.r, c.targets, whole(c.r, 2, 5))
	}
}

func appearAbroad(c *campaign, _ int) {
	for _, p := range c.victims {
		if !c.atWork(p) {
			continue
		}
		at := p.shift.begin + int64(uniform(c.r, .3, .6)*float64(p.shift.length))
		for _, x := range c.next(len(c.targets)) {
			at += c.pause(300)
			c.clone(at, p.who, x)
		}
	}
}
