package warehouse

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"midwatch/queries"
)

// Question is one that an investigator asks, as its file's header has it.
type Question struct{ queries.Question }

// Argument is one of a question's, by the name of the macro's parameter. The
// value is text, a time or a whole number.
type Argument struct {
	Name  string
	Value any
}

// Questions are all of them, by number.
func Questions() []Question {
	var all []Question
	for _, q := range queries.Questions() {
		all = append(all, Question{q})
	}
	return all
}

// QuestionNamed returns one question, or an error naming those there are.
func QuestionNamed(name string) (Question, error) {
	var names []string
	for _, q := range Questions() {
		if q.Name == name {
			return q, nil
		}
		names = append(names, q.Name)
	}
	return Question{}, fmt.Errorf("there is no question %q; there are: %s", name, strings.Join(names, ", "))
}

// placeholder is how a value is bound by its kind; the macros' parameters are
// typed and DuckDB does not guess.
func placeholder(v any) string {
	switch v.(type) {
	case time.Time:
		return "?::TIMESTAMP"
	case int:
		return "?::INTEGER"
	}
	return "?::VARCHAR"
}

// Show is the SQL that asks the same in any DuckDB shell, for people to copy;
// this program never runs it.
func (q Question) Show(args []Argument) string {
	var call []string
	for _, a := range args {
		call = append(call, a.Name+" := "+shown(a.Value))
	}
	return "FROM investigate." + q.Name + "(" + strings.Join(call, ", ") + ");"
}

// shown writes a value as a SQL literal. What cannot be printed is written as
// its number, so that a name from a log can do nothing to who reads it.
func shown(v any) string {
	switch x := v.(type) {
	case time.Time:
		return "TIMESTAMP '" + x.UTC().Format("2006-01-02 15:04:05.999999") + "'"
	case int:
		return fmt.Sprint(x)
	}
	var b strings.Builder
	for _, r := range literal(fmt.Sprint(v)) {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "' || chr(%d) || '", r)
		}
	}
	return b.String()
}
