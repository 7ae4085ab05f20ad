// Package github collects the audit log of a GitHub organisation or enterprise
// by REST, on github.com (Enterprise Cloud) and on Enterprise Server.
//
// It keeps a client of its own: go-github v60 has no category for the audit log
// and books its rate limit as that of all other calls. Entries are taken as raw
// JSON, because its typed AuditEntry loses a whole page to one odd entry
// (go-github issue 3488).
package github

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"midwatch/collectors"
)

// Options say what to collect and how.
type Options struct {
	// Organization or Enterprise by its name in URLs: exactly one of them.
	Organization, Enterprise string
	// BaseURL of an Enterprise Server or of a data-residency host, such as
	// https://github.example.com; empty for github.com. It must be https, but for
	// a loopback address, as the token goes there.
	BaseURL string

	// Token gives the personal token, asked for at each request and never
	// logged; or App signs in. Exactly one of them.
	Token func(context.Context) (string, error)
	App   *App

	// Include is "git", "web" or "all", which is the default. (That of GitHub
	// is web, which has no git events.)
	Include string
	// Phrase narrows the search, in GitHub's audit-log search syntax; without
	// created:, which is the collector's own.
	Phrase string
	// Overlap is how far each run reaches back behind the newest event seen, for
	// events that arrive late: the least of it, as more is taken where events were
	// seen to be later. Default 45 minutes; GitHub states no bound, and public
	// collectors use 30 to 60.
	Overlap time.Duration
	// ReachBack is how often all that the host keeps is looked through again for
	// what arrived later than the overlap: at the first run after so long. Default
	// 20 hours, so that a nightly run does it also where it begins early.
	ReachBack time.Duration
	// Retention is how long the host keeps what is asked for: by default 7 days,
	// as GitHub does git events, or 180 where Include is web. It is a setting on
	// Enterprise Server.
	Retention time.Duration
	// SegmentPages is how many pages of 100 are sealed together, 20 by default.
	SegmentPages int
	// Timeout of one request with its answer, 60 seconds by default.
	Timeout time.Duration
	// Retries is how often a failure that may pass is tried again, with growing
	// pauses: 6 by default, which bridges about a minute.
	Retries int

	// Checkpoint is where the last run stopped; only Check uses it, to tell
	// whether events were lost since.
	Checkpoint collectors.Checkpoint

	// Logger is told of pages, waits and retries; nil for silence.
	Logger *slog.Logger
	// Clock tells the time and waits; nil for the system's.
	Clock Clock
	// Transport carries the requests; nil for one that honours HTTPS_PROXY and
	// NO_PROXY.
	Transport http.RoundTripper
}

// App is an installation of a GitHub App with the organisation permission
// "Administration: read".
type App struct {
	// ID of the app and of its installation.
	ID, InstallationID int64
	// PrivateKey of the app in PEM.
	PrivateKey []byte
}

// Clock is the time that waits are measured by. What is fetched never depends
// on it.
type Clock interface {
	// Now is the present.
	Now() time.Time
	// Sleep waits, or returns the error of ctx when that ends before.
	Sleep(ctx context.Context, d time.Duration) error
}

// What is kept how long: docs.github.com, "Reviewing the audit log for your
// organization": git events 7 days, others 180.
const (
	gitRetention = 7 * 24 * time.Hour
	webRetention = 180 * 24 * time.Hour
)

// withDefaults fills in what was left empty.
func (o Options) withDefaults() Options {
	if o.Include == "" {
		o.Include = "all"
	}
	if o.Overlap == 0 {
		o.Overlap = 45 * time.Minute
	}
	if o.ReachBack == 0 {
		o.ReachBack = 20 * time.Hour
	}
	if o.Retention == 0 {
		o.Retention = gitRetention
		if o.Include == "web" {
			o.Retention = webRetention
		}
	}
	if o.SegmentPages == 0 {
		o.SegmentPages = 20
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Retries == 0 {
		o.Retries = maxRetries
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	return o
}

// validate says what cannot work.
func (o Options) validate() error {
	owner := o.Organization + o.Enterprise
	switch {
	case (o.Organization == "") == (o.Enterprise == ""):
		return errors.New("github: name either an organisation or an enterprise")
	case strings.Trim(owner, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "":
		return fmt.Errorf("github: %q is no name of an organisation or enterprise: give it as in its URL, with letters, digits, - and _ only", owner)
	case (o.Token == nil) == (o.App == nil):
		return errors.New("github: give either a token or an app")
	case o.Include != "git" && o.Include != "web" && o.Include != "all":
		return fmt.Errorf("github: include is %q: make it git, web or all", o.Include)
	case strings.Contains(o.Phrase, "created:"):
		return errors.New("github: the phrase has created: in it, which the collector sets itself: take it out")
	case o.Overlap < 0 || o.Retention < 0 || o.Overlap >= o.Retention:
		return fmt.Errorf("github: an overlap of %v does not fit into a retention of %v: make it positive and shorter", o.Overlap, o.Retention)
	case o.ReachBack < 0:
		return errors.New("github: the time between two looks at all that the host keeps must not be negative")
	case o.SegmentPages < 0 || o.Timeout < 0 || o.Retries < 0:
		return errors.New("github: pages of a segment, the timeout and the retries must not be negative")
	}
	return nil
}

// endpoint is the path of the audit log.
func (o Options) endpoint() string {
	if o.Enterprise != "" {
		return "enterprises/" + o.Enterprise + "/audit-log"
	}
	return "orgs/" + o.Organization + "/audit-log"
}

// owner names what is collected, for a person.
func (o Options) owner() string {
	if o.Enterprise != "" {
		return "enterprise " + o.Enterprise
	}
	return "organisation " + o.Organization
}

// checkBaseURL refuses one that would give the token away, without printing
// secrets it may hold.
func checkBaseURL(u *url.URL) error {
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	switch {
	case u.Host == "":
		return errors.New("github: the base URL has no host: give it like https://github.example.com")
	case u.User != nil:
		return fmt.Errorf("github: the base URL of %s has a login in it: take it out and give the token by itself", u.Host)
	case u.Scheme != "https" && !(u.Scheme == "http" && loopback):
		return fmt.Errorf("github: the base URL of %s is not https, so the token would travel in the open: make it https", u.Host)
	case u.Hostname() == "github.com":
		return errors.New("github: the base URL is only for other hosts than github.com: leave it out")
	}
	return nil
}

// systemClock is the machine's.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
