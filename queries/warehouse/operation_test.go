package warehouse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// act is one record of a log: milliseconds after ten o'clock, the action, and
// what differs from the usual.
type act struct {
	ms           int64
	action, more string
}

// usual is what acts have where they say nothing else.
const usual = `"actor":"ana","repo":"acme/app","programmatic_access_type":"Personal access token (classic)","hashed_token":"h1","actor_ip":"192.0.2.7","user_agent":"git/2.50.0","transport_protocol_name":"http"`

// record writes an act as GitHub does; JSON's last key of a name counts, so what
// differs stands in the usual one's place.
func (a act) record(i int) string {
	fields := usual
	for _, f := range strings.Split(a.more, ",") {
		key, _, found := strings.Cut(f, ":")
		if !found {
			continue
		}
		if at := strings.Index(fields, key+":"); at >= 0 {
			end := strings.Index(fields[at:], ",")
			if end < 0 {
				end = len(fields) - at
			}
			fields = fields[:at] + f + fields[at+end:]
		} else {
			fields += "," + f
		}
	}
	return fmt.Sprintf(`{"@timestamp":%d,"_document_id":"id%d","action":%q,%s}`, tenOClock.UnixMilli()+a.ms, i, a.action, fields)
}

var tenOClock = time.Date(2025, time.May, 5, 10, 0, 0, 0, time.UTC)

// midnight is from ten o'clock to the day's end.
const midnight = 14 * 3_600_000

