package report

import (
	"database/sql"
	"fmt"
	"math"
	"strconv"
	"strings"

	"midwatch/analyzer"
	"midwatch/queries/warehouse"
)

// chart is a bar a night, drawn by hand.
type chart struct {
	Title, Says, Label, Most string
	Bars                     []nightBar
	From, To                 string
	Wide, High               int
}

// nightBar is a night of a chart in units of its drawing; Unknown where nothing is
// kept of it, Last for the night of the page.
type nightBar struct {
	X, Y, Width, Height int
	Number              string
	Unknown, Last       bool
}

// A chart of nights is chartHigh high, a night nightWide wide.
const (
	chartHigh = 72
	nightWide = 10
)

// trend draws what is kept of the last nights.
func trend(n Night) []chart {
	if len(n.Trend) == 0 {
		return nil
	}
	return []chart{
		newChart(n.Trend, "Findings listed", "dashed: not kept", func(c warehouse.NightCount) sql.NullInt64 { return c.Listed }),
		newChart(n.Trend, "Identities with something new", "a private repository new to them; dashed: too little history", func(c warehouse.NightCount) sql.NullInt64 { return c.WithNew }),
		newChart(n.Trend, "Repositories touched", "by anybody", func(c warehouse.NightCount) sql.NullInt64 {
			return sql.NullInt64{Int64: c.Repositories, Valid: true}
		}),
	}
}

func newChart(nights []warehouse.NightCount, title, says string, of func(warehouse.NightCount) sql.NullInt64) chart {
	c := chart{Title: title, Says: says, Wide: nightWide * len(nights), High: chartHigh, From: nights[0].Night.Format("2 Jan"), To: nights[len(nights)-1].Night.Format("2 Jan")}
	most := int64(0)
	for _, t := range nights {
		most = max(most, of(t).Int64)
	}
	c.Most = "at most " + grouped(most)
	var words []string
	for i, t := range nights {
		v := of(t)
		bar := nightBar{X: i * nightWide, Width: nightWide - 2, Unknown: !v.Valid, Last: i == len(nights)-1, Number: "not known"}
		word := "?"
		if v.Valid {
			word = strconv.FormatInt(v.Int64, 10)
			bar.Number = grouped(v.Int64)
			bar.Height = int(math.Ceil(float64(v.Int64) / float64(max(1, most)) * (chartHigh - 4)))
			bar.Height = max(bar.Height, 1)
		} else {
			bar.Height = chartHigh - 4
		}
		bar.Y = chartHigh - bar.Height
		words = append(words, word)
		c.Bars = append(c.Bars, bar)
	}
	c.Label = fmt.Sprintf("%s, night by night from %s to %s: %s", title, c.From, c.To, strings.Join(words, ", "))
	return c
}

// keptNights says how much of the trend is kept.
func keptNights(n Night) string {
	kept := 0
	for _, t := range n.Trend {
		if t.Listed.Valid {
			kept++
		}
	}
	return fmt.Sprintf("%d of the last %d nights are kept", kept, len(n.Trend))
}

// counting draws a count against what was expected: a track up to the most of
// them, the usual range up to the 95 % bound, a mark at the expectation, a dot at
// what was observed. All in units of the drawing.
type counting struct {
	Label                       string
	Bound, Expected, Observed   int
	HasExpected, BeyondTheBound bool
}

// countWide is how wide a count is drawn.
const countWide = 150

// newCounting draws a piece of evidence, where it is a count with a bound.
func newCounting(e analyzer.Evidence) *counting {
	if e.Bound <= 0 {
		return nil
	}
	most := max(e.Bound, e.Observed, e.Expected)
	place := func(x float64) int { return int(math.Round(x / most * countWide)) }
	c := &counting{
		Bound: place(e.Bound), Observed: place(e.Observed), Expected: place(e.Expected), HasExpected: e.Expected > 0, BeyondTheBound: e.Observed > e.Bound,
		Label: fmt.Sprintf("seen %s, rarely more than %s", significant(e.Observed), significant(e.Bound)),
	}
	if c.HasExpected {
		c.Label = fmt.Sprintf("seen %s, usual %s, rarely more than %s", significant(e.Observed), strconv.FormatFloat(e.Expected, 'g', 2, 64), significant(e.Bound))
	}
	return c
}
