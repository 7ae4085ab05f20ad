package queries

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Mistake is what is wrong in a script's header.
type Mistake struct {
	// File is the script's path under queries.
	File string
	// Line of the key, 1 where the key is missing.
	Line int
	// Key of the header.
	Key string
	// What is wrong with it and what it should be.
	What string
}

// Error names file, line and key.
func (m Mistake) Error() string {
	return fmt.Sprintf("%s:%d: header key %q: %s", m.File, m.Line, m.Key, m.What)
}

// header is what the header of a folder's files must and may say.
type header struct {
	required, optional []string
	check              func(*checking)
}

// headers are the rules by folder. A folder that is not here takes no keys but
// a source.
func headers() map[string]header {
	return map[string]header{
		"signals": {[]string{"severity", "technique", "hypotheses", "quiet on"}, []string{"certain", "needs", "next step"}, checkSignal},
		"investigations": {nil, []string{
			"arguments", "parts", "question", "subject", "needs", "command", "short", "example", "flags", "without until",
		}, checkQuestion},
		"sources": {nil, []string{"records", "recognised by", "rather than", "says", "never says", "reads", "means", "fields", "id"}, checkSource},
	}
}

// checking is one script being checked.
type checking struct {
	Script
	lines    map[string]int
	mistakes []Mistake
}

// Check finds what is wrong in a script's header: a key that there is not, one
// that is missing, a value that means nothing.
func Check(s Script) []Mistake {
	c := &checking{Script: s, lines: map[string]int{}}
	rules := headers()[s.Folder]
	known := append(slices.Concat(rules.required, rules.optional), "source")
	for _, k := range headerLines(s.SQL) {
		switch {
		case !slices.Contains(known, k.key):
			c.lines[k.key] = k.line
			c.wrong(k.key, "there is no such key here; there are: "+strings.Join(known, ", "))
		case c.lines[k.key] > 0:
			c.mistakes = append(c.mistakes, Mistake{c.path(), k.line, k.key, fmt.Sprintf("was said in line %d already", c.lines[k.key])})
		default:
			c.lines[k.key] = k.line
		}
	}
	for _, key := range rules.required {
		c.needs(key)
	}
	for _, key := range known {
		if c.lines[key] > 0 && c.Keys[key] == "" {
			c.wrong(key, "says nothing")
		}
	}
	if rules.check != nil {
		rules.check(c)
	}
	return c.mistakes
}

// CheckAll checks every script of a folder, and what must differ between them.
func CheckAll(folder string) []Mistake {
	scripts := Scripts(folder)
	var all []Mistake
	for _, s := range scripts {
		all = append(all, Check(s)...)
	}
	return append(all, CheckNumbers(scripts)...)
}

// CheckNumbers finds questions that have the number of another.
func CheckNumbers(scripts []Script) []Mistake {
	var all []Mistake
	taken := map[string]string{}
	for _, s := range scripts {
		if s.Keys["question"] == "" {
			continue
		}
		number := s.Question().Number
		if other := taken[number]; other != "" {
			all = append(all, Mistake{s.path(), lineOf(s.SQL, "question"), "question",
				fmt.Sprintf("%s is the number of %s.sql already: take the next one, or add a letter for a part of the same question", number, other)})
		}
		taken[number] = s.Name
	}
	return all
}

func (s Script) path() string { return "queries/" + s.Folder + "/" + s.Name + ".sql" }

func (c *checking) wrong(key, what string) {
	c.mistakes = append(c.mistakes, Mistake{c.path(), max(c.lines[key], 1), key, what})
}

// needs reports a key that is missing.
func (c *checking) needs(key string) {
	if c.lines[key] == 0 {
		c.wrong(key, "is missing")
	}
}

// oneOf reports a value that is none of those there are.
func (c *checking) oneOf(key string, values ...string) {
	if v := c.Keys[key]; v != "" && !slices.Contains(values, v) {
		c.wrong(key, fmt.Sprintf("%q must be one of: %s", v, strings.Join(values, ", ")))
	}
}

// hypotheses are the ways of attack that a signal can speak for.
var hypotheses = [...]string{"thief", "insider", "jewel", "hoard", "machine"}

