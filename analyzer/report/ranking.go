package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"midwatch/analyzer"
)

// Formats are the ways of printing rows.
var Formats = []string{"table", "csv", "json"}

// DataCSV is csv for programs: nothing is put before what would begin a formula,
// and nothing is cut, so that ids and hashes compare equal. What cannot be shown
// is written as its number here too; json has every text exactly.
const DataCSV = "csv for programs"

// rows prints rows in one of the Formats.
type rows interface {
	row(values []string) error
	close() error
}

// newRows begins rows with a header. Text must be made inert before, as each
// format needs.
func newRows(w io.Writer, format string, header []string) (rows, error) {
	switch format {
	case "csv":
		// A header may be of a log too: a PIVOT names columns by what is in it.
		c := &csvRows{csv.NewWriter(w), cellUnlessNumber}
		return c, c.row(header)
	case DataCSV:
		c := &csvRows{csv.NewWriter(w), Inert}
		return c, c.row(header)
	case "json":
		return &jsonRows{newEncoder(w), header}, nil
	case "table", "":
		return newTable(w, header), nil
	}
	return nil, fmt.Errorf("there is no format %q: %s", format, strings.Join(Formats, ", "))
}

type csvRows struct {
	w    *csv.Writer
	cell func(string) string
}

func (r *csvRows) row(v []string) error {
	cells := make([]string, len(v))
	for i, s := range v {
		cells[i] = r.cell(s)
	}
	return r.w.Write(cells)
}

func (r *csvRows) close() error {
	r.w.Flush()
	return r.w.Error()
}

// cellUnlessNumber leaves genuine numbers as they are: "-0.5" is no formula.
func cellUnlessNumber(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return Cell(s)
}

// jsonRows writes one object a line, keys in the order of the header.
type jsonRows struct {
	e      *json.Encoder
	header []string
}

func (r *jsonRows) row(v []string) error {
	m := make(map[string]string, len(v))
	for i, s := range v {
		m[r.header[i]] = s
	}
	return r.e.Encode(m)
}

func (r *jsonRows) close() error { return nil }

// tableRows are drawn when they are all there.
type tableRows struct {
	out    io.Writer
	header []string
	rows   [][]string
	counts bool // every column but the first is of numbers, which go to the right
}

func newTable(w io.Writer, header []string) *tableRows {
	return &tableRows{out: w, header: inert(header)}
}

// inert makes texts inert.
func inert(v []string) []string {
	all := make([]string, len(v))
	for i, s := range v {
		all[i] = Inert(s)
	}
	return all
}

func tableRow(v []string) table.Row {
	r := make(table.Row, len(v))
	for i, s := range v {
		r[i] = s
	}
	return r
}

func (r *tableRows) row(v []string) error {
	r.rows = append(r.rows, inert(v))
	return nil
}

func (r *tableRows) close() error { return fit(r.out, r.draw) }

// Ranking writes one row a facet in the contract of a backtest: night, rank,
// identity, identity_name, score, expected_benign, listed, reasons, and more.
type Ranking struct{ rows rows }

// NewRanking begins a ranking in one of the Formats.
func NewRanking(w io.Writer, format string) (*Ranking, error) {
	r, err := newRows(w, format, []string{
		"night", "rank", "identity", "identity_name", "score", "expected_benign", "listed", "reasons",
		"family", "kind", "hypothesis", "raw", "ongoing", "finding_id", "status", "new_repositories", "not_assessable",
	})
	return &Ranking{r}, err
}

// Write adds the facets of a night: all of them, or only those listed.
func (r *Ranking) Write(s analyzer.Scored, all bool) error {
	of := map[string]analyzer.Finding{}
	for _, f := range s.Findings {
		of[f.Assessment.Identity+"|"+string(f.Assessment.Family)] = f
	}
	for _, a := range s.Assessments {
		if !all && !a.Listed {
			continue
		}
		f := of[a.Identity+"|"+string(a.Family)]
		reason := ""
		if a.Listed || a.Expected <= worthReason {
			reason = a.Reason()
		}
		err := r.rows.row([]string{
			date(s.Night), strconv.Itoa(a.Rank), a.Identity, a.Name, decimals(a.Score, 6), significant(a.Expected),
			strconv.FormatBool(a.Listed), reason, string(a.Family), string(a.Kind), string(a.Hypothesis), decimals(a.Raw, 6),
			strconv.FormatBool(a.Ongoing), f.ID, string(f.Status), strconv.Itoa(len(a.NewRepositories)), strings.Join(a.NotAssessable, "; "),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Close ends the ranking.
func (r *Ranking) Close() error { return r.rows.close() }

// Counts draws a table of numbers by name: the first column is what they are of.
func Counts(w io.Writer, header []string, names []string, counts [][]int64) error {
	t := newTable(w, header)
	t.counts = true
	for i, name := range names {
		row := []string{name}
		for _, n := range counts[i] {
			row = append(row, strconv.FormatInt(n, 10))
		}
		if err := t.row(row); err != nil {
			return err
		}
	}
	return t.close()
}

// Table prints rows of text in one of the Formats.
func Table(w io.Writer, format string, header []string, all [][]string) error {
	r, err := newRows(w, format, header)
	if err != nil {
		return err
	}
	for _, v := range all {
		if err := r.row(v); err != nil {
			return err
		}
	}
	return r.close()
}
