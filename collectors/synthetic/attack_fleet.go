package synthetic

// ---- machine_token

func stealBuildToken(c *campaign) {
	c.machine = c.w.plant.fleets[0]
	c.account, c.agent, c.cred = c.machine.who, c.machine.agent, c.machine.cred
	if chance(c.r, .3) {
		c.agent = anyGit(c.r, c.w.date())
	}
	c.from = c.w.networks.server(c.r)
	var foreign []*repository
	for _, x := range c.w.openPrivate {
		if !c.machine.has(x) {
			foreign = append(foreign, x)
		}
	}
	c.targets = sample(c.r, foreign, whole(c.r, 8, 16))
}

// leaveTheSet spreads the targets over two days, at any hour.
func leaveTheSet(c *campaign, day int) {
	at := c.w.start(c.w.day) + int64(uniform(c.r, 0, 20)*float64(hour))
	n := len(c.targets) / 2
	if day == c.span-1 {
		n = len(c.targets)
	}
	for _, x := range c.next(n) {
		at += c.pause(700)
		c.clone(at, c.account, x)
	}
}

// ---- oauth_app

func stealAppTokens(c *campaign) {
	c.victims = c.people(c.crowd(10, 3, 24), func(p *person) bool { return p.reviewed })
	c.from, c.agent = c.w.networks.server(c.r), reviewAgent
	c.mark.aliases = append(c.mark.aliases, "ip:"+string(appendAddress(nil, c.from.ip)))
}

// shiftTogether takes half of the people a day: one repository they know, two
// they do not.
func shiftTogether(c *campaign, day int) {
	for i, p := range c.victims {
		if i%c.span != day {
			continue
		}
		c.cred = p.review
		at := c.w.start(c.w.day) + int64(uniform(c.r, 0, 22)*float64(hour))
		for _, x := range append(c.unfamiliar(p, 2), c.familiar(p)...) {
			at += c.pause(200)
			c.clone(at, p.who, x)
		}
	}
}

// familiar is one private repository the person works with, or none.
func (c *campaign) familiar(p *person) []*repository {
	for _, u := range p.uses {
		if !u.repo.public && !u.repo.restricted {
			return []*repository{u.repo}
		}
	}
	return nil
}

// ---- credential_spray

func buyLogs(c *campaign) {
	c.victims = c.people(c.crowd(12, 3, 14), anybody)
	c.from = pick(c.r, c.w.networks.hosting).subnet(c.r)
	c.agent = "git/" + pick(c.r, oldClients)
}

func takeTurns(c *campaign, day int) {
	subnet := c.from
	for i, p := range c.victims {
		if i%c.span != day {
			continue
		}
		c.from, c.cred = subnet.host(whole(c.r, 1, 254)), c.stolen(p)
		at := c.w.start(c.w.day) + int64(uniform(c.r, 0, 22)*float64(hour))
		for _, x := range c.unfamiliar(p, whole(c.r, 2, 3)) {
			at += c.pause(600)
			c.clone(at, p.who, x)
		}
	}
	c.from = subnet
}

// ---- archive_theft

func borrowService(c *campaign) {
	s := c.w.plant.service
	c.account, c.agent, c.cred = s.who, s.agent, s.cred
	c.from = c.w.networks.server(c.r)
	const viewed = 120 // Cloudflare's
	c.targets = sample(c.r, c.w.openPrivate, min(viewed, len(c.w.openPrivate)*3/4))
}

// archive views everything on the first day and takes archives of 76 in 120 of
// it, one in six minutes, over both days.
func archive(c *campaign, day int) {
	e := event{actor: c.account, from: c.from, agent: c.agent, cred: c.cred, mark: c.mark}
	e.at = c.w.start(c.w.day) + int64(uniform(c.r, 1, 12)*float64(hour))
	if day == 0 {
		for _, x := range c.targets {
			e.at += c.pause(20)
			e.repo = x
			c.w.timeline.contents(e)
		}
	}
	n := len(c.targets) * 76 / 120
	if day == 0 && c.span > 1 {
		n /= 2
	}
	for _, x := range c.targets[c.done:n] {
		e.at += c.pause(360)
		e.repo = x
		c.w.timeline.zip(c.r, e)
	}
	c.done = n
}
