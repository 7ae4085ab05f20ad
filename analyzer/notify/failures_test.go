package notify_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer/notify"
)

// A receiver that is down for two runs is told in the third, everything once.
func TestDownForTwoRuns(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	box, got := newMemory(), &received{}
	c := channel(notify.Webhook, "http://"+address, nil)
	c.Timeout = time.Second
	for i := range 2 {
		if problems := run(t, box, c, morning(item(fmt.Sprint("mw-", i), "high"))); len(problems) != 1 || !strings.Contains(problems[0], fmt.Sprintf("%d not delivered, kept for the next run", i+1)) {
			t.Fatalf("run %d: %v", i, problems)
		}
	}
	if l, err = net.Listen("tcp", address); err != nil {
		t.Skipf("the port was taken meanwhile: %v", err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) { got.take(q) })}}
	s.Start()
	t.Cleanup(s.Close)
	for range 2 {
		if problems := run(t, box, c, morning(item("mw-0", "high"))); len(problems) != 0 {
			t.Fatal(problems)
		}
	}
	if got.count() != 2 || got.headers[0].Get("Idempotency-Key") != "mw-0:high" || got.headers[1].Get("Idempotency-Key") != "mw-1:high" {
		t.Errorf("%d received: %v", got.count(), got.headers)
	}
}

// Whatever a receiver does, the message waits, the reason says what to do, and the
// run goes on.
func TestReceiversThatFail(t *testing.T) {
	t.Parallel()
	elsewhere := &received{}
	other, _ := receiver(t, func(_ http.ResponseWriter, q *http.Request) { elsewhere.take(q) })
	for name, x := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"500": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "answered 500: it is tried again in the next run"},
		"401": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, "answered 401: check the secret"},
		"hangs": {func(_ http.ResponseWriter, q *http.Request) {
			_, _ = io.Copy(io.Discard, q.Body)
			<-q.Context().Done() // until the client gives up
		}, "did not answer in time"},
		"redirects": {func(w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, other.URL, 307) }, "redirects elsewhere, and redirects are not followed"},
		"resets": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = conn.Close()
			}
		}, "could not be reached, or refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, trusted := receiver(t, x.answer)
			c, box := channel(notify.Webhook, s.URL, trusted), newMemory()
			c.Timeout = 2 * time.Second
			began := time.Now()
			problems := run(t, box, c, morning(item("mw-1", "critical")))
			if len(problems) != 1 || !strings.Contains(problems[0], x.want) || !strings.Contains(problems[0], "midwatch notify --test --channel c") {
				t.Errorf("%v, want %q", problems, x.want)
			}
			if spent := time.Since(began); spent > time.Minute {
				t.Errorf("the run waited %v", spent)
			}
			if waiting, _ := box.Waiting(t.Context(), "c"); len(waiting) != 1 || elsewhere.count() != 0 {
				t.Errorf("%d wait, %d went elsewhere", len(waiting), elsewhere.count())
			}
		})
	}
}

// A receiver that takes a message and resets before it answers is sent it again, under
// the same id: at least once, and once by id.
func TestResetAfterTaking(t *testing.T) {
	t.Parallel()
	got := &received{}
	resets := true
	s, trusted := receiver(t, func(w http.ResponseWriter, q *http.Request) {
		got.take(q)
		if !resets {
			return
		}
		resets = false
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = conn.Close()
		}
	})
	box, c := newMemory(), channel(notify.Webhook, s.URL, trusted)
	for range 2 {
		if problems := run(t, box, c, morning(item("mw-1", "high"))); len(problems) != 0 {
			t.Fatal(problems)
		}
	}
	if got.count() != 2 || got.bodies[0] != got.bodies[1] || got.headers[0].Get("Idempotency-Key") != got.headers[1].Get("Idempotency-Key") || box.sent["c|mw-1:high"] != 1 {
		t.Errorf("%d received, %v", got.count(), box.sent)
	}
}

// Mail and syslog servers that fail, too, leave the message waiting and hold up a run for
// the channel's timeout at most.
func TestServersThatFail(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		serve func(net.Conn)
		want  string
	}{
		"hangs":  {func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, ""},
		"resets": {func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }, "could not be reached, or refused"},
		"talks something else": {func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.0 400 no\r\n\r\n")
		}, "could not be reached, or refused"},
		"is down": {nil, "could not be reached, or refused"},
	} {
		for _, kind := range []notify.Kind{notify.SMTP, notify.Syslog} {
			t.Run(name+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = l.Close() })
				go func() {
					for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
						go func() {
							defer conn.Close()
							x.serve(conn)
						}()
					}
				}()
				if x.serve == nil {
					_ = l.Close()
				}
				c, box := channel(kind, "", nil), newMemory()
				c.Address, c.From, c.To, c.Timeout = l.Addr().String(), "midwatch@example.org", []string{"lead@example.org"}, 2*time.Second
				began := time.Now()
				problems := run(t, box, c, morning(item("mw-1", "critical")))
				if waiting, _ := box.Waiting(t.Context(), "c"); len(problems) != 1 || !strings.Contains(problems[0], x.want) || len(waiting) != 1 {
					t.Errorf("%v, %d wait", problems, len(waiting))
				}
				if spent := time.Since(began); spent > time.Minute {
					t.Errorf("the run waited %v", spent)
				}
			})
		}
	}
}

// One message that is refused keeps no other from being delivered.
func TestRefusedMessageDoesNotBlock(t *testing.T) {
	t.Parallel()
	got := &received{}
	s, trusted := receiver(t, func(w http.ResponseWriter, q *http.Request) {
		if q.Header.Get("Idempotency-Key") == "mw-1:high" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		got.take(q)
	})
	box := newMemory()
	c := channel(notify.Webhook, s.URL, trusted)
	if problems := run(t, box, c, morning(item("mw-1", "high"), item("mw-2", "high"))); len(problems) != 1 || got.count() != 1 || box.sent["c|mw-2:high"] != 1 {
		t.Errorf("%v, %d received, %v", problems, got.count(), box.sent)
	}
}
