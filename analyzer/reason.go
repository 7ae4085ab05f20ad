package analyzer

import (
	"fmt"
	"math"
	"strings"
)

// carrying is the weight in nats from which a piece of evidence is worth a
// clause of its own, for or against: a factor of about 1.6.
const carrying = 0.5

// Reason says in one line of plain numbers what carried an assessment: two to
// five pieces, the heaviest first, after the facts where there are any.
func (a Assessment) Reason() string {
	clauses := a.factReasons()
	for _, e := range a.For() {
		clauses = append(clauses, e.Clause())
	}
	if len(clauses) == 0 {
		return "nothing stands out"
	}
	return strings.Join(clauses, "; ")
}

// Clause says one piece of evidence with what was observed and expected; "" for
// pieces that only carry a weight.
func (e Evidence) Clause() string {
	switch e.Name {
	case EvidenceNewRepositories:
		return e.counted(several(e.Observed, "private repository", "private repositories")+" never touched before", "on an active day")
	case EvidenceUnlikelyRepositories:
		return e.unlikely()
	case EvidenceGuardedRepository:
		return fmt.Sprintf("guarded repository%s: %s read it so far without ever writing to it, %s do so at a usual one", e.examples(), several(e.Observed, "person", "people"), number(e.Expected))
	case EvidenceNetwork, EvidenceClient, EvidenceCredential:
		return e.usage()
	case EvidenceClientElsewhere:
		return fmt.Sprintf("client %s from a network it was never used from by anyone", e.Value)
	case EvidenceTwoCountries:
		return fmt.Sprintf("active in two countries within three hours (%s); %s a night is usual for a person here", strings.Join(e.Examples, ", "), number(e.Expected))
	case EvidenceOrdinaryWork:
		if e.Observed < 1 {
			return fmt.Sprintf("no ordinary work came along (%s of such sessions here go on with some)", percent(e.Expected))
		}
		return fmt.Sprintf("ordinary work came along: it went on with %s in use (%s of such sessions here do)", several(e.Observed, "repository", "repositories"), percent(e.Expected))
	case EvidenceCopiedAgain, EvidenceHoarded:
		return e.copied()
	case EvidenceReturnAfterGap:
		return fmt.Sprintf("back after %s without access (95 %% of its gaps are at most %s)", several(e.Observed, "day", "days"), several(e.Bound, "day", "days"))
	case EvidenceWholeNight:
		return e.whole()
	case EvidenceLowAndSlow:
		return e.counted(fmt.Sprintf("%s of the last %d days brought something new", number(e.Observed), e.Days), "")
	}
	return e.remark()
}

// unlikely says how far the new repositories are from the own work: each by itself,
// or, where none is, all of them together.
func (e Evidence) unlikely() string {
	const near = "from what it and the people it works with touch"
	switch {
	case e.Observed >= 1:
		return fmt.Sprintf("%s far %s%s", several(e.Observed, "new repository", "new repositories"), near, e.examples())
	case e.Nats > 0:
		return fmt.Sprintf("no new repository far %s, but all together less likely than chance would have them%s", near, e.examples())
	}
	return fmt.Sprintf("no new repository far %s%s", near, e.examples())
}

// whole says how much of the night is rather others' work.
func (e Evidence) whole() string {
	touched := several(float64(e.Others), "repository", "repositories")
	switch {
	case e.Nats < 0:
		return fmt.Sprintf("it went on with its own work: %s of the %s it touched are its own rather than others'", number(float64(e.Others)-e.Observed), touched)
	case e.Observed < 1:
		return fmt.Sprintf("its own work, but rather what others use of it (%s)", touched)
	}
	are, them := fmt.Sprintf("%s of the %s it touched are", number(e.Observed), touched), "any of them"
	if e.Others == 1 {
		are, them = "the "+touched+" it touched is", "it"
	}
	s := are + " rather others' work than its own" + e.examples()
	if e.Days == 0 {
		return s + fmt.Sprintf("; it never touched %s in its %s", them, days(e.HistoryDays))
	}
	return s + fmt.Sprintf("; it last touched %s %s ago", them, days(e.Days))
}

// copied says what known repositories were copied whole.
func (e Evidence) copied() string {
	from := ""
	if e.Name == EvidenceCopiedAgain {
		from = " from a new network"
	}
	return fmt.Sprintf("%s it had already, copied whole again%s (%s of its nights have such a copy)", several(e.Observed, "repository", "repositories"), from, percent(e.Expected))
}

