package github_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"midwatch/collectors/github"
)

// token looks like one of GitHub's, so that a leak is easy to find.
const token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"

// now is the time of the runs: a day after the recorded page.
var now = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)

// host is a GitHub that keeps events. before, where set, may answer a request
// in its place by returning true.
type host struct {
	*httptest.Server
	before func(w http.ResponseWriter, r *http.Request, n int) bool
	paged  bool // page numbers for cursors, as Enterprise Server has
	size   int  // of a page, at most
	// withheld is in an event that is counted and never given.
	withheld string

	mu      sync.Mutex
	events  []json.RawMessage
	queries []url.Values
}

// newHost serves the recorded page, as pages of size.
func newHost(t *testing.T, size int) *host {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/collectors/github/page.json")
	if err != nil {
		t.Fatal(err)
	}
	h := &host{size: size}
	if err := json.Unmarshal(raw, &h.events); err != nil {
		t.Fatal(err)
	}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

// add gives the host an event of a time.
func (h *host) add(at time.Time, id string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := fmt.Sprintf(`{"@timestamp":%d,"action":"git.clone","_document_id":%q}`, at.UnixMilli(), id)
	h.events = append(h.events, json.RawMessage(text))
	return text
}

// sort puts the events in the order of their times, as a log gives them.
func (h *host) sort() {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := func(event json.RawMessage) int64 {
		var e struct {
			At int64 `json:"@timestamp"`
		}
		_ = json.Unmarshal(event, &e)
		return e.At
	}
	slices.SortStableFunc(h.events, func(a, b json.RawMessage) int { return cmp.Compare(at(a), at(b)) })
}

// all are the events as text.
func (h *host) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var texts []string
	for _, event := range h.events {
		texts = append(texts, string(event))
	}
	return texts
}

// asked are the queries so far.
func (h *host) asked() []url.Values {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.queries)
}

func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	h.queries = append(h.queries, r.URL.Query())
	n := len(h.queries)
	h.mu.Unlock()
	if h.before != nil && h.before(w, r, n) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+token {
		answer(w, http.StatusUnauthorized, "Bad credentials")
		return
	}
	if r.URL.Path != "/api/v3/orgs/example-org/audit-log" {
		answer(w, http.StatusNotFound, "Not Found")
		return
	}
	h.serve(w, r)
}

// serve gives a page of what the query asks for.
func (h *host) serve(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	found := h.search(query)
	size, _ := strconv.Atoi(query.Get("per_page"))
	size = min(size, h.size)
	start, _ := strconv.Atoi(query.Get("after"))
	if page, err := strconv.Atoi(query.Get("page")); err == nil {
		start = (page - 1) * size
	}
	start = min(start, len(found))
	end := min(start+size, len(found))
	if end < len(found) {
		query.Set("after", strconv.Itoa(end))
		if h.paged {
			query.Del("after")
			query.Set("page", strconv.Itoa(end/size+1))
		}
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next", <%s>; rel="first"`, h.URL, r.URL.Path, query.Encode(), h.URL))
	}
	if h.withheld != "" {
		found = slices.DeleteFunc(found, func(e json.RawMessage) bool {
			return query.Get("per_page") != "1" && strings.Contains(string(e), h.withheld)
		})
		end = min(end, len(found))
		start = min(start, end)
	}
	if h.paged && end < len(found) {
		w.Header().Set("Link", w.Header().Get("Link")+", "+fmt.Sprintf(`<%s%s?page=%d>; rel="last"`, h.URL, r.URL.Path, (len(found)+size-1)/size))
	}
	w.Header().Set("Date", now.Format(http.TimeFormat))
	w.Header().Set("X-RateLimit-Limit", "1750")
	w.Header().Set("X-RateLimit-Remaining", "1700")
	w.Header().Set("X-OAuth-Scopes", "read:audit_log")
	fmt.Fprint(w, "[")
	for i, event := range found[start:end] {
		if i > 0 {
			fmt.Fprint(w, ",")
		}
		fmt.Fprintf(w, "%s", event)
	}
	fmt.Fprint(w, "]")
}

// search is the events of a query, in its order.
func (h *host) search(query url.Values) []json.RawMessage {
	h.mu.Lock()
	defer h.mu.Unlock()
	since := int64(0)
	until := int64(1 << 62)
	for _, word := range strings.Fields(query.Get("phrase")) {
		if text, ok := strings.CutPrefix(word, "created:"); ok && len(text) == len(time.DateOnly) {
			at, err := time.Parse(time.DateOnly, text)
			if err != nil {
				panic(err)
			}
			since, until = at.UnixMilli(), at.AddDate(0, 0, 1).UnixMilli()
		}
		if text, ok := strings.CutPrefix(word, "created:>="); ok {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				panic(err)
			}
			since = at.UnixMilli()
		}
	}
	var found []json.RawMessage
	for _, event := range h.events {
		var e struct {
			At     int64  `json:"@timestamp"`
			Action string `json:"action"`
		}
		_ = json.Unmarshal(event, &e) // the odd ones come with every search
		git := strings.HasPrefix(e.Action, "git.")
		if include := query.Get("include"); e.At > 1e9 && (e.At < since || e.At >= until || include == "git" && !git || include != "git" && include != "all" && git) {
			continue
		}
		found = append(found, event)
	}
	if query.Get("order") != "asc" {
		slices.Reverse(found)
	}
	return found
}

// answer refuses, as GitHub does it.
func answer(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message, "documentation_url": "https://docs.github.com/"})
}

// fakeClock stands at now plus what was slept.
type fakeClock struct {
	mu     sync.Mutex
	slept  []time.Duration
	before func() // called before each sleep
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := now
	for _, d := range c.slept {
		at = at.Add(d)
	}
	return at
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	if c.before != nil {
		c.before()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept = append(c.slept, d)
	return ctx.Err()
}

// options for a host, a page a segment.
func (h *host) options() github.Options {
	return github.Options{
		Organization: "example-org", BaseURL: h.URL, SegmentPages: 1, Clock: &fakeClock{},
		Token: func(context.Context) (string, error) { return token, nil },
	}
}

func newCollector(t *testing.T, o github.Options) *github.Collector {
	t.Helper()
	c, err := github.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
