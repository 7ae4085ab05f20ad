package stream

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"

	"midwatch/collectors"
)

// Receiver takes events over HTTP. Make it with NewReceiver and run it with
// Serve.
type Receiver struct {
	o      Options
	words  Words
	token  [sha256.Size]byte
	rate   *rate.Limiter
	memory *semaphore.Weighted
	// guard is set as long as Serve runs.
	guard atomic.Pointer[guard]
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

// arrival are the events of a request, with who waits for them.
type arrival struct {
	lines []collectors.Record
	done  chan error
}

// NewReceiver seals what an earlier receiver left in its journals, notes the
// time in which none ran, and begins a journal. The caller holds the lock of the
// source's spool.
func NewReceiver(ctx context.Context, o Options) (*Receiver, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("stream: make the folder of the source: %w; check who may write there", err)
	}
	r := &Receiver{
		o: o, words: o.Dialect.Words(), token: sha256.Sum256([]byte(o.Token)),
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
		r.state.Gaps = append(before.Gaps, before.downtime(now, r.words))
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
func (r *Receiver) Serve(ctx context.Context, l *Listener) error {
	g := newGuard(l.Listener, r.o, r.noteGap)
	r.guard.Store(g)
	server := &http.Server{
		Handler: r, ReadHeaderTimeout: r.o.HeaderDeadline, ReadTimeout: r.o.RequestDeadline,
		WriteTimeout: answerDeadline, IdleTimeout: idleDeadline, MaxHeaderBytes: 16 << 10,
		// Noise of the network: handshakes that fail, connections that end.
		ErrorLog: slog.NewLogLogger(r.o.Logger.Handler(), slog.LevelDebug),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, guardedKey{}, guardedOf(c))
		},
	}
	ended := make(chan struct{})
	stop := make(chan struct{})
	go func() { defer close(ended); r.commitUntil(stop) }()
	served := make(chan error, 1)
	go func() { served <- server.Serve(l.Secure(g)) }()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		if err = server.Shutdown(grace); err != nil {
			err = errors.Join(fmt.Errorf("stream: end the requests that were begun: %w", err), server.Close())
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
	r.state.Gaps = append(r.state.Gaps, r.openGaps(true)...)
	return errors.Join(err, r.state.write(r.o.Dir))
}

// noteGap remembers a gap until it is sealed.
func (r *Receiver) noteGap(gap collectors.Gap) {
	r.o.Logger.Warn("not everything could be received", "reason", gap.Reason)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Gaps = append(r.state.Gaps, gap)
}

// openGaps are the gaps that are still open: what was refused, and who was cut off
// before he could show a token. With end they are closed. The caller holds mu.
func (r *Receiver) openGaps(end bool) []collectors.Gap {
	open, g := &r.refused, r.guard.Load()
	if !end {
		now := r.refused
		open = &now
	}
	gaps := open.take("%d requests of " + r.words.Sender + " were refused, with the events in them: %s")
	switch {
	case g == nil:
	case end:
		gaps = append(gaps, g.takeCrowded()...)
	default:
		gaps = append(gaps, g.peekCrowded()...)
	}
	return gaps
}

// takeGaps hands over the gaps that are not sealed yet.
func (r *Receiver) takeGaps() []collectors.Gap {
	r.mu.Lock()
	defer r.mu.Unlock()
	gaps := append(r.state.Gaps, r.openGaps(true)...)
	r.state.Gaps = nil
	return gaps
}

// alive writes the status, with the gaps that are not sealed yet. A receiver that
// finds that it was not running for a while (a machine that slept, a process that
// was stopped) says so.
func (r *Receiver) alive() {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.o.Now().UTC()
	if now.Sub(r.state.AliveAt) >= silent {
		r.state.Gaps = append(r.state.Gaps, r.state.downtime(now, r.words))
	}
	r.state.AliveAt = now
	if g := r.guard.Load(); g != nil {
		r.state.Silenced = g.silencedSoFar()
	}
	status := r.state
	status.Gaps = append(append([]collectors.Gap(nil), status.Gaps...), r.openGaps(false)...)
	if err := status.write(r.o.Dir); err != nil {
		r.o.Logger.Warn("the receiver's status could not be written", "error", err)
	}
}
