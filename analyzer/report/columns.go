package report

import (
	"strconv"

	"midwatch/analyzer"
)

// fullColumns is the order of findings_full.csv.
func fullColumns() []column {
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
		{"schema_version", "Version of these columns. Columns are only ever added, at the end.", func(N, F, A) string { return strconv.Itoa(SchemaVersion) }},
		{"run_id", "Names the content of the report: the same night, findings and version give the same.", func(n N, _ F, _ A) string { return n.RunID() }},
		{"finding_id", "Names the finding; it stays the same from night to night. `midwatch explain` takes it.", func(_ N, f F, _ A) string { return f.ID }},
		{"status", "new, ongoing or escalated.", func(_ N, f F, _ A) string { return string(f.Status) }},
		{"rank", "Place among everything judged on the night, 1 for the most unusual.", func(_ N, f F, _ A) string { return strconv.Itoa(f.Assessment.Rank) }},
		{"score", "Weight in nats after what was reported before is held back; empty where only a fact lists the finding.", func(_ N, f F, _ A) string { return unlessUnjudged(f.Assessment, decimals(f.Assessment.Score, 2)) }},
		{"severity", "How bad it would be if true: low, medium, high or critical.", func(_ N, f F, _ A) string { return string(analyzer.SeverityOf(f.Assessment)) }},
		{"confidence", "How much there is to go by: low, medium or high.", func(_ N, f F, _ A) string { return string(analyzer.ConfidenceOf(f.Assessment)) }},
		{"title", "What happened, in a few words.", func(_ N, _ F, a A) string { return Cell(a.Title) }},
		{"why_flagged", "Why it is listed: the facts, then the strongest evidence, in sentences.", func(_ N, f F, _ A) string { return Cell(why(f)) }},
		{"identity", "The account, as host:name.", func(_ N, f F, _ A) string { return Cell(f.Assessment.Identity) }},
		{"identity_kind", "human or machine; empty where it was not judged.", func(_ N, f F, _ A) string { return string(f.Assessment.Kind) }},
		{"team", "Team of the person, from the roster.", func(_ N, f F, _ A) string { return Cell(f.Around.Team) }},
		{"access_type", "Kind of credential, in the host's own words, of the session that weighed most.", func(_ N, f F, _ A) string { return Cell(f.Assessment.Session.AccessType) }},
		{"token_id", "Hash or id of the credential, never the secret.", func(_ N, f F, _ A) string { return Cell(f.Assessment.Session.Credential) }},
		{"first_seen_utc", "First access of the session that weighed most.", func(_ N, f F, _ A) string { return at(f.Assessment.Session.First) }},
		{"last_seen_utc", "Last access of that session.", func(_ N, f F, _ A) string { return at(f.Assessment.Session.Last) }},
		{"repos_touched", "Repositories touched on the night.", func(_ N, f F, _ A) string {
			return unlessUnjudged(f.Assessment, strconv.Itoa(f.Assessment.Repositories))
		}},
		{"repos_new_to_identity", "Private repositories that the account had never opened before.", func(_ N, f F, _ A) string {
			return unlessUnjudged(f.Assessment, strconv.Itoa(len(f.Assessment.NewRepositories)))
		}},
		{"repos_new_to_team", "Private repositories that nobody of its team touched in the year before; empty where no team is known.", func(_ N, f F, _ A) string { return unlessNil(f.Around.NewToTeam) }},
		{"full_copies", "Full copies made on the night.", func(_ N, f F, _ A) string { return unlessUnjudged(f.Assessment, strconv.Itoa(f.Assessment.Copies)) }},
		{"events", "Operations on the night; a clone is one, however many log lines it left.", func(_ N, f F, _ A) string { return unlessUnjudged(f.Assessment, strconv.Itoa(f.Assessment.Operations)) }},
		{"baseline_median", "Repositories touched on a working day: the median.", func(_ N, f F, _ A) string {
			return unlessUnjudged(f.Assessment, significant(f.Assessment.Baseline.Median))
		}},
		{"baseline_p95", "Repositories touched on a working day: at most so many on 95 % of days.", func(_ N, f F, _ A) string {
			return unlessUnjudged(f.Assessment, significant(f.Assessment.Baseline.P95))
		}},
		{"baseline_days", "Days with access before the night, which the comparison rests on.", func(_ N, f F, _ A) string {
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
		{"networks", "Network and autonomous system of the session that weighed most.", func(_ N, f F, _ A) string { return list(f.Assessment.Session.Network, f.Assessment.Session.ASN) }},
		{"countries", "Country of that session, two letters.", func(_ N, f F, _ A) string { return list(f.Assessment.Session.Country) }},
		{"new_network", "true where the network speaks for an attack, false where it speaks against one, empty where it was not judged.", func(_ N, f F, _ A) string { return newNetwork(f.Assessment) }},
		{"user_agents", "Client of that session.", func(_ N, f F, _ A) string { return list(f.Assessment.Session.Agent) }},
		{"sensitive_repos", "Canaries, critical repositories and those of tier high that were touched.", func(_ N, f F, _ A) string { return list(f.Around.Sensitive...) }},
		{"active_secrets_exposed", "Open secret alerts in what was touched.", func(_ N, f F, _ A) string { return blankZero(f.Around.OpenSecrets) }},
		{"control_plane_events", "Changes of access rights or settings in the day before.", func(_ N, f F, _ A) string { return blankZero(f.Around.Changes) }},
		{"signals", "Names of the facts and of the evidence for an attack, the heaviest first.", func(_ N, f F, _ A) string { return list(signals(f.Assessment)...) }},
		{"attack_ids", "ATT&CK techniques.", func(_ N, _ F, a A) string { return list(a.Techniques...) }},
		{"attack_version", "ATT&CK release that the techniques are of.", func(N, F, A) string { return analyzer.AttackVersion }},
		{"nights_in_a_row", "On how many nights the finding has been listed.", func(_ N, f F, _ A) string { return strconv.Itoa(f.Nights) }},
		{"previous_rank", "Its place when it was last listed before; empty where it was not.", func(_ N, f F, _ A) string { return blankZero(f.PreviousRank) }},
		{"suggested_action", "What to do next.", func(_ N, _ F, a A) string { return Cell(a.Action) }},
		{"containment_hint", "Command that lists what to revoke.", func(_ N, f F, _ A) string { return Cell(Containment(f)) }},
		{"coverage_note", "What could be seen of the night, and what could not be judged of the finding.", func(n N, f F, _ A) string {
			return list(append([]string{n.Coverage}, notAssessable(f.Assessment)...)...)
		}},
		{"query", "SQL that gives the rows behind the heaviest evidence.", func(_ N, f F, _ A) string { return Cell(f.Assessment.Query()) }},
		{"evidence_file", "File with the repositories of the finding.", func(N, F, A) string { return "finding_repos.csv" }},
		{"night", "The night, UTC.", func(n N, _ F, _ A) string { return date(n.Night) }},
		{"campaign", "finding_id of the first finding that it is linked to; its own where it stands alone.", func(_ N, f F, _ A) string { return f.Campaign }},
		{"expected_benign", "Expected false alarms: how many harmless accounts are expected to look at least this unusual on a night.", func(_ N, f F, _ A) string { return unlessUnjudged(f.Assessment, significant(f.Assessment.Expected)) }},
		{"hypothesis", "The likeliest way of attack.", func(_ N, f F, _ A) string { return string(f.Assessment.Hypothesis) }},
		{"runner_up", "The second likeliest.", func(_ N, f F, _ A) string { return string(f.Assessment.RunnerUp) }},
		{"evidence_against", "What speaks against an attack.", func(_ N, f F, _ A) string { return Cell(evidenceAgainst(f.Assessment)) }},
		{"benign_twin", "The harmless cause to rule out first.", func(_ N, _ F, a A) string { return Cell(a.Twin) }},
		{"person", "Person with the account, from the roster.", func(_ N, f F, _ A) string { return Cell(f.Around.Person) }},
		{"other_identities", "Other accounts of the person.", func(_ N, f F, _ A) string { return list(f.Around.OtherIdentities...) }},
		{"person_findings", "Other findings of the night about the same person.", func(n N, f F, _ A) string { return list(ofPerson(n, f)...) }},
		{"certain", "Names of the facts that list the finding.", func(_ N, f F, _ A) string { return list(certain(f.Assessment)...) }},
		{"listed_with", "Accounts that came the same way and are listed in this row.", func(_ N, f F, _ A) string { return list(group(f.Assessment)...) }},
		// Empty, for a person to fill in: midwatch triage --from findings.csv.
		{"verdict", "Empty, for you to fill in: expected, benign, theft or unclear.", func(N, F, A) string { return "" }},
		{"verdict_reason", "Empty, for you to fill in: why.", func(N, F, A) string { return "" }},
		{"verdict_until", "Empty, for you to fill in: the day on which the verdict ends.", func(N, F, A) string { return "" }},
		{"verdict_scope", "Empty, for you to fill in: what the verdict covers.", func(N, F, A) string { return "" }},
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
		s = append(s, "could not be judged: "+what)
	}
	return s
}
