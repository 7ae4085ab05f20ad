package github_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"midwatch/collectors/collectortest"
	"midwatch/collectors/github"
)

// failOnce lets the request of a number be answered by fail.
func failOnce(number int, fail func(http.ResponseWriter)) func(http.ResponseWriter, *http.Request, int) bool {
	return func(w http.ResponseWriter, _ *http.Request, n int) bool {
		if n == number {
			fail(w)
		}
		return n == number
	}
}

func TestRateLimitsAreWaitedFor(t *testing.T) {
	t.Parallel()
	date := now.Add(90 * time.Second) // the host's clock is ahead of ours
	reset := strconv.FormatInt(date.Add(10*time.Minute).Unix(), 10)
	tests := []struct {
		name    string
		status  int
		headers map[string]string
		message string
		want    time.Duration
	}{
		{"primary", 403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, "API rate limit exceeded", 10*time.Minute + time.Second},
		{"primary as 429", 429, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, "", 10*time.Minute + time.Second},
		{"secondary", 403, map[string]string{"Retry-After": "37"}, "", 37 * time.Second},
		{"secondary as 429", 429, map[string]string{"Retry-After": "37", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}, "", 37 * time.Second},
		{"until a date", 429, map[string]string{"Retry-After": date.Add(5 * time.Minute).Format(http.TimeFormat)}, "", 5 * time.Minute},
		{"only in words", 403, nil, "You have exceeded a secondary rate limit. Please wait.", time.Minute},
		{"429 that says nothing", 429, nil, "", time.Minute},
		{"reset that is past", 403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "5"}, "", time.Second},
		{"reset in another world", 403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"}, "", 65 * time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, 3)
			h.before = failOnce(2, func(w http.ResponseWriter) {
				w.Header().Set("Date", date.Format(http.TimeFormat))
				for key, value := range test.headers {
					w.Header().Set(key, value)
				}
				answer(w, test.status, test.message)
			})
			o, clock, log := h.options(), &fakeClock{}, &bytes.Buffer{}
			o.Clock, o.Logger = clock, slog.New(slog.NewTextHandler(log, nil))
			landing, outcome := mustCollect(t, o, "", now)
			if !slices.Equal(landing.Records(), h.all()) || !slices.Equal(clock.slept, []time.Duration{test.want}) {
				t.Errorf("%d records, slept %v, want %v", len(landing.Records()), clock.slept, test.want)
			}
			if note := fmt.Sprintf("waited 1 times, %v together", test.want); !strings.Contains(strings.Join(outcome.Notes, "\n"), note) {
				t.Errorf("notes %q do not say %q", outcome.Notes, note)
			}
			if !strings.Contains(log.String(), "waiting for the rate limit") || strings.Contains(log.String(), token) {
				t.Errorf("log:\n%s", log)
			}
		})
	}
}

func TestRateLimitThatNeverEnds(t *testing.T) {
	t.Parallel()
	h := newHost(t, 3)
	h.before = func(w http.ResponseWriter, _ *http.Request, n int) bool {
		if n > 1 {
			answer(w, http.StatusTooManyRequests, "")
		}
		return n > 1
	}
	o, clock, landing := h.options(), &fakeClock{}, &collectortest.Landing{}
	o.Clock = clock
	_, err := newCollector(t, o).Collect(t.Context(), "", now, landing)
	want := []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute}
	if err == nil || !strings.Contains(err.Error(), "run again in") || !slices.Equal(clock.slept, want) || len(landing.Records()) != 3 {
		t.Errorf("%v, slept %v, %d records", err, clock.slept, len(landing.Records()))
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	h := newHost(t, 3)
	h.before = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		answer(w, http.StatusTooManyRequests, "")
		return true
	}
	ctx, cancel := context.WithCancel(t.Context())
	o := h.options()
	o.Clock = &fakeClock{before: cancel}
	landing := &collectortest.Landing{}
	if _, err := newCollector(t, o).Collect(ctx, "", now, landing); !errors.Is(err, context.Canceled) || landing.Calls() != 0 {
		t.Errorf("%v, %d landings", err, landing.Calls())
	}
	o.Clock = nil // the system's clock stops waiting too
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := newCollector(t, o).Collect(ctx, "", now, landing); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// cutShort sends less than it announces.
func cutShort(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "1000")
	fmt.Fprint(w, `[{"@timestamp":1795262400000},{"act`)
}

// reset closes the connection without an answer.
func reset(http.ResponseWriter) { panic(http.ErrAbortHandler) }

func TestPassingFailuresAreTriedAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]func(http.ResponseWriter){
		"502":                    func(w http.ResponseWriter) { answer(w, http.StatusBadGateway, "") },
		"503":                    func(w http.ResponseWriter) { answer(w, http.StatusServiceUnavailable, "") },
		"body cut short":         cutShort,
		"empty body":             func(http.ResponseWriter) {},
		"null":                   func(w http.ResponseWriter) { fmt.Fprint(w, "null") },
		"page of a proxy":        func(w http.ResponseWriter) { fmt.Fprint(w, "<html>") },
		"accepted, for later":    func(w http.ResponseWriter) { w.WriteHeader(http.StatusAccepted) },
		"connection reset":       reset,
		"answer after a timeout": func(http.ResponseWriter) { time.Sleep(400 * time.Millisecond) },
	}
	for name, fail := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, 3)
			h.before = failOnce(1, fail)
			o, clock := h.options(), &fakeClock{}
			o.Clock, o.Timeout = clock, 200*time.Millisecond
			landing, _ := mustCollect(t, o, "", now)
			if !slices.Equal(landing.Records(), h.all()) {
				t.Errorf("%d records", len(landing.Records()))
			}
			if len(clock.slept) != 1 || clock.slept[0] < time.Second || clock.slept[0] >= 1500*time.Millisecond {
				t.Errorf("slept %v", clock.slept)
			}
		})
	}
}

