package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"midwatch/analyzer"
)

// campaign is a group of findings that share a rare network, client, credential
// or app; most have one finding and no title.
type campaign struct {
	ID, Title string
	Cards     []card
}

// card is one finding as the page shows it.
type card struct {
	ID, Title, Status, Severity, Confidence, Expected, Sort string
	// Anchor names it on the page, where a finding may be told for several nights.
	Anchor string
	// Place is its number on the page. Act is true where it needs action, Judged
	// where the model weighed it.
	Place       int
	Act, Judged bool
	// Who is the identity; About says more of it, Holder what was answered when asked.
	Who, Holder string
	About       []string
	// First is what to do, Twin what to rule out before.
	First, Twin  string
	Facts        []string
	For, Against []piece
	Details      []detail
	// Contain lists what to revoke; Query is the SQL that gives the rows.
	Contain, Query string
}

// piece is one piece of evidence: what was counted, how much it weighs in a word
// and, where it is a count with a bound, a drawing of it.
type piece struct {
	Text, Strength string
	Counted        *counting
}

type detail struct{ Name, Text string }

// campaigns groups findings in the order of the list; each campaign stands where
// its first finding does.
func campaigns(n Night, findings []analyzer.Finding) []campaign {
	var all []campaign
	at := map[string]int{}
	members := map[string][]analyzer.Finding{}
	for _, f := range findings {
		i, seen := at[f.Campaign]
		if !seen {
			i = len(all)
			at[f.Campaign] = i
			all = append(all, campaign{ID: f.Campaign})
		}
		all[i].Cards = append(all[i].Cards, newCard(n, f))
		members[f.Campaign] = append(members[f.Campaign], f)
	}
	place := 0
	for i, c := range all {
		all[i].Title = campaignTitle(c.ID, members[c.ID])
		for k := range c.Cards {
			place++
			c.Cards[k].Place = place
		}
	}
	return all
}

// campaignTitle says what the findings of a campaign share; "" for one that
// stands alone.
func campaignTitle(id string, members []analyzer.Finding) string {
	shared := ""
	for _, f := range members {
		for _, l := range f.Assessment.LinkedTo {
			if shared == "" {
				shared = fmt.Sprintf(" that share the %s %s", l.Through, clip(l.Value, 80))
			}
		}
	}
	if len(members) > 1 {
		return fmt.Sprintf("One campaign: %d findings%s", len(members), shared)
	}
	if members[0].ID == id {
		return ""
	}
	return "Part of the campaign " + id + ", whose first finding is not on this page" + strings.Replace(shared, " that share", "; they share", 1)
}

func newCard(n Night, f analyzer.Finding) card {
	a := f.Assessment
	advice := analyzer.Advise(a)
	c := card{
		ID: f.ID, Anchor: f.ID, Title: clip(advice.Title, 160), Status: string(f.Status), Sort: "to review",
		Severity: string(analyzer.SeverityOf(a)), Confidence: string(analyzer.ConfidenceOf(a)), Expected: expected(a),
		Act: needsAction(f), Judged: a.Judged(), Who: clip(a.Identity, 100), About: about(f), Holder: clip(f.Around.Holder, 200),
		First: clip(advice.Action, 300), Twin: clip(advice.Twin, 300), Details: details(n, f, advice),
		Contain: Containment(f), Query: query(a),
	}
	if c.Act {
		c.Sort = "needs action"
	}
	for _, fact := range a.Certain {
		c.Facts = append(c.Facts, clip(fact.Reason, 300))
	}
	for _, e := range a.For() {
		c.For = append(c.For, piece{Text: clip(e.Clause(), 400), Strength: strength(e.Nats), Counted: newCounting(e)})
	}
	for _, e := range a.Against() {
		c.Against = append(c.Against, piece{Text: clip(e.Clause(), 400), Strength: strength(e.Nats)})
	}
	return c
}

// strength says in a word how much a piece of evidence weighs: from 3 nats on it makes
// an attack 20 times likelier or less likely, from 1.5 on 4 times.
func strength(nats float64) string {
	switch weight := math.Abs(nats); {
	case weight >= 3:
		return "strong"
	case weight >= 1.5:
		return "clear"
	}
	return "weak"
}

// because says what the confidence rests on, by the rule of analyzer.ConfidenceOf.
func because(a analyzer.Assessment) string {
	days := counted(a.Baseline.Days, "day") + " of history"
	switch confidence := analyzer.ConfidenceOf(a); {
	case len(a.Certain) > 0:
		return "a fact needs no history"
	case confidence == analyzer.ConfidenceLow:
		return "only " + days
	case len(a.NotAssessable) > 0:
		return days + ", and not everything could be judged"
	case confidence == analyzer.ConfidenceMedium:
		return days + ", but a harmless account looks like this more than once in five nights"
	}
	return days + ", and everything could be judged"
}

// about says who an identity is.
func about(f analyzer.Finding) []string {
	a, around := f.Assessment, f.Around
	all := []string{string(a.Kind), string(a.Family) + " credentials"}
	if a.Kind == "" {
		all = all[1:]
	}
	if a.Name != "" && !strings.HasSuffix(a.Identity, ":"+a.Name) {
		all = append(all, "named "+clip(a.Name, 80))
	}
	for _, x := range []struct{ name, value string }{
		{"person", around.Person}, {"team", around.Team}, {"manager", around.Manager}, {"also", strings.Join(around.OtherIdentities, ", ")},
	} {
		if x.value != "" {
			all = append(all, x.name+" "+clip(x.value, 120))
		}
	}
	return all
}

