package github

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	api "github.com/google/go-github/v60/github"
)

const (
	// maxRetries after failures that may pass, by default: with the back-off
	// below they bridge about a minute.
	maxRetries = 6
	firstPause = time.Second
	// maxLimits is how often in a row one request may run into a rate limit.
	maxLimits = 6
	// secondaryPause is the least wait that GitHub asks for where a limit does
	// not say ("Rate limits for the REST API": at least one minute).
	secondaryPause = time.Minute
	// longestPause bounds a wait that the host asks for. Its windows last an
	// hour; what is longer is a clock gone wrong.
	longestPause = 65 * time.Minute
)

// verdict is what to do after a failed request.
type verdict int

const (
	giveUp verdict = iota
	retry
	limited
)

// patience adds up how long a run waited for rate limits. A nil patience waits
// for none.
type patience struct {
	waits  int
	waited time.Duration
}

// note says what was waited, empty when nothing was.
func (p *patience) note() string {
	if p.waits == 0 {
		return ""
	}
	return fmt.Sprintf("waited %d times, %v together, for the host's rate limit", p.waits, p.waited.Round(time.Second))
}

// call asks until there is an answer: failures that may pass are tried again
// with growing pauses, rate limits are waited for. The error is an *Error, or
// that of ctx.
func (c *Collector) call(ctx context.Context, query url.Values, p *patience) (page, error) {
	retries, limits := 0, 0
	for {
		answer, response, err := c.client.get(ctx, c.options.endpoint(), query)
		if err == nil {
			return answer, nil
		}
		if ctx.Err() != nil {
			return page{}, fmt.Errorf("github: stopped while asking for the audit log of %s: %w", c.owner(), ctx.Err())
		}
		response = answered(response, err)
		switch judge(response, err) {
		case limited:
			limits++
			err = c.waitForLimit(ctx, response, err, limits, p)
		case retry:
			retries++
			err = c.pause(ctx, response, err, retries)
		default:
			err = c.explain(response, err)
		}
		if err != nil {
			return page{}, err
		}
	}
}

// answered is the answer behind an error, also where it was to the app's own
// request for a token. Nil when there was none.
func answered(response *http.Response, err error) *http.Response {
	var app *ghinstallation.HTTPError
	if errors.As(err, &app) && app.Response != nil {
		_ = app.Response.Body.Close() // only its status and headers are looked at
		return app.Response
	}
	return response
}

// judge tells what may pass from what will not.
func judge(response *http.Response, err error) verdict {
	if response == nil {
		var untrusted *tls.CertificateVerificationError
		var token tokenError
		if errors.As(err, &untrusted) || errors.As(err, &token) || errors.Is(err, errRedirect) {
			return giveUp
		}
		return retry
	}
	switch status := response.StatusCode; {
	case isLimit(response, err):
		return limited
	case status >= 500 || status == http.StatusRequestTimeout || status == http.StatusAccepted:
		return retry
	case status < 300 && isCut(err):
		return retry
	}
	return giveUp
}

// isLimit holds for the primary rate limit (no request remaining) and the
// secondary ones, which GitHub announces by a header, a status or in words.
func isLimit(response *http.Response, err error) bool {
	if response.StatusCode == http.StatusTooManyRequests {
		return true
	}
	var secondary *api.AbuseRateLimitError
	return response.StatusCode == http.StatusForbidden &&
		(response.Header.Get("Retry-After") != "" || response.Header.Get("X-RateLimit-Remaining") == "0" ||
			errors.As(err, &secondary) || strings.Contains(strings.ToLower(message(err)), "secondary rate limit"))
}

// limitPause is how long a rate limit asks to wait: Retry-After, else until the
// primary limit's reset, else a minute that doubles. The host's own clock counts,
// where it tells the time.
func limitPause(h http.Header, now time.Time, limits int) time.Duration {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	pause := secondaryPause << (limits - 1)
	if seconds, err := strconv.ParseInt(h.Get("Retry-After"), 10, 32); err == nil {
		pause = time.Duration(seconds) * time.Second
	} else if until, err := http.ParseTime(h.Get("Retry-After")); err == nil {
		pause = until.Sub(now)
	} else if reset, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil && h.Get("X-RateLimit-Remaining") == "0" {
		pause = min(time.Unix(reset, 0).Sub(now), longestPause) + time.Second
	}
	return min(max(pause, time.Second), longestPause)
}

// waitForLimit waits as the host asks, or says that it will not.
func (c *Collector) waitForLimit(ctx context.Context, response *http.Response, cause error, limits int, p *patience) error {
	pause := limitPause(response.Header, c.options.Clock.Now(), limits)
	if p == nil || limits > maxLimits {
		return &Error{response.StatusCode, fmt.Sprintf("the rate limit for the audit log of %s is used up (%d%s)", c.owner(), response.StatusCode, message(cause)),
			fmt.Sprintf("run again in %v, and see what else asks with the same account", pause.Round(time.Second)), cause}
	}
	p.waits++
	p.waited += pause
	c.options.Logger.Info("waiting for the rate limit", "source", c.owner(), "wait", pause.String())
	return c.sleep(ctx, pause)
}

// pause waits before another try, or explains that there were enough.
func (c *Collector) pause(ctx context.Context, response *http.Response, cause error, retries int) error {
	if retries > c.options.Retries {
		return c.explain(response, cause)
	}
	pause := firstPause << (retries - 1)
	pause += time.Duration(rand.Int64N(int64(pause) / 2)) // so that many do not come back at once
	c.options.Logger.Warn("asking again", "source", c.owner(), "try", retries, "wait", pause.String(), "because", reason(cause))
	return c.sleep(ctx, pause)
}

func (c *Collector) sleep(ctx context.Context, d time.Duration) error {
	if err := c.options.Clock.Sleep(ctx, d); err != nil {
		return fmt.Errorf("github: stopped while waiting for the host of %s: %w", c.owner(), err)
	}
	return nil
}
