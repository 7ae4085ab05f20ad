package analyzer

import "time"

// EvidenceName names a piece of evidence. The vocabulary is fixed; reports turn
// each name into a sentence.
type EvidenceName string

// The vocabulary. Observed, Expected and Bound mean, by name:
const (
	// EvidenceNewRepositories: private repositories new to the facet tonight; expected on
	// an active night; 95 % bound. Others is how many of them are discounted in
	// part because other people came to them lately.
	EvidenceNewRepositories EvidenceName = "new_repositories"
	// EvidenceUnlikelyRepositories: new repositories in the session that are more than e
	// times less likely than chance; expected 0. Examples, most surprising first.
	EvidenceUnlikelyRepositories EvidenceName = "unlikely_repositories"
	// EvidenceGuardedRepository: people who so far read the repository of Examples
	// and never pushed to it; expected is their mean over the private repositories
	// that were open to the facet.
	EvidenceGuardedRepository EvidenceName = "guarded_repository"
	// EvidenceNetwork: days on which the facet used the network (the block, the
	// autonomous system) before; Expected is the share of nights at this level or
	// a worse one. Others is how many others use the block.
	EvidenceNetwork EvidenceName = "network"
	// EvidenceClient: the same of the client. Others is how many others use it.
	EvidenceClient EvidenceName = "client"
	// EvidenceCredential: the same of the credential.
	EvidenceCredential EvidenceName = "credential"
	// EvidenceClientElsewhere: a client that many use, from a block it was never used from.
	// Observed 0; Expected is the chance of a new block.
	EvidenceClientElsewhere EvidenceName = "client_elsewhere"
	// EvidenceTwoCountries: observed 1; expected is the organisation's own rate a
	// person-night. Examples are the countries, home first.
	EvidenceTwoCountries EvidenceName = "two_countries"
	// EvidenceCopiedAgain: known private repositories copied whole from a new network;
	// expected is the share of nights with any copy of what was known.
	EvidenceCopiedAgain EvidenceName = "copied_again"
	// EvidenceOrdinaryWork: repositories in use lately that an unusual session goes
	// on with; expected is the share of such sessions that go on with any.
	EvidenceOrdinaryWork EvidenceName = "ordinary_work"
	// EvidenceHourOfDay: observed and expected are the nats of the hours and 0.
	EvidenceHourOfDay EvidenceName = "hour_of_day"
	// EvidenceNothingNew: nothing new was touched; observed is the known repositories
	// touched.
	EvidenceNothingNew EvidenceName = "nothing_new"
	// EvidencePushed: observed is the pushes of the session; thieves seldom push.
	EvidencePushed EvidenceName = "pushed"
	// EvidenceReturnAfterGap: days since the last night; 95 % bound of the gap.
	EvidenceReturnAfterGap EvidenceName = "return_after_gap"
	// EvidenceLowAndSlow: nights with something new in a window; expected; 95 % bound.
	// Days is the length of the window.
	EvidenceLowAndSlow EvidenceName = "low_and_slow"
	// EvidenceCarried: decayed weight of earlier nights.
	EvidenceCarried EvidenceName = "carried"
	// EvidenceLinked: others on the same network or client with something new; expected 0.
	EvidenceLinked EvidenceName = "linked"
	// EvidenceHoarded: known private repositories copied whole; expected is the share of
	// nights with any.
	EvidenceHoarded EvidenceName = "hoarded"
	// EvidenceWholeNight: of Others repositories that were touched, those that others
	// use more than e times as much as the facet itself; expected is how many are
	// usually new to it. Days is how long ago it last touched any of them, 0 for never.
	// Value is whose work and hours it looks like, where that is one person's. Examples,
	// the most telling first.
	EvidenceWholeNight EvidenceName = "whole_night"
	// EvidenceUsualHours: how many times likelier the hours are anybody's than the
	// facet's own; expected 1.
	EvidenceUsualHours EvidenceName = "usual_hours"
	// EvidenceAddsUp: how many times likelier the nights before were somebody else's
	// than the owner's own; expected 1.
	EvidenceAddsUp EvidenceName = "adds_up"
	// EvidencePrior is the hypothesis' own prior.
	EvidencePrior EvidenceName = "prior"
	// EvidenceOtherHypotheses is what the hypotheses that did not win add.
	EvidenceOtherHypotheses EvidenceName = "other_hypotheses"
)

// Evidence is one piece that bears on a finding. The pieces of an assessment sum
// to its Raw.
type Evidence struct {
	// Name from the vocabulary.
	Name EvidenceName
	// Nats is the weight for (above 0) or against theft.
	Nats float64
	// Observed, Expected and Bound as the vocabulary says; Bound is 0 where there
	// is none.
	Observed, Expected, Bound float64
	// HistoryDays is on how many active days the expectation rests.
	HistoryDays int
	// Level in words, such as "new autonomous system"; empty where there is none.
	Level string
	// Value is what it is about, such as a network; empty where there is none.
	Value string
	// Country (two letters) and System (autonomous system) are those of a network, Usual
	// the countries before a new one, the most used first. Kind is the sort of
	// credential, or what links identities (Through). Empty where not known.
	Country, System, Kind string
	Usual                 []CountryDays
	// Others counts other identities, Days days, as the vocabulary says.
	Others, Days int
	// Examples, at most five, most telling first.
	Examples []string
}

// CountryDays is a country and on how many days somebody came from it.
type CountryDays struct {
	Country string
	Days    int
}

// Session is the session whose evidence weighed most.
type Session struct {
	Network, Block, ASN, NetworkKind, Country string
	Agent, Credential, AccessType             string
	// First and Last bound its acts, UTC.
	First, Last time.Time
	// Operations, Copies, Pushes and Repositories count its acts.
	Operations, Copies, Pushes, Repositories int
}