func checkSignal(c *checking) {
	c.oneOf("severity", "info", "low", "medium", "high", "critical")
	c.oneOf("certain", "yes")
	for _, h := range c.List("hypotheses") {
		if !slices.Contains(hypotheses[:], h) {
			c.wrong("hypotheses", fmt.Sprintf("%q is not a hypothesis; there are: %s", h, strings.Join(hypotheses[:], ", ")))
		}
	}
	if c.Keys["certain"] != "" {
		c.needs("next step")
	}
}

func checkSource(c *checking) {
	if c.Keys["records"] == "" {
		c.wrong("records", "say records: json or records: text")
	}
	if c.lines["recognised by"] == 0 {
		c.wrong("recognised by", "is missing: say what its lines look like, as queries/sources/README.md has it")
	}
	c.oneOf("records", "json", "text")
	c.oneOf("reads", "whole", "together")
	c.oneOf("means", "requests")
	if !strings.Contains(c.SQL, "\nWITH ") {
		c.wrong("records", "the statement below the header must begin with WITH")
	}
}

// asked is a question with its number: "Q4a What else came with that client?".
var asked = regexp.MustCompile(`^Q[1-9][0-9]*[a-z]? \S.*\?$`)

// checkQuestion holds a question to what its command is made from. A file
// without a question is a part that others call.
func checkQuestion(c *checking) {
	if c.lines["question"] == 0 {
		for _, key := range []string{"subject", "command", "short", "example", "flags", "without until"} {
			if c.lines[key] > 0 {
				c.wrong(key, "says nothing without the key question")
			}
		}
		return
	}
	for _, key := range []string{"command", "short", "example", "arguments"} {
		c.needs(key)
	}
	if !asked.MatchString(c.Keys["question"]) {
		c.wrong("question", fmt.Sprintf("%q must be a number and a question, such as: Q1 Who touched X since T?", c.Keys["question"]))
	}
	q := c.Question()
	for _, kind := range q.Subjects {
		if !slices.Contains(SubjectKinds[:], kind) {
			c.wrong("subject", fmt.Sprintf("%q is not a kind of subject; there are: %s", kind, strings.Join(SubjectKinds[:], ", ")))
		}
	}
	takes := strings.Contains(strings.Join(c.Signatures(), " "), "subject VARCHAR")
	if takes != (q.Subject != "") {
		c.wrong("subject", "the macro takes a subject, or the header names one: both or neither")
	}
	if takes != strings.Contains(strings.TrimPrefix(q.Command, "investigate "), " ") {
		c.wrong("command", "names its argument in capitals exactly where the macro takes a subject")
	}
	if q.Example != q.Command && !strings.HasPrefix(q.Example+" ", firstWords(q.Command)+" ") {
		c.wrong("example", fmt.Sprintf("must begin with %q", firstWords(q.Command)))
	}
	for _, f := range q.Flags {
		if _, ok := c.preset(f.Name); !ok || f.Says == "" {
			c.wrong("flags", fmt.Sprintf("--%s: say \"--NAME what it is\"; the macro must have the parameter NAME INTEGER with a default", f.Name))
		}
	}
}

// firstWords is a command without its argument.
func firstWords(command string) string {
	var words []string
	for _, w := range strings.Fields(command) {
		if w != strings.ToUpper(w) {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// keyLine looks like a key of a header; a comment that only mentions "word: "
// begins with a capital or stands below the keys.
var keyLine = regexp.MustCompile(`^-- ([A-Za-z]+(?: [a-z]+){0,2}):(?: |$)`)

type lineKey struct {
	key  string
	line int
}

// headerLines are the lines that are keys: in the first paragraph below the
// summary what looks like one, elsewhere in the header those that are one.
func headerLines(text string) []lineKey {
	var all []lineKey
	blanks, prose := 0, false
	for i, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "--") {
			break
		}
		m := keyLine.FindStringSubmatch(line)
		switch {
		case strings.TrimSpace(line) == "--":
			blanks++
		case i == 0:
		case m != nil && (isHeaderKey(m[1]) || blanks == 1 && !prose && m[1][0] >= 'a'):
			all = append(all, lineKey{strings.ToLower(m[1]), i + 1})
		case !strings.HasPrefix(line, "--    "):
			prose = true
		}
	}
	return all
}

// lineOf is the line of a key, 1 where it is missing.
func lineOf(text, key string) int {
	for _, k := range headerLines(text) {
		if k.key == key {
			return k.line
		}
	}
	return 1
}
