package report

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"midwatch/analyzer"
)

// column is one column of a file of findings, with what it says. Numbers are written
// as they are; text goes through Cell.
type column struct {
	name, says string
	value      func(Night, analyzer.Finding, analyzer.Advice) string
}

// Findings writes findings.csv, which a person reads: one row a finding, those of
// earlier nights first, in the order in which one decides. The header is always the
// same. What is not known is empty.
func Findings(w io.Writer, n Night) error { return writeFindings(w, n, leadColumns()) }

// FullFindings writes findings_full.csv, which programs read: the same rows with all
// columns (THREATS 4).
func FullFindings(w io.Writer, n Night) error { return writeFindings(w, n, fullColumns()) }

func writeFindings(w io.Writer, n Night, columns []column) error {
	out := csv.NewWriter(w)
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.name
	}
	if err := out.Write(row); err != nil {
		return err
	}
	err := n.each(func(of Night, f analyzer.Finding) error {
		advice := analyzer.Advise(f.Assessment)
		for i, c := range columns {
			row[i] = c.value(of, f, advice)
		}
		return out.Write(row)
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// FindingRepositories writes one row for each new repository of each finding, and of
// each identity listed with it.
func FindingRepositories(w io.Writer, n Night) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"finding_id", "night", "identity", "repository", "surprise_nats", "others_new_this_week", "in_heaviest_session", "pushed"}); err != nil {
		return err
	}
	err := n.each(func(of Night, f analyzer.Finding) error {
		err := newOf(out, of, f.ID, f.Assessment.Identity, f.Assessment.NewRepositories)
		for _, m := range f.Assessment.Group {
			err = errors.Join(err, newOf(out, of, f.ID, m.Identity, m.NewRepositories))
		}
		return err
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// newOf writes the rows of one identity.
func newOf(out *csv.Writer, n Night, finding, identity string, repositories []analyzer.NewRepository) error {
	for _, r := range repositories {
		err := out.Write([]string{
			finding, date(n.Night), Cell(identity), Cell(r.Repository), decimals(r.Surprise, 2),
			strconv.Itoa(r.Newcomers), strconv.FormatBool(r.InSession), strconv.FormatBool(r.Pushed),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// worthReason is the E up to which a facet that is not listed gets a reason in
// a ranking: ten times what is listed by default.
const worthReason = 10

func date(t time.Time) string { return t.Format(time.DateOnly) }

func decimals(x float64, n int) string { return strconv.FormatFloat(x, 'f', n, 64) }

func significant(x float64) string { return strconv.FormatFloat(x, 'g', 5, 64) }

func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

func list(items ...string) string {
	var kept []string
	for _, s := range items {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return Cell(strings.Join(kept, "; "))
}
