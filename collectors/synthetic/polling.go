package synthetic

import "math/rand/v2"

// poller asks whether one repository changed, again and again.
type poller struct {
	*machine
	repo  *repository
	share float64
	next  float64 // ms since 1970, 0 before the first
}

// pollers make up the events that people and builds leave of what was asked.
type pollers []poller

// buildPollers gives three in ten repositories a deploy key, used by a service
// of its own, and lets the build servers watch some of theirs.
func (w *world) buildPollers(r *rand.Rand) pollers {
	var all pollers
	for _, x := range w.ordinary() {
		if len(all) > 0 && !chance(r, .3) {
			continue
		}
		m := w.newMachine(x.name+"-deploy", deployKey, false)
		m.housed(pick(m.r, w.networks.hosting), pick(m.r, []int{1, 1, 2}))
		m.agent = "git/" + pick(m.r, oldClients)
		m.repos = []*repository{x}
		all = append(all, poller{machine: m, repo: x, share: lognormal(m.r, 1, .8)})
	}
	for _, f := range w.plant.fleets {
		for _, x := range f.repos[:max(1, len(f.repos)/4)] {
			all = append(all, poller{machine: f, repo: x, share: lognormal(f.r, .7, .5)})
		}
	}
	return all.normalised()
}

func (all pollers) normalised() pollers {
	sum := 0.0
	for _, p := range all {
		sum += p.share
	}
	for i := range all {
		all[i].share /= sum
	}
	return all
}

// until polls at even intervals, with a little jitter, up to a time. It is called
// for an hour at a time, so that a day of polls is never held at once.
func (all pollers) until(w *world, end int64) {
	for i := range all {
		p := &all[i]
		step := float64(oneDay) / (w.pace.polls*p.share + 1e-6)
		if p.next == 0 {
			p.next = float64(w.timeline.from) + step*p.r.Float64()
		}
		for ; p.next < float64(end) && p.next < float64(w.timeline.until); p.next += step * uniform(p.r, .9, 1.1) {
			w.timeline.fetch(p.event(w, int64(p.next), p.repo))
		}
	}
}
