package analyzer

import "math"

// arc leads to a repository or a person with a share of what stands at its start.
type arc struct {
	to    int
	share float64
}

// walker spreads a weight from repositories to the people on them and on to the
// repositories of those people: two steps of a random walk on the graph of who
// touches what. It is rebuilt every night and is sparse: it holds an arc each way
// for every repository that a person knows. It is not safe for concurrent use.
type walker struct {
	people       [][]arc // repository -> people on it, shares of the repository's weight
	repositories [][]arc // person -> repositories, shares of the person's weight
	identity     []int   // person -> identity
	reach        []float64
	reached      []int
	land         []float64
	landed       []int
}

// newWalker builds the graph as of a day. An edge weighs the square root of the
// decayed number of days, so that daily work does not drown the rest. People who
// are on more than common repositories are left out: they say nothing about who
// belongs together.
func newWalker(profiles []*profile, repositories, day, common int, halfLife float64) *walker {
	w := &walker{
		people: make([][]arc, repositories), repositories: make([][]arc, len(profiles)), identity: make([]int, len(profiles)),
		reach: make([]float64, len(profiles)), land: make([]float64, repositories),
	}
	total := make([]float64, repositories)
	for f, p := range profiles {
		w.identity[f] = p.Identity
		if p.known() <= common {
			w.repositories[f] = p.arcs(day, halfLife)
		}
		for _, a := range w.repositories[f] {
			total[a.to] += a.share
		}
	}
	for f, row := range w.repositories {
		sum := 0.
		for _, a := range row {
			w.people[a.to] = append(w.people[a.to], arc{f, a.share / total[a.to]})
			sum += a.share
		}
		for i := range row {
			row[i].share /= sum
		}
	}
	return w
}

// known is how many repositories a person touched, 0 for one that has only ever
// been a machine.
func (p *profile) known() int {
	n := 0
	for _, t := range p.Touches {
		if t.Weight > 0 {
			n++
		}
	}
	return n
}

// arcs gives the repositories of a person with the square roots of their weights.
func (p *profile) arcs(day int, halfLife float64) []arc {
	row := make([]arc, 0, len(p.Touches))
	for _, t := range p.Touches {
		if t.Weight > 0 {
			row = append(row, arc{t.Repository, math.Sqrt(t.Weight * halved(day-t.Day, halfLife))})
		}
	}
	return row
}

// spread walks from the given repositories to everybody but the identity itself
// and reports whether it reached anybody. near then gives where it landed.
func (w *walker) spread(from []arc, identity int) bool {
	w.clear()
	for _, f := range from {
		for _, a := range w.people[f.to] {
			if w.identity[a.to] == identity {
				continue
			}
			if w.reach[a.to] == 0 {
				w.reached = append(w.reached, a.to)
			}
			w.reach[a.to] += f.share * a.share
		}
	}
	for _, person := range w.reached {
		for _, a := range w.repositories[person] {
			if w.land[a.to] == 0 {
				w.landed = append(w.landed, a.to)
			}
			w.land[a.to] += w.reach[person] * a.share
		}
	}
	return len(w.reached) > 0
}

// clear forgets the last walk.
func (w *walker) clear() {
	for _, p := range w.reached {
		w.reach[p] = 0
	}
	for _, r := range w.landed {
		w.land[r] = 0
	}
	w.reached, w.landed = w.reached[:0], w.landed[:0]
}

// leastWalk is the share of a walk that must land on candidates to say anything.
const leastWalk = 1e-9

// near gives the last walk's distribution over candidates, nil where next to
// nothing of it landed on them.
func (w *walker) near(candidates []int) []float64 {
	sum, start := 0., 0.
	for _, r := range candidates {
		sum += w.land[r]
	}
	for _, p := range w.reached {
		start += w.reach[p]
	}
	if start <= 0 || sum <= leastWalk*start {
		return nil
	}
	near := make([]float64, len(candidates))
	for i, r := range candidates {
		near[i] = w.land[r] / sum
	}
	return near
}

// coherence gives, for each of the repositories in fresh, the share of candidates'
// weight that a walk from base and the other fresh ones lands on it; -1 where that
// walk reaches nothing. One walk from all of them is taken and each repository's
// own part subtracted, because the walk is linear.
func (w *walker) coherence(base []arc, fresh, candidates []int, identity int) []float64 {
	from := append([]arc{}, base...)
	for _, r := range fresh {
		from = append(from, arc{r, 1})
	}
	share := make([]float64, len(fresh))
	for i := range share {
		share[i] = -1
	}
	if !w.spread(from, identity) {
		return share
	}
	mass := w.mass(candidates)
	start, sum := 0., 0.
	for _, p := range w.reached {
		start += w.reach[p]
		sum += w.reach[p] * mass[p]
	}
	for i, r := range fresh {
		s, t, here := start, sum, w.land[r]
		for _, a := range w.people[r] {
			if w.identity[a.to] != identity {
				s -= a.share
				t -= a.share * mass[a.to]
				here -= a.share * w.shareOf(a.to, r)
			}
		}
		if s > leastWalk && t > leastWalk*s {
			share[i] = max(0, here) / t
		}
	}
	return share
}

// mass gives for each person reached the share of its weight on candidates.
func (w *walker) mass(candidates []int) map[int]float64 {
	isCandidate := make([]bool, len(w.land))
	for _, r := range candidates {
		isCandidate[r] = true
	}
	mass := make(map[int]float64, len(w.reached))
	for _, p := range w.reached {
		for _, a := range w.repositories[p] {
			if isCandidate[a.to] {
				mass[p] += a.share
			}
		}
	}
	return mass
}

// shareOf is a repository's share of a person's weight.
func (w *walker) shareOf(person, repository int) float64 {
	for _, a := range w.repositories[person] {
		if a.to == repository {
			return a.share
		}
	}
	return 0
}
