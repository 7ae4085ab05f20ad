package stream

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"midwatch/collectors"
)

// pipeListener gives connections that a test makes, from addresses of its choice.
type pipeListener struct{ conns chan net.Conn }

func (l *pipeListener) Accept() (net.Conn, error) { return <-l.conns, nil }
func (l *pipeListener) Close() error              { return nil }
func (l *pipeListener) Addr() net.Addr            { return &net.TCPAddr{} }

// fromConn is a connection from an address.
type fromConn struct {
	net.Conn
	from   string
	closed atomic.Bool
}

func (c *fromConn) RemoteAddr() net.Addr {
	at, err := net.ResolveTCPAddr("tcp", c.from)
	if err != nil {
		panic(err)
	}
	return at
}

func (c *fromConn) Close() error { c.closed.Store(true); return nil }

func (c *fromConn) Read(p []byte) (int, error) { p[0] = 'x'; return 1, nil }

// admitted puts connections through a guard.
type admitted struct {
	g *guard
	t *testing.T
}

func (a admitted) from(address string) (*fromConn, *guarded) {
	a.t.Helper()
	c := &fromConn{from: address}
	return c, a.g.admit(c).(*guarded)
}

func newAdmitted(t *testing.T, most, ofAddress int) admitted {
	now := noon
	o := Options{MaxStrangers: most, MaxStrangersOfAddress: ofAddress, Now: func() time.Time { now = now.Add(time.Second); return now }}
	return admitted{newGuard(&pipeListener{}, o, func(collectors.Gap) {}), t}
}

// TestEverybodyHasAMomentToShowTheToken: the oldest is not closed before it.
func TestEverybodyHasAMomentToShowTheToken(t *testing.T) {
	now := noon
	g := newGuard(&pipeListener{}, Options{MaxStrangers: 1, MaxStrangersOfAddress: 1, Now: func() time.Time { return now }}, nil)
	first := &guarded{Conn: &fromConn{}, guard: g}
	second := &guarded{Conn: &fromConn{}, guard: g}
	if out, wait := g.room(first); out != nil || wait != 0 {
		t.Fatalf("the first had to wait %s", wait)
	}
	now = noon.Add(moment - 1)
	if out, wait := g.room(second); out != nil || wait != 1 {
		t.Errorf("a nanosecond before its moment is over: closed %t, wait %s", out != nil, wait)
	}
	now = noon.Add(moment)
	if out, _ := g.room(second); out != first {
		t.Error("after its moment it was not closed")
	}
	if out, wait := g.room(second); out != nil || wait != 0 || g.count != 1 {
		t.Errorf("the second had to wait %s, %d strangers", wait, g.count)
	}
}

// The oldest of the same address makes room, first the one that said nothing.
func TestStrangersOfAnAddressMakeRoomForOneAnother(t *testing.T) {
	a := newAdmitted(t, 100, 3)
	first, _ := a.from("192.0.2.1:1")
	second, _ := a.from("192.0.2.1:2")
	third, _ := a.from("192.0.2.1:3")
	other, _ := a.from("192.0.2.2:1")
	if first.closed.Load() {
		t.Fatal("three of three are too many")
	}
	fourth, speaks := a.from("192.0.2.1:4")
	if !first.closed.Load() || second.closed.Load() || third.closed.Load() || other.closed.Load() {
		t.Fatal("not the oldest of the address was closed")
	}
	if _, err := speaks.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		a.from(fmt.Sprintf("192.0.2.1:%d", 5+n))
	}
	if !second.closed.Load() || !third.closed.Load() || fourth.closed.Load() {
		t.Error("one that spoke was closed before those that were silent")
	}
	if len(a.g.takeCrowded()) != 0 {
		t.Error("closing those that said nothing is told as a gap")
	}
}

// What was cut off while it spoke may have been the sender: a gap.
func TestCuttingOffWhoSpeaksIsAGap(t *testing.T) {
	a := newAdmitted(t, 100, 1)
	_, speaks := a.from("192.0.2.1:1")
	if _, err := speaks.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	a.from("192.0.2.1:2")
	gaps := a.g.takeCrowded()
	if len(gaps) != 1 || !strings.HasPrefix(gaps[0].Reason, "1 connections were closed before they showed a token") {
		t.Errorf("the gaps are %+v", gaps)
	}
}

