package github_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"midwatch/collectors"
	"midwatch/collectors/collectortest"
	"midwatch/collectors/github"
)

// answering gives every request the same answer.
type answering struct{ body string }

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// still is a clock that waits for nothing.
type still struct{}

func (still) Now() time.Time                             { return now }
func (still) Sleep(context.Context, time.Duration) error { return nil }

func fuzzed(t *testing.T, body string) collectors.Collector {
	t.Helper()
	c, err := github.New(github.Options{
		Organization: "example-org", Token: func(context.Context) (string, error) { return token, nil },
		Transport: answering{body}, Clock: still{}, Retries: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Whatever a host answers: each entry of a list is sealed as it came, in its
// order, and what is no list is an error in words.
func FuzzPage(f *testing.F) {
	for _, body := range []string{"[]", "null", "", "{}", `[1,null,"x",{}]`, `[{"@timestamp":1795262400000},{"@timestamp":"x"},{"@timestamp":[1]}]`, `[{"@timestamp":1e400}]`,
		`[{"@timestamp":-9223372036854775808}]`, "[" + strings.Repeat("[", 9000), `[{"a":"\ud800"}]`, "[{}]x", "\xef\xbb\xbf[]", `[{"created_at":"2026-11-21T00:00:00Z"}]`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		landing := &collectortest.Landing{}
		_, err := fuzzed(t, body).Collect(t.Context(), "", now, landing)
		var entries []json.RawMessage
		// What stands behind the list is the host's affair.
		valid := json.NewDecoder(strings.NewReader(body)).Decode(&entries) == nil && entries != nil
		if valid != (err == nil) {
			t.Fatalf("%q: %v", body, err)
		}
		if got := landing.Records(); valid && len(got) != len(entries) {
			t.Errorf("%q: %d records of %d entries", body, len(got), len(entries))
		}
	})
}

// A checkpoint is one that this program wrote, or an error in words; never a
// place to go on from that passes over events.
func FuzzCheckpoint(f *testing.F) {
	landing := &collectortest.Landing{}
	c, err := github.New(github.Options{Organization: "example-org", Token: func(context.Context) (string, error) { return token, nil },
		Transport: answering{`[{"@timestamp":1795262400000}]`}, Clock: still{}})
	if err != nil {
		f.Fatal(err)
	}
	if _, err := c.Collect(f.Context(), "", now, landing); err != nil {
		f.Fatal(err)
	}
	f.Add(string(landing.Checkpoint()))
	for _, text := range []string{"", "{}", `{"version":1}`, `{"version":2}`, "null", "x", `{"version":1,"newest_ms":9223372036854775807,"complete_ms":-1}`,
		`{"version":1,"endpoint":"orgs/example-org/audit-log","query":"include=all&phrase=","walk":{"since_ms":99999999999999999}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, from string) {
		landing := &collectortest.Landing{}
		_, err := fuzzed(t, "[]").Collect(t.Context(), collectors.Checkpoint(from), now, landing)
		if err != nil && !strings.HasPrefix(err.Error(), "github: ") {
			t.Errorf("%q: %v", from, err)
		}
		if err == nil && landing.Checkpoint() != "" {
			// What it leaves, it reads again.
			if _, err := fuzzed(t, "[]").Collect(t.Context(), landing.Checkpoint(), now, &collectortest.Landing{}); err != nil {
				t.Errorf("%q: left %q, which it cannot read: %v", from, landing.Checkpoint(), err)
			}
		}
	})
}
