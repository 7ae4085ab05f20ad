package queries

import (
	"regexp"
	"slices"
	"strings"
)

// macroNames finds the macros that a script makes.
var macroNames = regexp.MustCompile(`CREATE OR REPLACE MACRO ([a-z_]+(?:\.[a-z_]+)?)\s*\(`)

// Macros names the macros that the script makes, in order.
func (s Script) Macros() []string {
	var names []string
	for _, m := range macroNames.FindAllStringSubmatch(s.SQL, -1) {
		names = append(names, m[1])
	}
	return names
}

// Macro is a table macro that a script makes, with what its comment says it gives.
type Macro struct{ Name, Comment string }

// tableMacro is a macro that gives rows, with the comment right above it.
var tableMacro = regexp.MustCompile(`(?m)((?:^--.*\n)*)^CREATE OR REPLACE MACRO ([a-z_.]+) ?\([^;]*?\) AS TABLE`)

// TableMacros are the macros of a script that give rows. The script's summary is
// of the first, and of those that have no comment right above.
func (s Script) TableMacros() []Macro {
	var all []Macro
	for i, m := range tableMacro.FindAllStringSubmatch(s.SQL, -1) {
		comment := s.Summary
		if i > 0 && m[1] != "" {
			comment = strings.Join(strings.Fields(strings.ReplaceAll("\n"+m[1], "\n--", "\n")), " ")
		}
		all = append(all, Macro{m[2], comment})
	}
	return all
}

// Calls reports whether the script calls a macro that another one makes.
func (s Script) Calls(other Script) bool {
	for _, name := range other.Macros() {
		if strings.Contains(s.SQL, name+"(") {
			return true
		}
	}
	return false
}

// counted are the tables of what was known before each night, and what sums them up.
var counted = regexp.MustCompile(`\b(facet_night|facet_repository_night|facet_context_night|context_night|session_night|facet_score|baseline\.novelty_pool|baseline\.facet_repository)\b`)

// RestsOnCounted reports whether a baseline reads the nights that were counted, which
// only a test that judges nights can check.
func (s Script) RestsOnCounted() bool { return s.Name != "counted" && counted.MatchString(s.SQL) }

// InOrder puts scripts so that each comes after those whose macros it calls,
// because DuckDB looks them up when a macro is made; else the order stays. In a
// circle, which DuckDB would refuse, the first one goes first.
func InOrder(scripts []Script) []Script {
	before := callsOf(scripts)
	left := make([]int, len(scripts))
	for i := range left {
		left[i] = i
	}
	var done []Script
	for len(left) > 0 {
		next := max(0, slices.IndexFunc(left, func(i int) bool {
			return !slices.ContainsFunc(left, func(k int) bool { return before[i][k] })
		}))
		done = append(done, scripts[left[next]])
		left = slices.Delete(left, next, next+1)
	}
	return done
}

// callsOf tells for each script which of the others make macros that it calls.
func callsOf(scripts []Script) []map[int]bool {
	makers := map[string][]int{}
	for i, s := range scripts {
		for _, name := range s.Macros() {
			makers[name] = append(makers[name], i)
		}
	}
	all := make([]map[int]bool, len(scripts))
	for i, s := range scripts {
		all[i] = map[int]bool{}
		for text := range strings.SplitSeq(s.SQL, "(") {
			// A macro may be called with or without its schema, so that any end of the name counts.
			for at := len(text) - 1; at >= 0 && inName(text[at]); at-- {
				for _, k := range makers[text[at:]] {
					all[i][k] = k != i
				}
			}
		}
	}
	return all
}

// inName tells whether a byte may be in the name of a macro and its schema.
func inName(b byte) bool { return b >= 'a' && b <= 'z' || b == '_' || b == '.' }
