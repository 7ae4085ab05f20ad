// Package triage keeps what people answer about findings, and says which later
// findings an answer covers.
//
// An answer never touches a score, a baseline or what is listed: a finding that is
// covered is still scored and kept, and only moves from the list to a line of its
// own in the report. It covers what it names and nothing else, it ends, and it
// stops covering as soon as the finding gets worse than the one it was given for.
package triage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"midwatch/analyzer"
)

// Verdict is a person's answer.
type Verdict string

// The verdicts. Expected and Benign cover later findings; Theft and Unclear do not.
const (
	// Expected: it was asked of whoever did it.
	Expected Verdict = "expected"
	// Benign: it was not expected, and is harmless.
	Benign Verdict = "benign"
	// Theft: it was what it looked like.
	Theft Verdict = "theft"
	// Unclear: it was looked into, and nobody can say.
	Unclear Verdict = "unclear"
)

// Verdicts are all of them, in the order in which help names them.
func Verdicts() []Verdict { return []Verdict{Expected, Benign, Theft, Unclear} }

// Kind is what sort of later findings a verdict covers.
type Kind string

// The kinds of scope.
const (
	// Repositories: the same login, reading no other new repositories than these.
	Repositories Kind = "repositories"
	// Network: logins of the same team, from this network.
	Network Kind = "network"
	// Client: the same bot, with this client.
	Client Kind = "client"
)

// Kinds are all of them; the first is the default.
func Kinds() []Kind { return []Kind{Repositories, Network, Client} }

// Scope is what a verdict covers. Of every kind, only findings are covered that
// nothing else speaks for than spoke for the one the verdict was given for.
type Scope struct {
	Kind Kind `json:"kind"`
	// Identity and Family are the login, for Repositories and Client.
	Identity string          `json:"identity,omitempty"`
	Family   analyzer.Family `json:"family,omitempty"`
	// Repositories that may be new to it, Others those who may be listed with it.
	Repositories []string `json:"repositories,omitempty"`
	Others       []string `json:"others,omitempty"`
	// Team and Network, for Network.
	Team    string `json:"team,omitempty"`
	Network string `json:"network,omitempty"`
	// Client is a client's name without its version.
	Client string `json:"client,omitempty"`
	// Evidence names the pieces that spoke for the finding.
	Evidence []string `json:"evidence,omitempty"`
}

// Days are the bounds of how long a verdict covers.
const (
	// DefaultDays is how long it does where nobody says.
	DefaultDays = 30
	// MostDays is the longest: what was true a year ago is asked again.
	MostDays = 365
)

// Answer is a verdict with all that is kept of it.
type Answer struct {
	ID string
	// Finding and Night it was given for, with its login, severity, expected false
	// alarms and weight in nats.
	Finding          string
	Night            time.Time
	Identity, Family string
	Severity         analyzer.Severity
	Expected, Weight float64
	Verdict          Verdict
	Reason, By       string
	// At is when it was given. It covers nights from that UTC day on and before
	// Until.
	At, Until time.Time
	Scope     Scope
	// UndoneAt is zero while it holds.
	UndoneAt time.Time
}

// carries is the weight in nats from which a piece of evidence speaks for a
// finding: it makes theft e times likelier.
const carries = 1.0

// Covers says whether an answer covers a finding.
func (a Answer) Covers(f analyzer.Finding) bool {
	night := f.Assessment.Day
	switch {
	case a.Verdict != Expected && a.Verdict != Benign, !a.UndoneAt.IsZero(), f.Around.Denied:
		return false
	case night.Before(a.At.UTC().Truncate(24*time.Hour)) || !night.Before(a.Until):
		return false
	}
	return a.Scope.names(f) && !a.worse(f)
}

// worse says whether a finding is worse than the one the answer was given for.
func (a Answer) worse(f analyzer.Finding) bool {
	return analyzer.SeverityOf(f.Assessment).Rank() > a.Severity.Rank() ||
		analyzer.MoreUnusual(a.Expected, f.Assessment.Expected) || analyzer.Worse(a.Weight, f.Assessment.Raw)
}

// names says whether a finding is what the scope names. A fact is never covered:
// it is settled where it is stated, as in the file of credentials.
func (s Scope) names(f analyzer.Finding) bool {
	a := f.Assessment
	if len(a.Certain) > 0 || !within(carrying(a), s.Evidence) || !within(others(a), s.Others) {
		return false
	}
	login := s.Identity == a.Identity && s.Family == a.Family
	switch s.Kind {
	case Repositories:
		fresh := repositories(a)
		return login && len(fresh) > 0 && within(fresh, s.Repositories)
	case Network:
		return s.Network != "" && s.Team != "" && s.Network == a.Session.Network && s.Team == f.Around.Team
	case Client:
		return login && a.Kind == analyzer.Machine && s.Client != "" && s.Client == client(a.Session.Agent)
	}
	return false
}

// ScopeOf is the scope of a kind for a verdict on a finding, and what is missing
// where the finding has none of that kind.
func ScopeOf(kind Kind, f analyzer.Finding) (Scope, error) {
	a := f.Assessment
	s := Scope{Kind: kind, Evidence: carrying(a)}
	switch kind {
	case Repositories:
		s.Identity, s.Family, s.Repositories, s.Others = a.Identity, a.Family, repositories(a), others(a)
		if len(s.Repositories) == 0 && len(a.Certain) == 0 {
			return s, fmt.Errorf("%s has no new repositories to name: choose another --scope, or --verdict unclear, which covers nothing", f.ID)
		}
	case Network:
		s.Team, s.Network = f.Around.Team, a.Session.Network
		if s.Team == "" || s.Network == "" {
			return s, fmt.Errorf("%s has no team or no network: a network can be covered only for a team of the roster (enrich.roster)", f.ID)
		}
	case Client:
		s.Identity, s.Family, s.Client = a.Identity, a.Family, client(a.Session.Agent)
		if a.Kind != analyzer.Machine || s.Client == "" {
			return s, fmt.Errorf("%s is not a bot, or its client is not known: a client can be covered only for a bot, because anybody can name any client", f.ID)
		}
	default:
		return s, fmt.Errorf("there is no scope %q: use %s, %s or %s", kind, Repositories, Network, Client)
	}
	return s, nil
}

// Says is the scope in words.
func (s Scope) Says() string {
	switch s.Kind {
	case Network:
		return fmt.Sprintf("network %s for team %s", s.Network, s.Team)
	case Client:
		return fmt.Sprintf("client %s for %s", s.Client, s.Identity)
	}
	return fmt.Sprintf("%s reading %s", s.Identity, strings.Join(s.Repositories, ", "))
}

// carrying names the pieces that speak for a finding.
func carrying(a analyzer.Assessment) []string {
	var all []string
	for _, e := range a.Evidence {
		if e.Nats >= carries {
			all = append(all, string(e.Name))
		}
	}
	slices.Sort(all)
	return all
}

// repositories are those new to the login or to those listed with it.
func repositories(a analyzer.Assessment) []string {
	var all []string
	for _, r := range a.NewRepositories {
		all = append(all, r.Repository)
	}
	for _, m := range a.Group {
		for _, r := range m.NewRepositories {
			all = append(all, r.Repository)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func others(a analyzer.Assessment) []string {
	var all []string
	for _, m := range a.Group {
		all = append(all, m.Identity)
	}
	slices.Sort(all)
	return all
}

// client is a client's name without its version.
func client(agent string) string {
	name, _, _ := strings.Cut(agent, "/")
	return strings.ToLower(strings.TrimSpace(name))
}

// within is true where all of some are among others.
func within(some, of []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(of, s) })
}