func TestFailuresThatDoNotPass(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fail func(http.ResponseWriter)
		want []string
	}{
		"5xx":     {func(w http.ResponseWriter) { answer(w, http.StatusBadGateway, "oops") }, []string{"the host failed (502, oops), 7 times in a row", "githubstatus.com"}},
		"cut":     {cutShort, []string{"organisation example-org was cut short, 7 times in a row: unexpected EOF", "the timeout of 1m0s", "what was sealed stays"}},
		"reset":   {reset, []string{"127.0.0.1", "cannot be reached", "HTTPS_PROXY"}},
		"hanging": {func(http.ResponseWriter) { time.Sleep(60 * time.Millisecond) }, []string{"127.0.0.1", "did not answer within 30ms, 7 times in a row", "a longer timeout"}},
		"stalling": {func(w http.ResponseWriter) {
			fmt.Fprint(w, "[")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(60 * time.Millisecond)
		}, []string{"was cut short, 7 times in a row", "the timeout of 30ms"}},
		"page of a proxy": {func(w http.ResponseWriter) { fmt.Fprint(w, "<html>") }, []string{"no list of events", "check the base URL"}},
		"empty body":      {func(http.ResponseWriter) {}, []string{"no list of events"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, 3)
			h.before = func(w http.ResponseWriter, _ *http.Request, n int) bool {
				if n > 1 {
					test.fail(w)
				}
				return n > 1
			}
			o, clock, landing := h.options(), &fakeClock{}, &collectortest.Landing{}
			o.Clock = clock
			if name == "hanging" || name == "stalling" {
				o.Timeout = 30 * time.Millisecond
			}
			_, err := newCollector(t, o).Collect(t.Context(), "", now, landing)
			expectError(t, err, test.want...)
			if err != nil && (strings.Contains(err.Error(), "audit-log?") || len(err.Error()) > 400) {
				t.Errorf("the address that was asked is in the error: %v", err)
			}
			if len(clock.slept) != 6 || clock.slept[5] < 32*time.Second || clock.slept[5] >= 48*time.Second {
				t.Errorf("slept %v", clock.slept)
			}
			if len(landing.Records()) != 3 {
				t.Errorf("%d records stayed sealed", len(landing.Records()))
			}
		})
	}
}

// expectError says what an error does not say, and whether it gives the token
// away.
func expectError(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the error does not say %q: %v", text, err)
		}
	}
	if strings.Contains(err.Error(), token) {
		t.Errorf("the token is in the error: %v", err)
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		status  int
		headers map[string]string
		message string
		want    []string
	}{
		{"401", 401, nil, "Bad credentials " + token, []string{"the token was refused (401, Bad credentials ghp_REDACTED)", "expired or revoked", "read:audit_log"}},
		{"403, scopes", 403, map[string]string{"X-OAuth-Scopes": "repo, user", "X-Accepted-OAuth-Scopes": "admin:org"}, "Must have admin rights",
			[]string{"its scopes are repo, user", "give it one of admin:org", "Must have admin rights"}},
		{"403, nothing said", 403, nil, "", []string{"its scopes are none", "read:audit_log"}},
		{"403, single sign-on", 403, map[string]string{"X-GitHub-SSO": "required; url=https://github.com/orgs/x/sso?authorization_request=AZSC"}, "",
			[]string{"single sign-on", "X-GitHub-SSO says required; url=https://github.com/orgs/x/sso", "Configure SSO"}},
		{"404", 404, nil, "Not Found", []string{"organisation example-org", "Enterprise Cloud", "owner", "read:audit_log", "spelling"}},
		{"422", 422, nil, "Invalid phrase", []string{"was not understood (422, Invalid phrase)", `phrase "actor:x"`}},
		{"410", 410, nil, "Gone", []string{"refused (410, Gone)"}},
		{"words for a terminal", 410, nil, "\x1b[31mred\x07" + strings.Repeat("x", 500), []string{"?[31mred?xxx"}},
		{"an object for a list", 200, nil, "", []string{"no list of events"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, 3)
			h.before = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
				for key, value := range test.headers {
					w.Header().Set(key, value)
				}
				answer(w, test.status, test.message)
				return true
			}
			o := h.options()
			o.Phrase = "actor:x"
			_, err := newCollector(t, o).Collect(t.Context(), "", now, &collectortest.Landing{})
			expectError(t, err, test.want...)
			var refused *github.Error
			if !errors.As(err, &refused) || refused.Status != test.status || refused.Fix == "" || len(h.asked()) != 1 {
				t.Errorf("%+v after %d requests", refused, len(h.asked()))
			}
			if len(err.Error()) > 700 || strings.ContainsAny(err.Error(), "\x1b\x07") || strings.Contains(err.Error(), "AZSC") {
				t.Errorf("not fit to print: %q", err)
			}
		})
	}
}
