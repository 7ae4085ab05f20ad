package analyzer

import "time"

// Assessment is what the model makes of one facet of one night.
type Assessment struct {
	// Identity, Name and Family as in Access, and the kind the model took it for.
	Identity string
	Name     string
	Family   Family
	Kind     Kind
	// Day is midnight UTC at which the night begins.
	Day time.Time
	// Rank is the place in the night by Score, from 1.
	Rank int
	// Score orders the night: Raw, squeezed where Ongoing. Raw is the weight of the
	// evidence in nats; above 0 speaks for theft.
	Score, Raw float64
	// Expected is how many benign facets a night weigh that much or more.
	Expected float64
	// Listed is true where Expected is small enough and the night's list not full.
	Listed bool
	// Spare is true where Expected is small enough and the list is full, for as many as
	// the list has rows: one may be listed in the place of one that a verdict covers.
	Spare bool `json:",omitempty"`
	// Ongoing is true where the same was reported in the last two weeks and is not
	// much worse, or where it follows another finding that it is linked to.
	Ongoing bool
	// LinkedTo are identities with something new on the same rare network or client.
	LinkedTo []Link
	// Group are those that came the same way and are listed with this one.
	Group []Member `json:",omitempty"`
	// Hypothesis is the likeliest, with its weight; RunnerUp the next, empty where
	// there is none.
	Hypothesis     Hypothesis
	HypothesisNats float64
	RunnerUp       Hypothesis
	RunnerUpNats   float64
	// Evidence sums to Raw; the heaviest first. Pieces of weight 0 are left out.
	Evidence []Evidence
	// Session is the heaviest session.
	Session Session
	// Sessions is how many there were.
	Sessions int
	// NewRepositories of the whole night, the most surprising first.
	NewRepositories []NewRepository
	// Operations, Copies, Pushes and Repositories count the whole night.
	Operations, Copies, Pushes, Repositories int
	// Baseline is what the facet did before.
	Baseline Baseline
	// NotAssessable names what could not be judged, such as "network address".
	NotAssessable []string
	// Certain are facts about the facet, which list it whatever its score; the
	// model does not set them.
	Certain []Fact `json:",omitempty"`
}

// NewRepository is a private repository that was new to the facet.
type NewRepository struct {
	// Repository is its name.
	Repository string
	// Surprise is ln of how much less likely than chance, in nats.
	Surprise float64
	// Guarded is ln of a thief's share over the facet's own chance, in nats.
	Guarded float64
	// Newcomers is how many other people came new to it in the last week.
	Newcomers int
	// InSession is true where the heaviest session touched it.
	InSession bool
	// Pushed is true where it was pushed to.
	Pushed bool
}

// Baseline is what a facet did on its nights before.
type Baseline struct {
	// Days is the number of nights on which it was seen.
	Days int
	// NewMedian and NewP95 are of new private repositories a night, over NewNights
	// nights that end a week before.
	NewMedian, NewP95 float64
	NewNights         int
	// Median and P95 are of repositories touched a night, over the nights kept.
	Median, P95 float64
}
