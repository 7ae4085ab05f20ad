package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"midwatch/analyzer"
	"midwatch/queries/warehouse"
)

//go:embed page.gohtml page.css
var pageFiles embed.FS

// page is what the template shows. Text in it is inert and cut to what a page
// bears; the template escapes it.
type page struct {
	Night, Title, Version, RunID string
	// Verdict is the first line, in parts; Lede the sentence under it.
	Verdict []count
	Lede    string
	// Blind says what was not seen; empty when all was.
	Blind     []string
	Health    health
	Campaigns []campaign
	// Late are the earlier nights with findings that nobody was told of before.
	Late []latePart
	// Left counts findings that the page has no room for, Glance is false where
	// there is only one.
	Left, Shown int
	Glance      bool
	// Covered are findings that a verdict keeps off the list, Ending the verdicts
	// that end within a week.
	Covered, Ending []verdictLine
	// Answered says of each of the last months how many findings were worth it.
	Answered []string
	// Changes are those there were, Unchanged names the others.
	Changes   []change
	Unchanged string
	Trend     []chart
	Kept      string
	Listable  string
}

// latePart is an earlier night on the page; Left counts findings without a card.
type latePart struct {
	Night, Date string
	Campaigns   []campaign
	Left        int
}

// lateParts are the earlier nights, each with as many cards as a night has.
func lateParts(n Night) []latePart {
	var all []latePart
	for _, of := range n.lateNights() {
		shown := of.Findings[:min(mostShown, len(of.Findings))]
		cards := campaigns(of, shown)
		for _, c := range cards {
			for i := range c.Cards {
				c.Cards[i].Anchor += "-" + date(of.Night)
			}
		}
		all = append(all, latePart{of.Night.Format("Monday 2 January 2006"), date(of.Night), cards, len(of.Findings) - len(shown)})
	}
	return all
}

// verdictLine is a verdict on the page.
type verdictLine struct{ ID, Who, Text string }

func verdictLines(n Night) (covered, ending []verdictLine) {
	for _, c := range n.Covered {
		covered = append(covered, verdictLine{c.ID, clip(c.Assessment.Identity, 60), fmt.Sprintf("covered by a verdict until %s: %s, given by %s for %s. %s",
			date(c.Verdict.Until), c.Verdict.Verdict, clip(c.Verdict.By, 60), c.Verdict.Finding, clip(c.Verdict.Reason, 200))})
	}
	for _, v := range n.Ending {
		ending = append(ending, verdictLine{v.ID, clip(v.Covers, 200), fmt.Sprintf("ends on %s: %s, given by %s for %s; %s", date(v.Until), v.Verdict, clip(v.By, 60), v.Finding, needed(v.Covered))})
	}
	return covered, ending
}

// needed says how often a verdict kept a finding off a list.
func needed(times int) string {
	if times == 0 {
		return "it was never needed"
	}
	return "it covered " + count3(times, "finding", "findings")
}

// answered says, month by month, how many findings there were and how many of those
// that were answered were worth it; nothing before the first answer.
func answered(months []warehouse.VerdictMonth) []string {
	var all []string
	any := int64(0)
	for _, m := range months {
		any += m.Answered
		text := fmt.Sprintf("%s: %s, %d answered", m.Month.Format("January 2006"), counted(int(m.Findings), "finding"), m.Answered)
		if m.Answered > 0 {
			text += fmt.Sprintf(": %s, %d harmless, %d unclear", count3(int(m.Theft), "theft", "thefts"), m.Harmless, m.Unclear)
		}
		all = append(all, text)
	}
	if any == 0 {
		return nil
	}
	return all
}

// count is a number of the verdict with its words; Kind is its look.
type count struct{ Number, Words, Kind string }

// HTML writes the night as one page for a person: no scripts, nothing loaded,
// every text from a log inert, escaped and cut to what a page bears.
func HTML(w io.Writer, n Night) error {
	t, err := template.ParseFS(pageFiles, "page.gohtml", "page.css")
	if err != nil {
		return fmt.Errorf("reading the template of the page: %w", err)
	}
	if err := t.ExecuteTemplate(w, "page.gohtml", newPage(n)); err != nil {
		return fmt.Errorf("writing the page of %s: %w", date(n.Night), err)
	}
	return nil
}

// mostShown is how many findings a page shows: as many as are listed by default.
const mostShown = 10

