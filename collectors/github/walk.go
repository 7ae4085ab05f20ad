package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"midwatch/collectors"
)

// read goes from page to page to the last one, and where it is due looks through
// all that the host keeps.
func (r *run) read(ctx context.Context) error {
	if err := r.aim(ctx); err != nil {
		return err
	}
	passed := r.walk.Whole
	if err := r.walkOn(ctx); err != nil {
		return err
	}
	if !passed && !r.byCount || passed && !r.state.Paged {
		r.noteLate()
		return nil
	}
	// A host that counts is asked also after it was read: what it withheld at the
	// first reading is told at once.
	if err := r.compare(ctx); err != nil {
		return err
	}
	r.passed, r.state.Passed = true, r.now.UnixMilli()
	r.learn(&r.state, true)
	r.noteLate()
	return r.seal(ctx, r.state)
}

// walkOn goes from page to page to the last one.
func (r *run) walkOn(ctx context.Context) error {
	query := r.c.search(r.walk.Since)
	if r.walk.After != "" {
		query.Set("after", r.walk.After)
	}
	for {
		answer, err := r.c.call(ctx, query, &r.patience)
		if err != nil && len(r.asked) == 0 && r.cursorRefused(err) {
			query.Del("after")
			continue
		}
		if err != nil {
			return errors.Join(err, r.rescue(ctx))
		}
		r.take(answer)
		more, err := r.turn(query, answer)
		if err != nil {
			return errors.Join(err, r.rescue(ctx))
		}
		if !more {
			r.settle()
			r.state = r.completed()
			return r.seal(ctx, r.state)
		}
		if r.pages >= r.c.options.SegmentPages {
			r.letGo()
			if err := r.seal(ctx, r.midway()); err != nil {
				return err
			}
		}
	}
}

// cursorRefused says whether the host no longer knows the cursor of the last
// run, and if so starts its walk over.
func (r *run) cursorRefused(err error) bool {
	var refused *Error
	if r.walk.After == "" || !errors.As(err, &refused) ||
		refused.Status != http.StatusUnprocessableEntity && refused.Status != http.StatusBadRequest {
		return false
	}
	r.note("the host no longer knows where the last run stopped: its walk is read again from the start")
	r.walk.After, r.walk.Hours = "", nil
	return true
}

// take keeps the entries of a page as they are.
func (r *run) take(p page) {
	latest := r.now.Add(24 * time.Hour).UnixMilli() // a walk lasts, and clocks differ
	for _, entry := range p.entries {
		at, ok := eventTime(entry, latest)
		if !ok {
			r.pending = append(r.pending, collectors.Record(entry))
			r.odd++
			r.listed++
			continue
		}
		if at < r.newest-time.Minute.Milliseconds() {
			r.walk.Unordered = true
		}
		r.newest = max(r.newest, at)
		r.walk.Seen = max(r.walk.Seen, min(at, r.now.UnixMilli()))
		r.count(hourOf(at), entry)
		r.keep(hourOf(at), entry)
	}
	r.state.Paged = r.state.Paged || p.number > 0 || p.last > 0
	r.pages++
}

// turn points the query at the next page, by cursor or by number. A page that
// was asked for before would be asked for for ever.
func (r *run) turn(query url.Values, p page) (more bool, err error) {
	key := ""
	switch {
	case p.after != "":
		query.Set("after", p.after)
		r.walk.After = p.after
		key = "after " + p.after
	case p.number > 0:
		query.Set("page", strconv.Itoa(p.number))
		key = "page " + strconv.Itoa(p.number)
	default:
		return false, nil
	}
	if r.asked[key] {
		r.walk.After = ""
		return false, &Error{Problem: "the host leads in a circle through the audit log of " + r.c.owner() + ", to a page it gave before",
			Fix: "run again; if it stays so, report it to the host's support with the time"}
	}
	r.asked[key] = true
	return true, nil
}

// completed is the state after the last page.
func (r *run) completed() state {
	s := r.state
	s.Newest = max(s.Newest, r.walk.Seen)
	s.Complete = r.now.UnixMilli()
	r.merge(&s)
	if r.walk.Whole {
		s.Passed, r.passed = s.Complete, r.before > 0
	}
	r.learn(&s, r.walk.Whole)
	return s
}

// midway is the state between two pages.
func (r *run) midway() state {
	s := r.state
	w := r.walk
	s.Walk = &w
	return s
}

// rescue seals what was read before the host failed, unless the run was told to
// stop.
func (r *run) rescue(ctx context.Context) error {
	r.letGo()
	if ctx.Err() != nil || len(r.pending) == 0 {
		return nil
	}
	return r.seal(ctx, r.midway())
}

// seal lands the pending pages with the state that they reach.
func (r *run) seal(ctx context.Context, s state) error {
	checkpoint, err := s.checkpoint()
	if err != nil {
		return err
	}
	if err := r.to.Seal(ctx, collectors.Segment{Records: r.pending, Checkpoint: checkpoint, Gaps: r.gaps}); err != nil {
		return fmt.Errorf("github: seal %d pages of %s: %w", r.pages, r.c.owner(), err)
	}
	r.outcome.Records += len(r.pending)
	said := []any{"source", r.c.owner(), "pages", r.pages, "records", len(r.pending)}
	if r.walk.Seen > 0 {
		said = append(said, "newest", day(r.walk.Seen))
	}
	r.c.options.Logger.Info("sealed", said...)
	r.pending, r.pages, r.gaps = nil, 0, nil
	return nil
}

// result is the outcome with what is known only at the end.
func (r *run) result() collectors.Outcome {
	if r.odd > 0 {
		r.note(fmt.Sprintf("%d entries have no time that can be read: they were landed and did not move the checkpoint", r.odd))
	}
	if note := r.patience.note(); note != "" {
		r.note(note)
	}
	return r.outcome
}
