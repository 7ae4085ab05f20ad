package report

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"midwatch/queries/warehouse"
)

//go:embed timeline.gohtml
var timelinePage string

// Timeline is what is drawn of one subject.
type Timeline struct {
	Subject  string
	Days     []warehouse.LaneDay
	Changes  []warehouse.ControlMark
	Findings []warehouse.ListedNight
	Seen     warehouse.Window
}

// A strip of a lane is stripWide units wide and stripHigh high. It is squeezed to
// the width of the screen, so that a mark is at least markWide, some pixels on a
// telephone.
const (
	stripWide = 1000
	stripHigh = 26
	markWide  = 7
	mostLanes = 12
	mostNamed = 50
)

// timelineView is what the template shows.
type timelineView struct {
	Title    string
	Sections []timelineSection
}

type timelineSection struct {
	Subject, From, Middle, To, Coverage string
	Nothing                             bool
	Bands                               []mark
	Groups                              []laneGroup
	Changes                             laneView
	ChangeLines, FindingLines           []string
	MoreChanges                         int
}

type laneGroup struct {
	Title string
	Lanes []laneView
	Left  int
}

type laneView struct {
	Name, Says, Label string
	Marks             []mark
}

// mark is a rectangle of a strip; Kind is its class, Says what a pointer shows.
type mark struct {
	Kind, Says        string
	X, Y, Width, High int
}

// WriteTimeline draws timelines as one page that opens offline: no scripts, and
// nothing is loaded.
func WriteTimeline(w io.Writer, title string, all []Timeline) error {
	t, err := template.New("timeline").Parse(timelinePage)
	if err != nil {
		return fmt.Errorf("reading the template of the timeline: %w", err)
	}
	v := timelineView{Title: clipped(title)}
	for _, one := range all {
		v.Sections = append(v.Sections, newSection(one))
	}
	if err := t.Execute(w, v); err != nil {
		return fmt.Errorf("writing the timeline: %w", err)
	}
	return nil
}

// clipped is text from a log as a page bears it.
func clipped(s string) string {
	s = Inert(s)
	if r := []rune(s); len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return s
}

// scale places times between two ends.
type scale struct{ from, until time.Time }

func (s scale) at(t time.Time) int {
	all := s.until.Sub(s.from).Seconds()
	return min(max(int(t.Sub(s.from).Seconds()/all*stripWide), 0), stripWide)
}

// span is a mark from one time to another, wide enough to be seen.
func (s scale) span(kind, says string, from, until time.Time, y, high int) mark {
	x := s.at(from)
	wide := max(s.at(until)-x, markWide)
	return mark{Kind: kind, Says: says, X: min(x, stripWide-wide), Y: y, Width: wide, High: high}
}

// scaleOf is whole days around all that was done, within the window asked for.
func scaleOf(t Timeline) scale {
	const day = 24 * time.Hour
	var s scale
	for _, d := range t.Days {
		if s.from.IsZero() || d.First.Before(s.from) {
			s.from = d.First
		}
		if d.Last.After(s.until) {
			s.until = d.Last
		}
	}
	s.from, s.until = cmp.Or(t.Seen.Since, s.from), cmp.Or(t.Seen.Until, s.until)
	return scale{s.from.Truncate(day), s.until.Truncate(day).Add(day)}
}

func newSection(t Timeline) timelineSection {
	v := timelineSection{Subject: clipped(t.Subject), Coverage: Inert(t.Seen.Sentence()), Nothing: len(t.Days) == 0}
	if v.Nothing {
		return v
	}
	s := scaleOf(t)
	v.From, v.To = s.from.Format("2 Jan 2006"), s.until.Add(-time.Second).Format("2 Jan 2006")
	v.Middle = s.from.Add(s.until.Sub(s.from) / 2).Format("2 Jan")
	v.Bands = bands(s, t)
	for _, kind := range []string{"network", "client", "credential"} {
		v.Groups = append(v.Groups, lanesOf(s, kind, t.Days))
	}
	v.Changes, v.ChangeLines, v.MoreChanges = changeLane(s, t.Changes)
	for _, f := range t.Findings {
		v.FindingLines = append(v.FindingLines, fmt.Sprintf("Night of %s: %s, place %d, looks like %s; benign identities a night expected to look this unusual: %s (%s)",
			f.Night.Format("2 Jan 2006"), clipped(f.Identity), f.Rank, clipped(f.Hypothesis), significant(f.Expected), clipped(f.Finding)))
	}
	return v
}

