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
		return Findings(w, n)
	case "json":
		return JSONLines(w, n)
	}
	r, err := newRows(w, format, []string{"#", "status", "finding", "who", "score", "E", "why"})
	if err != nil {
		return err
	}
	err = n.each(func(of Night, f analyzer.Finding) error {
		a, status := f.Assessment, string(f.Status)
		if !of.Night.Equal(n.Night) {
			status += ", night of " + date(of.Night)
		}
		return r.row([]string{
			strconv.Itoa(a.Rank), status, f.ID, who(f), unlessUnjudged(a, decimals(a.Score, 1)), expected(a), why(f),
		})
	})
	if err != nil {
		return err
	}
	if err := r.close(); err != nil {
		return err
	}
	if late := n.CountLate(); late > 0 {
		if _, err := fmt.Fprintf(w, "%s, listed first, nobody has been told of before.\n", count3(late, "finding of an earlier night", "findings of earlier nights")); err != nil {
			return err
		}
	}
	for _, c := range n.Covered {
		if _, err := fmt.Fprintf(w, "%s is covered by a verdict until %s: %s, given for %s by %s (%s).\n",
			Inert(who(c.Finding)), date(c.Verdict.Until), c.Verdict.Verdict, c.Verdict.Finding, Inert(c.Verdict.By), clip(c.Verdict.Reason, 200)); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(w, "Night of %s: %d findings listed of %d facets seen. E is how many benign identities a night look this unusual.\n%s.\n",
		date(n.Night), len(n.Findings), max(n.Judged, len(n.Findings)), n.Coverage)
	return err
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
