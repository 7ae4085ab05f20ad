package github

import (
	"context"
	"errors"
	"net/url"
	"time"

	"midwatch/collectors"
)

// Collector reads one audit log. It may be used again, by one goroutine at a
// time.
type Collector struct {
	options Options
	client  *client
}

var _ collectors.Collector = (*Collector)(nil)

// New checks the options. It asks the host nothing.
func New(o Options) (*Collector, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, err
	}
	client, err := newClient(o)
	if err != nil {
		return nil, err
	}
	return &Collector{options: o, client: client}, nil
}

func (c *Collector) owner() string { return c.options.owner() }

// query is what of a request must be the same for a checkpoint to hold.
func (c *Collector) query() string {
	return url.Values{"include": {c.options.Include}, "phrase": {c.options.Phrase}}.Encode()
}

// search is the request for events from since on, oldest first.
func (c *Collector) search(since int64) url.Values {
	phrase := "created:>=" + time.UnixMilli(since).UTC().Format("2006-01-02T15:04:05Z")
	if c.options.Phrase != "" {
		phrase += " " + c.options.Phrase
	}
	return url.Values{"include": {c.options.Include}, "order": {"asc"}, "per_page": {"100"}, "phrase": {phrase}}
}

// Collect reads what is new and seals it, a number of pages at a time, with the
// checkpoint that they reach. The first run takes all that the host keeps. Where
// events are older than the host keeps them since the last run, the gap is
// sealed and told. On a failure of the host what was read so far is sealed; the
// outcome holds beside the error.
func (c *Collector) Collect(ctx context.Context, from collectors.Checkpoint, now time.Time, to collectors.Landing) (collectors.Outcome, error) {
	if now.IsZero() {
		return collectors.Outcome{}, errors.New("github: collect without the time of the run: pass it")
	}
	last, err := parse(from)
	if err != nil {
		return collectors.Outcome{}, err
	}
	r := c.begin(last, now, to)
	err = r.read(ctx)
	return r.result(), err
}

// run is one call of Collect.
type run struct {
	c        *Collector
	now      time.Time
	to       collectors.Landing
	state    state
	walk     walk
	newest   int64 // time of the newest event of this run
	pending  []collectors.Record
	pages    int              // in pending
	gaps     []collectors.Gap // not yet sealed
	odd      int              // entries whose time could not be read
	asked    map[string]bool  // cursors and pages of this run
	patience patience
	outcome  collectors.Outcome
}

// begin decides where to read from: on from a cursor, else from an overlap
// behind the newest event, else all that the host keeps.
func (c *Collector) begin(last state, now time.Time, to collectors.Landing) *run {
	r := &run{c: c, now: now, to: to, asked: map[string]bool{}}
	keeps := now.Add(-c.options.Retention).UnixMilli()
	endpoint := c.client.base.Host + "/" + c.options.endpoint()
	if last.Endpoint != "" && last.Endpoint != endpoint {
		r.note("the checkpoint is of " + clean(last.Endpoint) + ": starting anew")
		last = state{}
	}
	if gap := last.gap(now, c.options.Retention); gap != nil {
		r.gaps = append(r.gaps, *gap)
		r.outcome.Gaps = append(r.outcome.Gaps, *gap)
	}
	r.walk = c.plan(last, keeps)
	if last.Query != "" && last.Query != c.query() {
		r.note("the phrase or what is included was changed: reading again all that the host keeps")
		r.walk = walk{Since: min(r.walk.Since, keeps)}
	}
	if len(r.gaps) > 0 {
		r.walk.GapUntil = r.gaps[0].Until.UnixMilli()
	}
	r.state = state{Endpoint: endpoint, Query: c.query(), Newest: last.Newest, Complete: last.Complete}
	if last.Complete == 0 && last.Walk == nil {
		r.note("first run: events since " + time.UnixMilli(keeps).UTC().Format(time.RFC3339) + " were asked for; the host does not keep older git events")
	}
	return r
}

// plan is the walk that continues from a state.
func (c *Collector) plan(last state, keeps int64) walk {
	overlap := c.options.Overlap.Milliseconds()
	switch {
	case last.Walk != nil && last.Walk.After != "":
		return *last.Walk
	case last.Walk != nil && !last.Walk.Unordered && last.Walk.Seen > 0:
		w := *last.Walk
		w.Since = max(w.Since, w.Seen-overlap)
		return w
	case last.Walk != nil:
		return *last.Walk
	case last.Newest > 0:
		return walk{Since: last.Newest - overlap}
	}
	return walk{Since: keeps}
}

func (r *run) note(text string) { r.outcome.Notes = append(r.outcome.Notes, text) }
