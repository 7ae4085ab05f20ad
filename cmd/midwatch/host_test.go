package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// githubHost ANSWER [FILE] starts a GitHub Enterprise Server for the script, at
// $GITHUB, that answers each request so:
//
//	page FILE  the entries of a file, as one page
//	cut        less than it announces
//	hang       nothing, until it is asked no longer
//	STATUS     that status, with what GitHub says then
//	limit FILE      403 with the headers of a used-up rate limit, then the page
//	secondary FILE  429 with Retry-After, then the page
func githubHost(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: github ANSWER [FILE]")
	}
	answer := hostAnswer(ts, args)
	h := httptest.NewServer(http.HandlerFunc(answer))
	ts.Defer(h.Close)
	ts.Setenv("GITHUB", h.URL)
	ts.Setenv("MIDWATCH_GITHUB_TOKEN", "ghp_0123456789abcdefghijklmnopqrstuvwxyz")
}

func hostAnswer(ts *testscript.TestScript, args []string) http.HandlerFunc {
	switch args[0] {
	case "page":
		page := ts.ReadFile(args[1])
		return func(w http.ResponseWriter, r *http.Request) { servePage(w, r, page) }
	case "cut":
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `[{"@timestamp":1742810400000,"act`)
		}
	case "hang":
		return func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	case "limit":
		return onceBefore(ts.ReadFile(args[1]), func(w http.ResponseWriter) {
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Unix(), 10))
			refuse(w, http.StatusForbidden, "API rate limit exceeded")
		})
	case "secondary":
		return onceBefore(ts.ReadFile(args[1]), func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "1")
			refuse(w, http.StatusTooManyRequests, "You have exceeded a secondary rate limit")
		})
	}
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	return func(w http.ResponseWriter, _ *http.Request) { refuse(w, status, http.StatusText(status)) }
}

// onceBefore answers the first request in the page's place.
func onceBefore(page string, answer func(http.ResponseWriter)) http.HandlerFunc {
	var asked atomic.Bool
	return func(w http.ResponseWriter, r *http.Request) {
		if asked.CompareAndSwap(false, true) {
			answer(w)
			return
		}
		servePage(w, r, page)
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"message":%q}`, message)
}

// servePage answers like the audit-log endpoint of an organisation.
func servePage(w http.ResponseWriter, r *http.Request, page string) {
	switch {
	case !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ghp_"):
		refuse(w, http.StatusUnauthorized, "Bad credentials")
	case r.URL.Path != "/api/v3/orgs/acme/audit-log":
		refuse(w, http.StatusNotFound, "Not Found")
	default:
		fmt.Fprint(w, page)
	}
}
