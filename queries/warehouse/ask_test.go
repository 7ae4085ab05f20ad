package warehouse

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// told publishes a build farm that never pauses for 30 minutes, somebody who works
// over a midnight, and somebody who comes when they please.
func told(t *testing.T) *Reader {
	t.Helper()
	var b strings.Builder
	id := 0
	add := func(who, token string, at time.Time) {
		id++
		fmt.Fprintf(&b, `{"@timestamp":%d,"_document_id":"d%d","action":"git.fetch","actor":%q,"hashed_token":%q,"repo":"acme/r%d","actor_ip":"203.0.113.%d","programmatic_access_type":"SSH key"}`+"\n",
			at.UnixMilli(), id, who, token, id%7, id%3)
	}
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for at := day.Add(9 * time.Hour); at.Before(day.Add(100 * time.Hour)); at = at.Add(20 * time.Minute) {
		add("farm", "FARM", at)
	}
	for at := day.Add(22 * time.Hour); at.Before(day.Add(27 * time.Hour)); at = at.Add(25 * time.Minute) {
		add("ana", "ANA", at)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for at := day.Add(5 * time.Hour); at.Before(day.Add(240 * time.Hour)); at = at.Add(time.Duration(r.ExpFloat64() * float64(14*time.Minute))) {
		add("bob", []string{"BOB1", "BOB2"}[r.IntN(2)], at.Truncate(time.Millisecond))
	}
	path := filepath.Join(t.TempDir(), "events.ndjson")
	must(t, os.WriteFile(path, []byte(b.String()), 0o600))
	return published(t, path, "")
}

// TestTimelinePartsWhatNeverPauses at the second midnight and at each that
// follows, and leaves alone what goes on past one.
func TestTimelinePartsWhatNeverPauses(t *testing.T) {
	r := told(t)
	got := answers(t, r, "SELECT first_at, last_at, records FROM investigate.timeline('github:farm')")
	if want := `first_at | last_at | records
2026-07-01 09:00:00.000 | 2026-07-02 23:40:00.000 | 117
2026-07-03 00:00:00.000 | 2026-07-03 23:40:00.000 | 72
2026-07-04 00:00:00.000 | 2026-07-04 23:40:00.000 | 72
2026-07-05 00:00:00.000 | 2026-07-05 03:40:00.000 | 12
`; got != want {
		t.Errorf("a build farm:\n%s, want:\n%s", got, want)
	}
	got = answers(t, r, "SELECT first_at, last_at, records FROM investigate.timeline('github:ana')")
	if want := `first_at | last_at | records
2026-07-01 22:00:00.000 | 2026-07-02 02:35:00.000 | 12
`; got != want {
		t.Errorf("a night's work:\n%s, want:\n%s", got, want)
	}
	got = answers(t, r, "SELECT first_at, last_at, records FROM investigate.timeline('github:farm', pause := 1440)")
	if strings.Count(got, "\n") > 3 {
		t.Errorf("with a pause of a day a midnight is every other one, got:\n%s", got)
	}
}

// long leaves a test of many seconds out of `go test -short`; `make test` runs it.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out by -short: run `make test` for it")
	}
}

// TestPartsTellWhatTheWholeTells asks in parts of a day each and as a whole.
func TestPartsTellWhatTheWholeTells(t *testing.T) {
	t.Parallel()
	long(t)
	r := told(t)
	ctx := context.Background()
	windows := [][]Argument{
		nil,
		WindowArguments(time.Date(2026, 7, 2, 5, 10, 0, 0, time.UTC), time.Date(2026, 7, 5, 1, 0, 0, 0, time.UTC)),
		WindowArguments(time.Date(2026, 7, 3, 0, 0, 0, 0, time.UTC), time.Time{}),
		WindowArguments(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}),
	}
	compared := 0
	for _, subject := range []string{"github:farm", "github:ana", "github:bob", "BOB2"} {
		for i, window := range windows {
			for _, pause := range []int{0, 10, 30, 100, 1440, 4000} {
				args := append([]Argument{{"subject", subject}, {"pause", pause}}, window...)
				q, err := QuestionNamed("timeline")
				must(t, err)
				compared += sameInParts(ctx, t, r, q, args, fmt.Sprintf("timeline of %s, window %d, pause %d", subject, i, pause))
			}
			args := append([]Argument{{"subject", subject}}, window...)
			q, err := scriptNamed("subject_event")
			must(t, err)
			compared += sameInParts(ctx, t, r, q, args, fmt.Sprintf("events of %s, window %d", subject, i))
			for _, kind := range []string{"identity", "credential"} {
				q, err := scriptNamed("subject_record")
				must(t, err)
				compared += sameInParts(ctx, t, r, q, append([]Argument{{"kind", kind}}, args...), fmt.Sprintf("records of %s, window %d", subject, i))
			}
		}
	}
	for _, in := range []struct{ kind, subject string }{{"repository", "acme/r3"}, {"network", "203.0.113.0/24"}, {"client", "git"}} {
		q, err := scriptNamed("subject_record")
		must(t, err)
		compared += sameInParts(ctx, t, r, q, []Argument{{"kind", in.kind}, {"subject", in.subject}}, "records of "+in.subject)
	}
	if compared < 10_000 {
		t.Errorf("only %d rows were compared", compared)
	}
}

// sameInParts returns how many rows an answer has.
func sameInParts(ctx context.Context, t *testing.T, r *Reader, q Question, args []Argument, what string) int {
	t.Helper()
	in := func(most int) (lines []string, parts int) {
		r.most = most
		a, err := r.Ask(ctx, q, args)
		must(t, err)
		defer func() { must(t, a.Close()) }()
		parts = len(a.rest) + 1
		columns, err := a.Columns()
		must(t, err)
		for a.Next() {
			lines = append(lines, rowText(t, a.Rows, len(columns)))
		}
		must(t, a.Err())
		return lines, parts
	}
	whole, one := in(1_000_000)
	apart, parts := in(1)
	if one != 1 || len(whole) > 0 && parts < 2 {
		// Of a night's work there may be a day alone.
		if one != 1 || !strings.Contains(what, "ana") {
			t.Errorf("%s: asked in %d and in %d parts", what, one, parts)
		}
	}
	if strings.Join(whole, "\n") != strings.Join(apart, "\n") {
		t.Errorf("%s: %d rows as a whole, %d in %d parts;\nwhole:\n%s\nin parts:\n%s", what, len(whole), len(apart), parts,
			strings.Join(whole, "\n"), strings.Join(apart, "\n"))
	}
	return len(whole)
}
