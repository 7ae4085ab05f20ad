package stream

import (
	"context"
	"fmt"
	"os"
	"time"

	"midwatch/collectors"
)

// batchBytes is how much is synced together at most.
const batchBytes = 8 << 20

// commitUntil makes arrivals durable until stop is closed and none are left,
// seals now and then, and says that it is alive.
func (r *Receiver) commitUntil(stop <-chan struct{}) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case first := <-r.arrivals:
			r.commit(r.gather(first))
		case <-tick.C:
			r.alive()
		case <-stop:
			select {
			case first := <-r.arrivals:
				r.commit(r.gather(first))
				continue
			default:
				return
			}
		}
		if r.due() {
			r.note(r.roll(context.Background()))
		}
	}
}

// gather takes all that wait already: they share one sync.
func (r *Receiver) gather(first arrival) []arrival {
	batch := []arrival{first}
	for size := first.size(); size < batchBytes; {
		select {
		case next := <-r.arrivals:
			batch = append(batch, next)
			size += next.size()
		default:
			return batch
		}
	}
	return batch
}

// size is how many bytes the events of a request have.
func (a arrival) size() (n int) {
	for _, line := range a.lines {
		n += len(line)
	}
	return n
}

// commit makes a batch durable and tells those who wait.
func (r *Receiver) commit(batch []arrival) {
	var lines []collectors.Record
	for _, a := range batch {
		lines = append(lines, a.lines...)
	}
	err := r.journal.append(lines)
	r.note(err)
	if err == nil {
		r.mu.Lock()
		r.state.ReceivedAt = r.o.Now().UTC()
		r.mu.Unlock()
	}
	for _, a := range batch {
		a.done <- err
	}
}

// note remembers whether events can be kept, and logs when that changes.
func (r *Receiver) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.state.Failing
	r.state.Failing = ""
	if err != nil {
		r.state.Failing = err.Error()
	}
	switch {
	case err != nil && was == "":
		r.o.Logger.Error("events cannot be kept and are refused", "error", err)
	case err == nil && was != "":
		r.o.Logger.Info("events are kept again")
	}
}

// due says whether it is time to seal.
func (r *Receiver) due() bool {
	if r.journal.size == 0 && len(r.waiting) == 0 && !r.hasGaps() {
		return false
	}
	return r.journal.size >= r.o.RollBytes || r.o.Now().Sub(r.opened) >= r.o.RollEvery
}

func (r *Receiver) hasGaps() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.state.Gaps) > 0 || len(r.openGaps(false)) > 0
}

// roll closes the journal, begins the next and seals what is closed.
func (r *Receiver) roll(ctx context.Context) error {
	// Also where it fails: the next try waits its turn.
	r.opened = r.o.Now()
	next, err := openJournal(r.o.Dir, r.journal.number+1)
	if err != nil {
		return err
	}
	if err := r.journal.f.Close(); err != nil {
		r.o.Logger.Warn("closing a journal, which is on disk already", "error", err)
	}
	r.waiting = append(r.waiting, r.journal.number)
	r.journal = next
	return r.sealWaiting(ctx)
}

// sealWaiting seals the closed journals in order. One that fails stays, and is
// tried again.
func (r *Receiver) sealWaiting(ctx context.Context) error {
	for len(r.waiting) > 0 {
		number := r.waiting[0]
		gaps := r.takeGaps()
		n, err := sealJournal(ctx, r.o.Sealer, r.o.Dir, number, gaps)
		if err != nil {
			r.mu.Lock()
			r.state.Gaps = append(gaps, r.state.Gaps...)
			r.mu.Unlock()
			return fmt.Errorf("sealing what was received: %w", err)
		}
		r.waiting = r.waiting[1:]
		r.o.Logger.Debug("sealed", "records", n, "gaps", len(gaps))
		if err := os.Remove(journalPath(r.o.Dir, number)); err != nil {
			return fmt.Errorf("removing a journal that is sealed: %w; check who may write there", err)
		}
	}
	r.alive()
	return nil
}
