package synthetic

// delegate lets a coding agent work in a person's name: an app's token for the
// person, the agent's own client and servers, and a fresh clone for each task
// and each retry. A few hundred clones of one repository a day is rare but real:
// 1,661 in under two days are reported in
// https://github.com/openai/codex/issues/25726.
func (p *person) delegate(w *world) {
	if !p.delegates || !chance(p.r, .5) {
		return
	}
	x := p.current(w.day)
	if x == nil {
		return
	}
	clones := min(400, lognormal(p.r, 6, 1))
	at := p.moment()
	from := pick(p.r, w.plant.agents)
	for range max(1, int(clones*w.pace.work)) {
		at += int64(exponential(p.r, 90e3))
		w.timeline.clone(p.r, event{
			at: at, actor: p.who, repo: x, from: from, agent: codingAgent, cred: p.tasks.at(at),
		})
	}
}