// details are the rest of a card.
func details(n Night, f analyzer.Finding, advice analyzer.Advice) []detail {
	a := f.Assessment
	var all []detail
	add := func(name, text string) {
		if text != "" {
			all = append(all, detail{name, text})
		}
	}
	if a.Judged() {
		add("Most likely", analyzer.Describe(a.Hypothesis))
		add("Or else", analyzer.Describe(a.RunnerUp))
		add("Where from", from(a.Session))
		add("Touched", touched(a))
		add("New to it", newRepositories(a))
		add("Usual for it", fmt.Sprintf("%s on a working day, rarely more than %s (%s of history)", count3(int(a.Baseline.Median), "repository", "repositories"), significant(a.Baseline.P95), counted(a.Baseline.Days, "day")))
	}
	add("Sensitive", clip(strings.Join(f.Around.Sensitive, ", "), 300))
	if f.Around.OpenSecrets > 0 {
		add("Open secrets", counted(f.Around.OpenSecrets, "open secret alert")+" in what it touched")
	}
	if f.Around.Changes > 0 {
		add("Changes", counted(f.Around.Changes, "change")+" of access rights or settings in the day before")
	}
	add("Listed with it", listedWith(a))
	add("Linked to", links(a))
	add("Nights", nights(f))
	add("Confidence", string(analyzer.ConfidenceOf(a))+": "+because(a))
	add("ATT&CK", fmt.Sprintf("%s (version %s)", orUnknown(strings.Join(advice.Techniques, ", ")), analyzer.AttackVersion))
	add("Could not be judged", unassessed(a))
	add("Same person", strings.Join(ofPerson(n, f), ", "))
	return all
}

// listedWith names those that came the same way, with what was new to each.
func listedWith(a analyzer.Assessment) string {
	var all []string
	for _, m := range a.Group[:min(mostNames, len(a.Group))] {
		all = append(all, fmt.Sprintf("%s (%s)", clip(m.Identity, 60), count3(len(m.NewRepositories), "new repository", "new repositories")))
	}
	if left := len(a.Group) - len(all); left > 0 {
		all = append(all, fmt.Sprintf("and %d more in findings_full.csv", left))
	}
	return strings.Join(all, "; ")
}

// unassessed says what of a finding could not be judged.
func unassessed(a analyzer.Assessment) string {
	if !a.Judged() {
		return "not compared with its habits; it is listed for the fact alone"
	}
	return clip(orNothing(strings.Join(a.NotAssessable, "; ")), 300)
}

// from says when and by what a session came.
func from(s analyzer.Session) string {
	parts := []string{s.First.UTC().Format(time.TimeOnly) + " to " + s.Last.UTC().Format(time.TimeOnly) + " UTC"}
	asn := ""
	if s.ASN != "" {
		asn = "AS" + strings.TrimPrefix(s.ASN, "AS")
	}
	for _, x := range []string{s.Network, asn, s.NetworkKind, s.Country, s.Agent, s.AccessType} {
		if x != "" {
			parts = append(parts, clip(x, 120))
		}
	}
	return strings.Join(parts, ", ")
}

func touched(a analyzer.Assessment) string {
	return fmt.Sprintf("%s, %s, %s, %s", count3(a.Repositories, "repository", "repositories"), count3(a.Copies, "full copy", "full copies"),
		counted(a.Operations, "operation"), count3(a.Pushes, "push", "pushes"))
}

func count3(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(int64(n)) + " " + more
}

// mostNames is how many repositories a card names.
const mostNames = 8

func newRepositories(a analyzer.Assessment) string {
	var names []string
	for _, r := range a.NewRepositories[:min(mostNames, len(a.NewRepositories))] {
		names = append(names, clip(r.Repository, 80))
	}
	if left := len(a.NewRepositories) - len(names); left > 0 {
		names = append(names, fmt.Sprintf("and %d more in finding_repos.csv", left))
	}
	if len(names) == 0 {
		return ""
	}
	return count3(len(a.NewRepositories), "repository", "repositories") + ": " + strings.Join(names, ", ")
}

func links(a analyzer.Assessment) string {
	var all []string
	for _, l := range a.LinkedTo[:min(mostNames, len(a.LinkedTo))] {
		all = append(all, fmt.Sprintf("%s (same %s %s on %s)", clip(l.Identity, 60), l.Through, clip(l.Value, 60), date(l.Day)))
	}
	if left := len(a.LinkedTo) - len(all); left > 0 {
		all = append(all, fmt.Sprintf("and %d more", left))
	}
	return strings.Join(all, "; ")
}

func nights(f analyzer.Finding) string {
	if f.Nights <= 1 {
		return fmt.Sprintf("first listed on the night of %s, with rank %d", date(f.First), f.Assessment.Rank)
	}
	s := fmt.Sprintf("listed on %d nights since %s; rank %d", f.Nights, date(f.First), f.Assessment.Rank)
	if f.PreviousRank > 0 {
		s += fmt.Sprintf(", was %d", f.PreviousRank)
	}
	return s
}

// longestQuery is the longest query that a page shows; a query that is cut would
// give other rows.
const longestQuery = 2000

func query(a analyzer.Assessment) string {
	if q := a.Query(); len(q) <= longestQuery {
		return Inert(q)
	}
	return "-- too long for this page: findings_full.csv has it"
}
