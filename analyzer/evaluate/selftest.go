package evaluate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"midwatch/analyzer"
	"midwatch/queries/warehouse"
)

// Caught is what became of a planted campaign.
type Caught struct {
	Planted
	// Listed is whether it was ever listed, On the day of the first time, Night
	// which of its nights that was (1 is its first), Rank the place then and
	// Expected how many benign rows a night weigh as much.
	Listed   bool
	On       string
	Night    int
	Rank     int
	Expected float64
	// Best is its best place on any night, 0 where it was never ranked.
	Best int
	// Lost is the share of what it took that was gone by the end of the first
	// night it was listed; all where it never was.
	Lost float64
}

// warmUp is how many days of data come before the first planted night, and
// testNights how many nights are planted into at most.
const (
	warmUp     = 45
	testNights = 60
)

// SelfTest plants n campaigns of each scenario into a copy of one's own data and
// scores its nights. The copy is what it is called on: run.Warehouse is not used.
func SelfTest(ctx context.Context, c *warehouse.Copy, run analyzer.Run, seed uint64, n int) ([]Caught, error) {
	if _, err := c.RollUp(ctx, nil); err != nil {
		return nil, err
	}
	days, err := c.Days(ctx)
	if err != nil {
		return nil, err
	}
	if len(days) == 0 {
		return nil, fmt.Errorf("the snapshot has no accesses: run `midwatch nightly` first")
	}
	last := days[len(days)-1].Day
	first := days[0].Day.AddDate(0, 0, warmUp)
	if least := last.AddDate(0, 0, -testNights+1); first.Before(least) {
		first = least
	}
	if first.After(last) {
		return nil, fmt.Errorf("the snapshot has accesses of %s to %s: planting needs at least %d days before the first night",
			days[0].Day.Format(time.DateOnly), last.Format(time.DateOnly), warmUp)
	}
	planted, err := Plan(ctx, c, seed, n, first, last)
	if err != nil {
		return nil, err
	}
	var acts []warehouse.PlantedAct
	for _, p := range planted {
		acts = append(acts, p.acts...)
	}
	if err := c.Plant(ctx, acts); err != nil {
		return nil, err
	}
	run.Warehouse, run.Fresh = c.Warehouse, true
	shown := map[key]Shown{}
	err = run.Through(ctx, first, last, func(s analyzer.Scored) error {
		note(shown, s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []Caught
	for _, p := range planted {
		all = append(all, p.caught(shown))
	}
	return all, nil
}

// note keeps the best facet of each identity of a night. Who is named in a listed
// row, having come the same way, is listed: a person is shown them.
func note(shown map[key]Shown, s analyzer.Scored) {
	day := s.Night.Format(time.DateOnly)
	named := map[string]bool{}
	for _, a := range s.Assessments {
		for _, m := range a.Group {
			named[m.Identity] = named[m.Identity] || a.Listed
		}
	}
	for _, a := range s.Assessments {
		k := key{day, a.Identity}
		if have, ok := shown[k]; !ok || a.Rank < have.Rank {
			shown[k] = Shown{day, a.Identity, a.Rank, a.Listed || named[a.Identity], a.Expected}
		}
	}
}

// caught says what the scored nights make of a campaign.
func (p Planted) caught(shown map[key]Shown) Caught {
	out := Caught{Planted: p}
	for _, d := range p.Days {
		x, ok := shown[key{d.Day, d.Actor}]
		if !ok {
			continue
		}
		if out.Best == 0 || x.Rank < out.Best {
			out.Best = x.Rank
		}
		if x.Listed && (!out.Listed || d.Day == out.On && x.Rank < out.Rank) {
			out.Listed, out.On, out.Rank, out.Expected = true, d.Day, x.Rank, x.Expected
			out.Night = daysBetween(p.Days[0].Day, d.Day) + 1
		}
	}
	out.Lost = p.lost(out.On)
	return out
}

// Summary is what became of the campaigns of one scenario.
type Summary struct {
	Scenario string
	What     string
	// Planted campaigns, those Listed, and those listed on their FirstNight.
	Planted, Listed, FirstNight int
	// Rank is the median place when first listed, Lost the mean share lost by then.
	Rank int
	Lost float64
	// Not says why some were not planted.
	Not string
}

// Summarise counts by scenario, in their order.
func Summarise(all []Caught) []Summary {
	var out []Summary
	for _, s := range Scenarios() {
		sum := Summary{Scenario: s.Name, What: s.What}
		var ranks []int
		var lost []float64
		for _, c := range all {
			switch {
			case c.Scenario != s.Name:
				continue
			case c.Not != "":
				sum.Not = c.Not
				continue
			case c.Listed:
				ranks = append(ranks, c.Rank)
				sum.Listed++
			}
			if c.Night == 1 {
				sum.FirstNight++
			}
			sum.Planted++
			lost = append(lost, c.Lost)
		}
		slices.Sort(ranks)
		if len(ranks) > 0 {
			sum.Rank = ranks[(len(ranks)-1)/2]
		}
		sum.Lost = mean(lost)
		out = append(out, sum)
	}
	return out
}
