package analyzer

// Constants of learning: levels are learnt from facets with a few active days and
// once the model has run a little; a night says how often something is new only
// when both are old enough; and what was there when the model began counts as
// young for longer, because its history is cut off on the left.
const (
	levelTenure    = 3
	levelWarmUp    = 10
	newTenure      = 4
	newWarmUp      = 10
	censoredStart  = 21
	censoredTenure = 8
	censoredWarmUp = 14
	hourDecay      = .99
)

// learn takes a night into the state.
func (m *Model) learn(night []*judgement, g gathering, day int) {
	m.learnOpenness(night, day)
	m.learnTravel(night)
	m.learnWork(night)
	for _, j := range night {
		m.learnCounts(j, day)
		m.learnLevels(j, day)
		m.learnRepositories(j, day)
		for _, s := range j.sessions {
			m.learnSession(j.profile, s)
		}
		m.learnSessions(j, day)
		m.learnNight(j, day)
	}
	g.settle(day)
	m.state.Suspects.forget(day, m.options.Nights.LinkDays)
	m.state.Last = day
}

// trust is how much a night may teach what is normal, in (0, 1]: what stands on
// the list and was not looked at yet teaches only as much as benign rows are
// expected there, so that a theft does not make the next one look usual.
func (j *judgement) trust(o Options) float64 {
	if o.without(IngredientTrust) {
		return 1
	}
	return min(1, j.expected)
}

// openTrust is how much a night teaches about how open its new repositories are, in
// (0, 1]: a look at a guarded repository only by trust, so that one theft does not
// open it for the next. The rest is owed until the repository is gone on with.
// Other nights teach in full: trust for all of them costs more than it gains.
func (j *judgement) openTrust(o Options) float64 {
	if j.weighed[j.worst].heaviestFirst()[0].hypothesis != Jewel {
		return 1
	}
	return j.trust(o)
}

// learnOpenness counts who came where against who was expected.
func (m *Model) learnOpenness(night []*judgement, day int) {
	if day-m.state.Start < openWarmUp {
		return
	}
	tonight := make([]openness, len(m.state.Repositories))
	for _, j := range night {
		if j.chosen != nil && m.teachesOpenness(j.facetNight, day) {
			m.again(j, day).learn(tonight, j.fresh, j.pushed, j.openTrust(m.options))
		}
	}
	for r := range tonight {
		m.state.Repositories[r].Openness.add(tonight[r])
	}
}

// learnTravel counts people who were in two countries at once tonight.
func (m *Model) learnTravel(night []*judgement) {
	t := &m.state.Organisation.Travel
	for _, j := range night {
		if j.machine {
			continue
		}
		t.Nights++
		trust := j.trust(m.options)
		access, rented := false, false
		for _, w := range j.weighed {
			access = access || w.travelled && !isRented(w.kind)
			rented = rented || w.travelled && isRented(w.kind)
		}
		if access {
			t.Access += trust
		}
		if rented {
			t.Rented += trust
		}
	}
}

// learnWork counts people's sessions in an unusual context by ordinary work.
func (m *Model) learnWork(night []*judgement) {
	for _, j := range night {
		for i := range j.weighed {
			if w := &j.weighed[i]; w.workSeen {
				m.state.Organisation.Work[bit(len(w.fresh) > 0)].learn(w.working > 0, j.trust(m.options))
			}
		}
	}
}

// learnCounts files how many repositories were new.
func (m *Model) learnCounts(j *judgement, day int) {
	p, age := j.profile, day-m.state.Start
	censored := p.First-m.state.Start < censoredStart && p.Active < censoredTenure || age < censoredWarmUp
	if !censored {
		m.state.Organisation.Pools[kindIndex(j.machine)][tenure(p.Active)].learn(len(j.fresh), j.trust(m.options))
	}
	n := pastNight{Day: day, New: -1, Touched: len(j.repositories), Repositories: j.fresh, Nats: min(m.options.Nights.CarryNight, j.newest(m.options))}
	if p.Active >= newTenure && age >= newWarmUp {
		n.New = len(j.fresh)
	}
	p.file(n)
}

// learnLevels counts the night by the worst levels of its sessions.
func (m *Model) learnLevels(j *judgement, day int) {
	if j.profile.Active < levelTenure || day-m.state.Start < levelWarmUp {
		return
	}
	network, client, credential := worst(j.sessions)
	m.state.Organisation.Levels[kindIndex(j.machine)].learn(network, client, credential, j.trust(m.options))
	if network >= 0 {
		j.profile.Levels[network] += j.trust(m.options)
	}
}

// learnRepositories remembers what was touched, for people with a weight that
// makes the night an edge of the walk.
func (m *Model) learnRepositories(j *judgement, day int) {
	copied := false
	for _, a := range j.accesses {
		copied = copied || a.Copies > 0 && j.profile.knows(a.repository)
		repo := &m.state.Repositories[a.repository]
		repo.Seen, repo.Private = true, !a.Public
	}
	if copied {
		j.profile.CopyDays++
	}
	for _, r := range j.repositories {
		m.learnTouch(j, r, day)
	}
	if j.machine {
		return
	}
	for _, r := range j.fresh {
		c := &m.state.Repositories[r].Newcomers
		*c = decayed{Day: day, Weight: c.at(day, m.options.Which.HalfLife) + 1}
	}
}

