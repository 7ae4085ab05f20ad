package analyzer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Status says what became of a finding since the night before.
type Status string

// The statuses of a finding.
const (
	// StatusNew: listed for the first time.
	StatusNew Status = "new"
	// StatusOngoing: listed before, and no worse.
	StatusOngoing Status = "ongoing"
	// StatusEscalated: listed before, and now much heavier (Worse) or much more unusual
	// (MoreUnusual) than on any night before.
	StatusEscalated Status = "escalated"
	// StatusResolved: listed before and quiet since.
	StatusResolved Status = "resolved"
)

const (
	// quietNights is how long a finding waits for its next night before it is
	// over: the two weeks within which the model counts a report as known
	// (MODEL 2.7).
	quietNights = 14
	// escalation is how many nats worse a night must be to be news again
	// (MODEL 2.7).
	escalation = 6.0
)

// Finding is what a person is shown: one facet, for as long as it goes on.
type Finding struct {
	// ID is stable: re-runs and later nights keep it.
	ID string
	// Campaign is the ID of the finding at the head of those that share a rare
	// network, client, credential or app; its own ID where it stands alone.
	Campaign string
	Status   Status
	// First and Last night listed, and on how many.
	First, Last time.Time
	Nights      int
	// PreviousRank is its place on the last night before, 0 for none.
	PreviousRank int
	// Around is what is known around it.
	Around Around
	// Assessment of the night; for a resolved finding only its identity, family
	// and hypothesis are set.
	Assessment Assessment
}

// Register remembers findings from night to night.
type Register struct {
	// Open findings in the order in which they began.
	Open []Open
	// Told are the facts that were listed in the last weeks, Surroundings names
	// what they rested on, Since is the first night that was looked at.
	Told         []Told
	Surroundings string
	Since        time.Time
}

// Open is a finding that is not over.
type Open struct {
	ID, Campaign   string
	Identity, Name string
	Family         Family
	Hypothesis     Hypothesis
	First, Last    time.Time
	Nights, Rank   int
	// Worst is the most it weighed, in nats, and Least the fewest false alarms that were
	// expected; 0 where it was never judged.
	Worst, Least float64
}

// NewRegister returns a register without findings.
func NewRegister() *Register { return &Register{} }

// Note enters a night's assessments, in rank order, and returns the findings
// listed on it. Those that are over by then are forgotten; a night's reports tell
// of them from what is kept of the nights.
func (r *Register) Note(night time.Time, assessed []Assessment) []Finding {
	r.Open = slices.DeleteFunc(r.Open, func(o Open) bool { return night.Sub(o.Last) > quietNights*24*time.Hour })
	var listed []Finding
	for _, a := range assessed {
		if a.Listed {
			listed = append(listed, r.enter(night, a))
		}
	}
	CertainFirst(listed)
	return listed
}

// Spare returns those of a night that may be listed in the place of others, in rank
// order, as Note would list them. They are not entered: whether anybody is told of
// them is not known yet, and rests on what no score may see.
func (r *Register) Spare(night time.Time, assessed []Assessment) []Finding {
	aside := &Register{Open: slices.Clone(r.Open)}
	var spare []Finding
	for _, a := range assessed {
		if a.Spare && !a.Listed {
			spare = append(spare, aside.enter(night, a))
		}
	}
	return spare
}

// enter makes or goes on with the finding of a facet.
func (r *Register) enter(night time.Time, a Assessment) Finding {
	i := slices.IndexFunc(r.Open, func(o Open) bool { return o.Identity == a.Identity && o.Family == a.Family })
	f := Finding{Status: StatusNew, Assessment: a}
	if i < 0 {
		id := findingID(night, a)
		r.Open = append(r.Open, Open{
			ID: id, Campaign: r.campaign(id, a), Identity: a.Identity, Name: a.Name, Family: a.Family, Hypothesis: a.Hypothesis,
			First: night, Worst: a.Raw, Least: a.expected(),
		})
		i = len(r.Open) - 1
	} else {
		f.Status, f.PreviousRank = StatusOngoing, r.Open[i].Rank
		if r.Open[i].escalates(a) {
			f.Status = StatusEscalated
		}
	}
	o := &r.Open[i]
	o.Last, o.Nights, o.Rank, o.Worst = night, o.Nights+1, a.Rank, max(o.Worst, a.Raw)
	o.Least = leastOf(o.Least, a.expected())
	f.ID, f.Campaign, f.First, f.Last, f.Nights = o.ID, o.Campaign, o.First, o.Last, o.Nights
	return f
}

// escalates tells whether a night is much worse than every night of a finding before.
func (o Open) escalates(a Assessment) bool {
	return Worse(o.Worst, a.Raw) || o.Least > 0 && a.Judged() && MoreUnusual(o.Least, a.Expected)
}

// expected is how many false alarms are expected, 0 where the model weighed nothing.
func (a Assessment) expected() float64 {
	if !a.Judged() {
		return 0
	}
	return a.Expected
}

// leastOf is the lesser of two numbers of false alarms, where 0 is none known.
func leastOf(a, b float64) float64 {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// campaign returns the campaign of an open finding that a new one is linked to,
// the earliest where there are several.
func (r *Register) campaign(id string, a Assessment) string {
	for _, o := range r.Open {
		if slices.ContainsFunc(a.LinkedTo, func(l Link) bool { return l.Identity == o.Identity }) {
			return o.Campaign
		}
	}
	return id
}

// findingID names a finding by its facet and the night it began: the same in
// every run.
func findingID(night time.Time, a Assessment) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{a.Identity, string(a.Family), night.Format(time.DateOnly)}, "\x00")))
	return fmt.Sprintf("mw-%s-%s", night.Format("20060102"), hex.EncodeToString(sum[:4]))
}
