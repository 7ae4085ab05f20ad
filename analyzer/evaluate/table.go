package evaluate

import (
	"fmt"
	"strconv"

	"gonum.org/v1/gonum/stat"
)

// measure is one number of a result, by its part, what it is of and its name.
type measure struct {
	part, of, name string
	digits         int
	value          float64
}

// measures lists every number of a result in a fixed order.
func (r Result) measures() []measure {
	var all []measure
	for _, x := range r.Rankings {
		all = append(all, x.measures()...)
	}
	l := r.Listing
	for _, m := range []measure{
		{name: "rows a night", digits: 2, value: l.Rows}, {name: "benign a night", digits: 2, value: l.Benign},
		{name: "precision", digits: 3, value: l.Precision}, {name: "empty nights", digits: 3, value: l.Empty},
		{name: "campaigns listed", digits: 3, value: l.Recall}, {name: "listed on first night", digits: 3, value: l.FirstNight},
		{name: "nights to list", digits: 2, value: l.Nights}, {name: "lost before listed", digits: 3, value: l.Lost},
		{name: "look-alikes listed", digits: 3, value: l.Look},
	} {
		m.part, m.of = "list", Ours
		all = append(all, m)
	}
	for i, e := range Nominal {
		all = append(all, measure{"calibration", "E <= " + strconv.FormatFloat(e, 'g', -1, 64), "benign rows a night", 3, l.Observed[i]})
	}
	return all
}

func (x Ranked) measures() []measure {
	all := []measure{{"ranking", x.Name, "rows a night", 1, x.RowsANight}}
	for i, k := range Places {
		all = append(all, measure{"ranking", x.Name, fmt.Sprintf("rec@%d", k), 3, x.Recall[i]})
	}
	return append(all,
		measure{"ranking", x.Name, "lost@5", 3, x.Lost}, measure{"ranking", x.Name, "AP", 4, x.AP},
		measure{"ranking", x.Name, "look@5", 3, x.Look}, measure{"ranking", x.Name, "beaten", 3, x.Beaten})
}

// Long gives one row a measure: its mean over the traces, its spread (the standard
// deviation; empty for one trace), and its value for each trace.
func Long(results []Result) (header []string, rows [][]string) {
	header = []string{"part", "of", "measure", "mean", "spread"}
	for _, r := range results {
		header = append(header, r.Trace)
	}
	for i, m := range results[0].measures() {
		values := column(results, i)
		row := []string{m.part, m.of, m.name, decimals(stat.Mean(values, nil), m.digits), spread(values, m.digits)}
		for _, v := range values {
			row = append(row, decimals(v, m.digits))
		}
		rows = append(rows, row)
	}
	return header, rows
}

// Wide gives what Long does as a table a part, for people: a line for what is
// measured, a column for each measure, the mean with its spread.
func Wide(results []Result, part string) (header []string, rows [][]string) {
	first := results[0].measures()
	for i, m := range first {
		if m.part != part {
			continue
		}
		if len(rows) == 0 || rows[len(rows)-1][0] != m.of {
			rows = append(rows, []string{m.of})
		}
		if len(rows) == 1 {
			header = append(header, m.name)
		}
		values := column(results, i)
		cell := decimals(stat.Mean(values, nil), m.digits)
		if s := spread(values, m.digits); s != "" {
			cell += " ±" + s
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], cell)
	}
	return append([]string{part}, header...), rows
}

// Parts are the tables of Wide, in order.
var Parts = []string{"ranking", "list", "calibration"}

// column is one measure over the traces.
func column(results []Result, i int) []float64 {
	var values []float64
	for _, r := range results {
		values = append(values, r.measures()[i].value)
	}
	return values
}

func spread(values []float64, digits int) string {
	if len(values) < 2 {
		return ""
	}
	return decimals(stat.StdDev(values, nil), digits)
}

func decimals(x float64, n int) string { return strconv.FormatFloat(x, 'f', n, 64) }
