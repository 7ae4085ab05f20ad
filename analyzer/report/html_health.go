package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"midwatch/queries/warehouse"
)

// health says what could be seen of the night.
type health struct {
	Window string
	// Sources are the first ones; Left counts those that the page has no room for.
	Sources []sourceHealth
	Left    int
	// Never says what each format of log does not record at all.
	Never []never
	// Gaps lie in the night; Quarantined counts records without a meaning.
	Gaps        []string
	Quarantined int64
	// NotAssessable names what could not be judged of the listed findings.
	NotAssessable []string
}

type never struct{ Format, What string }

// sourceHealth is what one source gave.
type sourceHealth struct {
	Name, Format, Records, Usual string
	// State is "as usual" or what was not; Bad where that is not seen.
	State string
	Bad   bool
	Hours hours
	// Missing are fields that most records lack.
	Missing []string
}

// mostSources is how many sources a page shows.
const mostSources = 20

func newHealth(n Night) health {
	h := health{
		Window:      fmt.Sprintf("%s to %s", n.Night.Format("2006-01-02 15:04"), n.Night.AddDate(0, 0, 1).Format("2006-01-02 15:04")),
		Quarantined: n.Seen.Quarantined, Left: max(0, len(n.Seen.Sources)-mostSources),
	}
	said := map[string]bool{}
	for i, s := range n.Seen.Sources {
		if what := s.NeverSays(); what != "" && !said[s.Format] {
			said[s.Format] = true
			h.Never = append(h.Never, never{clip(s.Format, 40), clip(what, 300)})
		}
		if i < mostSources {
			h.Sources = append(h.Sources, newSource(n, s))
		}
	}
	for _, g := range n.Seen.Gaps {
		h.Gaps = append(h.Gaps, clip(g, 300))
	}
	for _, a := range n.NotAssessable() {
		h.NotAssessable = append(h.NotAssessable, clip(a, 60))
	}
	if left := len(h.NotAssessable) - 20; left > 0 {
		h.NotAssessable = append(h.NotAssessable[:20:20], fmt.Sprintf("and %d more", left))
	}
	return h
}

func newSource(n Night, s warehouse.SourceCoverage) sourceHealth {
	v := sourceHealth{
		Name: clip(s.Source, 60), Format: clip(s.Format, 40), Records: grouped(s.Records), Usual: "not known yet",
		State: "too new to compare", Hours: newHours(n, s),
	}
	if s.Usual.Valid {
		v.Usual, v.State = grouped(int64(math.Round(s.Usual.Float64))), "as usual"
		if s.Usual.Float64 > 0 {
			v.State = againstUsual(float64(s.Records) / s.Usual.Float64)
		}
	}
	switch {
	case s.Blind && s.Records == 0:
		v.State, v.Bad = "SILENT: no records", true
	case s.Blind:
		v.State, v.Bad = "BLIND: less than a fifth of what is usual", true
	case s.BlindHours > 0:
		v.State, v.Bad = "BLIND for "+counted(s.BlindHours, "hour"), true
	}
	for _, f := range s.MissingFields() {
		what := "without " + strings.TrimPrefix(strings.TrimPrefix(f.Name, "an "), "a ") + ": " + f.Detail
		if f.Lost {
			what = "LOST " + what
		}
		v.Missing = append(v.Missing, what)
	}
	return v
}

// againstUsual says how a count stands to the usual one.
func againstUsual(share float64) string {
	switch percent := math.Round(100 * (share - 1)); {
	case math.Abs(percent) < 10:
		return "as usual"
	case percent > 0:
		return fmt.Sprintf("%.0f %% more than usual", percent)
	default:
		return fmt.Sprintf("%.0f %% less than usual", -percent)
	}
}

// hours is a small chart: a bar an hour, a mark at what is usual.
type hours struct {
	Label string
	Bars  []hourBar
}

// hourBar is one hour of a chart of hours, in units of its drawing: X from the
// left, Y and Height of the bar, Usual of the mark, negative for none.
type hourBar struct {
	X                int
	Y, Height, Usual int
	Blind            bool
}

// hoursHigh is how high a chart of hours is drawn, hourWide how wide an hour.
const (
	hoursHigh = 28
	hourWide  = 6
)

func newHours(n Night, s warehouse.SourceCoverage) hours {
	var all []warehouse.SourceHour
	most := 1.
	for _, h := range n.Hours {
		if h.Source == s.Source && h.Format == s.Format {
			all = append(all, h)
			most = max(most, float64(h.Records), h.Usual.Float64)
		}
	}
	var v hours
	var blind []string
	for _, h := range all {
		at := int(h.At.Sub(n.Night) / time.Hour)
		height := int(math.Ceil(float64(h.Records) / most * (hoursHigh - 2)))
		bar := hourBar{X: at * hourWide, Y: hoursHigh - height, Height: height, Usual: -1, Blind: h.Blind}
		if h.Usual.Valid && h.Usual.Float64 > 0 {
			bar.Usual = hoursHigh - int(math.Ceil(h.Usual.Float64/most*(hoursHigh-2)))
		}
		if h.Blind {
			blind = append(blind, fmt.Sprintf("%02d", at))
		}
		v.Bars = append(v.Bars, bar)
	}
	v.Label = fmt.Sprintf("Records by hour, at most %s in one; no blind hour", grouped(int64(most)))
	if len(blind) > 0 {
		v.Label = fmt.Sprintf("Records by hour, at most %s in one; blind hours: %s", grouped(int64(most)), strings.Join(blind, ", "))
	}
	return v
}