// learnTouch remembers the night's touch of one repository.
func (m *Model) learnTouch(j *judgement, r, day int) {
	switch half := m.options.Which.HalfLife; {
	case j.machine:
		j.profile.remember(r, day, 0, half)
	case j.pushed[r]:
		owed := m.learnReader(j, r)
		j.profile.remember(r, day, m.options.Which.PushWeight, half).Owed = owed
	default:
		owed := m.learnReader(j, r)
		j.profile.remember(r, day, 1, half).Owed = owed
	}
	if j.pushed[r] {
		j.profile.wrote(r)
	}
}

// learnReader counts who reads a repository without ever pushing to it, and gives
// what is owed to the count until the reader goes on with it.
func (m *Model) learnReader(j *judgement, r int) (owed float64) {
	repo := &m.state.Repositories[r]
	i, known := j.profile.touched(r)
	if !known {
		if j.pushed[r] {
			return 0
		}
		owed = 1 - j.openTrust(m.options)
		repo.Readers++
		repo.Owed += owed
		return owed
	}
	t := j.profile.Touches[i]
	repo.Owed -= t.Owed
	switch isReader := !t.Pushed && t.Weight > 0; {
	case isReader && j.pushed[r]:
		repo.Readers--
	case isReader:
		repo.Openness.Seen += t.Owed
	}
	return 0
}

// learnSession remembers the versions of a session's client.
func (m *Model) learnSession(p *profile, s *session) {
	if s.agent == 0 {
		return
	}
	c := m.clients[s.agent]
	if newest, ok := p.Clients[c.family]; !ok || newest.before(c.version) {
		p.Clients[c.family] = c.version
	}
}

// learnSessions adds a day to each distinct value of the night's sessions.
func (m *Model) learnSessions(j *judgement, day int) {
	p, o := j.profile, &m.state.Organisation
	var networks, blocks, systems, countries, agents, types []int
	for _, s := range j.sessions {
		networks, blocks, systems = append(networks, s.network), append(blocks, s.block), append(systems, s.system)
		countries, agents, types = append(countries, s.country), append(agents, s.agent), append(types, s.accessType)
	}
	addDays(p.Networks, networks, &o.Networks)
	addDays(p.Blocks, blocks, &o.Blocks)
	addDays(p.Agents, agents, &o.Agents)
	addDays(p.Systems, systems, nil)
	addDays(p.Countries, countries, nil)
	addDays(p.AccessTypes, types, nil)
	m.learnAgentBlocks(j)
	learnCredentials(j, day)
}

// addDays adds one day to each of the numbers that is given, and one facet to the
// tally of those that are new to the facet.
func addDays(own map[int]int, numbers []int, all *tally) {
	for _, n := range distinct(numbers) {
		if n == 0 {
			continue
		}
		if own[n] == 0 && all != nil {
			all.count(n)
		}
		own[n]++
	}
}

// learnAgentBlocks counts the night's pairs of client and block.
func (m *Model) learnAgentBlocks(j *judgement) {
	o := &m.state.Organisation
	seen := map[pair]bool{}
	for _, s := range j.sessions {
		k := pair{A: s.agent, B: s.block}
		if s.agent == 0 || s.block == 0 || seen[k] {
			continue
		}
		seen[k] = true
		use, days := o.AgentBlocks[k], o.AgentDays[s.agent]
		if use.Days == 0 {
			days.Blocks++
		}
		if !j.profile.AgentBlocks[k] {
			j.profile.AgentBlocks[k] = true
			use.Users++
		}
		use.Days++
		days.Days++
		o.AgentBlocks[k], o.AgentDays[s.agent] = use, days
	}
}

// learnCredentials adds the night to the credentials used in it.
func learnCredentials(j *judgement, day int) {
	blocks := map[int][]int{}
	for _, s := range j.sessions {
		if s.credential != 0 {
			blocks[s.credential] = append(blocks[s.credential], s.block)
		}
	}
	for number, list := range blocks {
		c := j.profile.Credentials[number]
		if c == nil {
			c = &credential{Blocks: map[int]int{}}
			j.profile.Credentials[number] = c
		}
		c.Days++
		c.Last = day
		addDays(c.Blocks, list, nil)
	}
}

// learnNight closes the facet's night.
func (m *Model) learnNight(j *judgement, day int) {
	p := j.profile
	for h := range p.Hours {
		if j.hours>>h&1 == 1 {
			p.Hours[h]++
			p.HourCount++
		}
		p.Hours[h] *= hourDecay
	}
	p.Machine = j.machine
	p.Active++
	p.Last = day
}
