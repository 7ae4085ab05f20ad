package synthetic

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Options describe an organisation and what befalls it.
type Options struct {
	// Seed picks the organisation: another seed, other people and other dates.
	Seed uint64
	// Org is the organisation's login: letters, digits and inner hyphens.
	Org string
	// From is the first day, at midnight UTC; Days how many there are, 1 to 3,650.
	From time.Time
	Days int
	// EvalFrom is how many days at the start are free of attacks, so that there
	// is something to learn from.
	EvalFrom int
	// People and Repositories, at least 40 and at most 100,000 each.
	People, Repositories int
	// EventsPerDay is the mean number of records of a weekday. Machines that
	// poll make up what people and builds leave of it; when people would leave
	// nothing they work less.
	EventsPerDay int
	// Attacks names what is planted, see Attacks(); a name may stand there more
	// than once. Nil is one of each, an empty slice none.
	Attacks []string
	// LookAlikes adds benign events made to look like attacks: hackathon, team
	// move, on-call night, CI fleet move, scanner onboarding. Joiners, new
	// laptops and trips happen, and are listed, either way.
	LookAlikes bool
}

// Default is a sample organisation. It has 75 days because an account that was
// used on the first of them must then lie still for 60 before it wakes.
func Default() Options {
	return Options{
		Seed: 1, Org: "northwind-labs",
		From: time.Date(2026, time.August, 31, 0, 0, 0, 0, time.UTC), Days: 75, EvalFrom: 25,
		People: 120, Repositories: 160, EventsPerDay: 3000,
		LookAlikes: true,
	}
}

// orgLogin is GitHub's rule for an organisation's login.
var orgLogin = regexp.MustCompile(`^[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}$`)

// Validate says what cannot be made of the options, and what could be.
func (o Options) Validate() error {
	if !orgLogin.MatchString(o.Org) {
		return fmt.Errorf("synthetic organisation %q: use 1 to 39 letters, digits and inner hyphens", o.Org)
	}
	if o.From.IsZero() || !o.From.UTC().Truncate(24*time.Hour).Equal(o.From) {
		return fmt.Errorf("synthetic organisation from %s: give a day at midnight UTC", o.From.Format(time.RFC3339))
	}
	for _, b := range []struct {
		name        string
		got, lo, hi int
	}{
		{"days", o.Days, 1, 3650},
		{"warm-up days", o.EvalFrom, 0, o.Days - 1},
		{"people", o.People, 40, 100_000},
		{"repositories", o.Repositories, 40, 100_000},
		{"events a day", o.EventsPerDay, 1, 50_000_000},
	} {
		if b.got < b.lo || b.got > b.hi {
			return fmt.Errorf("synthetic organisation with %d %s: give %d to %d", b.got, b.name, b.lo, b.hi)
		}
	}
	return o.validateAttacks()
}

func (o Options) validateAttacks() error {
	names := o.attackNames()
	for _, n := range names {
		if _, ok := attackNamed(n); !ok {
			return fmt.Errorf("synthetic attack %q is unknown: choose among %s", n, strings.Join(allAttackNames(), ", "))
		}
	}
	if len(names) > 0 && o.Days < o.EvalFrom+minAttackDays {
		return fmt.Errorf("synthetic organisation of %d days with attacks: give at least %d (the warm-up and %d more), or no attacks",
			o.Days, o.EvalFrom+minAttackDays, minAttackDays)
	}
	return nil
}

// minAttackDays is how many days after the warm-up the attacks need.
const minAttackDays = 10

func (o Options) attackNames() []string {
	if o.Attacks == nil {
		return allAttackNames()
	}
	return o.Attacks
}

func (o Options) day(d int) time.Time { return o.From.UTC().AddDate(0, 0, d) }
