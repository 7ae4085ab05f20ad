package github

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"
)

// hourMS is an hour in milliseconds: what is held is tallied by the hour.
const hourMS = int64(time.Hour / time.Millisecond)

// hourOf is the hour that a time lies in, counted from the epoch.
func hourOf(ms int64) int64 {
	h := ms / hourMS
	if ms < 0 && ms%hourMS != 0 {
		h--
	}
	return h
}

// floorHour is the beginning of the hour that a time lies in.
func floorHour(ms int64) int64 { return hourOf(ms) * hourMS }

// tally is how many different events an hour has, and the sum of their hashes: two
// readings with the same tally had the same events.
type tally struct {
	N   int    `json:"n"`
	Sum uint64 `json:"s"`
}

// identity is a hash of what tells an event from others: its _document_id, or else
// the whole of it.
func identity(entry json.RawMessage) uint64 {
	var id struct {
		ID string `json:"_document_id"`
	}
	text := []byte(entry)
	if json.Unmarshal(entry, &id) == nil && id.ID != "" {
		text = []byte(id.ID)
	}
	h := fnv.New64a()
	_, _ = h.Write(text) // never fails
	return h.Sum64()
}

// count adds an entry to the tally of its hour in this walk, unless the walk had it
// before: page numbers shift while events arrive.
func (r *run) count(hour int64, entry json.RawMessage) {
	if !r.walk.Unordered {
		for h := range r.ids {
			if h < hour-1 {
				delete(r.ids, h)
			}
		}
	}
	of := r.ids[hour]
	if of == nil {
		of = map[uint64]bool{}
		r.ids[hour] = of
	}
	id := identity(entry)
	if of[id] {
		return
	}
	of[id] = true
	r.listed++
	if r.walk.Hours == nil {
		r.walk.Hours = map[int64]tally{}
	}
	t := r.walk.Hours[hour]
	r.walk.Hours[hour] = tally{t.N + 1, t.Sum + id}
}

// keep puts an entry with the pending ones. One of an hour that is held is kept
// back until the hour was read, and let go where its events are those that are held.
func (r *run) keep(hour int64, entry json.RawMessage) {
	if _, held := r.state.Hours[hour]; !held || r.walk.Unordered {
		r.settle()
		r.pending = append(r.pending, []byte(entry))
		return
	}
	if hour != r.backHour {
		r.settle()
	}
	r.backHour = hour
	r.back = append(r.back, []byte(entry))
}

// settle decides on what was kept back.
func (r *run) settle() {
	if len(r.back) > 0 && r.walk.Hours[r.backHour] != r.state.Hours[r.backHour] {
		r.pending = append(r.pending, r.back...)
	}
	r.back = nil
}

// letGo puts what was kept back with the pending ones: a checkpoint within the hour
// steps over it.
func (r *run) letGo() {
	r.pending = append(r.pending, r.back...)
	r.back = nil
}

// lateness is what a walk found that had not been there when its hour was read
// before.
type lateness struct {
	events int
	// most is how far the latest of them lay behind the newest event of then.
	most time.Duration
}

// merge makes the tallies of the walk those that are held, and says what of them
// was late: more events in an hour that had ended at the newest event of the last
// run. What an hour has is known only from the first one that is held.
func (r *run) merge(s *state) {
	first := firstHour(s.Hours)
	merged := map[int64]tally{}
	for h, t := range s.Hours {
		if (h+1)*hourMS > r.keeps {
			merged[h] = t
		}
	}
	for h, t := range r.walk.Hours {
		held := s.Hours[h]
		if t.N >= held.N {
			merged[h] = t
		}
		if len(s.Hours) > 0 && h > first && (h+1)*hourMS <= r.before && t.N > held.N {
			r.late.events += t.N - held.N
			r.late.most = max(r.late.most, time.Duration(r.before-h*hourMS)*time.Millisecond)
		}
	}
	s.Hours = merged
}

// firstHour is the first one that is held.
func firstHour(hours map[int64]tally) int64 {
	first, found := int64(0), false
	for h := range hours {
		if !found || h < first {
			first, found = h, true
		}
	}
	return first
}

// learn keeps the lateness that was seen. It is forgotten by halves, at each pass
// over all that the host keeps which sees less.
func (r *run) learn(s *state, passed bool) {
	seen := r.late.most.Milliseconds()
	if passed && seen < s.Late {
		s.Late = max(seen, s.Late/2)
	}
	s.Late = max(s.Late, seen)
}

// overlap is how far a run reaches back behind the newest event: as far as events
// were seen to be late, but over no more than half of what the run has to read
// anyway. What is later is found by the pass over all that the host keeps.
func (c *Collector) overlap(last state, now time.Time) time.Duration {
	seen := time.Duration(last.Late) * time.Millisecond
	span := now.Sub(time.UnixMilli(last.Newest))
	return max(c.options.Overlap, min(seen, span/2, c.options.Retention))
}

const (
	// dearPass is a pass of so many requests that it is made less often: half of
	// what GitHub grants in an hour.
	dearPass = 875
	// passesInRetention is how often an event is looked at before the host drops
	// it, where a pass is dear.
	passesInRetention = 2
)

// passDue says whether all that the host keeps is to be looked through again.
func (c *Collector) passDue(last state, now time.Time) bool {
	every, held := c.options.ReachBack, 0
	for _, t := range last.Hours {
		held += t.N
	}
	if held/perPage > dearPass {
		every = max(every, c.options.Retention/passesInRetention)
	}
	return now.Sub(time.UnixMilli(last.Passed)) >= every
}

// noteLate says what was late, for the run's record.
func (r *run) noteLate() {
	switch {
	case r.late.events > 0:
		r.note(fmt.Sprintf("%d events had arrived late, up to %s; from now on each run reaches back up to as far, and all of the %s that the host keeps are looked through every %s",
			r.late.events, hours(r.late.most), hours(r.c.options.Retention), hours(r.c.options.ReachBack)))
	case r.passed:
		r.note(fmt.Sprintf("all of the %s that the host keeps were looked through: nothing had arrived late", hours(r.c.options.Retention)))
	}
}

// hours is a time in words, rounded up to whole hours.
func hours(d time.Duration) string {
	return fmt.Sprintf("%d h", int64((d+time.Hour-1)/time.Hour))
}
