package stream

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"time"

	"midwatch/collectors"
)

// expiring is how long before its end a certificate is warned of: a month, in
// which somebody is at work.
const expiring = 30 * 24 * time.Hour

// quietEvents is how long nothing may come before Check says so: a weekend.
const quietEvents = 72 * time.Hour

// Check looks at the token, the certificate, whether a receiver runs and takes
// events, and when the last came.
func (c *Collector) Check(_ context.Context, now time.Time) ([]collectors.Check, error) {
	checks := []collectors.Check{c.checkToken(), c.checkCertificate(now)}
	s, err := readStatus(c.o.Dir)
	if err != nil {
		return nil, err
	}
	checks = append(checks, checkRunning(s, now, c.o.Words))
	if s == nil {
		return checks, nil
	}
	checks = append(checks, checkEvents(s, now, c.o.Words))
	if s.Silenced > 0 {
		checks = append(checks, collectors.Check{
			Name: "crowd", Status: collectors.Warning,
			Detail: fmt.Sprintf("%d connections that sent nothing were closed to make room since the start", s.Silenced),
			Fix:    "somebody holds connections open without a token: let only " + c.o.Words.Sender + " reach the address",
		})
	}
	if s.WrongToken > 0 {
		checks = append(checks, collectors.Check{
			Name: "wrong token", Status: collectors.Warning,
			Detail: fmt.Sprintf("%d requests came without the right token since the start, the last at %s", s.WrongToken, s.WrongTokenAt.Format(time.RFC3339)),
			Fix:    "compare the token that " + c.o.Words.Sender + " sends with that of this source; if they agree, others knock: let only " + c.o.Words.Sender + " reach the address",
		})
	}
	return checks, nil
}

func (c *Collector) checkToken() collectors.Check {
	if c.o.TokenErr != nil {
		return collectors.Check{Name: "token", Status: collectors.Failed, Detail: c.o.TokenErr.Error(),
			Fix: "put " + c.o.Words.Token + " into what token_env or token_file names"}
	}
	return collectors.Check{Name: "token", Status: collectors.OK, Detail: "there is one"}
}

// checkCertificate reads the certificate as the receiver would.
func (c *Collector) checkCertificate(now time.Time) collectors.Check {
	check := collectors.Check{Name: "certificate", Status: collectors.Failed}
	if c.o.CertFile == "" {
		check.Detail, check.Status = "none: plain HTTP", collectors.Warning
		check.Fix = "name tls_cert_file and tls_key_file, or keep it behind a proxy on this machine that ends TLS (receive --plain-http)"
		if isLoopback(c.o.Address) {
			check.Detail = "none: plain HTTP on loopback, for a proxy on this machine that ends TLS"
			check.Status, check.Fix = collectors.OK, ""
		}
		return check
	}
	pair, err := tls.LoadX509KeyPair(c.o.CertFile, c.o.KeyFile)
	if err == nil {
		pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0])
	}
	if err != nil {
		check.Detail, check.Fix = err.Error(), "make tls_cert_file (with its chain) and tls_key_file PEM files of one certificate that this user can read"
		return check
	}
	left := pair.Leaf.NotAfter.Sub(now)
	check.Detail = fmt.Sprintf("for %v, until %s", pair.Leaf.DNSNames, pair.Leaf.NotAfter.UTC().Format(time.RFC3339))
	switch {
	case left <= 0 || now.Before(pair.Leaf.NotBefore):
		check.Fix = "renew it: " + c.o.Words.Sender + " refuses to send to it, and " + c.o.Words.Outage
	case left < expiring:
		check.Status, check.Fix = collectors.Warning, "renew it before then; the receiver takes the new file by itself"
	default:
		check.Status = collectors.OK
	}
	return check
}

func checkRunning(s *status, now time.Time, w Words) collectors.Check {
	check := collectors.Check{Name: "receiver", Status: collectors.Failed}
	switch {
	case s == nil:
		check.Detail, check.Fix = "none was ever started", "run `midwatch receive` as a service"
	case !s.running(now):
		check.Detail, check.Fix = "not running since "+s.AliveAt.UTC().Format(time.RFC3339), "start `midwatch receive` again: "+w.Outage
	case s.Failing != "":
		check.Detail, check.Fix = "it refuses events: "+s.Failing, "fix that first: "+w.Outage
	default:
		check.Detail, check.Status = "running", collectors.OK
	}
	return check
}

func checkEvents(s *status, now time.Time, w Words) collectors.Check {
	check := collectors.Check{Name: "events", Status: collectors.Warning,
		Fix: w.Destination + "; then clone something"}
	switch {
	case s.ReceivedAt.IsZero():
		check.Detail = "none was ever received"
	case now.Sub(s.ReceivedAt) > quietEvents:
		check.Detail = "the last was received at " + s.ReceivedAt.Format(time.RFC3339)
	default:
		check.Detail, check.Status, check.Fix = "the last was received at "+s.ReceivedAt.Format(time.RFC3339), collectors.OK, ""
	}
	return check
}

// isLoopback says whether an address is reached from this machine alone.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