func TestOperations(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		acts []act
		// want is a line an operation: action, milliseconds from first to last
		// record, records.
		want []string
	}{
		{"a clone shows as two fetches and a clone within 103 ms",
			[]act{{36, "git.fetch", ""}, {87, "git.fetch", ""}, {139, "git.clone", ""}}, []string{"clone 36-139 3"}},
		{"the clone first",
			[]act{{36, "git.clone", ""}, {87, "git.fetch", ""}, {139, "git.fetch", ""}}, []string{"clone 36-139 3"}},
		{"fetches under a minute in all", []act{{0, "git.fetch", ""}, {59_999, "git.fetch", ""}}, []string{"fetch 0-59999 2"}},
		{"fetches over a minute apart", []act{{0, "git.fetch", ""}, {60_001, "git.fetch", ""}}, []string{"fetch 0-0 1", "fetch 60001-60001 1"}},
		{"each within a minute, but not all",
			[]act{{0, "git.fetch", ""}, {40_000, "git.fetch", ""}, {80_000, "git.fetch", ""}}, []string{"fetch 0-40000 2", "fetch 80000-80000 1"}},
		{"what follows a clone within five seconds", []act{{0, "git.clone", ""}, {5_000, "git.fetch", ""}}, []string{"clone 0-5000 2"}},
		{"and later", []act{{0, "git.clone", ""}, {5_001, "git.fetch", ""}}, []string{"clone 0-0 1", "fetch 5001-5001 1"}},
		{"clones one after another",
			[]act{{0, "git.clone", ""}, {6_000, "git.clone", ""}, {12_000, "git.clone", ""}}, []string{"clone 0-0 1", "clone 6000-6000 1", "clone 12000-12000 1"}},
		{"a day's end between", []act{{midnight - 50, "git.fetch", ""}, {midnight, "git.clone", ""}},
			[]string{fmt.Sprintf("fetch %[1]d-%[1]d 1", midnight-50), fmt.Sprintf("clone %[1]d-%[1]d 1", midnight)}},
		{"a push beside a fetch", []act{{0, "git.fetch", ""}, {10, "git.push", ""}}, []string{"fetch 0-0 1", "push 10-10 1"}},
		{"an archive beside a clone", []act{{0, "git.clone", ""}, {10, "repo.download_zip", ""}}, []string{"clone 0-0 1", "archive 10-10 1"}},
		{"another identity", []act{{0, "git.fetch", ""}, {10, "git.fetch", `"actor":"ben"`}}, []string{"fetch 0-0 1", "fetch 10-10 1"}},
		{"another repository", []act{{0, "git.fetch", ""}, {10, "git.fetch", `"repo":"acme/web"`}}, []string{"fetch 0-0 1", "fetch 10-10 1"}},
		{"another credential", []act{{0, "git.fetch", ""}, {10, "git.fetch", `"hashed_token":"h2"`}}, []string{"fetch 0-0 1", "fetch 10-10 1"}},
		{"another address", []act{{0, "git.fetch", ""}, {10, "git.fetch", `"actor_ip":"192.0.2.8"`}}, []string{"fetch 0-0 1", "fetch 10-10 1"}},
		{"another client", []act{{0, "git.fetch", ""}, {10, "git.fetch", `"user_agent":"JGit/6"`}}, []string{"fetch 0-0 1", "fetch 10-10 1"}},
		{"another protocol", []act{{0, "git.fetch", ""}, {10, "git.fetch", `"transport_protocol_name":"ssh"`}}, []string{"fetch 0-0 1", "fetch 10-10 1"}},
		{"a refusal and a success", []act{
			{0, "api.request", `"route":"/repositories/:id/contents","status_code":"404"`}, {10, "api.request", `"route":"/repositories/:id/contents","status_code":"200"`}},
			[]string{"api_read 0-0 1", "api_read 10-10 1"}},
		{"the same repository in other letters, with .git", []act{{0, "git.fetch", ""}, {10, "git.fetch", `"repo":"Acme/App.git"`}}, []string{"fetch 0-10 2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := opened(t, 1)
			var lines []string
			for i, a := range test.acts {
				lines = append(lines, a.record(i))
			}
			if sum := deliver(t, w, []file{{"log", text(shuffled(lines, 5))}}); sum.New != int64(len(lines)) {
				t.Fatalf("%d new of %d", sum.New, len(lines))
			}
			got := answer(t, w.Reader(), fmt.Sprintf(`SELECT action || ' ' || (epoch_ms(first_at) - %[1]d) || '-' || (epoch_ms(last_at) - %[1]d) || ' ' || records
				FROM operation(DATE '2025-05-05', DATE '2025-05-07') ORDER BY first_at, action`, tenOClock.UnixMilli()))
			if want := strings.Join(test.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// The span of days that operations are asked for begins at its first midnight
// and ends before its last.
func TestOperationsOfADay(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	begin := int64(-10 * 3_600_000)
	lines := []string{
		act{begin - 1, "git.fetch", ""}.record(0), act{begin, "git.fetch", `"repo":"acme/first"`}.record(1),
		act{midnight - 1, "git.fetch", `"repo":"acme/last"`}.record(2), act{midnight, "git.fetch", ""}.record(3),
	}
	deliver(t, w, []file{{"log", text(lines)}})
	got := answer(t, w.Reader(), "SELECT repository FROM operation(DATE '2025-05-05', DATE '2025-05-06') JOIN repository_form USING (repository_id) ORDER BY repository")
	if got != "acme/first\nacme/last" {
		t.Errorf("got %s", got)
	}
}

// The night's reduction counts operations, full copies, pushes and refusals
// apart, and leaves out credentials that live for an hour.
func TestReductionOfANight(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	app := `"actor":"ci[bot]","programmatic_access_type":"GitHub App server-to-server token"`
	acts := []act{
		{0, "git.fetch", ""}, {50, "git.clone", ""}, {3_600_000, "git.push", ""}, {7_200_000, "repo.download_zip", ""},
		{0, "api.request", `"repo":"acme/x","route":"/repos/acme/x/contents/a","status_code":"403"`},
		{0, "git.fetch", app}, {60_001, "git.fetch", app + `,"hashed_token":"h9"`},
	}
	var lines []string
	for i, a := range acts {
		lines = append(lines, a.record(i))
	}
	deliver(t, w, []file{{"log", text(lines)}})
	if n, err := w.RollUp(t.Context(), nil); err != nil || n != 1 {
		t.Fatalf("%d days, %v", n, err)
	}
	got := answer(t, w.Reader(), `SELECT identity, family, repository, credential, records, operations, copies, pushes, denied, printf('%x', hours)
		FROM access ORDER BY ALL`)
	want := `github:ana|personal|acme/app|h1|4|3|2|1|0|1c00
github:ana|personal|acme/x|h1|1|0|0|0|1|400
github:ci[bot]|app|acme/app|-|2|2|0|0|0|400`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// What was refused is no access and reaches no baseline.
	night := answer(t, w.Reader(), "SELECT identity, repository, operations FROM night_access(DATE '2025-05-05')")
	if want := "github:ana|acme/app|3\ngithub:ci[bot]|acme/app|2"; night != want {
		t.Errorf("got\n%s\nwant\n%s", night, want)
	}
}
