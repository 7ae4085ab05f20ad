package synthetic

import "math/rand/v2"

// administration is what owners do: it leaves control-plane records beside the
// accesses.
type administration struct{ r *rand.Rand }

func newAdministration(w *world) *administration {
	return &administration{source(w.o.Seed, "administration")}
}

func (a *administration) live(w *world) {
	for _, p := range w.people {
		switch w.day {
		case p.joins:
			w.administer(a.r, addMember, nil, p.who)
			if p.access == fineGrained {
				w.administer(a.r, grantToken, nil, p.who)
			}
		case p.leaves:
			w.administer(a.r, removeMember, nil, p.who)
		}
	}
	for _, x := range w.repos {
		if x.born == w.day {
			a.found(w, x)
		}
	}
	if weekend(w.date()) {
		return
	}
	if chance(a.r, 1./20) {
		w.administer(a.r, addCollaborator, pick(a.r, w.openPrivate), w.account(a.r, "ext-"+w.names.login()))
	}
	if chance(a.r, 1./15) {
		w.administer(a.r, createKey, pick(a.r, w.openPrivate), nil)
	}
}

// found creates a repository and gives it to a few of its team to work on.
func (a *administration) found(w *world, x *repository) {
	w.administer(a.r, createRepo, x, nil)
	for _, p := range sample(a.r, w.membersOf(x.team), whole(a.r, 2, 4)) {
		p.due = append(p.due, x)
	}
}

// grant records that an owner let a person's fine-grained token in.
func (w *world) grant(p *person) { w.administer(p.r, grantToken, nil, p.who) }

// administer puts an owner's act on the website, in his or her working hours.
func (w *world) administer(r *rand.Rand, done action, x *repository, about *identity) {
	o := pick(r, w.owners)
	w.timeline.put(event{
		at: o.local(w, uniform(r, 9, 17)), action: done, actor: o.who, repo: x,
		from: o.home.host(1 + o.number%250), agent: browserAgent, cred: browser, subject: about,
	})
}
