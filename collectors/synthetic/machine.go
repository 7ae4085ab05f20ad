package synthetic

import (
	"fmt"
	"math/rand/v2"
)

// machine is an account nobody sits behind.
type machine struct {
	who   *identity
	r     *rand.Rand
	agent string // empty: git's newest release
	cred  *credential
	token *rotating // instead of cred, for an app
	from  []origin
	pool  provider // instead of from: another address each time
	repos []*repository
}

func (w *world) newMachine(login, kind string, bot bool) *machine {
	r := source(w.o.Seed, "machine/"+login)
	m := &machine{who: w.identity(r, w.names.once(login), bot), r: r}
	if kind == appToken {
		m.token = newRotating(w.o.Seed, login, kind, hour)
	} else {
		m.cred = newCredential(r, kind)
	}
	return m
}

// housed gives the machine n addresses of one network.
func (m *machine) housed(n *network, addresses int) *machine {
	m.from = nil
	for range addresses {
		m.from = append(m.from, n.address(m.r))
	}
	return m
}

// event is something the machine does at that time.
func (m *machine) event(w *world, at int64, x *repository) event {
	e := event{at: at, actor: m.who, repo: x, agent: m.agent, cred: m.cred}
	if m.token != nil {
		e.cred = m.token.at(at)
	}
	if m.pool != nil {
		e.from = pick(m.r, m.pool).address(m.r)
	} else {
		e.from = pick(m.r, m.from)
	}
	if e.agent == "" {
		e.agent = "git/" + gitRelease(w.date())
	}
	return e
}

// read fetches with that probability and clones otherwise.
func (m *machine) read(w *world, at int64, x *repository, fetches float64) {
	if chance(m.r, fetches) {
		w.timeline.fetch(m.event(w, at, x))
	} else {
		w.timeline.clone(m.r, m.event(w, at, x))
	}
}

// plant is the machinery of the organisation.
type plant struct {
	builder *machine   // an app: builds what is pushed on rented runners
	fleets  []*machine // build servers with one token each, for part of the repositories
	backup  *machine
	scanner *machine
	updater *machine
	service *machine // publishes documentation, through the API
	review  []origin // where the review app runs
	agents  []origin // where the coding agent runs
	runs    []int    // builds a push causes, by repository's number
}

func (w *world) buildMachines() {
	r := source(w.o.Seed, "plant")
	p := &w.plant
	p.builder = w.newMachine("build-runner[bot]", appToken, true)
	p.builder.pool = w.networks.runners
	for i := range 2 {
		f := w.newMachine(fmt.Sprintf("build-farm-%d", i+1), classicToken, false).housed(pick(r, w.networks.hosting), 6)
		f.agent = "git/" + pick(r, oldClients)
		f.repos = sample(r, w.ordinary(), max(5, len(w.repos)*15/100))
		p.fleets = append(p.fleets, f)
	}
	p.backup = w.newMachine("repo-mirror", classicToken, false).housed(w.networks.office["US"][1], 2)
	p.backup.agent = "git/2.43.0"
	p.scanner = w.newMachine("code-scan[bot]", appToken, true).housed(pick(r, w.networks.hosting), 2)
	p.scanner.agent = scannerAgent
	p.updater = w.newMachine("dependency-updates[bot]", appToken, true).housed(pick(r, w.networks.hosting), 8)
	p.service = w.newMachine("docs-publisher-svc", fineGrained, false).housed(pick(r, w.networks.hosting), 1)
	p.service.agent = libraryAgent
	p.service.repos = sample(r, w.ordinary(), 3)
	for range 4 {
		p.review = append(p.review, w.networks.hosting[0].address(r))
		p.agents = append(p.agents, w.networks.hosting[3].address(r))
	}
	for range w.repos {
		p.runs = append(p.runs, 1+min(3, poisson(r, .5)))
	}
	w.polls = w.buildPollers(r)
	w.residents = append(w.residents, nightly{p}, builds{p})
}

