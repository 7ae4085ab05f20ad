package report

import (
	"fmt"
	"io"
	"strconv"

	"midwatch/analyzer"
)

// Print writes a night's findings for a person or a program: a table with the
// sentence on what could be seen, or all columns as CSV or JSON lines.
func Print(w io.Writer, n Night, format string) error {
	switch format {
	case "csv":
		return FullFindings(w, n)
	case "json":
		return JSONLines(w, n)
	}
	r, err := newRows(w, format, []string{"#", "status", "finding", "who", "false alarms", "why"})
	if err != nil {
		return err
	}
	err = n.each(func(of Night, f analyzer.Finding) error {
		a, status := f.Assessment, string(f.Status)
		if !of.Night.Equal(n.Night) {
			status += ", night of " + date(of.Night)
		}
		return r.row([]string{
			strconv.Itoa(a.Rank), status, f.ID, who(f), expected(a), why(f),
		})
	})
	if err != nil {
		return err
	}
	if err := r.close(); err != nil {
		return err
	}
	if late := n.CountLate(); late > 0 {
		if err := Say(w, fmt.Sprintf("%s first: nobody has been told of %s before.\n", count3(late, "finding of an earlier night comes", "findings of earlier nights come"), pronoun(late))); err != nil {
			return err
		}
	}
	for _, c := range n.Covered {
		if err := Say(w, fmt.Sprintf("%s is covered by a verdict until %s: %s, given for %s by %s (%s).\n",
			Inert(who(c.Finding)), date(c.Verdict.Until), c.Verdict.Verdict, c.Verdict.Finding, Inert(c.Verdict.By), clip(c.Verdict.Reason, 200))); err != nil {
			return err
		}
	}
	return Say(w, fmt.Sprintf("Night of %s: %s listed, %s judged.\n%s\n%s.\n",
		date(n.Night), counted(len(n.Findings), "finding"), accounts(max(n.Judged, len(n.Findings))), ExpectedFalseAlarms, n.Coverage))
}

// ExpectedFalseAlarms explains the number that findings are listed by, in one line.
const ExpectedFalseAlarms = "Expected false alarms: how many harmless accounts are expected to look at least this unusual on a night."

// accounts counts what was judged: an account once for each kind of access that it used.
func accounts(n int) string {
	return count3(n, "account", "accounts") + " (by kind of access)"
}

// pronoun stands for so many findings.
func pronoun(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// JSONLines writes one JSON object a finding, with all its evidence. Text is as
// it came, in JSON's own escapes where it could not be seen.
func JSONLines(w io.Writer, n Night) error {
	e := newEncoder(w)
	return n.each(func(of Night, f analyzer.Finding) error {
		return e.Encode(struct {
			SchemaVersion int              `json:"schema_version"`
			RunID         string           `json:"run_id"`
			Night         string           `json:"night"`
			Finding       analyzer.Finding `json:"finding"`
			Advice        analyzer.Advice  `json:"advice"`
			Reason        string           `json:"reason"`
			Coverage      string           `json:"coverage"`
		}{SchemaVersion, of.RunID(), date(of.Night), f, analyzer.Advise(f.Assessment), why(f), of.Coverage})
	})
}
