package analyzer

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// carrying is the weight in nats from which a piece of evidence is worth a
// clause of its own, for or against: a factor of about 1.6.
const carrying = 0.5

// Reason says in a few sentences of plain numbers why an assessment stands out:
// the facts where there are any, then at most five pieces, the heaviest first.
func (a Assessment) Reason() string {
	clauses := a.factReasons()
	for _, e := range a.For() {
		clauses = append(clauses, e.Clause())
	}
	if len(clauses) == 0 {
		return "Nothing stands out."
	}
	return strings.Join(clauses, " ")
}

// Clause says one piece of evidence in a sentence, with what was observed and what
// is usual; "" for pieces that only have a weight.
func (e Evidence) Clause() string {
	switch e.Name {
	case EvidenceNewRepositories:
		return fmt.Sprintf("Read %s it had never opened before; on a working day it opens %s%s.",
			several(e.Observed, "private repository", "private repositories"), number(e.Expected), e.usualRange())
	case EvidenceUnlikelyRepositories:
		return e.unlikely()
	case EvidenceGuardedRepository:
		readers := "nobody has read"
		if e.Observed > 0 {
			readers = "only " + several(e.Observed, "person has read", "people have read")
		}
		return fmt.Sprintf("Opened %s, which %s so far without ever writing to it; a typical private repository has %s.",
			e.named("a closely held repository"), readers, several(rounder(e.Expected), "such reader", "such readers"))
	case EvidenceNetwork:
		return e.network()
	case EvidenceClient:
		return e.client()
	case EvidenceCredential:
		return e.credential()
	case EvidenceClientElsewhere:
		return fmt.Sprintf("Nobody has used the client %s from this network before.", e.Value)
	case EvidenceTwoCountries:
		return e.travel()
	case EvidenceOrdinaryWork:
		if e.Observed < 1 {
			return fmt.Sprintf("Did none of its usual work; %s of comparable sessions here do.", percent(e.Expected))
		}
		return fmt.Sprintf("Did its usual work too, in %s; %s of comparable sessions here do.", several(e.Observed, "repository", "repositories"), percent(e.Expected))
	case EvidenceCopiedAgain, EvidenceHoarded:
		return e.copied()
	case EvidenceReturnAfterGap:
		return fmt.Sprintf("Back after %s without access; 95 %% of its breaks last at most %s.", several(e.Observed, "day", "days"), several(e.Bound, "day", "days"))
	case EvidenceWholeNight:
		return e.whole()
	case EvidenceLowAndSlow:
		return fmt.Sprintf("Opened something new on %s of the last %d days; %s%s.",
			number(e.Observed), e.Days, several(e.Expected, "such day is usual", "such days are usual"), e.usualRange())
	}
	return e.remark()
}

// usualRange says up to where a count is usual, and on how much history that rests.
func (e Evidence) usualRange() string {
	if e.Bound > 0 {
		return fmt.Sprintf(", rarely more than %s (%s of history)", number(e.Bound), days(e.HistoryDays))
	}
	return fmt.Sprintf(" (%s of history)", days(e.HistoryDays))
}

// unlikely says how far the new repositories are from the own work: each by itself,
// or, where none is, all of them together.
func (e Evidence) unlikely() string {
	switch {
	case e.Observed >= 1:
		return fmt.Sprintf("%s far from its own work and from that of its colleagues%s.", several(e.Observed, "of the new repositories is", "of the new repositories are"), e.examples())
	case e.Nats > 0:
		return fmt.Sprintf("No new repository is far from its work by itself, but chance would rarely bring them together%s.", e.examples())
	}
	return fmt.Sprintf("The new repositories are close to its own work and to that of its colleagues%s.", e.examples())
}

// network says where a session came from. A new country is named, with those it came
// from before.
func (e Evidence) network() string {
	from := e.Value
	if e.System != "" {
		from += " (AS" + strings.TrimPrefix(e.System, "AS") + ")"
	}
	switch e.Level {
	case NewCountry.String():
		return e.newCountry(from)
	case NewSystem.String():
		return fmt.Sprintf("First time from the network %s, and from its provider; %s.", from, e.howUnusual())
	case SharedNetwork.String(), KnownSystem.String(), KnownBlock.String():
		return fmt.Sprintf("First time from the network %s; %s.", from, e.howUnusual())
	}
	if e.Nats > 0 {
		return fmt.Sprintf("Came from the network %s, which it used on only %s of its %s.", from, number(e.Observed), days(e.HistoryDays))
	}
	return fmt.Sprintf("Came from the network %s, which it used on %s of its %s.", from, number(e.Observed), days(e.HistoryDays))
}

