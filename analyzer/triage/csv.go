package triage

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"midwatch/analyzer"
)

// Row is an answer as a person writes it, on the command line or in a findings.csv.
type Row struct {
	Finding, Verdict, Reason, Until, Scope string
	// Where says where it is written, such as "findings.csv, line 3"; "" for the
	// command line.
	Where string
}

// ReadRows reads the rows of a findings.csv that have a verdict. name is how errors
// call it.
func ReadRows(r io.Reader, name string) ([]Row, error) {
	in := csv.NewReader(r)
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: reading its header: %w", name, err)
	}
	at := map[string]int{}
	for i, column := range header {
		at[strings.TrimPrefix(column, "\ufeff")] = i
	}
	for _, column := range []string{"finding_id", "verdict", "verdict_reason"} {
		if _, ok := at[column]; !ok {
			return nil, fmt.Errorf("%s has no column %s: fill in the findings.csv that `midwatch nightly` wrote", name, column)
		}
	}
	var all []Row
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		cell := func(column string) string {
			if i, ok := at[column]; ok {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		if cell("verdict") == "" {
			continue
		}
		line, _ := in.FieldPos(at["verdict"])
		all = append(all, Row{
			Finding: cell("finding_id"), Verdict: strings.ToLower(cell("verdict")), Reason: cell("verdict_reason"), Until: cell("verdict_until"),
			Scope: strings.ToLower(cell("verdict_scope")), Where: fmt.Sprintf("%s, line %d", name, line),
		})
	}
}

// Decide makes the answer of a row. by and at are who decides and when; find gives
// a finding by its id.
func (r Row) Decide(by []string, at time.Time, find func(id string) (analyzer.Finding, error)) (Answer, error) {
	a, err := r.decide(by, at, find)
	if err != nil && r.Where != "" {
		return a, fmt.Errorf("%s: %w (nothing of the file was kept)", r.Where, err)
	}
	return a, err
}

func (r Row) decide(by []string, at time.Time, find func(id string) (analyzer.Finding, error)) (Answer, error) {
	q := Request{Verdict: Verdict(r.Verdict), Reason: r.Reason, Scope: Kind(r.Scope), By: by, At: at}
	if r.Until != "" {
		var err error
		if q.Until, err = time.Parse(time.DateOnly, r.Until); err != nil {
			return Answer{}, fmt.Errorf("%q is not a day: write it as 2026-07-22", r.Until)
		}
	}
	f, err := find(r.Finding)
	if err != nil {
		return Answer{}, err
	}
	return Decide(f, q)
}
