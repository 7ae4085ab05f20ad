package github_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/collectors"
	"midwatch/collectors/github"
)

// check gives the checks as "status name: detail | fix".
func check(t *testing.T, o github.Options, at time.Time) []string {
	t.Helper()
	checks, err := newCollector(t, o).Check(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, c := range checks {
		texts = append(texts, string(c.Status)+" "+c.Name+": "+c.Detail+" | "+c.Fix)
	}
	return texts
}

// expectCheck finds a check by how it begins.
func expectCheck(t *testing.T, checks []string, want string) {
	t.Helper()
	if !slices.ContainsFunc(checks, func(text string) bool { return strings.HasPrefix(text, want) }) {
		t.Errorf("no check begins with %q in\n%s", want, strings.Join(checks, "\n"))
	}
}

func TestCheckOfAHealthySource(t *testing.T) {
	t.Parallel()
	h := newHost(t, 100)
	want := []string{
		"ok audit log: the audit log of organisation example-org can be read | ",
		"ok clock: this machine's clock and the host's are less than a minute apart | ",
		"ok late events: nothing was collected yet | ",
		"ok count of a day: the host tells no count of a day (github.com pages by cursor), so an event that its log never gives cannot be noticed here: compare a day with an export at times | ",
		"ok token scope: the token has read:audit_log | ",
		"ok git events: the newest is of 2026-11-21T03:01:40Z | ",
		"ok ip addresses: 1 of the 5 newest git events have one | ",
		"ok token hashes: 1 of the 5 newest git events have one | ",
		"ok oldest event: git events can be had since 2026-11-21T02:00:00Z | ",
		"ok gap: nothing was collected yet | ",
		"ok rate limit: 1700 of 1750 requests an hour are left | ",
	}
	if got := check(t, h.options(), now); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestCheckSeesWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := newHost(t, 100)
	h.events = []json.RawMessage{[]byte(`{"@timestamp":1795262400000,"action":"git.clone","actor_ip":"","hashed_token":null}`)}
	h.before = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.Header().Set("Date", now.Format(http.TimeFormat))
		return false
	}
	checks := check(t, h.options(), now)
	expectCheck(t, checks, "warning ip addresses: 0 of the 1 newest git events have one | switch on")
	expectCheck(t, checks, "warning token hashes: 0 of the 1")
	h.events = nil
	checks = check(t, h.options(), now)
	expectCheck(t, checks, "warning git events: there is no git event")
	expectCheck(t, checks, "warning oldest event: there is no git event")
	o := h.options()
	o.Include = "web"
	expectCheck(t, check(t, o, now), "warning git events: include is web, so clones and fetches are not asked for | set include to all")
}

// crowded answers the count of each day with a number.
func crowded(n int) func(http.ResponseWriter, *http.Request, int) bool {
	return func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Query().Get("per_page") != "1" || !strings.Contains(r.URL.Query().Get("phrase"), "created:2026-11-21") {
			return false
		}
		w.Header().Set("Link", fmt.Sprintf(`<https://example.org/?page=2>; rel="next", <https://example.org/?page=%d>; rel="last"`, n))
		_, _ = w.Write([]byte("[{}]"))
		return true
	}
}

func TestCheckOfCounts(t *testing.T) {
	t.Parallel()
	h := newHost(t, 100)
	h.paged = true
	for n, want := range map[int]string{
		9_999:  "ok count of a day: the host counts 9999 events yesterday",
		10_000: "ok count of a day: yesterday has 10000 events or more, from where on the host's count is not to be believed",
	} {
		h.before = crowded(n)
		expectCheck(t, check(t, h.options(), now), want)
	}
}

// A day whose count is not to be believed is told as not checked, and one below is held
// to its count.
func TestCrowdedDayIsNotChecked(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]struct{ notes, gaps int }{9_999: {0, 1}, 10_000: {1, 0}} {
		h := newHost(t, 10)
		h.paged, h.events, h.before = true, nil, crowded(n)
		for i := range 100 {
			h.add(now.Add(time.Duration(i-100)*time.Hour), fmt.Sprintf("event-%d.", i))
		}
		_, outcome := mustCollect(t, h.options(), "", now)
		told := 0
		for _, note := range outcome.Notes {
			if strings.HasPrefix(note, "not checked: 2026-11-21 had 10000 events or more") {
				told++
			}
		}
		if told != want.notes || len(outcome.Gaps) != want.gaps {
			t.Errorf("%d events: notes %q, gaps %v", n, outcome.Notes, outcome.Gaps)
		}
	}
}

