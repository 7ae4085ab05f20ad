package analyzer

import (
	"cmp"
	"math"
	"slices"
)

// squeezed keeps what was reported before above the noise and below fresh
// findings: up to Level unchanged, above it Level + Band (1 - exp(-(x-Level)/Scale)),
// rising and below Level + Band.
func (o CapOptions) squeezed(x float64) float64 {
	if x <= o.Level {
		return x
	}
	return o.Level + o.Band*(1-math.Exp(-(x-o.Level)/o.Scale))
}

// holds reports whether an earlier report still stands for a night of the given
// weight: recent enough, and the night is not much worse.
func (o CapOptions) holds(r report, day int, nats float64) bool {
	return r.Valid && day-r.Day <= o.Days && nats < r.Weight+o.Escalation
}

// heads are the keys that linked somebody lately, with the last day.
type heads map[linkKey]int

// follows reports whether any of the keys linked somebody heavier tonight or
// anybody in the days before, and notes the keys.
func (h heads) follows(o CapOptions, keys []linkKey, day int) bool {
	follows := false
	for _, k := range keys {
		last, ok := h[k]
		follows = follows || ok && day-last <= o.FollowerDays
	}
	for _, k := range keys {
		h[k] = day
	}
	return follows
}

// followerKeys gives the keys of a facet's sessions that linked it enough.
func (j *judgement) followerKeys(o CapOptions) []linkKey {
	var keys []linkKey
	for i := range j.weighed {
		if j.weighed[i].linkNats >= o.Follower {
			keys = append(keys, j.weighed[i].linkKeys...)
		}
	}
	return keys
}

// capNight squeezes the scores of what was reported before and of the followers of
// a linked head, and notes what now stands among the first. The night must be in
// the order of raw weights, greatest first.
func (m *Model) capNight(night []*judgement, day int) {
	o := m.options.Cap
	for _, j := range night {
		keys := j.followerKeys(o)
		j.ongoing = o.holds(j.profile.Reported, day, j.raw)
		j.reported = o.holds(j.profile.Listed, day, j.raw)
		j.follower = keys
		if m.state.Heads.follows(o, keys, day) {
			j.ongoing = true
		}
		if j.ongoing && !m.options.without(IngredientCap) {
			j.score = rounded(o.squeezed(j.raw))
		}
	}
	ranking := slices.Clone(night)
	slices.SortStableFunc(ranking, byScore)
	for _, j := range ranking[:min(o.Places, len(ranking))] {
		if j.raw >= o.Least {
			j.profile.Reported = o.reported(j.profile.Reported, day, j.raw)
		}
	}
}

// noteListed notes what a person was told of. What only stood high on a night was
// told to nobody, and must not be held back when it comes to be worth listing.
func (o CapOptions) noteListed(night []*judgement, day int) {
	for _, j := range night {
		if !j.listed {
			continue
		}
		for _, told := range append([]*judgement{j}, j.group...) {
			told.profile.Listed = o.reported(told.profile.Listed, day, told.raw)
		}
	}
}

// reported notes a report; while an earlier one holds its weight stays the bar.
func (o CapOptions) reported(r report, day int, nats float64) report {
	if r.Valid && day-r.Day <= o.Days {
		nats = max(nats, r.Weight)
	}
	return report{Day: day, Weight: nats, Valid: true}
}

// byScore orders by score and byRaw by raw weight, greatest first, then by what
// does not depend on names: who came first that night. Names come last.
func byScore(a, b *judgement) int { return cmp.Or(cmp.Compare(b.score, a.score), earlier(a, b)) }
func byRaw(a, b *judgement) int   { return cmp.Or(cmp.Compare(b.raw, a.raw), earlier(a, b)) }

// earlier orders by the first act of the night, then by facet number.
func earlier(a, b *judgement) int {
	return cmp.Or(a.first.Compare(b.first), cmp.Compare(a.facet, b.facet))
}
