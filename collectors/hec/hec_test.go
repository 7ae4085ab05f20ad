package hec

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"midwatch/collectors/collectortest"
	"midwatch/collectors/stream"
)

const token = "a-token-of-24-characters"

// served is a HEC that runs for a test.
type served struct {
	landing *collectortest.Landing
	url     string
	stop    func() error
}

func serve(t *testing.T, o stream.Options) *served {
	t.Helper()
	s := &served{landing: &collectortest.Landing{}}
	o.Dialect, o.Dir, o.Token, o.Sealer, o.Now, o.Logger = New(), t.TempDir(), token, s.landing, time.Now, slog.New(slog.DiscardHandler)
	r, err := stream.NewReceiver(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := stream.Listen("127.0.0.1:0", "", "", true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Serve(ctx, l) }()
	s.url = "http://" + l.Addr().String()
	s.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { _ = s.stop() })
	return s
}

// ask sends a request with the token and gives status and answer.
func (s *served) ask(t *testing.T, path, body string, change func(*http.Request)) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Splunk "+token)
	if change != nil {
		change(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(text))
}

// zipped is a body as one gzip member a part.
func zipped(parts ...string) string {
	var all bytes.Buffer
	for _, part := range parts {
		z := gzip.NewWriter(&all)
		_, _ = io.WriteString(z, part)
		_ = z.Close()
	}
	return all.String()
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

const ok = `{"text":"Success","code":0}`

// TestWhatIsTakenIsAnsweredAsSplunkDoes: every way of sending that the manual has,
// and GitHub's HTTPS collector, each with the records that it leaves.
func TestWhatIsTakenIsAnsweredAsSplunkDoes(t *testing.T) {
	for name, c := range map[string]struct {
		path, body string
		change     func(*http.Request)
		want       []string
	}{
		"one":                        {"/services/collector", `{"time":1,"host":"h","event":{"n": 1}}`, nil, []string{`{"n":1}`}},
		"a batch without space":      {"/services/collector", `{"event":{"n":1}}{"event":{"n":2}}`, nil, []string{`{"n":1}`, `{"n":2}`}},
		"a batch of lines":           {"/services/collector/event", "{\"event\":{\"n\":1}}\n\n{\"event\":{\"n\":2}}\n", nil, []string{`{"n":1}`, `{"n":2}`}},
		"a batch as a list":          {"/services/collector/event/1.0", `[{"event":{"n":1}},{"event":{"n":2}}]`, nil, []string{`{"n":1}`, `{"n":2}`}},
		"an event written as text":   {"/services/collector", `{"event":"{\"n\":1,\n\"m\":2}"}`, nil, []string{`{"n":1,"m":2}`}},
		"an event that is text":      {"/services/collector", `{"event":"hello\nworld"}`, nil, []string{`"hello\nworld"`}},
		"gzip":                       {"/services/collector", zipped(`{"event":{"n":1}}`, `{"event":{"n":2}}`), header("Content-Encoding", "gzip"), []string{`{"n":1}`, `{"n":2}`}},
		"raw lines":                  {"/services/collector/raw?channel=c1", "{\"n\":1}\r\n\nnot JSON\n", nil, []string{`"not JSON"`, `{"n":1}`}},
		"Bearer":                     {"/services/collector", `{"event":{"n":1}}`, header("Authorization", "Bearer "+token), []string{`{"n":1}`}},
		"Basic":                      {"/services/collector", `{"event":{"n":1}}`, header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("x:"+token))), []string{`{"n":1}`}},
		"HTTPS collector, one":       {"/audit", `{"action":"git.clone"}`, nil, []string{`{"action":"git.clone"}`}},
		"HTTPS collector, lines":     {"/", "{\"n\":1}\n{\"n\":2}\n", nil, []string{`{"n":1}`, `{"n":2}`}},
		"HTTPS collector, a list":    {"/audit", `[{"n":1},{"event":{"n":2}}]`, nil, []string{`{"n":1}`, `{"n":2}`}},
		"HTTPS collector with gzip":  {"/audit", zipped(`[{"n":1}]`), header("Content-Encoding", "gzip"), []string{`{"n":1}`}},
		"usage of an assistant":      {"/services/collector", `{"event":{"event_id":"e1","endpoint":"/chat","user":"ana","body":{"prompt":"p","answer":["a"]}}}`, nil, []string{`{"event_id":"e1","endpoint":"/chat","body":"not kept"}`}},
		"usage as a raw line":        {"/services/collector/raw?channel=c2", `{"event_id":"e2","endpoint":"/chat","action":null,"body":"a prompt"}`, nil, []string{`{"event_id":"e2","endpoint":"/chat","body":"not kept"}`}},
		"usage by HTTPS":             {"/audit", `[{"body":"a prompt","event_id":3,"endpoint":"/chat"}]`, nil, []string{`{"event_id":3,"endpoint":"/chat","body":"not kept"}`}},
		"an event with a body":       {"/audit", `{"action":"git.clone","event_id":"e4","endpoint":"/x","body":"b"}`, nil, []string{`{"action":"git.clone","event_id":"e4","endpoint":"/x","body":"b"}`}},
		"a line end within an event": {"/audit", "{\"n\":\n1}", nil, []string{`{"n":1}`}},
	} {
		s := serve(t, stream.Options{})
		status, answer := s.ask(t, c.path, c.body, c.change)
		if want := ok; status != http.StatusOK || answer != want && !strings.Contains(c.path, "channel") {
			t.Errorf("%s: answered %d %s", name, status, answer)
		}
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		got := s.landing.Records()
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: kept %q, want %q", name, got, c.want)
		}
	}
}

