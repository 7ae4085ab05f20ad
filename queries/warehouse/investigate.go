package warehouse

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"midwatch/queries"
)

// Question is one that an investigator asks: a table macro in the schema
// investigate.
type Question struct {
	// Name of the macro, and of the command that asks it.
	Name string
	// Asked is the question in words, with its number in THREATS 1.5.
	Asked string
	// Subject is what it is asked about: "identity", "identity or person",
	// "repository", or "" for none.
	Subject string
	// Summary is what the answer shows.
	Summary string
	// Needs names what it rests on beside the events: tables that a file fills.
	Needs []string
	// Parts names the two arguments that an answer can be asked for in parts of
	// the window by, in order; none where it is asked as a whole.
	Parts []string
	// SQL is the macro's text.
	SQL string
}

// Argument is one of a question's, by the name of the macro's parameter. The
// value is text, a time or a whole number.
type Argument struct {
	Name  string
	Value any
}

// Questions are all of them, by name.
func Questions() []Question {
	var all []Question
	for _, s := range queries.Scripts("investigations") {
		if s.Keys["question"] != "" {
			all = append(all, questionOf(s))
		}
	}
	return all
}

func questionOf(s queries.Script) Question {
	return Question{s.Name, s.Keys["question"], s.Keys["subject"], s.Summary, s.List("needs"), s.List("parts"), s.SQL}
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
