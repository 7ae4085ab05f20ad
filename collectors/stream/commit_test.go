package stream

import (
	"bytes"
	"os"
	"testing"
	"time"

	"midwatch/collectors"
)

// TestAllThatWaitShareOneSync: a hundred events that wait are one append, and
// each is told.
func TestAllThatWaitShareOneSync(t *testing.T) {
	r := &Receiver{arrivals: make(chan arrival, 200), o: Options{Now: func() time.Time { return noon }}}
	j, err := openJournal(t.TempDir(), 1)
	if err != nil {
		t.Fatal(err)
	}
	r.journal = j
	var waiting []arrival
	for range 100 {
		a := arrival{lines: []collectors.Record{[]byte(`{"id":1}`)}, done: make(chan error, 1)}
		waiting = append(waiting, a)
		r.arrivals <- a
	}
	batch := r.gather(<-r.arrivals)
	if len(batch) != 100 {
		t.Fatalf("%d of 100 that wait share a sync", len(batch))
	}
	r.commit(batch)
	for i, a := range waiting {
		select {
		case err := <-a.done:
			if err != nil {
				t.Errorf("event %d: %v", i, err)
			}
		default:
			t.Errorf("event %d was not told", i)
		}
	}
	text, err := os.ReadFile(j.f.Name())
	if err != nil || bytes.Count(text, []byte{'\n'}) != 100 || int64(len(text)) != j.size {
		t.Errorf("the journal has %d bytes, %v", len(text), err)
	}
}

func TestASyncTakesNoMoreThanItsBytes(t *testing.T) {
	r := &Receiver{arrivals: make(chan arrival, 20)}
	big := arrival{lines: []collectors.Record{make([]byte, batchBytes/4)}}
	for range 10 {
		r.arrivals <- big
	}
	if n := len(r.gather(<-r.arrivals)); n != 4 {
		t.Errorf("%d quarters of what a sync takes at most were taken", n)
	}
}
