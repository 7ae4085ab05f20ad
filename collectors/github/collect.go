package github

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"strconv"
	"strings"
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
	phrase := c.phrase("created:>=" + time.UnixMilli(since).UTC().Format("2006-01-02T15:04:05Z"))
	return url.Values{"include": {c.options.Include}, "order": {"asc"}, "per_page": {strconv.Itoa(perPage)}, "phrase": {phrase}}
}

// perPage is the most that GitHub gives in one answer.
const perPage = 100

// phrase is a search for a time, with what the search is narrowed to.
func (c *Collector) phrase(created string) string {
	return strings.TrimSpace(created + " " + c.options.Phrase)
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
	keeps    int64 // since when the host keeps events
	before   int64 // the newest event before this run
	due      bool  // all that the host keeps is to be looked through
	byCount  bool  // by its counts
	passed   bool  // it was
	late     lateness
	ids      map[int64]map[uint64]bool // identities by the hour, of this walk
	listed   int                       // entries of this walk
	back     []collectors.Record       // of backHour, kept back
	backHour int64
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
	keeps := now.Add(-c.options.Retention).UnixMilli()
	r := &run{c: c, now: now, to: to, keeps: keeps}
	endpoint := c.client.base.Host + "/" + c.options.endpoint()
	if last.Endpoint != "" && last.Endpoint != endpoint {
		r.note("the checkpoint is of " + clean(last.Endpoint) + ": starting anew")
		last = state{}
	}
	if gap := last.gap(now, c.options.Retention); gap != nil {
		r.gaps = append(r.gaps, *gap)
		r.outcome.Gaps = append(r.outcome.Gaps, *gap)
	}
	r.startWalk(c.plan(last, now, keeps))
	if last.Query != "" && last.Query != c.query() {
		r.note("the phrase or what is included was changed: reading again all that the host keeps")
		r.startWalk(walk{Since: min(r.walk.Since, keeps), Whole: true})
		last.Hours = nil
	}
	if len(r.gaps) > 0 {
		r.walk.GapUntil = r.gaps[0].Until.UnixMilli()
	}
	r.state = state{Endpoint: endpoint, Query: c.query(), Newest: last.Newest, Complete: last.Complete,
		Passed: last.Passed, Late: last.Late, Paged: last.Paged, Hours: last.Hours}
	r.before = last.Newest
	r.due = last.Walk == nil && last.Newest > 0 && !r.walk.Whole && c.passDue(last, now)
	if last.Complete == 0 && last.Walk == nil {
		r.note("first run: events since " + time.UnixMilli(keeps).UTC().Format(time.RFC3339) + " were asked for; the host does not keep older git events")
	}
	return r
}

// startWalk begins a walk, or goes on with one.
func (r *run) startWalk(w walk) {
	r.walk, r.newest, r.listed, r.back = w, 0, 0, nil
	r.asked, r.ids = map[string]bool{}, map[int64]map[uint64]bool{}
}

// plan is the walk that continues from a state.
func (c *Collector) plan(last state, now time.Time, keeps int64) walk {
	overlap := c.overlap(last, now).Milliseconds()
	switch {
	case last.Walk != nil && last.Walk.After != "":
		return *last.Walk
	case last.Walk != nil && !last.Walk.Unordered && last.Walk.Seen > 0:
		w := *last.Walk
		w.Since = max(w.Since, floorHour(w.Seen-overlap))
		w.Hours = maps.Clone(w.Hours)
		maps.DeleteFunc(w.Hours, func(h int64, _ tally) bool { return (h+1)*hourMS > w.Since })
		return w
	case last.Walk != nil:
		w := *last.Walk
		w.Hours = nil
		return w
	case last.Newest > 0:
		return walk{Since: floorHour(last.Newest - overlap)}
	}
	return walk{Since: keeps, Whole: true}
}

func (r *run) note(text string) { r.outcome.Notes = append(r.outcome.Notes, text) }
