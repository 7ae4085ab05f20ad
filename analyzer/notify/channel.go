package notify

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"text/template"
	"time"
)

// Kind is a way of sending.
type Kind string

// The kinds of channel.
const (
	Webhook   Kind = "webhook"
	Slack     Kind = "slack"
	Teams     Kind = "teams"
	SMTP      Kind = "smtp"
	Splunk    Kind = "splunk"
	Syslog    Kind = "syslog"
	PagerDuty Kind = "pagerduty"
)

// Kinds are all of them.
func Kinds() []Kind { return []Kind{Webhook, Slack, Teams, SMTP, Splunk, Syslog, PagerDuty} }

// Auth is how a webhook shows who sends.
type Auth string

// The ways of a webhook: a signature (the default), or the secret in the header
// Authorization.
const (
	HMAC   Auth = "hmac"
	Bearer Auth = "bearer"
	Basic  Auth = "basic"
)

// Channel is one place that messages go to.
type Channel struct {
	Name string
	Kind Kind
	// URL of an HTTP channel; Address, host:port, of mail and syslog.
	URL, Address string
	// Secret signs a webhook, or is a token, a routing key or a password.
	Secret string
	// Auth of a webhook. Username is for Basic and for mail.
	Auth     Auth
	Username string
	// Template makes the body of a webhook, nil for the message as JSON.
	Template *template.Template
	// From and To of mail.
	From string
	To   []string
	// Severities that it takes; Quiet also tells of nights on which nothing is listed.
	Severities []string
	Quiet      bool
	// Timeout bounds all that a run sends to it, retries included.
	Timeout time.Duration
	// TLS holds certificates to trust beside the system's; nil is the system's alone.
	TLS *tls.Config
	// Host names this machine to syslog.
	Host string
	// Broken is why it cannot be used, such as a secret that is not there: what it is
	// to be told waits.
	Broken error
}

// pagerDutyURL is where PagerDuty takes events of version 2.
const pagerDutyURL = "https://events.pagerduty.com/v2/enqueue"

// Check says what a channel lacks.
func (c Channel) Check() error {
	if !slices.Contains(Kinds(), c.Kind) {
		return fmt.Errorf("there is no kind %q: use webhook, slack, teams, smtp, splunk, syslog or pagerduty", c.Kind)
	}
	for _, s := range c.Severities {
		if !slices.Contains(Severities(), s) {
			return fmt.Errorf("there is no severity %q: use low, medium, high or critical", s)
		}
	}
	switch c.Kind {
	case SMTP, Syslog:
		if _, _, err := net.SplitHostPort(c.Address); err != nil {
			return errors.New("address must be host:port, such as mail.example.org:587")
		}
		if c.Kind == SMTP && (c.From == "" || len(c.To) == 0) {
			return errors.New("mail needs from and to")
		}
		return nil
	case PagerDuty, Splunk:
		if c.Secret == "" {
			return errors.New("it needs a token: name the variable or file that holds it with secret_env or secret_file")
		}
	case Webhook:
		if c.Secret == "" {
			return errors.New("it needs a secret to sign with: name the variable or file that holds it with secret_env or secret_file")
		}
		if !slices.Contains([]Auth{"", HMAC, Bearer, Basic}, c.Auth) {
			return fmt.Errorf("there is no auth %q: use hmac, bearer or basic", c.Auth)
		}
	}
	return c.checkURL()
}

// checkURL wants HTTPS, but for a receiver on this machine.
func (c Channel) checkURL() error {
	u, err := url.Parse(c.endpoint())
	if err != nil || u.Host == "" {
		return errors.New("url must be whole, such as https://hooks.example.org/midwatch (a secret one goes into url_env or url_file)")
	}
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && here) {
		return errors.New("url must begin with https://: findings name people and do not travel in the clear")
	}
	return nil
}

func (c Channel) endpoint() string {
	if c.Kind == PagerDuty && c.URL == "" {
		return pagerDutyURL
	}
	return c.URL
}

// Send delivers one message. An error says what the receiver did and never holds a
// secret.
func (c Channel) Send(ctx context.Context, m Message) error {
	if c.Broken != nil {
		return refusedError(c.Broken.Error())
	}
	switch c.Kind {
	case SMTP:
		return c.mail(ctx, m)
	case Syslog:
		return c.syslog(ctx, m)
	}
	return c.post(ctx, m)
}

// Preview is exactly what Send would send, with secrets as stars.
func (c Channel) Preview(m Message) (string, error) {
	switch c.Kind {
	case SMTP:
		text, err := c.mailText(m)
		return fmt.Sprintf("SMTP with STARTTLS to %s\nMAIL FROM:<%s>\nRCPT TO:<%s>\n\n%s", c.Address, c.From, strings.Join(c.To, ">, <"), text), err
	case Syslog:
		return fmt.Sprintf("TLS to %s\n\n%s\n", c.Address, c.syslogText(m)), nil
	}
	return c.preview(m)
}

// client follows no redirect: where a message goes is what the configuration names.
func (c Channel) client() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: c.TLS.Clone(), DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// hide takes a channel's secrets out of a text.
func (c Channel) hide(text string) string {
	for _, secret := range []string{c.Secret, c.URL} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
