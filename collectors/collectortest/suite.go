package collectortest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"midwatch/collectors"
)

// Source is something to collect from, made afresh for each test.
type Source struct {
	// New makes a collector of the source, as a new process would: it shares
	// nothing with one made before. It should seal as often as it can (a page at
	// a time), so that the tests can interrupt it between.
	New func(*testing.T) collectors.Collector
	// Now is the time of the runs.
	Now time.Time
	// Want is all that the source has, three or more: records as text, or paths
	// of logs.
	Want []string
	// Grow adds to the source, later than all that it has, and says what.
	Grow func(*testing.T) []string
}

// Run puts a collector through what every collector must do. make gives a new
// source each time it is called.
func Run(t *testing.T, make func(*testing.T) Source) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Source){
		"brings everything":                       bringsEverything,
		"brings it again from the same place":     bringsItAgain,
		"goes on from its checkpoint":             goesOn,
		"does the same each time":                 isDeterministic,
		"loses nothing when landing fails":        survivesFailures,
		"does nothing when cancelled before":      cancelledBefore,
		"stops and loses nothing when cancelled":  cancelledDuring,
		"checks without landing or losing a word": checks,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := make(t)
			if len(source.Want) < 3 {
				t.Fatalf("the source has only %d records", len(source.Want))
			}
			test(t, source)
		})
	}
}

// collect runs a new collector to its end without an error.
func (s Source) collect(t *testing.T, from collectors.Checkpoint, to *Landing) collectors.Outcome {
	t.Helper()
	outcome, err := s.New(t).Collect(t.Context(), from, s.Now, to)
	if err != nil {
		t.Fatalf("collect: %v", err)
	}
	return outcome
}

// missing are those of want that did not land.
func missing(want, landed []string) []string {
	return slices.DeleteFunc(slices.Clone(want), func(text string) bool { return slices.Contains(landed, text) })
}

// expect says which of want did not land, and what landed beside them.
func expect(t *testing.T, want, landed []string) {
	t.Helper()
	if lost := missing(want, landed); len(lost) > 0 {
		t.Errorf("did not land: %q", lost)
	}
	if more := missing(landed, want); len(more) > 0 {
		t.Errorf("landed and is not in the source: %q", more)
	}
}

func bringsEverything(t *testing.T, s Source) {
	landing := &Landing{}
	outcome := s.collect(t, "", landing)
	expect(t, s.Want, landing.Landed())
	if got := len(landing.Records()); outcome.Records != got {
		t.Errorf("the outcome says %d records, %d landed", outcome.Records, got)
	}
}

func bringsItAgain(t *testing.T, s Source) {
	for range 2 {
		landing := &Landing{}
		s.collect(t, "", landing)
		expect(t, s.Want, landing.Landed())
	}
}

func goesOn(t *testing.T, s Source) {
	landing := &Landing{}
	s.collect(t, "", landing)
	want := append(slices.Clone(s.Want), s.Grow(t)...)
	s.collect(t, landing.Checkpoint(), landing)
	expect(t, want, landing.Landed())
	again := landing.Checkpoint()
	s.collect(t, again, landing)
	expect(t, want, landing.Landed())
}

func isDeterministic(t *testing.T, s Source) {
	first, second := &Landing{}, &Landing{}
	one := s.collect(t, "", first)
	two := s.collect(t, "", second)
	if !reflect.DeepEqual(first.Segments(), second.Segments()) || !reflect.DeepEqual(first.Logs(), second.Logs()) {
		t.Errorf("two runs over the same source landed differently:\n%q\n%q", first.Landed(), second.Landed())
	}
	if !reflect.DeepEqual(one, two) {
		t.Errorf("two runs over the same source had the outcomes %+v and %+v", one, two)
	}
}

// errFull is the error of the landings that fail.
var errFull = errors.New("landing failed for the test")

// survivesFailures lets the first landing of the first run fail, the second of
// the second, and so on until a run ends well; each goes on from what was sealed.
func survivesFailures(t *testing.T, s Source) {
	landing := &Landing{}
	for fail := 1; ; fail++ {
		if fail > len(s.Want)+10 {
			t.Fatalf("no run ended well in %d", fail)
		}
		before := landing.Calls()
		full := func() error {
			if landing.Calls()-before >= fail {
				return errFull
			}
			return nil
		}
		landing.BeforeSeal = func(collectors.Segment) error { return full() }
		landing.BeforeLog = func(collectors.Log) error { return full() }
		_, err := s.New(t).Collect(t.Context(), landing.Checkpoint(), s.Now, landing)
		if err == nil {
			break
		}
		if !errors.Is(err, errFull) {
			t.Fatalf("the landing's error is not in %v", err)
		}
		if calls := landing.Calls() - before; calls != fail {
			t.Errorf("landed on after a landing failed: %d calls, the failing one was %d", calls, fail)
		}
	}
	expect(t, s.Want, landing.Landed())
}

func cancelledBefore(t *testing.T, s Source) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	landing := &Landing{}
	if _, err := s.New(t).Collect(ctx, "", s.Now, landing); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if len(landing.Landed()) != 0 || len(landing.Segments()) != 0 {
		t.Errorf("landed %q", landing.Landed())
	}
}

func cancelledDuring(t *testing.T, s Source) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	landing := &Landing{
		BeforeSeal: func(collectors.Segment) error { cancel(); return nil },
		BeforeLog:  func(collectors.Log) error { cancel(); return nil },
	}
	if _, err := s.New(t).Collect(ctx, "", s.Now, landing); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if landed := len(landing.Segments()) + len(landing.Logs()); landed != 1 {
		t.Errorf("%d landed although the first cancelled", landed)
	}
	landing.BeforeSeal, landing.BeforeLog = nil, nil
	s.collect(t, landing.Checkpoint(), landing)
	expect(t, s.Want, landing.Landed())
}

func checks(t *testing.T, s Source) {
	collector := s.New(t)
	found, err := collector.Check(t.Context(), s.Now)
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	if len(found) == 0 {
		t.Error("nothing was checked")
	}
	for _, check := range found {
		if check.Name == "" || check.Detail == "" || (check.Fix == "") != (check.Status == collectors.OK) {
			t.Errorf("a check says what was looked at, what was seen and, unless it is OK, what to do: %+v", check)
		}
		if !slices.Contains([]collectors.Status{collectors.OK, collectors.Warning, collectors.Failed}, check.Status) {
			t.Errorf("a check has the status %q", check.Status)
		}
	}
	landing := &Landing{}
	if _, err := collector.Collect(t.Context(), "", s.Now, landing); err != nil {
		t.Fatalf("collect after check: %v", err)
	}
	expect(t, s.Want, landing.Landed())
}
