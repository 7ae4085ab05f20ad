package synthetic

import "slices"

// shift is how a person works on a day.
type shift struct {
	day     int
	begin   int64
	length  int64
	origins [4]origin
	agent   string
	mark    *mark
}

// live is a person's day.
func (p *person) live(w *world) {
	if w.day < p.joins || w.day >= p.leaves {
		return
	}
	p.travel(w)
	if !p.present(w) {
		return
	}
	p.active++
	p.clockIn(w)
	p.renew(w)
	p.getToKnow(w)
	p.work(w)
	p.leaveEditorOpen(w)
	p.lookAround(w)
	p.download(w)
	p.delegate(w)
}

// present says whether somebody works today. A working day in sixty starts a
// leave of three to ten days.
func (p *person) present(w *world) bool {
	t := w.date()
	switch {
	case w.day < p.awayTo:
		return false
	case w.day == p.joins:
		return true
	case weekend(t):
		return chance(p.r, p.weekends)
	case p.country.holiday(t):
		return chance(p.r, .04)
	case p.abroad == nil && chance(p.r, 1./60):
		p.awayTo = w.day + whole(p.r, 3, 10)
		return false
	}
	return chance(p.r, p.presence)
}

// local is a local hour of today in ms.
func (p *person) local(w *world, hours float64) int64 {
	return w.start(w.day) - int64(p.country.offset)*minute + int64(hours*float64(hour))
}

func (p *person) clockIn(w *world) {
	length := p.lasts
	if weekend(w.date()) {
		length *= uniform(p.r, .1, .5)
	}
	p.shift = shift{
		day: w.day, begin: p.local(w, max(.5, p.begins+normal(p.r, 0, .6))), length: int64(length * float64(hour)),
		origins: p.origins(w), agent: p.laptop.agent(w.date()),
	}
	if p.abroad != nil {
		p.shift.mark = p.abroad.mark
	}
}

// moment draws a time at work.
func (p *person) moment() int64 { return p.shift.begin + int64(hump(p.r)*float64(p.shift.length)) }

// event is something done at that time from the desk of the moment.
func (p *person) event(at int64, x *repository) event {
	quarter := min(3, max(0, int(4*(at-p.shift.begin)/max(1, p.shift.length))))
	return event{at: at, actor: p.who, repo: x, from: p.shift.origins[quarter], agent: p.shift.agent, cred: p.cred, mark: p.shift.mark}
}

// read clones what is new to a person and fetches what is not.
func (p *person) read(w *world, at int64, x *repository, weight float64) {
	if p.knows(x) {
		w.timeline.fetch(p.event(at, x))
	} else {
		w.timeline.clone(p.r, p.event(at, x))
	}
	p.learn(x, weight, w.day)
}

// renew replaces a laptop about once in 520 working days, with its key and
// everything cloned on it, and a fine-grained token every ninety.
func (p *person) renew(w *world) {
	if chance(p.r, 1./520) {
		p.laptop = newLaptop(p.r)
		p.shift.agent = p.laptop.agent(w.date())
		p.replaceCredential(w)
		p.cloneAgain(w)
	}
	if p.access == fineGrained && w.day-p.issued >= 90 {
		p.replaceCredential(w)
	}
}

func (p *person) replaceCredential(w *world) {
	p.cred, p.issued = newCredential(p.r, p.access), w.day
	if p.access == fineGrained {
		w.grant(p)
	}
}

func (p *person) cloneAgain(w *world) {
	m := w.ledger.open(false, "new_laptop", "", "")
	at := p.shift.begin
	for _, u := range p.uses {
		if w.day-u.last > 60 {
			continue
		}
		at += int64(lognormal(p.r, 90, 1)) * second
		e := p.event(at, u.repo)
		e.mark = m
		w.timeline.clone(p.r, e)
	}
}

// getToKnow clones what a newcomer or somebody with a new task needs.
func (p *person) getToKnow(w *world) {
	for n := whole(p.r, 1, 4); n > 0 && len(p.due) > 0; n-- {
		x := p.due[0]
		p.due = p.due[1:]
		at := p.moment()
		e := p.event(at, x)
		if w.day < p.settled {
			e.mark = p.settling
		}
		if !p.knows(x) {
			w.timeline.clone(p.r, e)
		}
		p.learn(x, uniform(p.r, .3, 1), w.day)
	}
	if len(p.due) > 0 || !chance(p.r, .03) {
		return
	}
	t := p.team
	if chance(p.r, .2) {
		t = w.teams[skewed(p.r, len(w.teams))]
	}
	if own := p.teamRepositories(t, w.day); len(own) > 0 {
		p.due = append(p.due, own[0])
	}
}

// work is fetching and pushing what somebody is busy with.
func (p *person) work(w *world) {
	busy := []*repository{}
	for range 1 + poisson(p.r, 1) {
		if x := p.current(w.day); x != nil && !slices.Contains(busy, x) {
			busy = append(busy, x)
		}
	}
	if len(busy) == 0 {
		return
	}
	for range poisson(p.r, p.fetches*w.pace.work*pick(p.r, []float64{.3, .7, 1, 1, 1.6})) {
		e := p.event(p.moment(), pick(p.r, busy))
		switch {
		case p.ide != "" && chance(p.r, .3):
			e.agent = p.ide
		case p.spare != nil && chance(p.r, .1):
			e.cred = p.spare
		}
		w.timeline.fetch(e)
	}
	for range poisson(p.r, p.commits*w.pace.work) {
		e := p.event(p.moment(), pick(p.r, busy))
		w.timeline.push(e)
		w.pushes = append(w.pushes, push{e.at, e.repo, p})
	}
}

// leaveEditorOpen fetches in the background, at even intervals.
func (p *person) leaveEditorOpen(w *world) {
	x := p.current(w.day)
	if x == nil || p.background == 0 || !chance(p.r, .75) {
		return
	}
	at := p.shift.begin + int64(uniform(p.r, 0, .3)*float64(p.shift.length))
	for range int(p.background * w.pace.work * uniform(p.r, .3, 1.5) * float64(hour) / float64(p.interval)) {
		at += p.interval + int64(normal(p.r, 0, 2))*second
		w.timeline.fetch(p.event(at, x))
	}
}

// lookAround reads repositories of others, a few at a time and seldom many.
func (p *person) lookAround(w *world) {
	if !chance(p.r, p.curiosity) {
		return
	}
	at := p.moment()
	for range []int{1, 2, 3, 5, 8}[weighted(p.r, []float64{62, 21, 10, 5, 2})] {
		x := w.fame[skewed(p.r, len(w.fame))]
		if chance(p.r, .4) && p.second != nil {
			x = pick(p.r, p.second.repos)
		}
		if x.born > w.day || !p.mayRead(x) {
			continue
		}
		at += int64(lognormal(p.r, 180, 1)) * second
		p.read(w, at, x, .05)
	}
}

// download takes an archive in the browser, about twice a year.
func (p *person) download(w *world) {
	if x := p.current(w.day); x != nil && chance(p.r, .008) {
		e := p.event(p.moment(), x)
		e.cred, e.agent = browser, browserAgent
		w.timeline.zip(p.r, e)
	}
}