// newCountry names a new country and the ones before it.
func (e Evidence) newCountry(from string) string {
	if e.Country == "" {
		return fmt.Sprintf("First time from the network %s, and from its country; %s.", from, e.howUnusual())
	}
	switch len(e.Usual) {
	case 0:
		return fmt.Sprintf("First time from %s (network %s); %s.", country(e.Country), from, e.howUnusual())
	case 1:
		return fmt.Sprintf("First time from %s (network %s); %s.", country(e.Country), from, e.allFrom())
	}
	var before []string
	for _, u := range e.Usual {
		before = append(before, fmt.Sprintf("%s on %s", country(u.Country), days(u.Days)))
	}
	return fmt.Sprintf("First time from %s (network %s); before, it came from %s.", country(e.Country), from, strings.Join(before, ", "))
}

// allFrom says that all days before were from one country.
func (e Evidence) allFrom() string {
	u := e.Usual[0]
	if u.Days == 1 {
		return "its 1 day before was from " + country(u.Country)
	}
	return fmt.Sprintf("its last %s were all from %s", days(u.Days), country(u.Country))
}

// client says what program was used.
func (e Evidence) client() string {
	switch {
	case e.Observed > 0 && e.Nats > 0:
		return fmt.Sprintf("Used the client %s, which it used on only %s of its %s.", e.Value, number(e.Observed), days(e.HistoryDays))
	case e.Observed > 0:
		return fmt.Sprintf("Used the client %s, as on %s of its %s.", e.Value, number(e.Observed), days(e.HistoryDays))
	case e.Level == UpgradedClient.String():
		return fmt.Sprintf("First use of the client %s, a newer version of one it uses; %s.", e.Value, e.howUnusual())
	}
	return fmt.Sprintf("First use of the client %s; %s.", e.Value, e.howUnusual())
}

// credential says what it signed in with: the kind, and a hash cut short.
func (e Evidence) credential() string {
	what := CredentialWords(e.Kind, e.Value)
	switch {
	case e.Level == NewCredentialType.String():
		return fmt.Sprintf("First use of the %s, and of a credential of this kind; %s.", what, e.howUnusual())
	case e.Observed > 0 && e.Nats > 0:
		return fmt.Sprintf("Used the %s, which it used on only %s of its %s; %s.", what, number(e.Observed), days(e.HistoryDays), e.howUnusual())
	case e.Observed > 0:
		return fmt.Sprintf("Used the %s, as on %s of its %s.", what, number(e.Observed), days(e.HistoryDays))
	}
	return fmt.Sprintf("First use of the %s; %s.", what, e.howUnusual())
}

// howUnusual says how often a night is as unusual in this respect, over which history,
// and who else is.
func (e Evidence) howUnusual() string {
	s := fmt.Sprintf("in %s of history", days(e.HistoryDays))
	if e.Expected > 0 {
		s = fmt.Sprintf("%s of nights here are this unusual (%s of history)", percent(e.Expected), days(e.HistoryDays))
	}
	if e.Others > 0 {
		s += "; " + several(float64(e.Others), "other account uses it", "other accounts use it")
	}
	return s
}

// travel names the two countries, where they are known.
func (e Evidence) travel() string {
	where := "in two countries"
	if len(e.Examples) == 2 {
		where = "in " + country(e.Examples[0]) + " and in " + country(e.Examples[1])
	}
	return fmt.Sprintf("Active %s within three hours; people here are on %s of their nights.", where, percent(e.Expected))
}

// whole says how much of the night is rather others' work.
func (e Evidence) whole() string {
	touched := several(float64(e.Others), "repository", "repositories")
	switch {
	case e.Nats < 0:
		return fmt.Sprintf("Kept to its own work: %s of the %s it opened are its own rather than others'.", number(float64(e.Others)-e.Observed), touched)
	case e.Observed < 1:
		return fmt.Sprintf("Opened its own repositories, but those that others use most (%s).", touched) + e.alike()
	}
	are, them := fmt.Sprintf("%s of the %s it opened are", number(e.Observed), touched), "any of them"
	if e.Others == 1 {
		are, them = "The only repository it opened is", "it"
	}
	s := are + " others' work rather than its own" + e.examples()
	if e.Days == 0 {
		s += fmt.Sprintf("; it had never opened %s (%s of history).", them, days(e.HistoryDays))
	} else {
		s += fmt.Sprintf("; it last opened %s %s ago.", them, days(e.Days))
	}
	return s + e.alike()
}

