package gitlab

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/net/netutil"
	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"

	"midwatch/collectors"
)

// Receiver takes events over HTTP. Make it with NewReceiver and run it with
// Serve.
type Receiver struct {
	o      Options
	token  [sha256.Size]byte
	rate   *rate.Limiter
	memory *semaphore.Weighted
	// arrivals are requests that wait for their event to be durable.
	arrivals chan arrival
	// The committer owns what follows.
	journal *journal
	opened  time.Time
	// waiting are closed journals that are not sealed yet.
	waiting []uint64

	mu    sync.Mutex
	state status
	// refused is the open gap of requests that were turned away.
	refused refusals
}

// arrival is an event with who waits for it.
type arrival struct {
	line []byte
	done chan error
}

// NewReceiver seals what an earlier receiver left in its journals, notes the
// time in which none ran, and begins a journal. The caller holds the lock of the
// source's spool.
func NewReceiver(ctx context.Context, o Options) (*Receiver, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("gitlab: make the folder of the source: %w; check who may write there", err)
	}
	r := &Receiver{
		o: o, token: sha256.Sum256([]byte(o.Token)),
		rate: rate.NewLimiter(rate.Limit(o.MaxRate), o.MaxRate), memory: semaphore.NewWeighted(o.MaxMemory),
		arrivals: make(chan arrival, o.MaxConnections),
	}
	return r, r.begin(ctx)
}

// begin takes over from the receiver before.
func (r *Receiver) begin(ctx context.Context) error {
	now := r.o.Now().UTC()
	before, err := readStatus(r.o.Dir)
	if err != nil {
		return err
	}
	r.state = status{AliveAt: now, Running: true}
	if before != nil {
		r.state.ReceivedAt = before.ReceivedAt
		r.state.Gaps = append(before.Gaps, before.downtime(now))
	}
	if err := r.state.write(r.o.Dir); err != nil {
		return err
	}
	at, err := parseCheckpoint(r.o.From)
	if err != nil {
		return err
	}
	if r.waiting, err = dropSealed(r.o.Dir, at); err != nil {
		return err
	}
	number := at.Journal + 1
	if n := len(r.waiting); n > 0 {
		number = r.waiting[n-1] + 1
	}
	if r.journal, err = openJournal(r.o.Dir, number); err != nil {
		return err
	}
	r.opened = now
	return r.sealWaiting(ctx)
}

// Serve answers on a listener until ctx is over, then ends what was begun, seals
// it and returns nil. It returns earlier only with an error.
func (r *Receiver) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: r, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
	ended := make(chan struct{})
	stop := make(chan struct{})
	go func() { defer close(ended); r.commitUntil(stop) }()
	served := make(chan error, 1)
	go func() { served <- server.Serve(netutil.LimitListener(l, r.o.MaxConnections)) }()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		if err = server.Shutdown(grace); err != nil {
			err = errors.Join(fmt.Errorf("gitlab: end the requests that were begun: %w", err), server.Close())
		}
	}
	close(stop)
	<-ended
	return errors.Join(ignoreClosed(err), r.end(context.WithoutCancel(ctx)))
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// end seals what is left and says that the receiver ended by itself.
func (r *Receiver) end(ctx context.Context) error {
	err := r.roll(ctx)
	if r.journal != nil {
		err = errors.Join(err, r.journal.f.Close())
		if r.journal.size == 0 {
			err = errors.Join(err, os.Remove(r.journal.f.Name()))
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.AliveAt, r.state.Running = r.o.Now().UTC(), false
	r.state.Gaps = append(r.state.Gaps, r.refused.take()...)
	return errors.Join(err, r.state.write(r.o.Dir))
}

// authentic compares the token in constant time, over hashes so that its length
// does not show either.
func (r *Receiver) authentic(req *http.Request) bool {
	sent := req.Header.Values(TokenHeader)
	if len(sent) != 1 {
		return false
	}
	hash := sha256.Sum256([]byte(sent[0]))
	return subtle.ConstantTimeCompare(hash[:], r.token[:]) == 1
}

// refusals add up to one gap: requests of GitLab that were turned away.
type refusals struct {
	count       int64
	from, until time.Time
	reason      string
}

func (f *refusals) add(now time.Time, reason string) {
	if f.count == 0 {
		f.from, f.reason = now, reason
	}
	f.count++
	f.until = now
}

// take returns the gap, if there is one, and begins anew.
func (f *refusals) take() []collectors.Gap {
	if f.count == 0 {
		return nil
	}
	g := collectors.Gap{
		From: f.from, Until: f.until.Add(time.Millisecond),
		Reason: fmt.Sprintf("%d events of GitLab were refused: %s", f.count, f.reason),
	}
	*f = refusals{}
	return []collectors.Gap{g}
}