// TestWhatIsRefusedLeavesNothing: each with Splunk's status, text and number.
func TestWhatIsRefusedLeavesNothing(t *testing.T) {
	s := serve(t, stream.Options{MaxBody: 200})
	good := `{"event":{"n":1}}`
	for name, c := range map[string]struct {
		path, body string
		change     func(*http.Request)
		status     int
		want       string
	}{
		"no token":               {"/services/collector", good, func(r *http.Request) { r.Header.Del("Authorization") }, 401, `{"text":"Token is required","code":2}`},
		"a token in the address": {"/services/collector?token=" + token, good, func(r *http.Request) { r.Header.Del("Authorization") }, 401, `{"text":"Token is required","code":2}`},
		"two tokens":             {"/services/collector", good, func(r *http.Request) { r.Header.Add("Authorization", "Splunk "+token) }, 401, `{"text":"Token is required","code":2}`},
		"a wrong token":          {"/services/collector", good, header("Authorization", "Splunk "+token+"x"), 403, `{"text":"Invalid token","code":4}`},
		"another scheme":         {"/services/collector", good, header("Authorization", "Digest "+token), 401, `{"text":"Token is required","code":2}`},
		"nothing":                {"/services/collector", "", nil, 400, `{"text":"No data","code":5}`},
		"space":                  {"/services/collector", " \n", nil, 400, `{"text":"No data","code":5}`},
		"not JSON":               {"/services/collector", good + "hello", nil, 400, `{"text":"Invalid data format","code":6}`},
		"a number":               {"/services/collector", "7", nil, 400, `{"text":"Invalid data format","code":6}`},
		"cut short":              {"/services/collector", good[:9], nil, 400, `{"text":"Invalid data format","code":6}`},
		"no event":               {"/services/collector", good + `{"n":2}`, nil, 400, `{"text":"Event field is required","code":12,"invalid-event-number":1}`},
		"a blank event":          {"/services/collector", `{"event":""}` + good, nil, 400, `{"text":"Event field cannot be blank","code":13,"invalid-event-number":0}`},
		"a bad channel":          {"/services/collector", good, header(ChannelHeader, "a b"), 400, `{"text":"Invalid data channel","code":11}`},
		"large":                  {"/services/collector", `{"event":"` + strings.Repeat("x", 200) + `"}`, nil, 413, `{"text":"Request entity too large","code":27}`},
		"large when unpacked":    {"/services/collector", zipped(`{"event":"` + strings.Repeat("x", 200) + `"}`), header("Content-Encoding", "gzip"), 413, `{"text":"Request entity too large","code":27}`},
		"no gzip":                {"/services/collector", good, header("Content-Encoding", "gzip"), 400, `{"text":"Invalid data format","code":6}`},
		"gzip cut short":         {"/services/collector", zipped(good)[:20], header("Content-Encoding", "gzip"), 400, `{"text":"Invalid data format","code":6}`},
		"another encoding":       {"/services/collector", good, header("Content-Encoding", "zstd"), 415, `{"text":"Invalid data format","code":6}`},
		"POST to the health":     {"/services/collector/health", good, nil, 405, `{"text":"events were sent to the path of the health check: name another path","code":6}`},
		"GET":                    {"/services/collector", "", func(r *http.Request) { r.Method = http.MethodGet }, 405, `{"text":"events are sent with POST","code":6}`},
	} {
		if status, answer := s.ask(t, c.path, c.body, c.change); status != c.status || answer != c.want {
			t.Errorf("%s: answered %d %s, want %d %s", name, status, answer, c.status, c.want)
		}
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if got := s.landing.Records(); len(got) != 0 {
		t.Errorf("kept %q", got)
	}
}

// TestAcknowledgements: what was answered with a number is kept, and what was not
// is to be sent again.
func TestAcknowledgements(t *testing.T) {
	s := serve(t, stream.Options{})
	one, two := header(ChannelHeader, "0aeeac95-ac74-4aa9-b30d-6c4c0ac581ba"), header(ChannelHeader, "b")
	for n, want := range []string{`{"text":"Success","code":0,"ackId":0}`, `{"text":"Success","code":0,"ackId":1}`} {
		if _, answer := s.ask(t, "/services/collector", `{"event":{"n":1}}`, one); answer != want {
			t.Errorf("request %d: %s", n, answer)
		}
	}
	if _, answer := s.ask(t, "/services/collector/raw?channel=b", `{"n":1}`, nil); answer != `{"text":"Success","code":0,"ackId":0}` {
		t.Errorf("another channel: %s", answer)
	}
	for name, c := range map[string]struct {
		body   string
		change func(*http.Request)
		status int
		want   string
	}{
		"known and unknown": {`{"acks":[0,1,2]}`, one, 200, `{"acks":{"0":true,"1":true,"2":false}}`},
		"of another":        {`{"acks":[0,1]}`, two, 200, `{"acks":{"0":true,"1":false}}`},
		"of nobody":         {`{"acks":[0]}`, header(ChannelHeader, "c"), 200, `{"acks":{"0":false}}`},
		"no channel":        {`{"acks":[0]}`, nil, 400, `{"text":"Data channel is missing","code":10}`},
		"a bad channel":     {`{"acks":[0]}`, header(ChannelHeader, "ä"), 400, `{"text":"Invalid data channel","code":11}`},
		"no question":       {`{"ack":[0]}`, one, 400, `{"text":"Invalid data format","code":6}`},
		"no token":          {`{"acks":[0]}`, func(r *http.Request) { one(r); r.Header.Del("Authorization") }, 401, `{"text":"Token is required","code":2}`},
	} {
		if status, answer := s.ask(t, "/services/collector/ack", c.body, c.change); status != c.status || answer != c.want {
			t.Errorf("%s: answered %d %s, want %d %s", name, status, answer, c.status, c.want)
		}
	}
}

// A channel that was forgotten is told false, never true.
func TestForgottenChannels(t *testing.T) {
	c := newChannels(2)
	for _, name := range []string{"a", "b", "a", "c"} {
		c.number(name)
	}
	if !c.kept("a", 1) || c.kept("b", 0) || !c.kept("c", 0) || len(c.next) != 2 || c.used.Len() != 2 {
		t.Errorf("a %t, b %t, c %t, %d channels", c.kept("a", 1), c.kept("b", 0), c.kept("c", 0), len(c.next))
	}
}

func TestHealth(t *testing.T) {
	s := serve(t, stream.Options{})
	for _, path := range []string{"/services/collector/health", "/services/collector/health/1.0", "/health"} {
		status, answer := s.ask(t, path, "", func(r *http.Request) { r.Method = http.MethodGet; r.Header.Del("Authorization") })
		if status != 200 || answer != `{"text":"HEC is healthy","code":17}` {
			t.Errorf("%s: %d %s", path, status, answer)
		}
	}
}
