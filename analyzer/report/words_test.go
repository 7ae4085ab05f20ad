package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
	"midwatch/queries"
)

// Nothing that a person reads in the morning holds a word of the code: not in
// findings.csv, on the page, in the terminal or in a message.
func TestPlainWords(t *testing.T) {
	t.Parallel()
	forbidden := words(t)
	all := everyReason()
	all.Blind = append(all.Blind, blindNight().Blind...)
	for ten := range slices.Chunk(all.Findings, 10) { // a page shows so many
		n := all
		n.Findings = ten
		for name, text := range rendered(t, n) {
			for _, word := range forbidden {
				if at := word.FindStringIndex(text); at != nil {
					t.Errorf("%s says %q: …%s…", name, text[at[0]:at[1]], text[max(0, at[0]-80):min(len(text), at[1]+80)])
				}
			}
		}
	}
}

// words are those of testdata/reports/words.txt, as whole words in any case.
func words(t *testing.T) []*regexp.Regexp {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../testdata/reports", "words.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var all []*regexp.Regexp
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, regexp.MustCompile(`(?i)\b`+regexp.QuoteMeta(line)+`\b`))
		}
	}
	if len(all) < 10 {
		t.Fatalf("%d words", len(all))
	}
	return all
}

var (
	code = regexp.MustCompile(`(?s)<(style|pre|code)>.*?</(style|pre|code)>`)
	svg  = regexp.MustCompile(`aria-label="([^"]*)"`)
)

// rendered is what a person reads of a night, by where.
func rendered(t *testing.T, n report.Night) map[string]string {
	t.Helper()
	var rows, page, terminal bytes.Buffer
	for _, err := range []error{report.Findings(&rows, n), report.HTML(&page, n), report.Print(&terminal, n, "table")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	messages, err := json.Marshal(report.Summaries(n))
	if err != nil {
		t.Fatal(err)
	}
	html := code.ReplaceAllString(page.String(), "")
	html = svg.ReplaceAllString(html, ">$1<")
	return map[string]string{
		"findings.csv": rows.String(), "report.html": tag.ReplaceAllString(html, " "), "the terminal": terminal.String(), "a message": string(messages),
	}
}

// everyReason is a night with each piece of evidence in each of its levels, for and
// against, each hypothesis and each signal that lists by itself.
func everyReason() report.Night {
	n := quietNight()
	add := func(change func(*analyzer.Finding)) {
		f := thiefFinding()
		f.ID = fmt.Sprintf("mw-20260721-%08d", len(n.Findings))
		f.Campaign = f.ID
		change(&f)
		n.Findings = append(n.Findings, f)
	}
	for _, name := range analyzer.EvidenceNames() {
		for _, level := range []string{"", "new country", "new autonomous system", "new block that others use", "known network", "new client", "upgrade of a known client", "new credential of a known type", "new type of credential"} {
			for _, nats := range []float64{2, -2} {
				e := analyzer.Evidence{
					Name: analyzer.EvidenceName(name), Nats: nats, Observed: 2, Expected: 0.2, Bound: 3, HistoryDays: 40, Level: level, Value: "198.51.100.0/24",
					Country: "RO", System: "64500", Kind: "network", Usual: []analyzer.CountryDays{{Country: "DE", Days: 40}}, Others: 2, Days: 21, Examples: []string{"acme/a", "acme/b"},
				}
				add(func(f *analyzer.Finding) { f.Assessment.Evidence = []analyzer.Evidence{e} })
			}
		}
	}
	for _, h := range []analyzer.Hypothesis{analyzer.Thief, analyzer.Insider, analyzer.Jewel, analyzer.Hoard, analyzer.StolenMachine} {
		for _, kind := range []analyzer.Kind{analyzer.Human, analyzer.Machine} {
			add(func(f *analyzer.Finding) {
				f.Assessment.Hypothesis, f.Assessment.RunnerUp, f.Assessment.Kind = h, h, kind
			})
		}
	}
	for _, s := range queries.Scripts("signals") {
		if s.Keys["certain"] != "yes" {
			continue
		}
		add(func(f *analyzer.Finding) {
			f.Assessment.Certain = []analyzer.Fact{{
				Signal: s.Name, Night: tonight, Title: strings.TrimSuffix(s.Summary, "."), Reason: "It was seen.", Quiet: s.Keys["quiet on"], NextStep: s.Keys["next step"], Severity: analyzer.SeverityHigh,
			}}
		})
	}
	return n
}

// A reason compares with what is usual and names places as a person does.
func TestReasonsReadAsSentences(t *testing.T) {
	t.Parallel()
	a := analyzer.Assessment{Evidence: []analyzer.Evidence{
		{Name: analyzer.EvidenceNewRepositories, Nats: 5, Observed: 3, Expected: .4, HistoryDays: 40},
		{Name: analyzer.EvidenceNetwork, Nats: 4, Level: analyzer.NewCountry.String(), Value: "192.0.2.0/24", Country: "RO", Usual: []analyzer.CountryDays{{Country: "DE", Days: 40}}},
	}}
	want := "Read 3 private repositories it had never opened before; on a working day it opens 0.4 (40 days of history). " +
		"First time from Romania (network 192.0.2.0/24); its last 40 days were all from Germany."
	if got := a.Reason(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