func newPage(n Night) page {
	shown := n.Findings[:min(mostShown, len(n.Findings))]
	p := page{
		Night: n.Night.Format("Monday 2 January 2006"), Title: "Midwatch, night of " + date(n.Night), Version: n.Version, RunID: n.RunID(),
		Verdict: verdict(n), Lede: lede(n), Health: newHealth(n), Campaigns: campaigns(n, shown), Late: lateParts(n),
		Left: len(n.Findings) - len(shown), Shown: len(shown), Glance: len(shown) > 1,
		Trend: trend(n), Kept: keptNights(n), Listable: strconv.FormatFloat(n.Listable, 'g', 3, 64),
	}
	p.Covered, p.Ending = verdictLines(n)
	p.Answered = answered(n.Answered)
	p.Changes, p.Unchanged = changes(n)
	for _, b := range n.Blind {
		p.Blind = append(p.Blind, clip(b, 400))
	}
	return p
}

// verdict is the first line: what needs action, what is to be reviewed, and for
// how many hours a source was blind.
func verdict(n Night) []count {
	action := 0
	_ = n.each(func(_ Night, f analyzer.Finding) error {
		if needsAction(f) {
			action++
		}
		return nil
	})
	review, blind := n.CountLate()+len(n.Findings)-action, blindHours(n)
	act, hours := count{strconv.Itoa(action), "need action", "action"}, count{strconv.Itoa(blind), "blind hours", "hours"}
	if action == 1 {
		act.Words = "needs action"
	}
	switch {
	case blind == 1:
		hours.Words = "blind hour"
	case blind == 0 && len(n.Blind) > 0:
		hours = count{strconv.Itoa(len(n.Blind)), "not seen in full", "hours"}
	}
	return []count{act, {strconv.Itoa(review), "to review", "review"}, hours}
}

// needsAction tells what cannot wait for the morning's other work: a fact, a holder who
// says that it was not them, much that may have been taken, or much to go by. The page says the rule.
func needsAction(f analyzer.Finding) bool {
	severity := analyzer.SeverityOf(f.Assessment)
	return len(f.Assessment.Certain) > 0 || f.Around.Denied || severity == analyzer.SeverityHigh || severity == analyzer.SeverityCritical ||
		analyzer.ConfidenceOf(f.Assessment) == analyzer.ConfidenceHigh
}

// blindHours counts the hours of the night in which a source gave far less than
// usual, or nothing where it may have had something.
func blindHours(n Night) int {
	if n.Seen.Records() == 0 {
		return 24
	}
	blind := map[time.Time]bool{}
	for _, s := range n.Seen.Sources {
		if s.Blind {
			return 24
		}
	}
	for _, h := range n.Hours {
		if h.Blind {
			blind[h.At] = true
		}
	}
	for i := range 24 {
		from := n.Night.Add(time.Duration(i) * time.Hour)
		for _, g := range n.Seen.GapSpans {
			if g.From.Before(from.Add(time.Hour)) && g.Until.After(from) {
				blind[from] = true
			}
		}
	}
	return len(blind)
}

// lede is the sentence under the verdict: what was looked at, and that an empty
// list speaks of nothing else.
func lede(n Night) string {
	if late := n.CountLate(); late > 0 {
		return count3(late, "finding is from an earlier night", "findings are from earlier nights") + " that nobody has been told of before; these come first. This night: " + ledeOf(n)
	}
	return ledeOf(n)
}

// ledeOf is the sentence about the night itself.
func ledeOf(n Night) string {
	looked := fmt.Sprintf("%s of %s were read and %s judged.",
		counted(int(n.Seen.Records()), "record"), counted(len(n.Seen.Sources), "source"), accounts(n.Judged))
	switch {
	case len(n.Findings) == 0 && len(n.Blind) > 0:
		return "Nothing is listed, but not everything was seen: the empty list says nothing about what is missing below. " + looked
	case len(n.Findings) == 0:
		return "Nothing is listed. " + looked + " None looked unusual enough to ask about. What could not be seen is named below."
	case len(n.Blind) > 0:
		return looked + " Not everything was seen: there may be more than what is listed."
	}
	return looked
}

// counted writes a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(int64(n)) + " " + noun + "s"
}

// grouped writes a number with commas between thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// clip makes text inert and cuts it to a number of characters.
func clip(s string, most int) string {
	if cut := 8 * most; len(s) > cut { // the rest would be cut anyway
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	r := []rune(Inert(s))
	if len(r) <= most {
		return string(r)
	}
	return string(r[:most-1]) + "…"
}