func TestCheckOfScopesAndRate(t *testing.T) {
	t.Parallel()
	h := newHost(t, 100)
	for _, test := range []struct{ scopes, remaining, want string }{
		{"read:audit_log, repo, admin:org", "1750", "warning token scope: the token has read:audit_log, repo, admin:org | use a token with the scope read:audit_log only: this one can also do repo, admin:org"},
		{"read:audit_log", "175", "ok rate limit: 175 of 1750"},
		{"read:audit_log", "174", "warning rate limit: 174 of 1750 requests an hour are left | expect a run to wait up to 10m1s"},
	} {
		h.before = func(w http.ResponseWriter, r *http.Request, _ int) bool {
			h.serve(overriding{w, map[string]string{
				"Date": now.Format(http.TimeFormat), "X-Ratelimit-Reset": "1795327800", // ten minutes after now
				"X-Oauth-Scopes": test.scopes, "X-Ratelimit-Remaining": test.remaining,
			}}, r)
			return true
		}
		expectCheck(t, check(t, h.options(), now), test.want)
	}
}

func TestCheckOfTheClock(t *testing.T) {
	t.Parallel()
	h := newHost(t, 100)
	for skew, want := range map[time.Duration]string{
		time.Minute:                "ok clock: ",
		-time.Minute:               "ok clock: ",
		time.Minute + time.Second:  "warning clock: this machine's clock is 1m1s ahead of the host's | set the clock",
		-time.Minute - time.Second: "warning clock: this machine's clock is 1m1s behind the host's | set the clock",
	} {
		h.before = func(w http.ResponseWriter, r *http.Request, _ int) bool {
			h.serve(overriding{w, map[string]string{"Date": now.Add(-skew).Format(http.TimeFormat)}}, r)
			return true
		}
		expectCheck(t, check(t, h.options(), now), want)
	}
}

// overriding sets headers over those that the handler sets.
type overriding struct {
	http.ResponseWriter
	headers map[string]string
}

func (o overriding) Write(p []byte) (int, error) {
	for key, value := range o.headers {
		o.Header().Set(key, value)
	}
	return o.ResponseWriter.Write(p)
}

func TestCheckOfTheGap(t *testing.T) {
	t.Parallel()
	h := newHost(t, 100)
	landing, _ := mustCollect(t, h.options(), "", now)
	o := h.options()
	o.Checkpoint = landing.Checkpoint()
	expectCheck(t, check(t, o, now.AddDate(0, 0, 7)), "ok gap: collected up to 2026-11-22T06:00:00Z | ")
	expectCheck(t, check(t, o, now.AddDate(0, 0, 8)), "warning gap: collected up to 2026-11-22T06:00:00Z, and events until 2026-11-23T06:00:00Z are gone | the audit log was not read in time")
	o.Checkpoint = collectors.Checkpoint("x")
	expectCheck(t, check(t, o, now), "failed gap: the checkpoint cannot be read")
}

func TestCheckOfRefusals(t *testing.T) {
	t.Parallel()
	h := newHost(t, 100)
	for status, want := range map[int]string{
		401: "failed audit log: the token was refused",
		404: "failed audit log: there is no audit log of organisation example-org",
		429: "warning rate limit: the rate limit for the audit log of organisation example-org is used up (429, no) | run again in",
	} {
		h.before = func(w http.ResponseWriter, _ *http.Request, _ int) bool { answer(w, status, "no"); return true }
		o, clock := h.options(), &fakeClock{}
		o.Clock = clock
		checks := check(t, o, now)
		expectCheck(t, checks, want)
		if len(checks) != 1 || len(clock.slept) != 0 {
			t.Errorf("%d: %d checks, slept %v", status, len(checks), clock.slept)
		}
	}
	h.Close()
	if checks, err := newCollector(t, h.options()).Check(t.Context(), now); err == nil || checks != nil {
		t.Errorf("a host that is not there: %v, %v", checks, err)
	}
}
