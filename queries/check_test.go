package queries_test

import (
	"slices"
	"strings"
	"testing"

	"midwatch/queries"
)

// Every header of the tree says what it must and nothing that means nothing.
func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"schema", "sources", "landing", "rollups", "baselines", "signals", "investigations", "reports", "market", "planting"} {
		for _, m := range queries.CheckAll(folder) {
			t.Error(m)
		}
	}
	for _, s := range queries.Scripts("sources") {
		if s.Keys["never says"] == "" || s.Keys["source"] == "" {
			t.Errorf("queries/sources/%s.sql: the header must have the keys never says and source", s.Name)
		}
	}
}

const goodQuestion = `-- What it shows.
--
-- question: Q1 Who touched X?
-- command: investigate who REPOSITORY
-- short: Who touched a repository
-- example: investigate who acme/vault --days 3
-- flags: --days days before
-- subject: repository
-- arguments: repository, days (7)
-- What: is meant by it.
CREATE OR REPLACE MACRO investigate.x(subject VARCHAR, until TIMESTAMP := NULL, days INTEGER := 7) AS TABLE
SELECT 1;
`

const goodSignal = `-- What was seen.
--
-- severity: high
-- technique: T1213.003
-- hypotheses: thief, insider
-- certain: yes
-- next step: Ask
-- quiet on: a joiner in the
--     first week
--
-- twenty: what a caller asks for.
CREATE OR REPLACE MACRO signal.x(as_of TIMESTAMP) AS TABLE
SELECT 1;
`

const goodSource = "-- A log.\n--\n-- records: text\n-- recognised by: ^x\n-- never says: who\n-- source: its manual\nWITH a AS (SELECT 1) FROM a"

// A mistake in a header is told with file, line and key.
func TestMistakesInHeaders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ folder, text, old, new, want string }{
		"a question":        {"investigations", goodQuestion, "", "", ""},
		"unknown key":       {"investigations", goodQuestion, "-- short:", "-- shrot:", `x.sql:5: header key "shrot": there is no such key here; there are: arguments,`},
		"missing key":       {"investigations", goodQuestion, "-- short: Who touched a repository\n", "", `x.sql:1: header key "short": is missing`},
		"empty key":         {"investigations", goodQuestion, "Who touched a repository", "", `x.sql:5: header key "short": says nothing`},
		"said twice":        {"investigations", goodQuestion, "-- flags:", "-- short: a\n-- flags:", `x.sql:7: header key "short": was said in line 5 already`},
		"no number":         {"investigations", goodQuestion, "Q1 Who", "Who", `x.sql:3: header key "question": "Who touched X?" must be a number and a question`},
		"unknown subject":   {"investigations", goodQuestion, "subject: repository", "subject: thing", `x.sql:8: header key "subject": "thing" is not a kind of subject`},
		"no subject":        {"investigations", goodQuestion, "-- subject: repository\n", "", `header key "subject": the macro takes a subject`},
		"unnamed subject":   {"investigations", goodQuestion, "who REPOSITORY", "who", `x.sql:4: header key "command": names its argument`},
		"other example":     {"investigations", goodQuestion, "who acme", "whom acme", `x.sql:6: header key "example": must begin with "investigate who"`},
		"flag of no number": {"investigations", goodQuestion, "--days days before", "--weeks weeks before", `x.sql:7: header key "flags": --weeks`},
		"part with command": {"investigations", goodQuestion, "-- question: Q1 Who touched X?\n", "", `x.sql:3: header key "command": says nothing without the key question`},
		"a signal":          {"signals", goodSignal, "", "", ""},
		"wrong folder":      {"signals", goodSignal, "-- severity", "-- records: json\n-- severity", `x.sql:3: header key "records": there is no such key here`},
		"severity":          {"signals", goodSignal, "high", "dire", `x.sql:3: header key "severity": "dire" must be one of: info, low, medium`},
		"hypothesis":        {"signals", goodSignal, "insider", "outsider", `x.sql:5: header key "hypotheses": "outsider" is not a hypothesis`},
		"certain":           {"signals", goodSignal, "certain: yes", "certain: no", `x.sql:6: header key "certain": "no" must be one of: yes`},
		"certain, no step":  {"signals", goodSignal, "-- next step: Ask\n", "", `x.sql:1: header key "next step": is missing`},
		"not quiet":         {"signals", goodSignal, "-- quiet on: a joiner in the\n--     first week\n", "", `x.sql:1: header key "quiet on": is missing`},
		"a format":          {"sources", goodSource, "", "", ""},
		"reads":             {"sources", goodSource, "-- source", "-- reads: all\n-- source", `x.sql:6: header key "reads": "all" must be one of: whole, together`},
		"means":             {"sources", goodSource, "-- source", "-- means: answers\n-- source", `x.sql:6: header key "means": "answers" must be one of: requests`},
		"recognised by":     {"sources", goodSource, "-- recognised by: ^x\n", "", `x.sql:1: header key "recognised by": is missing`},
		"records":           {"sources", goodSource, "text", "words", `x.sql:3: header key "records": "words" must be one of: json, text`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, m := range queries.Check(queries.Parse(c.folder, "x", strings.Replace(c.text, c.old, c.new, 1))) {
				got = append(got, m.Error())
			}
			if c.want == "" && len(got) > 0 || c.want != "" && !slices.ContainsFunc(got, func(m string) bool { return strings.Contains(m, c.want) }) {
				t.Errorf("the mistakes are %q, want %q", got, c.want)
			}
		})
	}
}

// Two questions of one number are told, whichever files they are in.
func TestNumbersAreTakenOnce(t *testing.T) {
	t.Parallel()
	a, b := queries.Parse("investigations", "a", goodQuestion), queries.Parse("investigations", "b", goodQuestion)
	mistakes := queries.CheckNumbers([]queries.Script{a, b})
	if len(mistakes) != 1 || !strings.HasPrefix(mistakes[0].Error(), `queries/investigations/b.sql:3: header key "question": Q1 is the number of a.sql already`) {
		t.Errorf("the mistakes are %v", mistakes)
	}
}

// What a command is made from comes from the header and the macro.
func TestQuestionFromItsHeader(t *testing.T) {
	t.Parallel()
	q := queries.Parse("investigations", "x", goodQuestion).Question()
	if q.Number != "Q1" || q.Command != "investigate who REPOSITORY" || !q.Windowed || !slices.Equal(q.Subjects, []string{"repository"}) {
		t.Errorf("the question is %+v", q)
	}
	if want := []queries.Flag{{Name: "days", Preset: 7, Says: "days before"}}; !slices.Equal(q.Flags, want) {
		t.Errorf("the flags are %+v, want %+v", q.Flags, want)
	}
	numbers := []string{"Q10", "Q2a", "Q2", "Q1"}
	slices.SortFunc(numbers, queries.CompareNumbers)
	if want := []string{"Q1", "Q2", "Q2a", "Q10"}; !slices.Equal(numbers, want) {
		t.Errorf("the order is %v", numbers)
	}
}
