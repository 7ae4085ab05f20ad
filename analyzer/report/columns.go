package report

import (
	"strconv"

	"midwatch/analyzer"
)

// findingColumns is the order of findings.csv.
func findingColumns() []column {
	return append(whatColumns(), detailColumns()...)
}

// whatColumns say what was found and how sure it is.
func whatColumns() []column {
	type (
		N = Night
		F = analyzer.Finding
		A = analyzer.Advice
	)
	return []column{
		{"schema_version", func(N, F, A) string { return strconv.Itoa(SchemaVersion) }},
		{"run_id", func(n N, _ F, _ A) string { return n.RunID() }},
		{"finding_id", func(_ N, f F, _ A) string { return f.ID }},
		{"status", func(_ N, f F, _ A) string { return string(f.Status) }},
		{"rank", func(_ N, f F, _ A) string { return strconv.Itoa(f.Assessment.Rank) }},
		{"score", func(_ N, f F, _ A) string { return unlessUnjudged(f.Assessment, decimals(f.Assessment.Score, 2)) }},
		{"severity", func(_ N, f F, _ A) string { return string(analyzer.SeverityOf(f.Assessment)) }},
		{"confidence", func(_ N, f F, _ A) string { return string(analyzer.ConfidenceOf(f.Assessment)) }},
		{"title", func(_ N, _ F, a A) string { return Cell(a.Title) }},
		{"why_flagged", func(_ N, f F, _ A) string { return Cell(why(f)) }},
		{"identity", func(_ N, f F, _ A) string { return Cell(f.Assessment.Identity) }},
		{"identity_kind", func(_ N, f F, _ A) string { return string(f.Assessment.Kind) }},
		{"team", func(_ N, f F, _ A) string { return Cell(f.Around.Team) }},
		{"access_type", func(_ N, f F, _ A) string { return Cell(f.Assessment.Session.AccessType) }},
		{"token_id", func(_ N, f F, _ A) string { return Cell(f.Assessment.Session.Credential) }},
		{"first_seen_utc", func(_ N, f F, _ A) string { return at(f.Assessment.Session.First) }},
		{"last_seen_utc", func(_ N, f F, _ A) string { return at(f.Assessment.Session.Last) }},
		{"repos_touched", func(_ N, f F, _ A) string {
			return unlessUnjudged(f.Assessment, strconv.Itoa(f.Assessment.Repositories))
		}},
		{"repos_new_to_identity", func(_ N, f F, _ A) string {
			return unlessUnjudged(f.Assessment, strconv.Itoa(len(f.Assessment.NewRepositories)))
		}},
		{"repos_new_to_team", func(_ N, f F, _ A) string { return unlessNil(f.Around.NewToTeam) }},
		{"full_copies", func(_ N, f F, _ A) string { return unlessUnjudged(f.Assessment, strconv.Itoa(f.Assessment.Copies)) }},
		{"events", func(_ N, f F, _ A) string { return unlessUnjudged(f.Assessment, strconv.Itoa(f.Assessment.Operations)) }},
		{"baseline_median", func(_ N, f F, _ A) string {
			return unlessUnjudged(f.Assessment, significant(f.Assessment.Baseline.Median))
		}},
		{"baseline_p95", func(_ N, f F, _ A) string {
			return unlessUnjudged(f.Assessment, significant(f.Assessment.Baseline.P95))
		}},
		{"baseline_days", func(_ N, f F, _ A) string {
			return unlessUnjudged(f.Assessment, strconv.Itoa(f.Assessment.Baseline.Days))
		}},
	}
}

