package synthetic

import (
	"fmt"
	"time"
)

// world is the organisation on one day.
type world struct {
	o          Options
	pace       pace
	networks   *networks
	timeline   *timeline
	ledger     *ledger
	names      *naming
	teams      []*team
	repos      []*repository
	fame       []*repository // most read first
	people     []*person
	owners     []*person
	dormant    []*dormant
	plant      plant
	offices    map[string][]origin
	identities int

	// of the day
	day         int
	alive       []*repository
	openPrivate []*repository // alive, private and not restricted
	pushes      []push

	polls     pollers
	residents []resident      // live after the people, in this order
	taken     map[string]bool // logins that an attack or look-alike uses

	told func(done, all int) error // after each day; nil for silence
}

// resident is anything that does something on a day.
type resident interface{ live(w *world) }

// push is what builds answer to.
type push struct {
	at   int64
	repo *repository
	who  *person
}

// pace is how much is done: the factor on people and their builds, and the
// number of polls a day.
type pace struct {
	work  float64
	polls float64
}

func newWorld(o Options, p pace) *world {
	w := &world{o: o, pace: p, networks: newNetworks(o.Seed), ledger: &ledger{}, offices: map[string][]origin{}, taken: map[string]bool{}}
	w.timeline = &timeline{from: w.start(0), until: w.start(o.Days), passed: w.start(-1)}
	w.buildRepositories()
	w.buildPeople()
	w.buildOffices()
	w.buildMachines()
	w.buildDormant()
	w.residents = append(w.residents, newAdministration(w))
	return w
}

// start is the first millisecond of a day of the log.
func (w *world) start(day int) int64 { return w.o.day(day).UnixMilli() }

func (w *world) date() time.Time { return w.o.day(w.day) }

// horizon is when, in a day's step, everything before can be written: nobody's
// working day starts more than 14 hours before its date does in UTC.
const horizon = 10 * hour

// run lives every day and passes events on. There is one step more than days,
// for those whose morning is the evening before.
func (w *world) run(to func(*event) error) error {
	for d := 0; d <= w.o.Days; d++ {
		w.step(d)
		for end := w.start(d) + horizon - oneDay + hour; end <= w.start(d)+horizon; end += hour {
			w.polls.until(w, end)
			if err := w.timeline.pass(end, to); err != nil {
				return err
			}
		}
		if w.told == nil {
			continue
		}
		if err := w.told(min(d+1, w.o.Days), w.o.Days); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) step(day int) {
	w.day = day
	w.pushes = w.pushes[:0]
	w.census()
	for _, p := range w.people {
		p.live(w)
	}
	for _, x := range w.residents {
		x.live(w)
	}
}

// census lists the repositories there are today.
func (w *world) census() {
	w.alive, w.openPrivate = w.alive[:0], w.openPrivate[:0]
	for _, x := range w.repos {
		if x.born > w.day {
			continue
		}
		w.alive = append(w.alive, x)
		if !x.public && !x.restricted {
			w.openPrivate = append(w.openPrivate, x)
		}
	}
}

// The trial that sets the pace: its days, and the share of the events wanted
// that people and builds may make at most.
const (
	trialDays  = 12
	trialShare = .93
	trials     = 12
)

// calibrate finds how hard people work and how often machines poll, by trial, so
// that a weekday has about the events that were asked for.
func calibrate(o Options) (pace, error) {
	want := float64(o.EventsPerDay)
	p := pace{work: 1}
	got := 0.0
	for range trials {
		n, err := trial(o, p)
		if err != nil {
			return pace{}, err
		}
		if got = n; got <= trialShare*want {
			p.polls = want - got
			return p, nil
		}
		p.work *= min(.9, trialShare*want/got*.97)
	}
	return pace{}, fmt.Errorf("synthetic organisation of %d people and %d repositories with %d events a day: their least is about %.0f; ask for more events or fewer repositories",
		o.People, o.Repositories, o.EventsPerDay, got/trialShare)
}

// trial gives the mean events of a weekday without attacks and polls.
func trial(o Options, p pace) (float64, error) {
	o.Days = trialDays + 1
	w := newWorld(o, p)
	counts := make([]int, o.Days)
	err := w.run(func(e *event) error {
		counts[(e.at-w.start(0))/oneDay]++
		return nil
	})
	sum, days := 0, 0
	for d := 1; d < o.Days; d++ {
		if t := o.day(d); !weekend(t) && !among(everywhere, t) {
			sum += counts[d]
			days++
		}
	}
	return float64(sum) / float64(max(1, days)), err
}
