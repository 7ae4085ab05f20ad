package evaluate

import (
	"context"
	"fmt"
	"math"
	"time"

	"midwatch/analyzer"
	"midwatch/queries/warehouse"
)

// Result is what one trace gave.
type Result struct {
	Trace string
	// Rankings are ours first, then the market's rules.
	Rankings []Ranked
	Listing  Listing
	// Shown is what the list was measured on, in order.
	Shown []Shown
}

// Ranked is a ranking with what it reaches.
type Ranked struct {
	Name string
	Measures
}

// Ours is the name of our own ranking.
const Ours = "midwatch"

// Trace scores the judged nights of a warehouse, each as it would have been
// scored then, and measures that and the market's rules on the same nights.
func Trace(ctx context.Context, name string, run analyzer.Run, t Truth) (Result, error) {
	out := Result{Trace: name}
	from, until, err := t.span()
	if err != nil {
		return out, err
	}
	rows, shown, err := score(ctx, run, from, until)
	if err != nil {
		return out, err
	}
	out.Shown, out.Listing = shown, List(shown, t)
	out.Rankings = []Ranked{{Ours, Judge(rows, t)}}
	market, err := Market(ctx, run.Warehouse, from, until)
	if err != nil {
		return out, err
	}
	for _, m := range market {
		out.Rankings = append(out.Rankings, Ranked{m.Rule, Judge(m.Rows, t)})
	}
	return out, nil
}

// score runs over the nights and gives every facet of each as a row. Scores are
// rounded as a backtest prints them.
func score(ctx context.Context, run analyzer.Run, from, until time.Time) ([]Row, []Shown, error) {
	var rows []Row
	var shown []Shown
	run.Fresh = true
	err := run.Through(ctx, from, until, func(s analyzer.Scored) error {
		day := s.Night.Format(time.DateOnly)
		for _, a := range s.Assessments {
			rows = append(rows, Row{day, a.Name, math.Round(a.Score*1e6) / 1e6})
			shown = append(shown, Shown{day, a.Name, a.Rank, a.Listed, a.Expected})
		}
		return nil
	})
	return rows, shown, err
}

// span reads the judged nights.
func (t Truth) span() (from, until time.Time, err error) {
	if from, err = time.Parse(time.DateOnly, t.From); err != nil {
		return from, until, fmt.Errorf("the truth's first night: %w", err)
	}
	if until, err = time.Parse(time.DateOnly, t.Until); err != nil {
		return from, until, fmt.Errorf("the truth's last night: %w", err)
	}
	return from, until, nil
}

// daysBetween counts the days from one to another, 0 where one is no day.
func daysBetween(from, to string) int {
	a, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return 0
	}
	b, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

// MarketRule is the ranking of one of the market's rules.
type MarketRule struct {
	Rule string
	Rows []Row
}

// Market reads what the market's rules say of the nights (queries/market). What a
// rule says nothing about is no row.
func Market(ctx context.Context, w *warehouse.Warehouse, from, until time.Time) ([]MarketRule, error) {
	var all []MarketRule
	at := map[string]int{}
	err := w.MarketRules(ctx, from, until, func(rule string, day time.Time, identity string, score float64) {
		i, ok := at[rule]
		if !ok {
			i = len(all)
			at[rule] = i
			all = append(all, MarketRule{Rule: rule})
		}
		if score = math.Round(score*1e4) / 1e4; score != 0 {
			all[i].Rows = append(all[i].Rows, Row{day.Format(time.DateOnly), identity, score})
		}
	})
	return all, err
}
