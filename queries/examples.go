package queries

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed examples.sql
var examples string

// Example is a worked query.
type Example struct {
	// Title says what it asks, with its number.
	Title string
	// SQL is one statement, with its semicolon.
	SQL string
}

var exampleTitle = regexp.MustCompile(`^-- [0-9]+\. `)

// Examples are the worked queries in their order. They are about the sample
// organisation of `midwatch demo`.
func Examples() []Example {
	var all []Example
	for _, block := range strings.Split(examples, "\n\n") {
		if exampleTitle.MatchString(block) {
			title, statement, _ := strings.Cut(block, "\n")
			all = append(all, Example{strings.TrimPrefix(title, "-- "), strings.TrimSpace(statement)})
		}
	}
	return all
}
