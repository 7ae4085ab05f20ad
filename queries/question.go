package queries

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Question is one that an investigator asks: a table macro in the schema
// investigate and the command that asks it. All of it comes from the header of
// its file in investigations/.
type Question struct {
	// Name of the macro and of its file.
	Name string
	// Number is the question's number, such as Q4, or Q4a where several questions
	// are parts of one.
	Number string
	// Asked is the question in words, with its number.
	Asked string
	// Subject says in words what it is asked about, "" for nothing.
	Subject string
	// Subjects are the kinds of subject that Subject names (see SubjectKinds).
	Subjects []string
	// Command asks it: "investigate who REPOSITORY".
	Command string
	// Short is the command's line in a list of commands.
	Short string
	// Example is a call of the command, without the program's name.
	Example string
	// Flags are the command's own beside the window and the format.
	Flags []Flag
	// Windowed is false where the question takes no --since and --until.
	Windowed bool
	// OpenEnd is what to know where no --until was given, "" where that changes
	// nothing.
	OpenEnd string
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

// Flag is a whole number that a question takes, by the macro's parameter.
type Flag struct {
	// Name of the flag and of the parameter.
	Name string
	// Preset is the parameter's default in the macro.
	Preset int
	// Says is the flag's line of help.
	Says string
}

// SubjectKinds are what a question can be asked about. The first five are looked
// up in the database, the others are values to compare with.
var SubjectKinds = [...]string{"identity", "person", "credential", "repository", "finding", "network", "client", "app"}

// Questions are all of them in the order of their numbers.
func Questions() []Question {
	var all []Question
	for _, s := range Scripts("investigations") {
		if s.Keys["question"] != "" {
			all = append(all, s.Question())
		}
	}
	slices.SortFunc(all, func(a, b Question) int { return CompareNumbers(a.Number, b.Number) })
	return all
}

// Question reads a question from the header; Check says what is wrong
// with one.
func (s Script) Question() Question {
	number, _, _ := strings.Cut(s.Keys["question"], " ")
	q := Question{
		Name: s.Name, Number: number, Asked: s.Keys["question"], Subject: s.Keys["subject"], Subjects: kinds(s.Keys["subject"]),
		Command: s.Keys["command"], Short: s.Keys["short"], Example: s.Keys["example"],
		OpenEnd: s.Keys["without until"], Summary: s.Summary, Needs: s.List("needs"), Parts: s.List("parts"), SQL: s.SQL,
		Windowed: strings.Contains(strings.Join(s.Signatures(), " "), "until TIMESTAMP"),
	}
	for _, one := range strings.Split(s.Keys["flags"], ";") {
		name, says, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(one), "--"), " ")
		if name != "" {
			preset, _ := s.preset(name)
			q.Flags = append(q.Flags, Flag{Name: name, Preset: preset, Says: strings.TrimSpace(says)})
		}
	}
	return q
}

// kinds are the kinds in "identity, person or credential".
func kinds(subject string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(subject, " or ", ","), func(r rune) bool { return r == ',' || r == ' ' })
}

// preset is the default of a parameter that is a whole number.
func (s Script) preset(parameter string) (int, bool) {
	m := regexp.MustCompile(`\b` + regexp.QuoteMeta(parameter) + ` INTEGER := ([0-9]+)`).FindStringSubmatch(strings.Join(s.Signatures(), " "))
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

// CompareNumbers orders the numbers of questions: Q2, Q2a, Q10.
func CompareNumbers(a, b string) int {
	whole := func(text string) (int, string) {
		digits := strings.TrimRight(strings.TrimPrefix(text, "Q"), "abcdefghijklmnopqrstuvwxyz")
		n, _ := strconv.Atoi(digits)
		return n, text
	}
	na, ta := whole(a)
	nb, tb := whole(b)
	return cmp.Or(cmp.Compare(na, nb), cmp.Compare(ta, tb))
}
