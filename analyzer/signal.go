package analyzer

import (
	"fmt"
	"strings"
	"time"
)

// Signal names the signal of queries/signals that gives the rows behind a piece
// of evidence, with its numbers; "" where there is none, as for a prior. What
// links identities is told by how.
func Signal(e EvidenceName, how Through) string {
	switch e {
	case EvidenceNewRepositories:
		return "repository_count"
	case EvidenceUnlikelyRepositories:
		return "new_repository"
	case EvidenceGuardedRepository:
		return "guarded_repository"
	case EvidenceNetwork:
		return "new_network"
	case EvidenceClient:
		return "new_client"
	case EvidenceCredential:
		return "new_credential"
	case EvidenceClientElsewhere:
		return "client_elsewhere"
	case EvidenceTwoCountries:
		return "two_countries"
	case EvidenceCopiedAgain:
		return "reclone"
	case EvidenceHoarded:
		return "hoard"
	case EvidenceHourOfDay, EvidenceUsualHours:
		return "unusual_hours"
	case EvidenceReturnAfterGap:
		return "dormant_identity"
	case EvidenceLowAndSlow:
		return "slow_and_low"
	case EvidenceLinked:
		return linkSignal(how)
	}
	return ""
}

// linkSignal names the signal of what links identities.
func linkSignal(how Through) string {
	switch how {
	case SharedByNetwork:
		return "shared_rare_network"
	case SharedByClient:
		return "new_client"
	}
	return "new_network"
}

// Query is the SQL that gives the rows behind the heaviest piece of evidence that
// has any, for a person to run on the published snapshot; where no piece has, the
// accesses of the night.
func (a Assessment) Query() string {
	if all := a.SignalQueries(); len(all) > 0 {
		return all[0]
	}
	return fmt.Sprintf("FROM access WHERE day = DATE '%s' AND %s", a.Day.Format(time.DateOnly), a.where())
}

// SignalQueries are the queries of all pieces that speak for an attack and carry
// a clause of the reason, the heaviest first, each once; those of facts go before.
func (a Assessment) SignalQueries() []string {
	var how Through
	if len(a.LinkedTo) > 0 {
		how = a.LinkedTo[0].Through
	}
	all := a.factQueries()
	seen := map[string]bool{}
	for _, e := range a.Evidence {
		rows := rowsBehind(e.Name, how)
		if e.Nats < carrying || rows == "" || seen[rows] {
			continue
		}
		seen[rows] = true
		all = append(all, fmt.Sprintf("FROM %s(TIMESTAMP '%s'%s) WHERE %s",
			rows, a.Day.AddDate(0, 0, 1).Format(time.DateOnly), argument(e), a.where()))
	}
	return all
}

// rowsBehind names what gives the rows behind a piece of evidence; "" where nothing does.
func rowsBehind(e EvidenceName, how Through) string {
	if e == EvidenceWholeNight {
		return "baseline.others_work"
	}
	if signal := Signal(e, how); signal != "" {
		return "signal." + signal
	}
	return ""
}

// argument is what a signal must be told to look at what the evidence did.
func argument(e Evidence) string {
	switch {
	case e.Name == EvidenceLowAndSlow:
		return fmt.Sprintf(", span_days := %d", e.Days)
	case e.Name == EvidenceNetwork && e.Level == KnownNetwork.String():
		return fmt.Sprintf(", rare_days := %d", rareDays)
	case e.Name == EvidenceGuardedRepository && e.Observed > e.Expected/2:
		return ", share_of_usual := 100"
	}
	return ""
}

// where picks the facet's rows. Names come from logs: quotes are doubled.
func (a Assessment) where() string {
	return fmt.Sprintf("identity = %s AND family = %s", quoted(a.Identity), quoted(string(a.Family)))
}

// quoted writes text as a SQL string.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
