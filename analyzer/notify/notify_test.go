package notify_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer/notify"
)

// A channel is told of its severities alone; of a finding that got worse again; and
// of a quiet night where it wants that.
func TestWhatGoesWhere(t *testing.T) {
	t.Parallel()
	c := channel(notify.Webhook, "https://x", nil)
	worse := item("mw-1", "high")
	worse.Status = "escalated"
	quiet := c
	quiet.Quiet = true
	for name, x := range map[string]struct {
		c    notify.Channel
		m    notify.Morning
		want []string
	}{
		"severities":      {c, morning(item("mw-1", "low"), item("mw-2", "medium"), item("mw-3", "high"), item("mw-4", "critical")), []string{"mw-3:high", "mw-4:critical"}},
		"escalated":       {c, morning(worse), []string{"mw-1:high:escalated 2026-07-20"}},
		"quiet, unwanted": {c, morning(), nil},
		"quiet":           {quiet, morning(), []string{"quiet:2026-07-20"}},
		"not quiet":       {quiet, morning(item("mw-1", "low")), nil},
	} {
		var got []string
		for _, m := range x.c.Messages(x.m) {
			got = append(got, m.Key)
		}
		if fmt.Sprint(got) != fmt.Sprint(x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
}

// What a holder denied is told whatever its severity; a question to a person is its own
// text.
func TestDeniedAndQuestions(t *testing.T) {
	t.Parallel()
	c := channel(notify.Webhook, "https://x", nil)
	denied := item("mw-1", "low")
	denied.Denied = true
	if all := c.Messages(morning(denied, item("mw-2", "low"))); len(all) != 1 || all[0].Key != "mw-1:low" {
		t.Errorf("%+v", all)
	}
	q := notify.Message{Key: "ask:q-1", Kind: "question", Subject: "Was it you?", Body: "Hello <Ana>,\n", Coverage: "all was seen"}
	if got := q.Text(); got != "Was it you?\n\nHello <Ana>,\n" {
		t.Errorf("%q", got)
	}
	for _, kind := range []notify.Kind{notify.Webhook, notify.Slack, notify.Teams} {
		c.Kind = kind
		if text, err := c.Preview(q); err != nil || !strings.Contains(text, "Ana") || strings.Contains(text, secret) {
			t.Errorf("%s: %v %s", kind, err, text)
		}
	}
}

// Each HTTP channel sends what its receiver wants.
func TestBodies(t *testing.T) {
	t.Parallel()
	template, err := notify.ParseTemplate(`{"title": {{json .Subject}}, "body": {{json .Text}}}`)
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		kind  notify.Kind
		with  func(*notify.Channel)
		check func(body map[string]any, raw string, h http.Header) bool
	}{
		"webhook": {notify.Webhook, nil, func(b map[string]any, raw string, h http.Header) bool {
			at, err := strconv.ParseInt(h.Get("X-Midwatch-Timestamp"), 10, 64)
			return err == nil && time.Since(time.Unix(at, 0)) < time.Hour && b["id"] == "mw-1:critical" &&
				h.Get("X-Midwatch-Signature") == notify.Sign(secret, h.Get("X-Midwatch-Timestamp"), []byte(raw)) && h.Get("Authorization") == ""
		}},
		"ticket": {notify.Webhook, func(c *notify.Channel) { c.Template, c.Auth = template, notify.Bearer }, func(b map[string]any, _ string, h http.Header) bool {
			return b["title"] == "[critical] ana cloned <everything>" && strings.Contains(b["body"].(string), "Ask ana") && h.Get("Authorization") == "Bearer "+secret && len(b) == 2
		}},
		"slack": {notify.Slack, nil, func(b map[string]any, _ string, _ http.Header) bool {
			return strings.Contains(b["text"].(string), "ana cloned &lt;everything&gt;")
		}},
		"teams": {notify.Teams, nil, func(b map[string]any, raw string, _ http.Header) bool {
			return b["type"] == "message" && strings.Contains(raw, `"contentType":"application/vnd.microsoft.card.adaptive"`)
		}},
		"splunk": {notify.Splunk, nil, func(b map[string]any, _ string, h http.Header) bool {
			return h.Get("Authorization") == "Splunk "+secret && b["sourcetype"] == "midwatch:finding" && b["time"] == float64(night.AddDate(0, 0, 1).Unix())
		}},
		"pagerduty": {notify.PagerDuty, nil, func(b map[string]any, _ string, _ http.Header) bool {
			return b["routing_key"] == secret && b["event_action"] == "trigger" && b["dedup_key"] == "mw-1:critical" && b["payload"].(map[string]any)["severity"] == "critical"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := &received{}
			s, trusted := receiver(t, func(w http.ResponseWriter, q *http.Request) { got.take(q); w.WriteHeader(http.StatusAccepted) })
			c, box := channel(x.kind, s.URL, trusted), newMemory()
			if x.with != nil {
				x.with(&c)
			}
			m := morning(item("mw-1", "critical"))
			if problems := run(t, box, c, m); len(problems) != 0 || got.count() != 1 {
				t.Fatal(problems, got.count())
			}
			var body map[string]any
			if err := json.Unmarshal([]byte(got.bodies[0]), &body); err != nil || !x.check(body, got.bodies[0], got.headers[0]) {
				t.Errorf("%v %v %s", err, got.headers[0], got.bodies[0])
			}
			text, err := c.Preview(c.Messages(m)[0])
			if err != nil || strings.Contains(text, secret) || !strings.Contains(text, "ana cloned") {
				t.Errorf("preview: %v\n%s", err, text)
			}
		})
	}
}

func TestMail(t *testing.T) {
	t.Parallel()
	page := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(page, []byte("<p>the page</p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, offers := range []bool{true, false} {
		address, trusted, got := mailServer(t, offers)
		c, box := channel(notify.SMTP, "", trusted), newMemory()
		c.Address, c.From, c.To, c.Username = address, "midwatch@example.org", []string{"lead@example.org"}, "midwatch"
		m := morning(item("mw-1", "high"), item("mw-2", "critical"))
		m.Page = page
		c.Timeout = 3 * time.Second
		problems := run(t, box, c, m)
		if !offers {
			if len(problems) != 1 || !strings.Contains(problems[0], "does not offer STARTTLS, and nothing is sent in the clear") || got.count() != 0 {
				t.Errorf("without STARTTLS: %v, %d received", problems, got.count())
			}
			continue
		}
		if len(problems) != 0 || got.count() != 1 {
			t.Fatal(problems, got.count())
		}
		for _, want := range []string{"Subject: Midwatch, night of 2026-07-20: 2 findings\r\n", "mw-1", "mw-2", `filename="midwatch-2026-07-20.html"`, "PHA+dGhlIHBhZ2U8L3A+", "Message-ID: <"} {
			if !strings.Contains(got.bodies[0], want) {
				t.Errorf("the mail has not %q:\n%s", want, got.bodies[0])
			}
		}
	}
}

func TestSyslog(t *testing.T) {
	t.Parallel()
	for _, resets := range []bool{false, true} {
		address, trusted, got := syslogServer(t, resets)
		c, box := channel(notify.Syslog, "", trusted), newMemory()
		c.Address, c.Timeout = address, 3*time.Second
		bad := item("mw-1", "critical")
		bad.Who = `github:a"]na`
		problems := run(t, box, c, morning(bad))
		if resets {
			if len(problems) != 1 || len(box.sent) != 0 {
				t.Errorf("a reset is taken for delivered: %v", problems)
			}
			continue
		}
		if len(problems) != 0 {
			t.Fatal(problems)
		}
		for i := 0; got.count() == 0 && i < 500; i++ {
			time.Sleep(10 * time.Millisecond)
		}
		size, text, _ := strings.Cut(got.bodies[0], " ")
		want := `<106>1 2026-07-21T00:00:00Z host midwatch - finding [midwatch@32473 id="mw-1:critical" night="2026-07-20" finding="mw-1" severity="critical" who="github:a\"\]na"] ` + "\ufeff[critical] ana"
		if size != strconv.Itoa(len(text)) || !strings.HasPrefix(text, want) || strings.Contains(text, "\n") {
			t.Errorf("%s bytes said, %d sent: %s", size, len(text), text)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		change func(*notify.Channel)
		want   string
	}{
		"good":           {func(*notify.Channel) {}, ""},
		"this machine":   {func(c *notify.Channel) { c.URL = "http://127.0.0.1:9/x" }, ""},
		"in the clear":   {func(c *notify.Channel) { c.URL = "http://hooks.example.org" }, "must begin with https://"},
		"not whole":      {func(c *notify.Channel) { c.URL = "hooks" }, "must be whole"},
		"no secret":      {func(c *notify.Channel) { c.Secret = "" }, "secret_env or secret_file"},
		"no such kind":   {func(c *notify.Channel) { c.Kind = "pigeon" }, `there is no kind "pigeon"`},
		"no such auth":   {func(c *notify.Channel) { c.Auth = "none" }, `there is no auth "none"`},
		"no severity":    {func(c *notify.Channel) { c.Severities = []string{"bad"} }, `there is no severity "bad"`},
		"mail, no port":  {func(c *notify.Channel) { c.Kind, c.Address = notify.SMTP, "mail" }, "host:port"},
		"mail, to whom?": {func(c *notify.Channel) { c.Kind, c.Address = notify.SMTP, "mail:25" }, "from and to"},
	} {
		c := channel(notify.Webhook, "https://hooks.example.org/x", nil)
		x.change(&c)
		if err := c.Check(); (err == nil) != (x.want == "") || err != nil && !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}

func TestPingAndMetrics(t *testing.T) {
	t.Parallel()
	var paths []string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) { paths = append(paths, q.URL.Path) }))
	t.Cleanup(s.Close)
	for _, what := range []string{"start", "", "3"} {
		if err := notify.Ping(t.Context(), s.URL+"/uuid", what); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(paths, " "); got != "/uuid/start /uuid /uuid/3" {
		t.Error(got)
	}
	path := filepath.Join(t.TempDir(), "midwatch.prom")
	m := notify.Metrics{Ended: night, Duration: 2 * time.Second, Exit: 3, Records: 7, Blind: 1, Waiting: 2, Findings: map[string]int{"high": 4}}
	if err := m.Write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"midwatch_last_run_exit_code 3\n", "midwatch_records 7\n", "midwatch_outbox_waiting 2\n", `midwatch_findings{severity="high"} 4` + "\n", `midwatch_findings{severity="low"} 0` + "\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(left) != 0 {
		t.Error(left, err)
	}
}
