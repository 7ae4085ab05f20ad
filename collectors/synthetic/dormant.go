package synthetic

import (
	"fmt"
	"math/rand/v2"
)

// dormant is a forgotten account: made for a test, never closed, its token
// still good. Where the log is long enough it is used on the first two days and
// not again.
type dormant struct {
	who    *identity
	r      *rand.Rand
	keeper *person // whose desk it was used from
	agent  string
	cred   *credential
}

// dormancy is how long, in days, an account lies still at least before an attack
// wakes it.
const dormancy = 60

// usedEarly says whether a log is long enough to show both the last use of a
// dormant account and five nights after it woke.
func (o Options) usedEarly() bool { return o.Days >= 2+dormancy+7 }

func (w *world) buildDormant() {
	wanted := 0
	for _, name := range w.o.attackNames() {
		if name == midnightBlizzard {
			wanted++
		}
	}
	for i := range 2 + max(1, wanted) {
		r := source(w.o.Seed, fmt.Sprintf("dormant/%d", i))
		k := w.people[2+r.IntN(len(w.people)-2)]
		d := &dormant{
			who: w.account(r, w.names.once(pick(r, areas)+"-test")), r: r, keeper: k,
			agent: "git/" + pick(r, oldClients), cred: newCredential(r, classicToken),
		}
		w.dormant = append(w.dormant, d)
		w.residents = append(w.residents, d)
	}
}

func (d *dormant) live(w *world) {
	if w.day > 1 || !w.o.usedEarly() {
		return
	}
	for range whole(d.r, 1, 2) {
		at := w.start(w.day) + int64(uniform(d.r, 9, 16)*float64(hour))
		w.timeline.fetch(event{at: at, actor: d.who, repo: d.keeper.team.repos[0], from: d.keeper.home.host(1 + d.keeper.number%250), agent: d.agent, cred: d.cred})
	}
}
