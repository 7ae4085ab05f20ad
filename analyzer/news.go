package analyzer

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Worse is true where evidence weighs so much more than before, both in nats, that
// it is news again (MODEL 2.7).
func Worse(before, now float64) bool { return now >= before+escalation }

// moreUnusual is by how much fewer false alarms must be expected for a finding to be
// worse than before: a tenth is a step of severity in how far it stands out.
const moreUnusual = 10

// MoreUnusual is true where so many fewer false alarms are expected than before that
// it is news again.
func MoreUnusual(before, now float64) bool { return now <= before/moreUnusual }

// State says what a person knows who was told of a finding: its severity, the
// facts, a digest of who is listed with it, and whether its holder denied it. A
// finding with another state is news.
func (f Finding) State() string {
	state := string(SeverityOf(f.Assessment))
	var facts, group []string
	for _, c := range f.Assessment.Certain {
		facts = append(facts, c.Signal)
	}
	for _, m := range f.Assessment.Group {
		group = append(group, m.Identity)
	}
	if slices.Sort(facts); len(facts) > 0 {
		state += "; " + strings.Join(slices.Compact(facts), ", ")
	}
	if slices.Sort(group); len(group) > 0 {
		sum := sha256.Sum256([]byte(strings.Join(group, "\x00")))
		state += "; with " + hex.EncodeToString(sum[:4])
	}
	if f.Around.Denied { // queries/reports/finding_untold.sql looks for it
		state += "; denied"
	}
	return state
}

// Rank orders severities, from 1 for low to 4 for critical; 0 is unknown.
func (s Severity) Rank() int {
	return 1 + slices.Index([]Severity{SeverityLow, SeverityMedium, SeverityHigh, SeverityCritical}, s)
}