// bands lie behind every lane: the nights of findings, and what was not seen.
func bands(s scale, t Timeline) []mark {
	var all []mark
	for _, f := range t.Findings {
		all = append(all, s.span("finding", "Finding of the night of "+f.Night.Format("2 Jan"), f.Night, f.Night.Add(24*time.Hour), 0, stripHigh))
	}
	for _, p := range t.Seen.Spans {
		if p.What != "seen" && p.From.Before(s.until) && p.Until.After(s.from) {
			all = append(all, s.span("unseen", clipped("Not seen: "+p.Source+", "+p.Reason.String), p.From, p.Until, 0, stripHigh))
		}
	}
	return all
}

// lanesOf are the lanes of a kind: those with the most acts, in the order in which
// they were first used.
func lanesOf(s scale, kind string, days []warehouse.LaneDay) laneGroup {
	lanes, acts, first := map[string][]warehouse.LaneDay{}, map[string]int64{}, map[string]time.Time{}
	var names []string
	for _, d := range days {
		if d.Kind != kind {
			continue
		}
		if lanes[d.Lane] == nil {
			names = append(names, d.Lane)
			first[d.Lane] = d.First
		}
		lanes[d.Lane] = append(lanes[d.Lane], d)
		acts[d.Lane] += d.Operations + d.Denied + 10*d.Copies
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(acts[b], acts[a]), cmp.Compare(a, b)) })
	g := laneGroup{Title: strings.ToUpper(kind[:1]) + kind[1:] + "s", Left: max(0, len(names)-mostLanes)}
	names = names[:min(len(names), mostLanes)]
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(first[a].Compare(first[b]), cmp.Compare(a, b)) })
	for _, n := range names {
		g.Lanes = append(g.Lanes, lane(s, n, lanes[n]))
	}
	return g
}

// lane draws the days of one lane: acts in the middle, whole copies over the full
// height, pushes along the bottom, and a line where it was new.
func lane(s scale, name string, days []warehouse.LaneDay) laneView {
	v := laneView{Name: clipped(name)}
	var operations, copies, pushes int64
	for _, d := range days {
		operations, copies, pushes = operations+d.Operations, copies+d.Copies, pushes+d.Pushes
		says := fmt.Sprintf("%s to %s: %d acts, %d whole copies, %d pushes, %d denied, %d repositories",
			d.First.Format("2 Jan 15:04"), d.Last.Format("2 Jan 15:04"), d.Operations, d.Copies, d.Pushes, d.Denied, d.Repositories)
		kind := "act"
		if d.Operations == 0 {
			kind = "denied"
		}
		v.Marks = append(v.Marks, s.span(kind, says, d.First, d.Last, 8, 10))
		if d.Copies > 0 {
			v.Marks = append(v.Marks, s.span("copy", says, d.First, d.Last, 3, 20))
		}
		if d.Pushes > 0 {
			v.Marks = append(v.Marks, s.span("push", says, d.First, d.Last, 19, 5))
		}
		if d.New.Bool {
			v.Says = "new on " + d.First.Format("2 Jan")
			v.Marks = append(v.Marks, mark{Kind: "new", Says: "Never before " + d.First.Format("2 Jan 15:04"), X: max(0, s.at(d.First)-4), Width: 4, High: stripHigh})
		}
	}
	v.Label = fmt.Sprintf("%s: %d acts, %d whole copies, %d pushes on %d days %s", v.Name, operations, copies, pushes, len(days), v.Says)
	return v
}

// changeLane draws changes in a lane of their own, and tells them in lines.
func changeLane(s scale, all []warehouse.ControlMark) (v laneView, lines []string, more int) {
	v.Name = "Changes of rights and settings"
	for _, c := range all {
		says := clipped(fmt.Sprintf("%s %s by %s, %s", c.At.Format("2 Jan 15:04"), c.Action, c.Identity, c.Relation))
		v.Marks = append(v.Marks, s.span("change", says, c.At, c.At, 5, 16))
		if len(lines) < mostNamed {
			lines = append(lines, says)
		}
	}
	v.Label = fmt.Sprintf("%d changes of rights and settings", len(all))
	return v, lines, len(all) - len(lines)
}