// alike says whose work it looks like, where that is one person's.
func (e Evidence) alike() string {
	if e.Value == "" {
		return ""
	}
	return fmt.Sprintf(" It looks like the work of %s.", e.Value)
}

// copied says what known repositories were copied whole.
func (e Evidence) copied() string {
	from := ""
	if e.Name == EvidenceCopiedAgain {
		from = " from a new network"
	}
	return fmt.Sprintf("Made full copies of %s it already had%s; it does so on %s of its nights.", several(e.Observed, "repository", "repositories"), from, percent(e.Expected))
}

// several writes a count with its noun.
func several(n float64, one, more string) string {
	if n == 1 {
		return number(n) + " " + one
	}
	return number(n) + " " + more
}

// rounder is a count of people as a person would say it: whole from ten on.
func rounder(n float64) float64 {
	if n >= 10 {
		return math.Round(n)
	}
	return n
}

// remark says the pieces that need no numbers of their own.
func (e Evidence) remark() string {
	switch e.Name {
	case EvidenceHourOfDay:
		if e.Nats > 0 {
			return "Active at hours when it seldom is."
		}
		return "Active at its usual hours."
	case EvidenceUsualHours:
		if e.Nats > 0 {
			return fmt.Sprintf("Active at hours that are %s times as likely for anybody here as for it.", number(e.Observed))
		}
		return "Active at its usual hours."
	case EvidenceAddsUp:
		return fmt.Sprintf("Its earlier nights together were already %s times as likely to be somebody else's work as its own.", number(e.Observed))
	case EvidenceNothingNew:
		return fmt.Sprintf("Opened nothing new, only %s it knows.", several(e.Observed, "repository", "repositories"))
	case EvidencePushed:
		return fmt.Sprintf("Pushed %s, which thieves seldom do.", several(e.Observed, "time", "times"))
	case EvidenceCarried:
		return "Already unusual on earlier nights, in repositories it has not returned to."
	case EvidenceLinked:
		return fmt.Sprintf("%s opened something new %s%s.", several(e.Observed, "other account", "other accounts"), e.through(), e.examples())
	}
	return ""
}

// through says what others have in common with it.
func (e Evidence) through() string {
	switch Through(e.Kind) {
	case SharedByNetwork:
		return "from the same network, " + e.Value
	case SharedByBlock:
		return "from the same address block, " + e.Value
	case SharedByClient:
		return "with the same client, " + e.Value
	}
	return "in the same way, by " + e.Value
}

func (e Evidence) examples() string {
	if len(e.Examples) == 0 {
		return ""
	}
	return " (" + strings.Join(e.Examples, ", ") + ")"
}

// named is the first example, or other words where there is none.
func (e Evidence) named(other string) string {
	if len(e.Examples) == 0 {
		return other
	}
	return e.Examples[0]
}

// country is the name of a country by its two-letter code, in English; what is no
// code is given as it is.
func country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 2 {
		return code
	}
	return display.English.Regions().Name(region)
}

// shownOfHash is how much of a credential's hash or id a person is shown: enough to
// find it again, and to tell it from others.
const shownOfHash = 10

// CredentialWords writes a credential as its kind and the first characters of its hash
// or id.
func CredentialWords(kind, id string) string {
	switch {
	case kind == "":
		kind = "credential"
	case len(kind) > 1 && unicode.IsLower(rune(kind[1])): // not SSH or OAuth
		kind = strings.ToLower(kind[:1]) + kind[1:]
	}
	if id == "" {
		return kind
	}
	if r := []rune(id); len(r) > shownOfHash+2 {
		id = string(r[:shownOfHash]) + "…"
	}
	return kind + " " + id
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
		return "somebody else working on the account"
	case Jewel:
		return "someone after one closely held repository"
	case Hoard:
		return "an insider copying everything they can read"
	case StolenMachine:
		return "somebody else using a machine's credential"
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