// several writes a count with its noun.
func several(n float64, one, more string) string {
	if n == 1 {
		return number(n) + " " + one
	}
	return number(n) + " " + more
}

// remark says the pieces that need no numbers of their own.
func (e Evidence) remark() string {
	switch e.Name {
	case EvidenceHourOfDay:
		if e.Nats > 0 {
			return "at hours it seldom works"
		}
		return "at its usual hours"
	case EvidenceUsualHours:
		if e.Nats > 0 {
			return fmt.Sprintf("at hours that are %s times likelier anybody's than its own", number(e.Observed))
		}
		return "at its usual hours"
	case EvidenceAddsUp:
		return fmt.Sprintf("its nights before were already %s times likelier somebody else's than its own", number(e.Observed))
	case EvidenceNothingNew:
		return fmt.Sprintf("nothing new was touched (%s)", several(e.Observed, "known repository", "known repositories"))
	case EvidencePushed:
		return fmt.Sprintf("it pushed %s, which thieves seldom do", several(e.Observed, "time", "times"))
	case EvidenceCarried:
		return "it stood out on nights before with what it has not gone on with"
	case EvidenceLinked:
		return fmt.Sprintf("%s came the same way with something new (%s%s)", several(e.Observed, "other", "others"), e.Value, e.examples())
	}
	return ""
}

// counted says a count, which what has, with its expectation, bound and history.
func (e Evidence) counted(what, when string) string {
	s := fmt.Sprintf("%s (%s expected", what, number(e.Expected))
	if when != "" {
		s += " " + when
	}
	if e.Bound > 0 {
		s += fmt.Sprintf(", 95 %% at most %s", number(e.Bound))
	}
	return s + fmt.Sprintf("; %s of history)", days(e.HistoryDays))
}

// usage says how new a network, client or credential is to the facet.
func (e Evidence) usage() string {
	s := strings.TrimSpace(e.Level + " " + e.Value)
	s += fmt.Sprintf(" (used on %s of its %s", number(e.Observed), days(e.HistoryDays))
	if e.Nats > 0 && e.Expected > 0 {
		s += fmt.Sprintf("; %s of nights are this unusual or more", percent(e.Expected))
	}
	if e.Others > 0 {
		s += "; " + several(float64(e.Others), "other uses it", "others use it")
	}
	return s + ")"
}

func (e Evidence) examples() string {
	if len(e.Examples) == 0 {
		return ""
	}
	return " (" + strings.Join(e.Examples, ", ") + ")"
}

// number writes a count as a person would: whole above ten, else two digits
// that matter.
func number(x float64) string {
	switch {
	case x == math.Trunc(x) && math.Abs(x) < 1e15:
		return fmt.Sprintf("%.0f", x)
	case math.Abs(x) >= 10:
		return fmt.Sprintf("%.0f", x)
	case math.Abs(x) >= 1:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2g", x)
}

func percent(x float64) string {
	if x < 0.001 {
		return "under 0.1 %"
	}
	return number(100*x) + " %"
}

// Describe says a hypothesis in plain words; "" for none.
func Describe(h Hypothesis) string {
	switch h {
	case Thief:
		return "a thief with stolen credentials"
	case Insider:
		return "an insider reading outside their work"
	case Stranger:
		return "somebody else at work on the account"
	case Jewel:
		return "someone after one guarded repository"
	case Hoard:
		return "an insider copying all they have"
	case StolenMachine:
		return "a machine's credential in other hands"
	}
	return string(h)
}

// EvidenceNames is the vocabulary of evidence that reports speak of, in order.
func EvidenceNames() []string {
	var names []string
	for _, n := range []EvidenceName{
		EvidenceNewRepositories, EvidenceUnlikelyRepositories, EvidenceGuardedRepository, EvidenceNetwork, EvidenceClient,
		EvidenceCredential, EvidenceClientElsewhere, EvidenceTwoCountries, EvidenceOrdinaryWork, EvidenceCopiedAgain, EvidenceHourOfDay,
		EvidenceReturnAfterGap, EvidenceLowAndSlow, EvidenceCarried, EvidenceLinked, EvidenceHoarded,
		EvidenceWholeNight, EvidenceUsualHours, EvidenceAddsUp,
	} {
		names = append(names, string(n))
	}
	return names
}
