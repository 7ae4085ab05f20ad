package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"midwatch/analyzer/triage"
)

var answeredAt = time.Date(2026, time.July, 22, 8, 0, 0, 0, time.UTC)

// answerable is the handler of links, with a link that is good until its time.
func answerable(t *testing.T, until time.Time) (h answerPages, path string) {
	t.Helper()
	h = answerPages{key: strings.Repeat("k", triage.KeyLeast), folder: t.TempDir(), now: func() time.Time { return answeredAt }, log: slog.New(slog.DiscardHandler)}
	token, err := (triage.Ticket{Question: "q-1", Finding: "mw-1", Account: "github:<b>ana", Day: "2026-07-20", Until: until.Unix()}).Sign(h.key)
	if err != nil {
		t.Fatal(err)
	}
	return h, askPath + token
}

// request sends one request and gives the code and the page.
func request(h http.Handler, method, path string, form url.Values) (int, string) {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// answersIn counts what is kept in a folder.
func answersIn(t *testing.T, folder string) int {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// Programs that look at a link before a person does change nothing: only pressing a
// button does.
func TestLookingAtALinkChangesNothing(t *testing.T) {
	t.Parallel()
	h, path := answerable(t, answeredAt.Add(time.Hour))
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete} {
		code, page := request(h, method, path+"?answer=yes", url.Values{"answer": {"yes"}})
		want := http.StatusMethodNotAllowed
		if method == http.MethodGet || method == http.MethodHead {
			want = http.StatusOK
		}
		if code != want || answersIn(t, h.folder) != 0 {
			t.Errorf("%s: %d, %d answers", method, code, answersIn(t, h.folder))
		}
		if method == http.MethodGet && (!strings.Contains(page, `<form method="post">`) || !strings.Contains(page, "github:&lt;b&gt;ana")) {
			t.Errorf("the page: %s", page)
		}
	}
}

// A link takes one answer to one question until it expires, and no other.
func TestLinkTakesOneAnswer(t *testing.T) {
	t.Parallel()
	h, path := answerable(t, answeredAt.Add(time.Second))
	expired, old := answerable(t, answeredAt)
	for name, x := range map[string]struct {
		h    answerPages
		path string
		form url.Values
		code int
	}{
		"neither yes nor no":     {h, path, url.Values{"answer": {"maybe"}}, http.StatusBadRequest},
		"the answer in the link": {h, path + "?answer=yes", nil, http.StatusBadRequest},
		"too long":               {h, path, url.Values{"answer": {"yes"}, "note": {strings.Repeat("x", answerBody)}}, http.StatusBadRequest},
		"another key":            {answerPages{key: "other", folder: h.folder, now: h.now, log: h.log}, path, url.Values{"answer": {"yes"}}, http.StatusNotFound},
		"no link":                {h, "/ask/", url.Values{"answer": {"yes"}}, http.StatusNotFound},
		"elsewhere":              {h, "/", url.Values{"answer": {"yes"}}, http.StatusNotFound},
		"expired":                {expired, old, url.Values{"answer": {"yes"}}, http.StatusGone},
	} {
		if code, page := request(x.h, http.MethodPost, x.path, x.form); code != x.code || answersIn(t, x.h.folder) != 0 {
			t.Errorf("%s: %d, want %d; %d answers\n%s", name, code, x.code, answersIn(t, x.h.folder), page)
		}
	}
	var codes [8]int
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() {
			codes[i], _ = request(h, http.MethodPost, path, url.Values{"answer": {"no"}, "note": {"on leave"}})
		})
	}
	all.Wait()
	taken := 0
	for _, code := range codes {
		switch code {
		case http.StatusOK:
			taken++
		case http.StatusConflict:
		default:
			t.Errorf("one of eight at once: %d", code)
		}
	}
	a, err := readAnswer(answerFile(h.folder, "q-1"))
	if err != nil || taken != 1 || answersIn(t, h.folder) != 1 || a.Answer != "no" || a.Note != "on leave" || a.Finding != "mw-1" || !a.At.Equal(answeredAt) {
		t.Errorf("%d were taken, %d files: %+v, %v", taken, answersIn(t, h.folder), a, err)
	}
	if _, page := request(h, http.MethodGet, path, nil); !strings.Contains(page, "Answered before") || strings.Contains(page, "<form") {
		t.Error(page)
	}
}

func TestAskConfig(t *testing.T) {
	t.Parallel()
	good := AskConfig{URL: "https://m.example", Listen: "127.0.0.1:1", SecretFile: "key", Days: 3}
	for name, x := range map[string]struct {
		change func(*AskConfig)
		want   string
	}{
		"good":            {func(*AskConfig) {}, ""},
		"off":             {func(c *AskConfig) { *c = AskConfig{Days: 3} }, ""},
		"this machine":    {func(c *AskConfig) { c.URL = "http://127.0.0.1:8445" }, ""},
		"in the clear":    {func(c *AskConfig) { c.URL = "http://m.example" }, "must begin with https://"},
		"no url":          {func(c *AskConfig) { c.URL = "" }, "url: give the address"},
		"no key":          {func(c *AskConfig) { c.SecretFile = "" }, "name secret_env or secret_file"},
		"not even a day":  {func(c *AskConfig) { c.Days = 0 }, "from 1 to 30"},
		"the longest":     {func(c *AskConfig) { c.Days = 30 }, ""},
		"longer than 30d": {func(c *AskConfig) { c.Days = 31 }, "from 1 to 30"},
	} {
		c := good
		x.change(&c)
		if err := c.check(); (err == nil) != (x.want == "") || err != nil && !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}
