package report

import (
	"fmt"
	"strings"

	"midwatch/analyzer"
)

// change is one way in which the list differs from the nights before.
type change struct {
	Name, Says string
	Items      []changed
	// Count is how many there are, Left how many the page has no room for.
	Count, Left int
}

type changed struct {
	ID, Who, Text string
	// Here is true where the page has a card of it.
	Here bool
}

// mostChanged is how many findings a change names.
const mostChanged = 12

// changes says what became of each finding since the night before, and names the
// kinds of change of which there is none.
func changes(n Night) (some []change, none string) {
	here := map[string]bool{}
	for _, f := range n.Findings[:min(mostShown, len(n.Findings))] {
		here[f.ID] = true
	}
	all := []change{
		{Name: "New", Says: "listed for the first time"},
		{Name: "Escalated", Says: "listed before, and much worse now"},
		{Name: "Ongoing", Says: "listed before, and no worse"},
		{Name: "Quiet", Says: fmt.Sprintf("listed lately and not tonight; closed after %d quiet nights", analyzer.NightsToResolved())},
		{Name: "Resolved", Says: "closed because it stayed quiet; nobody has said that it was harmless"},
	}
	at := map[analyzer.Status]int{analyzer.StatusNew: 0, analyzer.StatusEscalated: 1, analyzer.StatusOngoing: 2}
	put := func(i int, f analyzer.Finding, text string) {
		all[i].Count++
		if len(all[i].Items) == mostChanged {
			all[i].Left++
			return
		}
		all[i].Items = append(all[i].Items, changed{f.ID, clip(f.Assessment.Identity, 60), text, here[f.ID]})
	}
	for _, f := range n.Findings {
		text := fmt.Sprintf("rank %d", f.Assessment.Rank)
		if f.Status != analyzer.StatusNew {
			text = fmt.Sprintf("rank %d, was %d; night %d since %s", f.Assessment.Rank, f.PreviousRank, f.Nights, date(f.First))
		}
		put(at[f.Status], f, text)
	}
	for _, f := range n.Before {
		put(3, f.Finding, fmt.Sprintf("last listed %s, rank %d", date(f.Last), f.Assessment.Rank))
	}
	for _, f := range n.Resolved {
		put(4, f, fmt.Sprintf("listed on %s, last on %s", counted(f.Nights, "night"), date(f.Last)))
	}
	var without []string
	for _, c := range all {
		if c.Count == 0 {
			without = append(without, strings.ToLower(c.Name))
			continue
		}
		some = append(some, c)
	}
	return some, either(without)
}

// either joins words with commas and a last "or".
func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
