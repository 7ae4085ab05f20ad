package synthetic

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestSameOptionsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	a, b := generate(t, small()), generate(t, small())
	for _, x := range []struct {
		name string
		a, b *bytes.Buffer
	}{{"events", &a.events, &b.events}, {"networks", &a.networks, &b.networks}, {"labels", &a.labels, &b.labels}, {"look-alikes", &a.looks, &b.looks}, {"meta", &a.meta, &b.meta}} {
		if x.a.Len() == 0 || !bytes.Equal(x.a.Bytes(), x.b.Bytes()) {
			t.Errorf("%s differ between two runs, or are empty", x.name)
		}
	}
	o := small()
	o.Seed++
	c := generate(t, o)
	if bytes.Equal(a.events.Bytes(), c.events.Bytes()) || bytes.Equal(a.networks.Bytes(), c.networks.Bytes()) {
		t.Error("another seed gave the same organisation")
	}
}

func TestVolumeIsWhatWasAsked(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ people, repositories, events, days int }{
		{120, 160, 3000, 75}, {40, 40, 400, 40}, {60, 90, 10_000, 40}, {300, 200, 3000, 40}, {200, 600, 6000, 36},
	} {
		o := Default()
		o.People, o.Repositories, o.EventsPerDay, o.Days = x.people, x.repositories, x.events, x.days
		s, err := Generate(o, Writers{})
		if err != nil {
			t.Fatalf("%+v: %v", x, err)
		}
		if ratio := s.WeekdayEvents / float64(x.events); ratio < .85 || ratio > 1.15 {
			t.Errorf("%+v: %.0f events a weekday, %.2f of what was asked", x, s.WeekdayEvents, ratio)
		}
	}
	o := Default()
	o.EventsPerDay = 50
	if _, err := Generate(o, Writers{}); err == nil || !strings.Contains(err.Error(), "ask for more events") {
		t.Errorf("50 events a day of 160 repositories: %v, want advice to ask for more", err)
	}
}

// What is held follows the busiest day and not the length of the log.
func TestMemoryIsFlat(t *testing.T) {
	o := small()
	o.Days, o.EventsPerDay = 60, 10_000
	w := newWorld(o, pace{work: 1, polls: 9_000})
	w.schedule()
	rec := newRecorder(w, io.Discard)
	var early, late uint64
	err := w.run(func(e *event) error {
		if rec.events%40_000 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if day := (e.at - w.start(0)) / oneDay; day < 20 {
				early = max(early, m.HeapAlloc)
			} else if day >= 40 {
				late = max(late, m.HeapAlloc)
			}
		}
		return rec.write(e)
	})
	if err != nil {
		t.Fatal(err)
	}
	if late > early+early/2 {
		t.Errorf("%d kB held in the first 20 days, %d kB in the last 20", early>>10, late>>10)
	}
	if n := cap(w.timeline.held) + cap(w.timeline.fresh); n > 10_000 {
		t.Errorf("room for %d events was needed for 10,000 a day: polls are held by the day", n)
	}
}

type failing struct{}

var errFull = errors.New("disk full")

func (failing) Write([]byte) (int, error) { return 0, errFull }

// Each day is told once, in order, and who is told can end the writing.
func TestDaysAreToldAndCanEndIt(t *testing.T) {
	t.Parallel()
	o := Default()
	o.Days, o.EvalFrom, o.Attacks, o.EventsPerDay = 10, 5, []string{}, 500
	last := 0
	stop := errors.New("stop")
	tell := func(done, all int) error {
		if all != o.Days || done < last || done > last+1 {
			t.Errorf("%d of %d after %d", done, all, last)
		}
		last = done
		return nil
	}
	if _, err := Generate(o, Writers{Day: tell}); err != nil || last != o.Days {
		t.Errorf("%d days told: %v", last, err)
	}
	_, err := Generate(o, Writers{Day: func(done, _ int) error {
		last = done
		if done == 3 {
			return stop
		}
		return nil
	}})
	if !errors.Is(err, stop) || last != 3 {
		t.Errorf("stopped after %d days: %v", last, err)
	}
}

func TestAFailingWriterIsReported(t *testing.T) {
	t.Parallel()
	for name, w := range map[string]Writers{
		"events": {Events: failing{}}, "networks": {Networks: failing{}}, "labels": {Labels: failing{}}, "look-alikes": {LookAlikes: failing{}}, "meta": {Meta: failing{}},
	} {
		if _, err := Generate(small(), w); !errors.Is(err, errFull) {
			t.Errorf("%s: %v, want the writer's error", name, err)
		}
	}
}

func TestOptionsThatContradictAreRefused(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name   string
		change func(*Options)
		want   string // a part of the error; empty: accepted
	}{
		{"default", func(o *Options) {}, ""},
		{"hostile organisation", func(o *Options) { o.Org = `a","b":"` }, "inner hyphens"},
		{"organisation that ends in a hyphen", func(o *Options) { o.Org = "acme-" }, "inner hyphens"},
		{"no start", func(o *Options) { o.From = time.Time{} }, "midnight UTC"},
		{"start at noon", func(o *Options) { o.From = o.From.Add(12 * time.Hour) }, "midnight UTC"},
		{"no days", func(o *Options) { o.Days = 0 }, "give 1 to 3650"},
		{"warm-up as long as the log", func(o *Options) { o.EvalFrom = o.Days }, "give 0 to 74"},
		{"39 people", func(o *Options) { o.People = 39 }, "give 40 to"},
		{"40 people", func(o *Options) { o.People = 40 }, ""},
		{"39 repositories", func(o *Options) { o.Repositories = 39 }, "give 40 to"},
		{"no events", func(o *Options) { o.EventsPerDay = 0 }, "events a day"},
		{"unknown attack", func(o *Options) { o.Attacks = []string{"solorigate"} }, "choose among midnight_blizzard, smash_and_grab"},
		{"9 days for attacks", func(o *Options) { o.Days, o.EvalFrom = 34, 25 }, "give at least 35"},
		{"10 days for attacks", func(o *Options) { o.Days, o.EvalFrom = 35, 25 }, ""},
		{"9 days without attacks", func(o *Options) { o.Days, o.EvalFrom, o.Attacks = 34, 25, []string{} }, ""},
	} {
		o := Default()
		x.change(&o)
		err := o.Validate()
		if x.want == "" && err != nil || x.want != "" && (err == nil || !strings.Contains(err.Error(), x.want)) {
			t.Errorf("%s: error %v, want %q", x.name, err, x.want)
		}
	}
}

// The smallest log there can be is still a log.
func TestOneDay(t *testing.T) {
	t.Parallel()
	o := small()
	o.Days, o.EvalFrom, o.Attacks = 1, 0, []string{}
	out := generate(t, o)
	if out.summary.Events < 600 || out.labels.Len() != 0 {
		t.Errorf("%+v, labels %q", out.summary, out.labels.String())
	}
}
