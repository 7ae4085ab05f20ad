package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"midwatch/analyzer"
)

// Query is SQL that gives rows behind a finding again.
type Query struct{ Title, SQL string }

// Queries are what the signals behind a finding's reason count, the rows of its
// night and what was normal before it.
func Queries(a analyzer.Assessment) []Query {
	who := "'" + strings.ReplaceAll(a.Identity, "'", "''") + "'"
	day := "DATE '" + date(a.Day) + "'"
	var all []Query
	for _, q := range a.SignalQueries() {
		all = append(all, Query{"What the reason counts", "SELECT observed, expected, bound, history_days, reason " + q})
	}
	return append(all, []Query{
		{"Its rows of the night", fmt.Sprintf("SELECT repository, operations, copies, pushes, first_at, network, asn, country, user_agent, credential FROM access WHERE day = %s AND identity = %s AND family = '%s' ORDER BY first_at", day, who, a.Family)},
		{"What was usual for it in the 90 days before", fmt.Sprintf("SELECT count(DISTINCT day) AS days, count(DISTINCT repository) AS repositories, count(DISTINCT network) AS networks, count(DISTINCT country) AS countries, count(DISTINCT user_agent) AS clients, count(DISTINCT credential) AS credentials, min(day) AS first_day, max(day) AS last_day FROM access WHERE day >= %s - 90 AND day < %s AND identity = %s AND family = '%s'", day, day, who, a.Family)},
	}...)
}

// Explain prints everything that is kept of a finding's nights, newest first.
func Explain(w io.Writer, nights []analyzer.Finding) error {
	return fit(w, func(l Look) string { return explanation(nights, l) })
}

// labelled is how wide the labels of an explanation are.
const labelled = 12

// explanation is the text of Explain for a screen.
func explanation(nights []analyzer.Finding, l Look) string {
	f := nights[0]
	a := f.Assessment
	advice := analyzer.Advise(a)
	var b strings.Builder
	line := func(label, format string, args ...any) {
		whole := fmt.Sprintf("%-*s %s", labelled, label, Inert(fmt.Sprintf(format, args...)))
		fmt.Fprintln(&b, wrapped(whole, l.Columns, strings.Repeat(" ", labelled+1)))
	}
	line("finding", "%s (%s), campaign %s", f.ID, f.Status, f.Campaign)
	line("what", "%s", advice.Title)
	line("who", "%s, %s, %s credentials", a.Identity, a.Kind, a.Family)
	line("night", "%s UTC, rank %d; listed on %s from %s to %s", date(a.Day), a.Rank, counted(f.Nights, "night"), date(f.First), date(f.Last))
	if a.Judged() {
		line("weight", "%.1f nats; %s false alarms expected: so many harmless accounts look at least this unusual on a night", a.Raw, significant(a.Expected))
	}
	if around := f.Around; around.Person != "" {
		line("person", "%s, team %s, manager %s, also %s", around.Person, orUnknown(around.Team), orUnknown(around.Manager), orUnknown(strings.Join(around.OtherIdentities, ", ")))
	}
	if f.Around.Holder != "" {
		line("asked", "%s", f.Around.Holder)
	}
	if len(a.Group) > 0 {
		line("listed with", "%s", strings.Join(group(a), ", "))
	}
	for _, c := range a.Certain {
		line("fact", "%s: %s", c.Signal, c.Reason)
	}
	line("severity", "%s; confidence %s", analyzer.SeverityOf(a), analyzer.ConfidenceOf(a))
	if a.Judged() {
		line("hypothesis", "%s", hypotheses(a))
		line("session", "%s", session(a))
	}
	b.WriteString("\nFor an attack, in nats:\n")
	evidence(&b, a, l, func(nats float64) bool { return nats > 0 })
	b.WriteString("Against it:\n")
	evidence(&b, a, l, func(nats float64) bool { return nats < 0 })
	if len(a.NewRepositories) > 0 {
		b.WriteString("New repositories, the least expected first:\n")
	}
	for _, r := range a.NewRepositories {
		fmt.Fprintf(&b, "  %+5.1f  %s\n", r.Surprise, Inert(r.Repository))
	}
	b.WriteString("\n")
	line("rule out", "%s", advice.Twin)
	line("do", "%s", advice.Action)
	line("ATT&CK", "%s (v%s)", strings.Join(advice.Techniques, ", "), analyzer.AttackVersion)
	line("not judged", "%s", orNothing(strings.Join(a.NotAssessable, "; ")))
	return b.String()
}

func hypotheses(a analyzer.Assessment) string {
	s := fmt.Sprintf("%s (%.1f nats)", analyzer.Describe(a.Hypothesis), a.HypothesisNats)
	if a.RunnerUp != "" {
		s += fmt.Sprintf("; second %s (%.1f)", analyzer.Describe(a.RunnerUp), a.RunnerUpNats)
	}
	return s
}

func session(a analyzer.Assessment) string {
	s := a.Session
	return fmt.Sprintf("%s to %s, network %s %s %s %s, client %s, %s %s", s.First.UTC().Format(time.TimeOnly), s.Last.UTC().Format(time.TimeOnly),
		s.Network, s.ASN, s.NetworkKind, s.Country, s.Agent, s.AccessType, s.Credential)
}

func evidence(b *strings.Builder, a analyzer.Assessment, l Look, want func(float64) bool) {
	none := true
	for _, e := range a.Evidence {
		clause := e.Clause()
		if !want(e.Nats) || clause == "" {
			continue
		}
		none = false
		fmt.Fprintln(b, wrapped(fmt.Sprintf("  %+5.1f  %s", e.Nats, Inert(clause)), l.Columns, "         "))
	}
	if none {
		b.WriteString("  nothing\n")
	}
}

func orNothing(s string) string {
	if s == "" {
		return "nothing was missing"
	}
	return s
}