// ordinary lists the repositories that were there before the log and are not
// restricted.
func (w *world) ordinary() []*repository {
	var own []*repository
	for _, x := range w.repos {
		if x.born < 0 && !x.restricted {
			own = append(own, x)
		}
	}
	return own
}

// nightly is what runs by the clock: the backup reads everything each night,
// the scanner clones everything each Sunday, the updater works through a fifth
// of it each weekday, the publisher reads a few files.
type nightly struct{ *plant }

func (n nightly) live(w *world) {
	n.mirror(w)
	n.update(w)
	n.publish(w)
	if w.date().Weekday() == 0 {
		at := w.start(w.day) + 4*hour
		for _, x := range w.alive {
			at += n.spread(w, 5*second, 40*second)
			n.scanner.read(w, at, x, 0)
		}
	}
}

// spread draws the pause before the next of all repositories, shortened where
// there are so many that a round would take longer than five hours.
func (n nightly) spread(w *world, lo, hi int64) int64 {
	pause := uniform(n.backup.r, float64(lo), float64(hi))
	return int64(min(1, 5*float64(hour)/(float64(hi)*float64(len(w.alive)))) * pause)
}

func (n nightly) mirror(w *world) {
	at := w.start(w.day) + 2*hour + 10*minute
	for _, x := range w.alive {
		at += n.spread(w, 2*second, 14*second)
		fetches := .995
		if x.born == w.day {
			fetches = 0
		}
		n.backup.read(w, at, x, fetches)
	}
}

func (n nightly) update(w *world) {
	at := w.start(w.day) + 5*hour
	for _, x := range w.alive {
		if weekend(w.date()) || x.number%5 != int(w.date().Weekday())-1 {
			continue
		}
		at += n.spread(w, 20*second, 90*second)
		n.updater.read(w, at, x, .2)
		if chance(n.updater.r, .3) {
			e := n.updater.event(w, at+int64(whole(n.updater.r, 20, 90))*second, x)
			w.timeline.push(e)
			w.pushes = append(w.pushes, push{at: e.at, repo: x})
		}
	}
}

func (n nightly) publish(w *world) {
	m := n.service
	at := w.start(w.day) + 6*hour
	for range whole(m.r, 3, 6) {
		at += int64(exponential(m.r, 240)) * second
		w.timeline.contents(m.event(w, at, pick(m.r, m.repos)))
	}
	if w.date().Weekday() == 2 {
		w.timeline.zip(m.r, m.event(w, at+minute, pick(m.r, m.repos)))
	}
}

// builds answer to the day's pushes.
type builds struct{ *plant }

func (b builds) live(w *world) {
	for _, p := range w.pushes {
		for i := range b.runs[p.repo.number] {
			if at := p.at + int64(uniform(b.builder.r, 6e3, 9e4)) + int64(i)*40*second; chance(b.builder.r, min(1, w.pace.work)) {
				b.builder.read(w, at, p.repo, .15)
			}
		}
		for _, f := range b.fleets {
			if f.has(p.repo) {
				f.read(w, p.at+int64(uniform(f.r, 4e3, 6e4)), p.repo, .6)
			}
		}
		if p.who != nil && p.who.reviewed {
			b.reviewPush(w, p)
		}
	}
}

func (m *machine) has(x *repository) bool {
	for _, y := range m.repos {
		if y == x {
			return true
		}
	}
	return false
}

// reviewPush is the review app: it reads as the person who pushed, from its own
// addresses.
func (b builds) reviewPush(w *world, p push) {
	r := b.builder.r
	if chance(r, .5) {
		w.timeline.fetch(event{
			at: p.at + int64(uniform(r, 2e3, 4e4)), actor: p.who.who, repo: p.repo,
			from: pick(r, b.review), agent: reviewAgent, cred: p.who.review,
		})
	}
}
