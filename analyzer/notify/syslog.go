package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// syslogWait is how long the receiver has to refuse what it was sent: the protocol
// has no other answer.
const syslogWait = time.Second

// syslog sends a message by RFC 5424 over TLS (RFC 5425).
func (c Channel) syslog(ctx context.Context, m Message) error {
	conn, err := (&tls.Dialer{Config: c.TLS}).DialContext(ctx, "tcp", c.Address)
	if err != nil {
		return c.failed(err)
	}
	defer conn.Close()
	deadline := time.Now().Add(time.Minute)
	if d, ok := ctx.Deadline(); ok {
		deadline = d
	}
	if err := conn.SetDeadline(deadline); err != nil {
		return c.failed(err)
	}
	text := c.syslogText(m)
	if _, err := fmt.Fprintf(conn, "%d %s", len(text), text); err != nil {
		return c.failed(err)
	}
	if err := conn.(*tls.Conn).CloseWrite(); err != nil {
		return c.failed(err)
	}
	if wait := time.Now().Add(syslogWait); wait.Before(deadline) {
		deadline = wait
	}
	if err := conn.SetReadDeadline(deadline); err != nil {
		return c.failed(err)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(conn, 1))
	var timeout net.Error
	switch {
	case err == nil, errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return nil
	}
	return c.failed(err)
}

// syslogText is a message as RFC 5424 has it: facility 13 (log audit), and a byte
// order mark because the text is UTF-8.
func (c Channel) syslogText(m Message) string {
	level := map[string]int{"critical": 2, "high": 3, "medium": 4, "low": 5}[m.worst()]
	if level == 0 {
		level = 6
	}
	host := strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, c.Host)
	if host == "" {
		host = "-"
	}
	finding := ""
	if len(m.Findings) == 1 {
		i := m.Findings[0]
		finding = fmt.Sprintf(` finding="%s" severity="%s" who="%s"`, parameter(i.ID), parameter(i.Severity), parameter(i.Who))
	}
	return fmt.Sprintf("<%d>1 %s %s midwatch - %s [midwatch@32473 id=\"%s\" night=\"%s\"%s] \ufeff%s", 13*8+level, m.At.Format(time.RFC3339), clipped(host, 255),
		m.Kind, parameter(m.Key), parameter(m.Night), finding, strings.ReplaceAll(strings.TrimSpace(m.Text()), "\n", " | "))
}

// parameter escapes a value of structured data.
func parameter(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`).Replace(text)
}
