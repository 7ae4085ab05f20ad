package report

import (
	"slices"
	"strconv"
	"strings"

	"midwatch/analyzer"
)

// ofPerson are the other findings of the night that are of the same person.
func ofPerson(n Night, f analyzer.Finding) []string {
	var ids []string
	for _, o := range n.Findings {
		if o.ID != f.ID && o.Around.Person != "" && o.Around.Person == f.Around.Person {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// certain are the signals whose facts list a facet, each once.
func certain(a analyzer.Assessment) []string {
	var names []string
	for _, f := range a.Certain {
		if !slices.Contains(names, f.Signal) {
			names = append(names, f.Signal)
		}
	}
	return names
}

// who is the person with the identity, where a roster says, and else the identity,
// with how many are listed with it.
func who(f analyzer.Finding) string {
	name := f.Assessment.Name
	switch {
	case f.Around.Person != "":
		name = f.Around.Person + " (" + f.Assessment.Identity + ")"
	case name == "":
		name = f.Assessment.Identity
	}
	if n := len(f.Assessment.Group); n > 0 {
		name += " and " + counted(n, "other")
	}
	return name
}

// expected is the E of a finding, or that it needs none.
func expected(a analyzer.Assessment) string {
	if len(a.Certain) > 0 {
		return "fact"
	}
	return strconv.FormatFloat(a.Expected, 'g', 2, 64)
}

// unlessUnjudged is empty where the model did not judge the facet.
func unlessUnjudged(a analyzer.Assessment, text string) string {
	if !a.Judged() {
		return ""
	}
	return text
}

func unlessNil(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// evidenceAgainst says what speaks against an attack, "" where nothing does.
func evidenceAgainst(a analyzer.Assessment) string {
	var clauses []string
	for _, e := range a.Against() {
		clauses = append(clauses, e.Clause())
	}
	return strings.Join(clauses, " ")
}
