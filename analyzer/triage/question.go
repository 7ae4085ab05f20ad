package triage

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"midwatch/analyzer"
)

// Question is what a person is asked about a finding: was it you?
type Question struct {
	Finding analyzer.Finding
	// To is the person's name, "" where no file says it. Manager is true where the
	// manager is asked about the person.
	To      string
	Manager bool
	// Asker is to be answered where Link is empty. Until is when a link ends.
	Asker, Link string
	Until       time.Time
}

// Subject is the question in one line.
func (q Question) Subject() string {
	return fmt.Sprintf("Was it %s? Access to our source code on %s", q.you(), q.Finding.Assessment.Day.Format("2 January 2006"))
}

// you is who did it, or did not.
func (q Question) you() string {
	if !q.Manager {
		return "you"
	}
	if q.Finding.Around.Person != "" {
		return q.Finding.Around.Person
	}
	return account(q.Finding.Assessment.Identity)
}

// Text is the message in plain words: what was read and when, and two answers. It has
// no score and no suspicion in it. Its parts come from logs: show it only where text
// is made inert.
func (q Question) Text() string {
	a := q.Finding.Assessment
	var b strings.Builder
	hello := "Hello"
	if q.To != "" {
		hello += " " + q.To
	}
	fmt.Fprintf(&b, "%s,\n\nwe look after access to our source code, and want to be sure about one thing.\n\nOn %s%s, the account %s %s%s.\n",
		hello, a.Day.Format("Monday, 2 January 2006"), between(a.Session), account(a.Identity), read(a), from(a.Session))
	for _, r := range a.NewRepositories[:min(repositoriesAsked, len(a.NewRepositories))] {
		fmt.Fprintf(&b, "  - %s\n", r.Repository)
	}
	if left := len(a.NewRepositories) - repositoriesAsked; left > 0 {
		fmt.Fprintf(&b, "  - and %d more\n", left)
	}
	me, it := "me", "you"
	if q.Manager {
		me, it = "them", q.you()
	}
	fmt.Fprintf(&b, "\nWas it %s?\n  Yes, it was %s.\n  No, it was not %s, or I am not sure.\n\n", it, me, me)
	if q.Link != "" {
		fmt.Fprintf(&b, "Please answer here, before %s UTC:\n%s\n", q.Until.UTC().Format("2 January, 15:04"), q.Link)
	} else {
		fmt.Fprintf(&b, "Please tell %s, in person or by phone rather than by mail.\n", q.Asker)
	}
	b.WriteString("Nobody will ask you for a password or a token.\n")
	return b.String()
}

// repositoriesAsked is how many repositories a question names.
const repositoriesAsked = 10

// account is an identity as a person knows it: its name, and the host it is of.
func account(identity string) string {
	host, name, found := strings.Cut(identity, ":")
	if !found {
		return identity
	}
	return name + " (" + host + ")"
}

// between says when, UTC; "" where no session is known.
func between(s analyzer.Session) string {
	if s.First.IsZero() {
		return ""
	}
	first, last := s.First.UTC().Format("15:04"), s.Last.UTC().Format("15:04")
	if first == last {
		return fmt.Sprintf(" at %s UTC", first)
	}
	return fmt.Sprintf(" between %s and %s UTC", first, last)
}

// read says what was done.
func read(a analyzer.Assessment) string {
	switch n := len(a.NewRepositories); {
	case n == 1:
		return "read a private repository that it had never opened before"
	case n > 1:
		return fmt.Sprintf("read %d private repositories that it had never opened before", n)
	case a.Repositories == 1:
		return "used a repository"
	case a.Repositories > 1:
		return fmt.Sprintf("used %d repositories", a.Repositories)
	}
	return "was used"
}

// plainClient is what a client may be called in a question: whoever makes a request
// chooses the name, and could write a message of their own there.
var plainClient = regexp.MustCompile(`^[A-Za-z0-9._/-]{1,40}$`)

// from says where it came from.
func from(s analyzer.Session) string {
	said := ""
	if s.Network != "" {
		said = ", from the network " + s.Network
		if s.Country != "" {
			said += " (" + s.Country + ")"
		}
	}
	if plainClient.MatchString(s.Agent) {
		said += ", with " + s.Agent
	}
	return said
}
