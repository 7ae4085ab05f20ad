package synthetic

// lookAlikes are the planned ones. Joiners, new laptops and trips happen by
// themselves.
func lookAlikes() []scheme {
	return []scheme{
		{Attack{Name: "hackathon", Description: "a dozen people clone the same few repositories within two days"}, "", 2, false, gather, hack},
		{Attack{Name: "team_move", Description: "three people move to another team and clone what it works on"}, "", 1, false, reorganise, moveOver},
		{Attack{Name: "oncall_night", Description: "one person reads a neighbouring team's repositories from home at night"}, "", 1, false, rota, wake},
		{Attack{Name: "ci_fleet_move", Description: "a build fleet moves to another hosting network and clones everything it builds again"}, "", 2, false, relocate, rebuild},
		{Attack{Name: "scanner_onboarding", Description: "a new scanner clones every repository on its first day"}, "", 1, true, install, scan},
	}
}

// ---- hackathon

func gather(c *campaign) {
	c.victims = c.people(c.crowd(10, 3, 14), anybody)
	c.targets = sample(c.r, c.w.openPrivate, 6)
}

func hack(c *campaign, _ int) {
	for _, p := range c.victims {
		if !c.atWork(p) {
			continue
		}
		for _, x := range sample(c.r, c.targets, whole(c.r, 2, 4)) {
			c.take(p, p.local(c.w, uniform(c.r, p.begins, 22)), x)
		}
	}
}

// take reads a repository as somebody who has good reason to.
func (c *campaign) take(p *person, at int64, x *repository) {
	e := p.event(at, x)
	e.mark = c.mark
	if p.knows(x) {
		c.w.timeline.fetch(e)
	} else {
		c.w.timeline.clone(c.r, e)
	}
	p.learn(x, .05, c.w.day)
}

// ---- team_move

func reorganise(c *campaign) {
	c.victims = c.people(3, func(p *person) bool { return len(p.due) == 0 })
}

// moveOver gives the new work to the next days: the old repositories fade.
func moveOver(c *campaign, _ int) {
	if len(c.victims) == 0 {
		return
	}
	to := c.w.teams[(c.victims[0].team.number+1)%len(c.w.teams)]
	for _, p := range c.victims {
		for i := range p.uses {
			p.uses[i].weight *= .2
		}
		own := p.teamRepositories(to, c.w.day)
		p.team, p.due = to, own[:min(len(own), whole(c.r, 4, 8))]
		p.settling, p.settled = c.mark, c.w.day+10
	}
}

// ---- oncall_night

func rota(c *campaign) {
	c.victims = c.people(1, func(p *person) bool { return p.abroad == nil })
}

func wake(c *campaign, _ int) {
	for _, p := range c.victims {
		at := p.local(c.w, uniform(c.r, 1, 3))
		near := append(p.teamRepositories(c.w.teams[(p.team.number+1)%len(c.w.teams)], c.w.day), p.teamRepositories(p.team, c.w.day)...)
		for _, x := range near[:min(len(near), whole(c.r, 6, 9))] {
			at += c.pause(500)
			e := event{at: at, actor: p.who, repo: x, from: p.atHome(c.w), agent: p.laptop.agent(c.w.date()), cred: p.cred, mark: c.mark}
			if p.knows(x) {
				c.w.timeline.fetch(e)
			} else {
				c.w.timeline.clone(c.r, e)
			}
			p.learn(x, .05, c.w.day)
		}
	}
}

// ---- ci_fleet_move

func relocate(c *campaign) {
	moved := *c.w.plant.fleets[1]
	c.machine = moved.housed(pick(c.r, c.w.networks.hosting), 8)
	c.machine.agent = "git/" + gitRelease(c.w.date())
}

// rebuild clones everything from the new place on the first day; the old one is
// left on the second.
func rebuild(c *campaign, day int) {
	if day > 0 {
		f := c.w.plant.fleets[1]
		f.from, f.agent = c.machine.from, c.machine.agent
		return
	}
	at := c.w.start(c.w.day) + 9*hour
	for _, x := range c.machine.repos {
		at += c.pause(300)
		e := c.machine.event(c.w, at, x)
		e.mark = c.mark
		c.w.timeline.clone(c.r, e)
	}
}

// ---- scanner_onboarding

func install(c *campaign) {
	c.machine = c.w.newMachine("secret-scan[bot]", appToken, true).housed(pick(c.r, c.w.networks.hosting), 3)
	c.machine.agent = "git/2.47.3"
	c.w.administer(c.r, installApp, nil, c.machine.who)
}

// scan clones everything on the first day and looks at a dozen on later ones.
func scan(c *campaign, day int) {
	at := c.w.start(c.w.day) + 12*hour
	if day > 0 {
		for _, x := range sample(c.r, c.w.alive, 12) {
			at += c.pause(60)
			c.machine.read(c.w, at, x, 1)
		}
		return
	}
	for _, x := range c.w.alive {
		at += c.pause(min(30, 30_000/float64(len(c.w.alive))))
		e := c.machine.event(c.w, at, x)
		e.mark = c.mark
		c.w.timeline.clone(c.r, e)
	}
}