// detailColumns say where it came from, how it goes on and what to do.
func detailColumns() []column {
	type (
		N = Night
		F = analyzer.Finding
		A = analyzer.Advice
	)
	return []column{
		{"networks", func(_ N, f F, _ A) string { return list(f.Assessment.Session.Network, f.Assessment.Session.ASN) }},
		{"countries", func(_ N, f F, _ A) string { return list(f.Assessment.Session.Country) }},
		{"new_network", func(_ N, f F, _ A) string { return newNetwork(f.Assessment) }},
		{"user_agents", func(_ N, f F, _ A) string { return list(f.Assessment.Session.Agent) }},
		{"sensitive_repos", func(_ N, f F, _ A) string { return list(f.Around.Sensitive...) }},
		{"active_secrets_exposed", func(_ N, f F, _ A) string { return blankZero(f.Around.OpenSecrets) }},
		{"control_plane_events", func(_ N, f F, _ A) string { return blankZero(f.Around.Changes) }},
		{"signals", func(_ N, f F, _ A) string { return list(signals(f.Assessment)...) }},
		{"attack_ids", func(_ N, _ F, a A) string { return list(a.Techniques...) }},
		{"attack_version", func(N, F, A) string { return analyzer.AttackVersion }},
		{"nights_in_a_row", func(_ N, f F, _ A) string { return strconv.Itoa(f.Nights) }},
		{"previous_rank", func(_ N, f F, _ A) string { return blankZero(f.PreviousRank) }},
		{"suggested_action", func(_ N, _ F, a A) string { return Cell(a.Action) }},
		{"containment_hint", func(_ N, f F, _ A) string { return Cell(Containment(f)) }},
		{"coverage_note", func(n N, f F, _ A) string {
			return list(append([]string{n.Coverage}, notAssessable(f.Assessment)...)...)
		}},
		{"query", func(_ N, f F, _ A) string { return Cell(f.Assessment.Query()) }},
		{"evidence_file", func(N, F, A) string { return "finding_repos.csv" }},
		{"night", func(n N, _ F, _ A) string { return date(n.Night) }},
		{"campaign", func(_ N, f F, _ A) string { return f.Campaign }},
		{"expected_benign", func(_ N, f F, _ A) string { return unlessUnjudged(f.Assessment, significant(f.Assessment.Expected)) }},
		{"hypothesis", func(_ N, f F, _ A) string { return string(f.Assessment.Hypothesis) }},
		{"runner_up", func(_ N, f F, _ A) string { return string(f.Assessment.RunnerUp) }},
		{"evidence_against", func(_ N, f F, _ A) string { return Cell(evidenceAgainst(f.Assessment)) }},
		{"benign_twin", func(_ N, _ F, a A) string { return Cell(a.Twin) }},
		{"person", func(_ N, f F, _ A) string { return Cell(f.Around.Person) }},
		{"other_identities", func(_ N, f F, _ A) string { return list(f.Around.OtherIdentities...) }},
		{"person_findings", func(n N, f F, _ A) string { return list(ofPerson(n, f)...) }},
		{"certain", func(_ N, f F, _ A) string { return list(certain(f.Assessment)...) }},
		{"listed_with", func(_ N, f F, _ A) string { return list(group(f.Assessment)...) }},
		// Empty, for a person to fill in: midwatch triage --from findings.csv.
		{"verdict", func(N, F, A) string { return "" }},
		{"verdict_reason", func(N, F, A) string { return "" }},
		{"verdict_until", func(N, F, A) string { return "" }},
		{"verdict_scope", func(N, F, A) string { return "" }},
	}
}

func blankZero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// newNetwork says whether the network spoke for an attack.
func newNetwork(a analyzer.Assessment) string {
	for _, e := range a.Evidence {
		if e.Name == analyzer.EvidenceNetwork {
			return strconv.FormatBool(e.Nats > 0)
		}
	}
	return ""
}

// signals are the pieces of evidence that spoke for an attack, heaviest first.
func signals(a analyzer.Assessment) []string {
	names := certain(a)
	for _, e := range a.Evidence {
		if e.Nats > 0 && e.Clause() != "" {
			names = append(names, string(e.Name))
		}
	}
	return names
}

func notAssessable(a analyzer.Assessment) []string {
	var s []string
	for _, what := range a.NotAssessable {
		s = append(s, "not assessable: "+what)
	}
	return s
}
