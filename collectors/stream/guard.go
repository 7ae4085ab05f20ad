package stream

import (
	"container/list"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"midwatch/collectors"
)

// guard is a listener that keeps senders without a token from holding what the
// others need. A connection is a stranger until a request on it showed the token.
// Strangers are bounded in total and by source address, and the oldest makes room
// for the next: one that has sent nothing yet before one that has, and none before
// it had a moment to say who it is. Until then the next waits in the system's queue,
// where what it sends is kept.
type guard struct {
	net.Listener
	most, mostOfAddress int
	now                 func() time.Time
	// told is called with spans in which connections could not be accepted, or in
	// which strangers that had begun to speak were closed to make room.
	told func(collectors.Gap)

	mu        sync.Mutex
	strangers map[netip.Addr]*crowd
	count     int
	known     int
	// crowded is the open span of strangers closed while they spoke.
	crowded refusals
	// silenced counts strangers that were closed before they sent a byte.
	silenced int64
}

// crowd are the strangers of one source address, each list the oldest first.
type crowd struct {
	silent, speaking list.List
}

func (c *crowd) len() int { return c.silent.Len() + c.speaking.Len() }

// oldest is the stranger that makes room: the longest silent one, else the oldest;
// nil where the crowd is empty. Who has sent something that nobody had a turn to read
// yet is not silent.
func (c *crowd) oldest() *guarded {
	for e := c.silent.Front(); e != nil; e = c.silent.Front() {
		s := e.Value.(*guarded)
		if !hasSent(s.Conn) {
			return s
		}
		c.heard(s)
	}
	if e := c.speaking.Front(); e != nil {
		return e.Value.(*guarded)
	}
	return nil
}

// heard moves a stranger to those that speak.
func (c *crowd) heard(s *guarded) {
	s.within.Remove(s.place)
	s.spoke, s.within = true, &c.speaking
	s.place = c.speaking.PushBack(s)
}

// since is when the longest waiting of a crowd came.
func (c *crowd) since() time.Time {
	var first time.Time
	for _, e := range []*list.Element{c.silent.Front(), c.speaking.Front()} {
		if e == nil {
			continue
		}
		if at := e.Value.(*guarded).since; first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}

// guarded is a connection with its place among the strangers.
type guarded struct {
	net.Conn
	guard  *guard
	from   netip.Addr
	since  time.Time
	spoke  bool
	read   bool // by the one that reads, without the lock
	within *list.List
	place  *list.Element
	known  bool
	once   sync.Once
}

func newGuard(l net.Listener, o Options, told func(collectors.Gap)) *guard {
	return &guard{
		Listener: l, most: o.MaxStrangers, mostOfAddress: o.MaxStrangersOfAddress, now: o.Now, told: told,
		strangers: map[netip.Addr]*crowd{},
	}
}

// retryAccept is how long is waited after an accept that failed, at most.
const retryAccept = time.Second

// Accept gives the next connection. Where the system refuses (no file
// descriptors, no memory) it makes room, tries again, and tells the span as a gap.
func (g *guard) Accept() (net.Conn, error) {
	var since time.Time
	var why error
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, retryAccept) {
		c, err := g.Listener.Accept()
		if err == nil {
			if why != nil {
				g.told(blocked(since, g.now(), why))
			}
			return g.admit(c), nil
		}
		if errors.Is(err, net.ErrClosed) {
			return nil, err
		}
		if why == nil {
			since, why = g.now(), err
		}
		g.close(g.takeLargest())
		time.Sleep(wait)
	}
}

// blocked is the gap of a time in which nothing could be accepted.
func blocked(from, until time.Time, why error) collectors.Gap {
	return collectors.Gap{
		From: from.UTC(), Until: until.UTC().Add(time.Millisecond),
		Reason: fmt.Sprintf("the receiver could not accept connections: %v; raise the limit of open files of its service", why),
	}
}

// moment is how long a stranger has at least to show the token: some round trips to
// the other side of the world.
const moment = time.Second

// admit takes a connection in as a stranger, after others made room for it.
func (g *guard) admit(c net.Conn) net.Conn {
	s := &guarded{Conn: c, guard: g, from: sourceOf(c)}
	for {
		out, wait := g.room(s)
		g.close(out)
		if out == nil && wait == 0 {
			return s
		}
		time.Sleep(min(wait, 10*time.Millisecond)) // it may leave by itself
	}
}

