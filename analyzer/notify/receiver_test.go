package notify_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"midwatch/analyzer/notify"
)

var night = time.Date(2026, time.July, 20, 0, 0, 0, 0, time.UTC)

const secret = "s3cret-of-the-test"

func item(id, severity string) notify.Item {
	return notify.Item{ID: id, Night: "2026-07-20", State: severity, Status: "new", Severity: severity, Confidence: "high", Title: "ana cloned <everything>", Who: "github:ana", Reason: "41 repositories", RuleOut: "a new laptop", Action: "Ask ana"}
}

func morning(items ...notify.Item) notify.Morning {
	return notify.Morning{Night: night, Items: items, Coverage: "all was seen", Quiet: "nothing is listed", Version: "v1"}
}

// memory is an outbox without a database.
type memory struct {
	order  []string
	box    map[string]notify.Message
	sent   map[string]int
	failed map[string]string
}

func newMemory() *memory {
	return &memory{box: map[string]notify.Message{}, sent: map[string]int{}, failed: map[string]string{}}
}

func (m *memory) Queue(_ context.Context, channel string, message notify.Message, _ time.Time) error {
	id := channel + "|" + message.Key
	if _, is := m.box[id]; !is {
		m.order, m.box[id] = append(m.order, id), message
	}
	return nil
}

func (m *memory) Waiting(_ context.Context, channel string) (all []notify.Queued, _ error) {
	for _, id := range m.order {
		if strings.HasPrefix(id, channel+"|") && m.sent[id] == 0 {
			all = append(all, notify.Queued{Message: m.box[id]})
		}
	}
	return all, nil
}

func (m *memory) Delivered(_ context.Context, channel, key string, _ time.Time) error {
	m.sent[channel+"|"+key]++
	return nil
}

func (m *memory) Failed(_ context.Context, channel, key, reason string, _ time.Time) error {
	m.failed[channel+"|"+key] = reason
	return nil
}

// run is a morning with one channel.
func run(t *testing.T, box *memory, c notify.Channel, m notify.Morning) []string {
	t.Helper()
	all := []notify.Channel{c}
	if err := notify.Queue(t.Context(), box, all, m, night); err != nil {
		t.Fatal(err)
	}
	problems, waiting, err := notify.Deliver(t.Context(), box, all, night)
	if err != nil || (waiting > 0) != (len(problems) > 0) {
		t.Fatal(waiting, problems, err)
	}
	if said := fmt.Sprint(problems, box.failed); strings.Contains(said, secret) {
		t.Errorf("a secret is told: %s", said)
	}
	return problems
}

// received is what an HTTP receiver was sent.
type received struct {
	sync.Mutex
	bodies  []string
	headers []http.Header
}

func (r *received) take(q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	r.Lock()
	defer r.Unlock()
	r.bodies, r.headers = append(r.bodies, string(body)), append(r.headers, q.Header.Clone())
}

func (r *received) count() int {
	r.Lock()
	defer r.Unlock()
	return len(r.bodies)
}

// receiver is an HTTPS server, and a channel's trust in it.
func receiver(t *testing.T, answer http.HandlerFunc) (*httptest.Server, *tls.Config) {
	t.Helper()
	s := httptest.NewUnstartedServer(answer)
	s.Config.ErrorLog = nil
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, trust(s)
}

func trust(s *httptest.Server) *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return &tls.Config{RootCAs: pool}
}

// certificate is one for 127.0.0.1, and the trust in it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	return &tls.Config{Certificates: s.TLS.Certificates}, trust(s)
}

func channel(kind notify.Kind, url string, trusted *tls.Config) notify.Channel {
	return notify.Channel{Name: "c", Kind: kind, URL: url, Secret: secret, TLS: trusted, Severities: []string{"high", "critical"}, Timeout: 10 * time.Second, Host: "host"}
}

// mailServer takes mail after STARTTLS, or offers none. It gives what it was sent.
func mailServer(t *testing.T, offers bool) (address string, trusted *tls.Config, got *received) {
	t.Helper()
	server, trusted := certificate(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	got = &received{}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serveMail(conn, server, offers, got)
		}
	}()
	return l.Addr().String(), trusted, got
}

func serveMail(conn net.Conn, server *tls.Config, offers bool, got *received) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	say := func(lines ...string) { _, _ = io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n") }
	say("220 test")
	secure := false
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch word := strings.ToUpper(strings.Fields(line + " x")[0]); {
		case word == "EHLO" && secure:
			say("250-test", "250 AUTH PLAIN")
		case word == "EHLO" && offers:
			say("250-test", "250 STARTTLS")
		case word == "STARTTLS":
			say("220 go")
			conn = tls.Server(conn, server)
			in, secure = bufio.NewReader(conn), true
		case word == "AUTH":
			say("235 ok")
		case word == "DATA":
			say("354 go")
			var text strings.Builder
			for line, err := in.ReadString('\n'); err == nil && line != ".\r\n"; line, err = in.ReadString('\n') {
				text.WriteString(line)
			}
			got.Lock()
			got.bodies = append(got.bodies, text.String())
			got.Unlock()
			say("250 taken")
		case word == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// syslogServer takes what is sent over TLS; where it resets it takes nothing.
func syslogServer(t *testing.T, resets bool) (address string, trusted *tls.Config, got *received) {
	t.Helper()
	server, trusted := certificate(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	got = &received{}
	go func() {
		for {
			plain, err := l.Accept()
			if err != nil {
				return
			}
			if resets {
				_ = plain.(*net.TCPConn).SetLinger(0)
				_ = plain.Close()
				continue
			}
			conn := tls.Server(plain, server)
			text, _ := io.ReadAll(conn)
			got.Lock()
			got.bodies = append(got.bodies, string(text))
			got.Unlock()
			_ = conn.Close()
		}
	}()
	return l.Addr().String(), trusted, got
}
