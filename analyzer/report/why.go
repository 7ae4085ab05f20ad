package report

import (
	"fmt"
	"strings"

	"midwatch/analyzer"
)

// namedMost is how many of those listed with a finding its reason names.
const namedMost = 5

// why says what its holder answered, what made a finding stand out, what changed in
// rights around it and who is listed with it.
func why(f analyzer.Finding) string {
	var clauses []string
	if f.Around.Holder != "" {
		clauses = append(clauses, f.Around.Holder)
	}
	clauses = append(clauses, f.Assessment.Reason())
	if n := f.Around.Changes; n > 0 {
		clauses = append(clauses, counted(n, "change")+" of access rights or settings came in the day before.")
	}
	if with := group(f.Assessment); len(with) > 0 {
		named := strings.Join(with[:min(namedMost, len(with))], ", ")
		if left := len(with) - namedMost; left > 0 {
			named += fmt.Sprintf(" and %d more", left)
		}
		clauses = append(clauses, fmt.Sprintf("%s came the same way: %s.", counted(len(with), "other account"), named))
	}
	return strings.Join(clauses, " ")
}

// group are the identities listed with one.
func group(a analyzer.Assessment) []string {
	var all []string
	for _, m := range a.Group {
		all = append(all, m.Identity)
	}
	return all
}