// In total the largest crowd makes room, so that one address cannot close another's.
func TestTheLargestCrowdMakesRoom(t *testing.T) {
	a := newAdmitted(t, 4, 4)
	alone, _ := a.from("198.51.100.1:1") // the oldest of all
	first, _ := a.from("[2001:db8::1]:1")
	for n := range 2 {
		a.from(fmt.Sprintf("[2001:db8::%d]:1", n+2)) // one network of 64 bits
	}
	a.from("203.0.113.9:1")
	if alone.closed.Load() || !first.closed.Load() {
		t.Errorf("closed: alone %t, of the crowd %t", alone.closed.Load(), first.closed.Load())
	}
	if len(a.g.strangers) != 3 || a.g.count != 4 {
		t.Errorf("%d addresses and %d strangers are left", len(a.g.strangers), a.g.count)
	}
}

// failing refuses to accept for a while, as a process without descriptors does.
type failing struct {
	net.Listener
	times atomic.Int64
}

func (f *failing) Accept() (net.Conn, error) {
	if f.times.Add(-1) >= 0 {
		return nil, errors.New("too many open files")
	}
	return f.Listener.Accept()
}

func TestTimeInWhichNothingCouldBeAcceptedIsAGap(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	blocked := &failing{Listener: l}
	blocked.times.Store(3)
	s := serveOn(t, Options{}, blocked)
	if got := s.post(t, strings.NewReader(`{"id":1}`), nil); got != 200 {
		t.Fatalf("answered %d", got)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	var told int
	for _, segment := range s.landing.Segments() {
		for _, gap := range segment.Gaps {
			if strings.Contains(gap.Reason, "could not accept connections: too many open files") && gap.From.Before(gap.Until) {
				told++
			}
		}
	}
	if told != 1 {
		t.Errorf("the gap was told %d times", told)
	}
}

// TestIdleConnectionsCostNoDelivery: 3,000 idle connections, made again as
// they are closed, and 20 deliveries beside them, from the same address. All 20
// arrive, the health check answers, and what was closed is counted.
func TestIdleConnectionsCostNoDelivery(t *testing.T) {
	const idle, deliveries, hands = 3000, 20, 50
	s := serve(t, Options{})
	address := strings.TrimPrefix(s.url, "http://")
	done := make(chan struct{})
	var made atomic.Int64
	var crowd sync.WaitGroup
	for range hands {
		crowd.Go(func() { holdOpen(address, idle/hands, &made, done) })
	}
	for made.Load() < idle { // the crowd is there
		time.Sleep(time.Millisecond)
	}
	var all sync.WaitGroup
	for n := range deliveries {
		all.Go(func() { deliver(t, s.url, n) })
	}
	all.Wait()
	resp, err := http.Get(s.url + "/health")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the health check: %v", err)
	}
	close(done)
	crowd.Wait()
	silenced := s.guard.Load().silencedSoFar()
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if got := len(s.landing.Records()); got != deliveries {
		t.Errorf("%d of %d deliveries arrived", got, deliveries)
	}
	if silenced == 0 {
		t.Error("no idle connection had to make room: the crowd was none")
	}
}

// deliver sends an event over a connection of its own, once.
func deliver(t *testing.T, url string, n int) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/events", strings.NewReader(fmt.Sprintf(`{"id":%d}`, n)))
	if err != nil {
		t.Error(err)
		return
	}
	req.Header.Set(plainToken, goodToken)
	resp, err := client.Do(req)
	if err != nil {
		t.Errorf("delivery %d: %v", n, err)
		return
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("delivery %d was answered %d", n, resp.StatusCode)
	}
}

// holdOpen keeps some connections open that say nothing, and makes another for each
// that is closed.
func holdOpen(address string, some int, made *atomic.Int64, done <-chan struct{}) {
	ended := make(chan struct{}, some)
	var open sync.Map
	dial := func() {
		c, err := net.Dial("tcp", address)
		made.Add(1)
		if err != nil {
			ended <- struct{}{}
			return
		}
		open.Store(c, true)
		go func() {
			_, _ = io.Copy(io.Discard, c)
			open.Delete(c)
			_ = c.Close()
			ended <- struct{}{}
		}()
	}
	for range some {
		dial()
	}
	for {
		select {
		case <-ended:
			dial()
		case <-done:
			open.Range(func(c, _ any) bool { _ = c.(net.Conn).Close(); return true })
			return
		}
	}
}
