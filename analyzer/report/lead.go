package report

import (
	"fmt"
	"strconv"
	"strings"

	"midwatch/analyzer"
)

// leadColumns is the order of findings.csv: what happened, what it may be and what to
// do, then what was touched and how sure it is, then room for an answer.
func leadColumns() []column {
	type (
		N = Night
		F = analyzer.Finding
		A = analyzer.Advice
	)
	return []column{
		{"night", "The night that it happened on, UTC.", func(n N, _ F, _ A) string { return date(n.Night) }},
		{"rank", "Place among everything judged on the night, 1 for the most unusual.", func(_ N, f F, _ A) string { return strconv.Itoa(f.Assessment.Rank) }},
		{"who", "The person, where the roster knows one, and the account.", func(_ N, f F, _ A) string { return Cell(whoLong(f)) }},
		{"what_happened", "What happened, in a few words.", func(_ N, _ F, a A) string { return Cell(a.Title) }},
		{"why", "Why it is listed: the facts, then the strongest evidence, each with what is usual.", func(n N, f F, _ A) string { return Cell(why(f) + unseen(n)) }},
		{"rule_out_first", "The harmless cause that looks the same.", func(_ N, _ F, a A) string { return Cell(a.Twin) }},
		{"do_next", "One thing to do, if it was not that.", func(_ N, _ F, a A) string { return Cell(a.Action) }},
		{"repositories", "Private repositories that it had never opened before; else how many it touched.", func(_ N, f F, _ A) string { return Cell(repositories(f.Assessment)) }},
		{"severity", "How bad it would be if true: low, medium, high or critical.", func(_ N, f F, _ A) string { return string(analyzer.SeverityOf(f.Assessment)) }},
		{"confidence", "How much there is to go by: low, medium or high.", func(_ N, f F, _ A) string { return string(analyzer.ConfidenceOf(f.Assessment)) }},
		{"since", "The first night that it was listed on, and on how many since.", func(_ N, f F, _ A) string { return since(f) }},
		{"verdict", "Empty, for your answer: expected, benign, theft or unclear. Then run `midwatch triage --from findings.csv`.", func(N, F, A) string { return "" }},
		{"verdict_reason", "Empty, for your answer: why.", func(N, F, A) string { return "" }},
		{"verdict_until", "Empty, for your answer: the day on which it ends (30 days from now if you leave it empty).", func(N, F, A) string { return "" }},
		{"verdict_scope", "Empty, for your answer: what it covers; `midwatch triage --help` has the words.", func(N, F, A) string { return "" }},
		{"finding_id", "Names the finding: `midwatch explain` says everything about it.", func(_ N, f F, _ A) string { return f.ID }},
	}
}

// unseen is a sentence where not everything could be seen of a night; "" else.
func unseen(n Night) string {
	if len(n.Blind) > 0 || strings.Contains(n.Coverage, "NOT SEEN") {
		return " Not everything was seen on this night: there may be more."
	}
	return ""
}

// whoLong is the person and the account of a finding.
func whoLong(f analyzer.Finding) string {
	name := f.Assessment.Identity
	if f.Around.Person != "" {
		name = f.Around.Person + " (" + name + ")"
	}
	if n := len(f.Assessment.Group); n > 0 {
		name += " and " + counted(n, "other")
	}
	return name
}

// repositoriesNamed is how many repositories a row of findings.csv names.
const repositoriesNamed = 5

// repositories names those new to an account; finding_repos.csv has all.
func repositories(a analyzer.Assessment) string {
	if len(a.NewRepositories) == 0 {
		return unlessUnjudged(a, "none new; touched "+count3(a.Repositories, "repository", "repositories"))
	}
	var names []string
	for _, r := range a.NewRepositories[:min(repositoriesNamed, len(a.NewRepositories))] {
		names = append(names, r.Repository)
	}
	text := fmt.Sprintf("%d new: %s", len(a.NewRepositories), strings.Join(names, ", "))
	if left := len(a.NewRepositories) - len(names); left > 0 {
		text += fmt.Sprintf(" and %d more", left)
	}
	return text
}

// since says when a finding began.
func since(f analyzer.Finding) string {
	if f.Nights <= 1 {
		return "new"
	}
	return fmt.Sprintf("%s (%s)", date(f.First), counted(f.Nights, "night"))
}
