package report_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"midwatch/analyzer/report"
)

// The columns of THREATS 4, in their order; others follow them and none is ever
// taken out or moved.
var columns = []string{
	"schema_version", "run_id", "finding_id", "status", "rank", "score", "severity", "confidence", "title", "why_flagged", "identity", "identity_kind",
	"team", "access_type", "token_id", "first_seen_utc", "last_seen_utc", "repos_touched", "repos_new_to_identity", "repos_new_to_team", "full_copies",
	"events", "baseline_median", "baseline_p95", "baseline_days", "networks", "countries", "new_network", "user_agents", "sensitive_repos",
	"active_secrets_exposed", "control_plane_events", "signals", "attack_ids", "attack_version", "nights_in_a_row", "previous_rank", "suggested_action",
	"containment_hint", "coverage_note", "query", "evidence_file",
}

func TestHeaderIsConstant(t *testing.T) {
	t.Parallel()
	header := func(n report.Night) []string {
		var out bytes.Buffer
		if err := report.FullFindings(&out, n); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != 1+len(n.Findings) {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		return rows[0]
	}
	none, some := header(night()), header(night("ana", "ben"))
	if !slices.Equal(none, some) {
		t.Errorf("without findings the header is %v, with some %v", none, some)
	}
	if len(none) < len(columns) || !slices.Equal(none[:len(columns)], columns) {
		t.Errorf("the header is %v", none)
	}
	if len(slices.Compact(slices.Sorted(slices.Values(none)))) != len(none) {
		t.Errorf("a column stands there twice: %v", none)
	}
}

// The same night gives the same bytes, and another content another run_id.
func TestReportsAreTheSameEachTime(t *testing.T) {
	t.Parallel()
	write := func(n report.Night) string {
		var out bytes.Buffer
		if err := errors.Join(report.FullFindings(&out, n), report.FindingRepositories(&out, n), report.JSONLines(&out, n), report.OCSF(&out, n, report.OCSF14), report.HTML(&out, n), report.Print(&out, n, "table")); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	n := night("ana", "ben")
	if write(n) != write(night("ana", "ben")) {
		t.Error("two writings of one night differ")
	}
	id := n.RunID()
	for what, change := range map[string]func(*report.Night){
		"version":  func(n *report.Night) { n.Version = "other" },
		"coverage": func(n *report.Night) { n.Coverage = "other" },
		"score":    func(n *report.Night) { n.Findings[1].Assessment.Score++ },
		"findings": func(n *report.Night) { n.Findings = n.Findings[:1] },
		"night":    func(n *report.Night) { n.Night = n.Night.AddDate(0, 0, 1) },
	} {
		other := night("ana", "ben")
		change(&other)
		if other.RunID() == id {
			t.Errorf("another %s has the same run_id", what)
		}
	}
}

// Every format says what was not seen.
func TestBlindnessIsInEveryReport(t *testing.T) {
	t.Parallel()
	n := night("ana")
	n.Coverage = "Coverage of 2026-07-21 UTC: NOT SEEN: source x gave nothing"
	n.Blind = []string{"source x gave nothing"}
	for name, write := range map[string]func(io.Writer) error{
		"findings.csv":   func(w io.Writer) error { return report.FullFindings(w, n) },
		"findings.jsonl": func(w io.Writer) error { return report.JSONLines(w, n) },
		"OCSF":           func(w io.Writer) error { return report.OCSF(w, n, report.OCSF14) },
		"terminal":       func(w io.Writer) error { return report.Print(w, n, "table") },
	} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "NOT SEEN: source x gave nothing") {
			t.Errorf("%s does not say it:\n%s", name, &out)
		}
	}
	// Also where there is no finding to say it at.
	var out bytes.Buffer
	empty := night()
	empty.Coverage = n.Coverage
	if err := report.Print(&out, empty, "table"); err != nil || !strings.Contains(out.String(), "NOT SEEN") {
		t.Errorf("%v:\n%s", err, &out)
	}
	// The page says it above all else, with findings and without.
	for _, page := range []report.Night{n, empty} {
		page.Blind = n.Blind
		out.Reset()
		if err := report.HTML(&out, page); err != nil || !strings.Contains(out.String(), "Not everything was seen</h2>\n<ul><li><bdi>source x gave nothing</bdi></li></ul>") {
			t.Errorf("%v:\n%s", err, &out)
		}
	}
}

// The number of facets is that of the night, also where only what was listed is at
// hand.
func TestTheTerminalCountsWhatWasJudged(t *testing.T) {
	t.Parallel()
	n := night("ana")
	n.Assessments, n.Judged = nil, 143
	var out bytes.Buffer
	if err := report.Print(&out, n, "table"); err != nil || !strings.Contains(out.String(), "1 finding listed, 143 accounts (by kind of access) judged.") {
		t.Errorf("%v:\n%s", err, &out)
	}
}

func TestFilesAppearWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "made")
	path := filepath.Join(folder, "findings.csv")
	put := func(text string, fail error) error {
		return report.WriteFile(path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return errors.Join(err, fail)
		})
	}
	holds := func(want string) {
		t.Helper()
		got, err := os.ReadFile(path)
		if err != nil || string(got) != want {
			t.Errorf("%q, %v", got, err)
		}
		left, err := os.ReadDir(folder)
		if err != nil || len(left) != 1 {
			t.Errorf("the folder holds %v, %v", left, err)
		}
	}
	if err := put("first", nil); err != nil {
		t.Fatal(err)
	}
	holds("first")
	for path, want := range map[string]os.FileMode{path: 0o600, folder: 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
		}
	}
	broken := errors.New("the disk is full")
	err := put(strings.Repeat("half of the second", 1000), broken)
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), path+": ") || !strings.Contains(err.Error(), "what stood there is untouched") {
		t.Errorf("%v", err)
	}
	holds("first")
	if err := put("third", nil); err != nil {
		t.Fatal(err)
	}
	holds("third")
}

func TestFormats(t *testing.T) {
	t.Parallel()
	header, rows := []string{"a", "b"}, [][]string{{"1", "x,y"}, {"-0.5", "=1"}}
	for format, want := range map[string]string{
		"csv":  "a,b\n1,\"x,y\"\n-0.5,'=1\n",
		"json": "{\"a\":\"1\",\"b\":\"x,y\"}\n{\"a\":\"-0.5\",\"b\":\"=1\"}\n",
	} {
		var out bytes.Buffer
		if err := report.Table(&out, format, header, rows); err != nil || out.String() != want {
			t.Errorf("%s: %q, %v", format, out.String(), err)
		}
	}
	if err := report.Table(io.Discard, "xml", header, rows); err == nil || !strings.Contains(err.Error(), `there is no format "xml": table, csv, json`) {
		t.Errorf("%v", err)
	}
}

// The column that says what to revoke is a command that a shell takes for one word,
// whatever the name; what a person cannot see or type is not put into it.
func TestContainmentHint(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"github:ana":             "midwatch contain github:ana",
		"github:ana bo":          "midwatch contain 'github:ana bo'",
		"x; rm -rf ~":            "midwatch contain 'x; rm -rf ~'",
		"$(id)`id`":              "midwatch contain '$(id)`id`'",
		"it's":                   `midwatch contain 'it'\''s'`,
		"-rf":                    "midwatch contain -- -rf",
		"~root":                  "midwatch contain '~root'",
		"ana\u202egnp":           "midwatch contain c2hhMjU2aGFzaA==",
		"a\nb":                   "midwatch contain c2hhMjU2aGFzaA==",
		strings.Repeat("a", 501): "midwatch contain c2hhMjU2aGFzaA==",
	} {
		f := thiefFinding()
		f.Assessment.Identity = name
		if got := report.Containment(f); got != want {
			t.Errorf("%.40q: %s, want %s", name, got, want)
		}
	}
	f := factFinding()
	f.Assessment.Identity = "a\x1b[2Jb"
	if got := report.Containment(f); got != "# its name cannot be typed: findings.jsonl has it as it is" {
		t.Errorf("without a credential either: %s", got)
	}
}

// The cells of a finding in which every column has something to say.
func TestFindingsOfANight(t *testing.T) {
	t.Parallel()
	golden(t, "full.csv", func(w io.Writer) error { return report.FullFindings(w, fullNight()) })
	golden(t, "findings.csv", func(w io.Writer) error { return report.Findings(w, fullNight()) })
}

// findings.csv has at most 16 columns, in the order in which one decides.
func TestColumnsForAPerson(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := report.Findings(&out, night()); err != nil {
		t.Fatal(err)
	}
	const want = "night,rank,who,what_happened,why,rule_out_first,do_next,repositories,severity,confidence,since,verdict,verdict_reason,verdict_until,verdict_scope,finding_id\n"
	if out.String() != want {
		t.Errorf("the header is %s", &out)
	}
	n := night("ana")
	n.Coverage = "Coverage of 2026-07-21 UTC: NOT SEEN: source x gave nothing"
	out.Reset()
	if err := report.Findings(&out, n); err != nil || !strings.Contains(out.String(), "Not everything was seen on this night: there may be more.") {
		t.Errorf("a row of a night that was not seen in full does not say so: %v\n%s", err, &out)
	}
}

// COLUMNS.md says what each column holds, and is what the code says.
func TestColumnsAreDocumented(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := report.Columns(&out); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("COLUMNS.md", out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile("COLUMNS.md"); err != nil || string(got) != out.String() {
		t.Errorf("COLUMNS.md is not what the code says: make generate writes it (%v)", err)
	}
}

// What speaks against a finding is told where lighter pieces that speak for it
// follow.
func TestEvidenceAgainst(t *testing.T) {
	t.Parallel()
	n := report.Night{}
	n.Findings = append(n.Findings, thiefFinding())
	var out bytes.Buffer
	if err := report.FullFindings(&out, n); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := rows[1][slices.Index(rows[0], "evidence_against")]; got != "Pushed 2 times, which thieves seldom do." {
		t.Errorf("%q", got)
	}
}