// room gives a stranger its place. Where there is none it gives the one that has to
// go, or how long until it may be closed.
func (g *guard) room(s *guarded) (out *guarded, wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	of := g.strangers[s.from]
	switch {
	case of != nil && of.len() >= g.mostOfAddress:
		out = of.oldest()
	case g.count >= g.most:
		out = g.largest().oldest()
	default:
		g.enter(s)
		return nil, 0
	}
	if wait = moment - g.now().Sub(out.since); wait > 0 {
		return nil, wait
	}
	g.turnAway(out)
	return out, 0
}

// enter puts a stranger into its crowd.
func (g *guard) enter(s *guarded) {
	of := g.strangers[s.from]
	if of == nil {
		of = &crowd{}
		g.strangers[s.from] = of
	}
	s.since, s.within = g.now(), &of.silent
	s.place = of.silent.PushBack(s)
	g.count++
}

// takeLargest turns a stranger away, of the largest crowd.
func (g *guard) takeLargest() *guarded {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.count == 0 {
		return nil
	}
	out := g.largest().oldest()
	g.turnAway(out)
	return out
}

// close ends the connection of a stranger that was turned away.
func (g *guard) close(s *guarded) {
	if s != nil {
		_ = s.Close()
	}
}

// largest is the crowd of the address with the most strangers; of equal ones, that
// with the longest waiting.
func (g *guard) largest() *crowd {
	var most *crowd
	for _, c := range g.strangers {
		if most == nil || c.len() > most.len() || c.len() == most.len() && c.since().Before(most.since()) {
			most = c
		}
	}
	return most
}

// turnAway takes a stranger out of the lists and remembers it.
func (g *guard) turnAway(s *guarded) {
	if s.spoke {
		g.crowded.add(g.now().UTC(), "senders without the token held too many connections")
	} else {
		g.silenced++
	}
	g.leave(s)
}

// leave takes a connection out of where it is counted.
func (g *guard) leave(s *guarded) {
	switch {
	case s.place != nil:
		s.within.Remove(s.place)
		s.place = nil
		g.count--
		if of := g.strangers[s.from]; of != nil && of.len() == 0 {
			delete(g.strangers, s.from)
		}
	case s.known:
		s.known = false
		g.known--
	}
}

// cutOff says what gap strangers leave that were closed while they spoke.
const cutOff = "%d connections were closed before they showed a token: %s; if one of them was the sender's, what it carried is lost unless it is sent again"

// takeCrowded hands over the gap of strangers that were cut off while they spoke.
func (g *guard) takeCrowded() []collectors.Gap {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.crowded.take(cutOff)
}

// peekCrowded is takeCrowded without taking.
func (g *guard) peekCrowded() []collectors.Gap {
	g.mu.Lock()
	defer g.mu.Unlock()
	open := g.crowded
	return open.take(cutOff)
}

// silencedSoFar counts the strangers that were closed before they sent a byte.
func (g *guard) silencedSoFar() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.silenced
}

// Read notes that a stranger has begun to speak.
func (s *guarded) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if n > 0 && !s.read {
		s.read = true
		s.guard.mu.Lock()
		if of := s.guard.strangers[s.from]; s.place != nil && !s.spoke && of != nil {
			of.heard(s)
		}
		s.spoke = true
		s.guard.mu.Unlock()
	}
	return n, err
}

// Close ends the connection and gives its place away.
func (s *guarded) Close() error {
	s.once.Do(func() {
		s.guard.mu.Lock()
		s.guard.leave(s)
		s.guard.mu.Unlock()
	})
	return s.Conn.Close()
}

// guardedKey finds a request's connection in its context.
type guardedKey struct{}

// vouch takes the connection of a request that showed the token out of the
// strangers. It says false where more senders with the token than most hold one.
func (g *guard) vouch(req *http.Request, most int) bool {
	s, ok := req.Context().Value(guardedKey{}).(*guarded)
	if !ok {
		return true // a test's recorder has no connection
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.known || s.place == nil {
		return true
	}
	if g.known >= most {
		return false
	}
	g.leave(s)
	s.known = true
	g.known++
	return true
}

// guardedOf finds the guarded connection below TLS.
func guardedOf(c net.Conn) *guarded {
	for {
		if s, ok := c.(*guarded); ok {
			return s
		}
		below, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return nil
		}
		c = below.NetConn()
	}
}

// sourceOf is the address that a connection comes from: of IPv6 the network of 64
// bits, which is what one host is given.
func sourceOf(c net.Conn) netip.Addr {
	at, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	a := at.Addr().Unmap().WithZone("")
	if a.Is4() {
		return a
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}
