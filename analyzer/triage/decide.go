package triage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"midwatch/analyzer"
)

// Request is what a person says about a finding.
type Request struct {
	Verdict Verdict
	Reason  string
	// Until is the first day that is not covered; zero for DefaultDays from now.
	Until time.Time
	// Scope is Repositories where it is empty.
	Scope Kind
	// By names who decides: all names that the person is known by here.
	By []string
	At time.Time
}

// Decide makes the answer to a finding, or says what is wrong with the request.
func Decide(f analyzer.Finding, q Request) (Answer, error) {
	q.Reason = strings.TrimSpace(q.Reason)
	today := q.At.UTC().Truncate(24 * time.Hour)
	if q.Until.IsZero() {
		q.Until = today.AddDate(0, 0, DefaultDays)
	}
	if q.Scope == "" {
		q.Scope = Repositories
	}
	switch {
	case !slices.Contains(Verdicts(), q.Verdict):
		return Answer{}, fmt.Errorf("there is no verdict %q: use expected, benign, theft or unclear", q.Verdict)
	case q.Reason == "":
		return Answer{}, errors.New("a verdict needs a reason: say who was asked, and what they said")
	case len(q.By) == 0 || q.By[0] == "":
		return Answer{}, errors.New("it is not known who decides: name yourself with --by")
	case !q.Until.After(today):
		return Answer{}, fmt.Errorf("%s is not after today: name a later day, or leave it out for %d days", q.Until.Format(time.DateOnly), DefaultDays)
	case q.Until.After(today.AddDate(0, 0, MostDays)):
		return Answer{}, fmt.Errorf("%s is more than %d days away: name an earlier day, and decide again when it ends", q.Until.Format(time.DateOnly), MostDays)
	}
	for _, name := range q.By {
		if about(f, name) {
			return Answer{}, fmt.Errorf("%s is about %s: somebody else must decide on it", f.ID, name)
		}
	}
	a := f.Assessment
	answer := Answer{
		Finding: f.ID, Night: a.Day, Identity: a.Identity, Family: string(a.Family), Severity: analyzer.SeverityOf(a), Expected: a.Expected, Weight: a.Raw,
		Verdict: q.Verdict, Reason: q.Reason, By: q.By[0], At: q.At.UTC().Truncate(time.Second), Until: q.Until,
	}
	if answer.covering() {
		var err error
		if answer.Scope, err = ScopeOf(q.Scope, f); err != nil {
			return Answer{}, err
		}
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{answer.Finding, string(answer.Verdict), answer.By, answer.At.Format(time.RFC3339)}, "\x00")))
	answer.ID = "v-" + hex.EncodeToString(sum[:4])
	return answer, nil
}

// covering says whether the verdict is one that covers anything.
func (a Answer) covering() bool { return a.Verdict == Expected || a.Verdict == Benign }

// about says whether a finding is about who is known by a name: its login, the
// person behind it, their other logins, and those listed with it.
func about(f analyzer.Finding, name string) bool {
	known := append([]string{f.Assessment.Identity, f.Assessment.Name, f.Around.Person}, f.Around.OtherIdentities...)
	for _, m := range f.Assessment.Group {
		known = append(known, m.Identity, m.Name)
	}
	return slices.ContainsFunc(known, func(k string) bool {
		_, login, _ := strings.Cut(k, ":")
		return name != "" && (strings.EqualFold(k, name) || strings.EqualFold(login, name))
	})
}

// coveredBy begins the state of a finding that a verdict covered.
const coveredBy = "covered by "

// State is the state that a finding is kept with which the answer covered.
func (a Answer) State() string { return coveredBy + a.ID }

// Covering is the first answer that covers a finding, in the order given.
func Covering(all []Answer, f analyzer.Finding) (Answer, bool) {
	i := slices.IndexFunc(all, func(a Answer) bool { return a.Covers(f) })
	if i < 0 {
		return Answer{}, false
	}
	return all[i], true
}

// Ending are the answers that cover something today and end within a week after a
// night, the first to end first.
func Ending(all []Answer, night time.Time) []Answer {
	var ending []Answer
	for _, a := range all {
		if a.covering() && a.UndoneAt.IsZero() && a.Until.After(night) && !a.Until.After(night.AddDate(0, 0, 8)) {
			ending = append(ending, a)
		}
	}
	slices.SortStableFunc(ending, func(a, b Answer) int { return a.Until.Compare(b.Until) })
	return ending
}
