package stream

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/collectors"
	"midwatch/collectors/collectortest"
)

const goodToken = "a-token-of-24-characters"

// served is a receiver that runs for a test.
type served struct {
	*Receiver
	landing *collectortest.Landing
	url     string
	stop    func() error
}

// serve starts a receiver over a folder, and stops it with the test.
func serve(t *testing.T, o Options) *served {
	t.Helper()
	return serveOn(t, o, nil)
}

// serveOn starts a receiver on a listener; nil is one of loopback.
func serveOn(t *testing.T, o Options, l net.Listener) *served {
	t.Helper()
	s := &served{landing: &collectortest.Landing{}}
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if o.Sealer == nil {
		o.Sealer = s.landing
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Dialect, o.Token, o.Logger = plain{}, goodToken, slog.New(slog.DiscardHandler)
	r, err := NewReceiver(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if l == nil {
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Serve(ctx, &Listener{Listener: l}) }()
	s.Receiver, s.url = r, "http://"+l.Addr().String()
	stopped := false
	s.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() { _ = s.stop() })
	return s
}

// post sends a body as the sender does and returns the status.
func (s *served) post(t *testing.T, body io.Reader, change func(*http.Request)) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/events", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set(plainToken, goodToken)
	if change != nil {
		change(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// TestTrap20OnlyWhatIsAnswered200IsKept is trap 20 of FORMATS 7 with the two
// below and cmd/midwatch's TestReceiverKilled: JSON under a form content type, and
// the wrong token.
func TestTrap20OnlyWhatIsAnswered200IsKept(t *testing.T) {
	s := serve(t, Options{MaxBody: 100})
	// A reader of unknown length is sent in chunks.
	chunked := func(text string) io.Reader { return io.MultiReader(strings.NewReader(text)) }
	for name, c := range map[string]struct {
		body   io.Reader
		change func(*http.Request)
		want   int
	}{
		"an event under a form type":    {strings.NewReader("{\"id\":1,\n \"a\":\"b&c=d%20e\"}"), nil, 200},
		"an event in chunks":            {chunked(`{"id":2}`), nil, 200},
		"no token":                      {strings.NewReader(`{"id":90}`), func(r *http.Request) { r.Header.Del(plainToken) }, 401},
		"a wrong token":                 {strings.NewReader(`{"id":91}`), func(r *http.Request) { r.Header.Set(plainToken, goodToken+"x") }, 401},
		"the token's beginning":         {strings.NewReader(`{"id":92}`), func(r *http.Request) { r.Header.Set(plainToken, goodToken[:23]) }, 401},
		"two tokens":                    {strings.NewReader(`{"id":93}`), func(r *http.Request) { r.Header.Add(plainToken, goodToken) }, 401},
		"a POST to the health check":    {strings.NewReader(`{"id":99}`), func(r *http.Request) { r.URL.Path = "/health" }, 405},
		"a query":                       {strings.NewReader(`{"id":89}`), func(r *http.Request) { r.URL.Path = "/ask" }, 200},
		"a query without the token":     {strings.NewReader(`{"id":88}`), func(r *http.Request) { r.URL.Path = "/ask"; r.Header.Del(plainToken) }, 401},
		"PUT":                           {strings.NewReader(`{"id":94}`), func(r *http.Request) { r.Method = http.MethodPut }, 405},
		"no body":                       {nil, nil, 400},
		"no JSON":                       {strings.NewReader("id=95"), nil, 400},
		"JSON and more":                 {strings.NewReader(`{"id":96}{"id":97}`), nil, 400},
		"an array":                      {strings.NewReader(`[{"id":98}]`), nil, 400},
		"one byte too many":             {strings.NewReader(`{"id":"` + strings.Repeat("x", 92) + `"}`), nil, 413},
		"one byte too many, in chunks":  {chunked(`{"id":"` + strings.Repeat("y", 92) + `"}`), nil, 413},
		"as many bytes as there may be": {strings.NewReader(`{"id":"` + strings.Repeat("z", 91) + `"}`), nil, 200},
	} {
		if got := s.post(t, c.body, c.change); got != c.want {
			t.Errorf("%s: answered %d, want %d", name, got, c.want)
		}
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	got := s.landing.Records()
	slices.Sort(got)
	want := []string{`{"id":"` + strings.Repeat("z", 91) + `"}`, `{"id":1,"a":"b&c=d%20e"}`, `{"id":2}`}
	if !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}
	gaps := s.landing.Segments()[0].Gaps
	if len(gaps) != 1 || !strings.HasPrefix(gaps[0].Reason, "6 requests of the sender were refused") {
		t.Errorf("six authentic requests with events in them were refused; the gaps are %+v", gaps)
	}
}

func TestSecretsAreScrubbedBeforeTheyAreWritten(t *testing.T) {
	s := serve(t, Options{})
	const raw = "glpat-abcdefghijklmnopqrst"
	if got := s.post(t, strings.NewReader(`{"id":1,"path":"/a/b?private_token=`+raw+`"}`), nil); got != 200 {
		t.Fatalf("answered %d", got)
	}
	text, err := os.ReadFile(s.journal.f.Name())
	if err != nil || !strings.Contains(string(text), `"id":1`) {
		t.Fatalf("the journal has %q, %v", text, err)
	}
	if strings.Contains(string(text), raw) {
		t.Errorf("the journal has the token: %q", text)
	}
}

func TestRateAndMemoryAreBounded(t *testing.T) {
	s := serve(t, Options{MaxRate: 1})
	if a, b := s.post(t, strings.NewReader(`{"id":1}`), nil), s.post(t, strings.NewReader(`{"id":2}`), nil); a != 200 || b != 429 {
		t.Errorf("two at once at one a second were answered %d and %d", a, b)
	}
	m := serve(t, Options{MaxMemory: 1 << 20, MaxBody: 1 << 20, Patience: time.Millisecond})
	if !m.memory.TryAcquire(1<<20 - 7) {
		t.Fatal("the memory is not free")
	}
	if got := m.post(t, strings.NewReader(`{"id":1}`), nil); got != 503 {
		t.Errorf("eight bytes where there is room for seven: %d", got)
	}
	m.memory.Release(1)
	if got := m.post(t, strings.NewReader(`{"id":1}`), nil); got != 200 {
		t.Errorf("eight bytes where there is room for eight: %d", got)
	}
}

// Who does not finish what he began loses his connection, with a token or without.
func TestSlowHeadersAndBodiesAreCutOff(t *testing.T) {
	s := serve(t, Options{HeaderDeadline: 50 * time.Millisecond, RequestDeadline: 100 * time.Millisecond})
	for name, text := range map[string]string{
		"nothing":          "",
		"half a header":    "POST /events HTTP/1.1\r\nHost: x\r\nX-To",
		"half a body":      "POST /events HTTP/1.1\r\nHost: x\r\n" + plainToken + ": " + goodToken + "\r\nContent-Length: 8\r\n\r\n{\"id",
		"a body, no token": "POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n{\"id",
	} {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
		// It ends by itself: a receiver that waited on would hang the test.
		answer, _ := io.ReadAll(c)
		if strings.Contains(string(answer), " 200 ") {
			t.Errorf("%s was answered %q", name, answer)
		}
		_ = c.Close()
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if got := s.landing.Records(); len(got) != 0 {
		t.Errorf("kept %q", got)
	}
}

// It answers 2xx only after the commit.
func TestTrap20NothingIsAnswered200ThatCannotBeWritten(t *testing.T) {
	s := serve(t, Options{})
	health := func() int {
		resp, err := http.Get(s.url + "/health")
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode
	}
	if got := s.post(t, strings.NewReader(`{"id":1}`), nil); got != 200 || health() != 200 {
		t.Fatalf("answered %d, health %d", got, health())
	}
	path := s.journal.f.Name()
	if err := s.journal.f.Close(); err != nil { // as if the disk went away
		t.Fatal(err)
	}
	if got := s.post(t, strings.NewReader(`{"id":2}`), nil); got != 503 || health() != 503 {
		t.Errorf("answered %d, health %d, and the event was not written", got, health())
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "{\"id\":1}\n" {
		t.Errorf("the journal has %q, %v", text, err)
	}
}

func TestAFailedAppendLeavesNothing(t *testing.T) {
	j, err := openJournal(t.TempDir(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.append([]collectors.Record{[]byte("kept")}); err != nil {
		t.Fatal(err)
	}
	if _, err := j.f.WriteString("half of a batch that fai"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(j.cut(), j.append([]collectors.Record{[]byte("next")})); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(j.f.Name()); err != nil || string(text) != "kept\nnext\n" {
		t.Errorf("the journal has %q, %v", text, err)
	}
}

func TestAReceiverGoesOnFromOneThatWasKilled(t *testing.T) {
	dir := t.TempDir()
	left(t, dir, 3, `{"id":"sealed"}`)
	left(t, dir, 4, `{"id":"left"}`)
	f, err := os.OpenFile(journalPath(dir, 4), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"id":"never ans`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	died := time.Now().Add(-time.Hour).UTC()
	lost := collectors.Gap{From: died.Add(-time.Minute), Until: died, Reason: "refused before it died"}
	if err := (status{AliveAt: died, Running: true, Gaps: []collectors.Gap{lost}}).write(dir); err != nil {
		t.Fatal(err)
	}
	s := serve(t, Options{Dir: dir, From: `{"version":1,"journal":3}`})
	if got := s.landing.Records(); !slices.Equal(got, []string{`{"id":"left"}`}) {
		t.Errorf("sealed %q", got)
	}
	gaps := s.landing.Segments()[0].Gaps
	if len(gaps) != 2 || gaps[0].Reason != lost.Reason || !gaps[1].From.Equal(died) {
		t.Errorf("the gaps are %+v", gaps)
	}
	if got := s.landing.Checkpoint(); got != `{"version":1,"journal":4}` {
		t.Errorf("the checkpoint is %s", got)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if rest, err := filepath.Glob(filepath.Join(dir, "*.journal")); err != nil || len(rest) != 0 {
		t.Errorf("left behind: %v, %v", rest, err)
	}
}

func TestWhatCannotBeSealedStaysAndIsSealedLater(t *testing.T) {
	landing := &collectortest.Landing{}
	full := true
	landing.BeforeSeal = func(collectors.Segment) error {
		if full {
			return errors.New("the disk is full")
		}
		return nil
	}
	s := serve(t, Options{Sealer: landing, RollBytes: 1})
	if got := s.post(t, strings.NewReader(`{"id":1}`), nil); got != 200 {
		t.Fatalf("the journal took it, and it was answered %d", got)
	}
	err := s.stop()
	if err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("ended with %v", err)
	}
	full = false
	again := serve(t, Options{Dir: s.o.Dir, Sealer: landing})
	if err := again.stop(); err != nil {
		t.Fatal(err)
	}
	if got := landing.Records(); !slices.Equal(got, []string{`{"id":1}`}) {
		t.Errorf("sealed %q", got)
	}
}
