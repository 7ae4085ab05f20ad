package analyzer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"midwatch/queries/warehouse"
)

// Fact is something that was seen and needs no statistics: a canary touched, a
// dead credential used. It is listed whatever the model makes of the facet, and
// changes nothing of its score.
type Fact struct {
	// Signal is the name of the signal that saw it.
	Signal string
	// Night on which it happened; earlier than the night it is listed on where it
	// became known later.
	Night time.Time
	// Title, Reason, Quiet (the benign twin), NextStep, Severity and Technique
	// are the signal's.
	Title, Reason, Quiet, NextStep string
	Severity                       Severity
	Technique                      string
}

// lookBack is for how many nights before facts are looked for again when what is
// known around accesses has changed: a credential is often found dead, and a
// leave date entered, after it was used. Four weeks is longer than any of the
// discoveries of THREATS 0, 5 that were not months.
const lookBack = 28

// facts gives the facts of a night by facet, and those of the weeks before that
// could not be told then.
func (r *Run) facts(ctx context.Context, register *Register, night time.Time) ([]warehouse.Fact, map[string][]Fact, error) {
	digest, err := r.Warehouse.SurroundingsDigest(ctx)
	if err != nil {
		return nil, nil, err
	}
	back := 0
	if digest != register.Surroundings && !register.Since.IsZero() {
		back = min(lookBack, int(night.Sub(register.Since).Hours()/24))
	}
	register.Surroundings = digest
	if register.Since.IsZero() {
		register.Since = night
	}
	var rows []warehouse.Fact
	of := map[string][]Fact{}
	for ; back >= 0; back-- {
		day := night.AddDate(0, 0, -back)
		found, err := r.Warehouse.Facts(ctx, day)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range found {
			if key := facetText(f.Identity, f.Family); register.tell(f, day, night) {
				rows = append(rows, f)
				of[key] = append(of[key], factOf(f, day, night))
			}
		}
	}
	return rows, of, nil
}

func facetText(identity, family string) string { return identity + "|" + family }

func factOf(f warehouse.Fact, day, night time.Time) Fact {
	keys := f.Signal.Keys
	technique, _, _ := strings.Cut(keys["technique"], " ")
	reason := f.Reason
	if day.Before(night) {
		reason = sentence(reason) + " This is known only now."
	}
	return Fact{
		Signal: f.Signal.Name, Night: day, Title: strings.TrimSuffix(f.Signal.Summary, "."), Reason: reason,
		Quiet: keys["quiet on"], NextStep: keys["next step"], Severity: Severity(keys["severity"]), Technique: technique,
	}
}

// Told is a fact that was listed.
type Told struct {
	// Key is the signal, facet, day and reason.
	Key string
	Day time.Time
}

// tell notes a fact as told and says whether it was not before.
func (r *Register) tell(f warehouse.Fact, day, night time.Time) bool {
	r.Told = slices.DeleteFunc(r.Told, func(t Told) bool { return night.Sub(t.Day) > lookBack*24*time.Hour })
	key := link(f.Signal.Name, f.Identity, f.Family, day.Format(time.DateOnly), f.Reason)
	if slices.ContainsFunc(r.Told, func(t Told) bool { return t.Key == key }) {
		return false
	}
	r.Told = append(r.Told, Told{Key: key, Day: day})
	return true
}

// withFacts lists the facets that facts are about, and adds those that did
// nothing the model judges (an administrator, a denied attempt) behind the
// others.
func withFacts(night time.Time, assessed []Assessment, rows []warehouse.Fact, of map[string][]Fact) []Assessment {
	seen := map[string]bool{}
	for i := range assessed {
		key := facetText(assessed[i].Identity, string(assessed[i].Family))
		if facts := of[key]; len(facts) > 0 {
			assessed[i].Certain, assessed[i].Listed = facts, true
			seen[key] = true
		}
	}
	for _, f := range rows {
		key := facetText(f.Identity, f.Family)
		if seen[key] {
			continue
		}
		seen[key] = true
		assessed = append(assessed, Assessment{
			Identity: f.Identity, Name: f.Name, Family: Family(f.Family), Day: night, Rank: len(assessed) + 1, Listed: true, Certain: of[key],
		})
	}
	return assessed
}

// CertainFirst puts the findings with facts on top of a list, and leaves the
// order as it is else.
func CertainFirst(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int { return certainty(b) - certainty(a) })
}

func certainty(f Finding) int {
	if len(f.Assessment.Certain) > 0 {
		return 1
	}
	return 0
}

// factReasons are the reasons of the facts of an assessment.
func (a Assessment) factReasons() []string {
	var all []string
	for _, f := range a.Certain {
		all = append(all, sentence(f.Reason))
	}
	return all
}

// sentence ends a text with a full stop where it has no end.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// factQueries give the rows of the facts again, each signal and night once.
func (a Assessment) factQueries() []string {
	var all []string
	for _, f := range a.Certain {
		all = appendOnce(all, fmt.Sprintf("FROM signal.%s(TIMESTAMP '%s') WHERE %s",
			f.Signal, f.Night.AddDate(0, 0, 1).Format(time.DateOnly), a.where()))
	}
	return all
}

// Judged says whether the model saw accesses of the facet on the night. One that
// only has facts has no score.
func (a Assessment) Judged() bool { return a.Sessions > 0 }

// adviseCertain is the advice where there are facts: theirs goes first.
func adviseCertain(adv Advice, a Assessment, who string) Advice {
	f := a.Certain[0]
	adv.Title, adv.Twin, adv.Action = who+": "+f.Title, f.Quiet, f.NextStep
	techniques := []string{}
	for _, f := range a.Certain {
		if strings.HasPrefix(f.Technique, "T") {
			techniques = appendOnce(techniques, f.Technique)
		}
	}
	if a.Judged() {
		for _, id := range adv.Techniques {
			techniques = appendOnce(techniques, id)
		}
	}
	adv.Techniques = techniques
	return adv
}

// severities in their order.
var severities = []Severity{SeverityLow, SeverityMedium, SeverityHigh, SeverityCritical}

// worst is the higher of a severity and those of the facts.
func (a Assessment) worst(s Severity) Severity {
	for _, f := range a.Certain {
		if slices.Index(severities, f.Severity) > slices.Index(severities, s) {
			s = f.Severity
		}
	}
	return s
}
