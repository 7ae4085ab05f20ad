package analyzer

import "fmt"

// AttackVersion is the ATT&CK release that the technique ids are of (v19, May
// 2026, renumbered several).
const AttackVersion = "19"

// Advice is what a person should know and do about a finding.
type Advice struct {
	// Title names the finding in a few words.
	Title string
	// Twin is the benign cause that looks the same and is to be ruled out first.
	Twin string
	// Action is what to do first, with a verb and to whom.
	Action string
	// Techniques are ATT&CK ids.
	Techniques []string
}

// Advise returns the advice for an assessment, by its hypothesis and by what
// carried it.
func Advise(a Assessment) Advice {
	who := a.Name
	if who == "" {
		who = a.Identity
	}
	adv := Advice{Title: title(a, who+others(len(a.Group))), Twin: twin(a), Techniques: techniques(a)}
	switch {
	case len(a.Certain) > 0:
		return adviseCertain(adv, a, who)
	case a.Kind == Machine:
		adv.Action = fmt.Sprintf("Ask the owner of %s whether it was set up to read these repositories; if not, revoke its credential", who)
	case a.Hypothesis == Insider || a.Hypothesis == Jewel || a.Hypothesis == Hoard:
		adv.Action = fmt.Sprintf("Ask the manager of %s, not %s, about this work; export the evidence first", who, who)
	default:
		adv.Action = fmt.Sprintf("Ask %s in person or by phone, not by mail, whether this was them; if not, revoke the credential and sign out all sessions", who)
	}
	return adv
}

// others counts those listed with somebody.
func others(n int) string {
	if n == 0 {
		return ""
	}
	return " and " + several(float64(n), "other", "others")
}

func title(a Assessment, who string) string {
	switch a.Hypothesis {
	case Insider:
		return who + " read repositories outside their work"
	case Jewel:
		return who + " read a repository that hardly anyone reads"
	case Hoard:
		return who + " copied everything they have again"
	case StolenMachine:
		return who + ", a machine, read what it never reads"
	}
	return who + "'s credentials were used unlike " + who
}

// twin names the benign twin to check first (THREATS 6, eval look-alikes).
func twin(a Assessment) string {
	has := map[EvidenceName]float64{}
	for _, e := range a.Evidence {
		has[e.Name] = e.Nats
	}
	switch {
	case a.Kind == Machine && has[EvidenceNewRepositories] > carrying:
		return "a new pipeline or a scanner being set up"
	case a.Kind == Machine:
		return "build runners that moved to another network"
	case has[EvidenceReturnAfterGap] > carrying:
		return "back from leave"
	case a.Baseline.Days < kindDays:
		return "a new colleague in the first week"
	case has[EvidenceTwoCountries] > carrying:
		return "a private VPN, or a phone abroad"
	case has[EvidenceNetwork] > carrying && has[EvidenceNewRepositories] < carrying:
		return "a trip"
	case has[EvidenceClient] > carrying || has[EvidenceCredential] > carrying:
		return "a new laptop"
	case has[EvidenceLowAndSlow] > carrying:
		return "a move to another team"
	case has[EvidenceHourOfDay] > carrying || has[EvidenceUsualHours] > carrying:
		return "an on-call night"
	}
	return "a new task, or a hackathon"
}

// techniques maps to ATT&CK (THREATS 5).
func techniques(a Assessment) []string {
	ids := []string{"T1213.003"}
	for _, e := range a.Evidence {
		if e.Nats < carrying {
			continue
		}
		switch e.Name {
		case EvidenceNetwork, EvidenceTwoCountries, EvidenceReturnAfterGap:
			ids = appendOnce(ids, "T1078.004")
		case EvidenceCredential, EvidenceClientElsewhere:
			ids = appendOnce(ids, "T1550.001")
		case EvidenceLowAndSlow:
			ids = appendOnce(ids, "T1119")
		}
	}
	return ids
}

func appendOnce(ids []string, id string) []string {
	for _, have := range ids {
		if have == id {
			return ids
		}
	}
	return append(ids, id)
}

// Severity grades what was touched: how bad it is if the finding is true.
type Severity string

// The severities.
const (
	SeverityLow      Severity = "low"
	SeverityMedium   Severity = "medium"
	SeverityHigh     Severity = "high"
	SeverityCritical Severity = "critical"
)

// SeverityOf grades by full copies of private repositories new to the identity:
// a sweep of ten or more is what market rules call a mass clone (PEERS), a
// guarded repository weighs as much as several. Facts raise it to theirs.
func SeverityOf(a Assessment) Severity {
	taken := len(a.NewRepositories)
	for _, m := range a.Group {
		taken += len(m.NewRepositories)
	}
	for _, e := range a.Evidence {
		if e.Name == EvidenceGuardedRepository && e.Nats > carrying {
			taken += 5
		}
	}
	switch {
	case taken >= 30:
		return a.worst(SeverityCritical)
	case taken >= 10:
		return a.worst(SeverityHigh)
	case taken >= 3:
		return a.worst(SeverityMedium)
	}
	return a.worst(SeverityLow)
}

// Confidence grades how much there is to go by.
type Confidence string

// The confidences.
const (
	ConfidenceLow    Confidence = "low"
	ConfidenceMedium Confidence = "medium"
	ConfidenceHigh   Confidence = "high"
)

// ConfidenceOf is high where there are facts, low with less than fourteen days of history (THREATS 4: a new
// hire), medium where something could not be assessed or benign identities
// reach this level once in five nights, and else high.
func ConfidenceOf(a Assessment) Confidence {
	switch {
	case len(a.Certain) > 0:
		return ConfidenceHigh
	case a.Baseline.Days < 14:
		return ConfidenceLow
	case len(a.NotAssessable) > 0 || a.Expected > 0.2:
		return ConfidenceMedium
	}
	return ConfidenceHigh
}
