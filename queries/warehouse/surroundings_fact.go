package warehouse

import (
	"context"
	"fmt"
	"time"

	"midwatch/queries"
)

// Fact is a row of a signal that is certain: it needs no statistics.
type Fact struct {
	// Identity, Name and Family are the facet that it is about.
	Identity, Name, Family string
	// Reason says in numbers what was seen.
	Reason string
	// Signal is the script that saw it, with what its header says.
	Signal queries.Script
}

// Facts gives what the certain signals (header key "certain") see of the night
// that begins at a UTC midnight, in order of their names. A signal whose tables
// (header key "needs") are empty sees nothing and is not asked.
func (w *Warehouse) Facts(ctx context.Context, night time.Time) ([]Fact, error) {
	var all []Fact
	for _, s := range queries.Scripts("signals") {
		if s.Keys["certain"] != "yes" {
			continue
		}
		some, err := w.hasRows(ctx, s.Keys["needs"])
		if err != nil {
			return nil, fmt.Errorf("signal %s: %w", s.Name, err)
		}
		if !some {
			continue
		}
		err = w.each(ctx, func(scan Scan) error {
			f := Fact{Signal: s}
			err := scan(&f.Identity, &f.Name, &f.Family, &f.Reason)
			all = append(all, f)
			return err
		}, "SELECT identity, identity_name, family, reason FROM signal."+s.Name+"(?::TIMESTAMP)", night.AddDate(0, 0, 1))
		if err != nil {
			return nil, fmt.Errorf("signal %s: %w", s.Name, err)
		}
	}
	return all, nil
}

// hasRows says whether a table has any; "" always has. The name comes from the
// header of a script of this binary.
func (w *Warehouse) hasRows(ctx context.Context, table string) (bool, error) {
	if table == "" {
		return true, nil
	}
	var some bool
	err := w.conn.QueryRowContext(ctx, "SELECT EXISTS (FROM "+table+")").Scan(&some)
	return some, err
}

// SurroundingsDigest names what the certain signals rest on beside the events:
// the files about persons, repositories and credentials.
func (w *Warehouse) SurroundingsDigest(ctx context.Context) (string, error) {
	var text string
	err := w.conn.QueryRowContext(ctx, `SELECT coalesce(string_agg(name || ':' || digest, ' ' ORDER BY name), '')
		FROM installed WHERE name IN ('roster', 'repositories', 'credentials')`).Scan(&text)
	if err != nil {
		return "", fmt.Errorf("reading what is known around accesses: %w", err)
	}
	var others string
	err = w.conn.QueryRowContext(ctx, `SELECT coalesce(string_agg(credential || dead_at, ' ' ORDER BY credential, dead_at), '')
		FROM credential_fact WHERE source <> 'credentials file' AND dead_at IS NOT NULL`).Scan(&others)
	if err != nil {
		return "", fmt.Errorf("reading what is known around accesses: %w", err)
	}
	if text == "" && others == "" {
		return "", nil
	}
	return digest(text + "|" + others), nil
}

// Surroundings is what is known around a facet of a night.
type Surroundings struct {
	Identity, Family      string
	Person, Team, Manager string
	// OtherIdentities are those of the same person.
	OtherIdentities []string
	// Sensitive are the repositories it touched that matter.
	Sensitive []string
	// OpenSecrets counts open alerts in what it touched, Changes control-plane
	// changes in the day before.
	OpenSecrets, Changes int64
	// NewToTeam counts repositories new to its whole team; nil where no team is
	// known.
	NewToTeam *int64
}

// Surroundings gives what is known around the facets of some identities on a
// night; nothing where no file says anything.
func (w *Warehouse) Surroundings(ctx context.Context, night time.Time, identities []string) ([]Surroundings, error) {
	known := false
	for _, table := range []string{"roster_entry", "repository_fact", "secret_alert", "control_event"} {
		some, err := w.hasRows(ctx, table)
		if err != nil {
			return nil, fmt.Errorf("reading what is known around accesses: %w", err)
		}
		known = known || some
	}
	if !known || len(identities) == 0 {
		return nil, nil
	}
	var all []Surroundings
	err := w.each(ctx, func(scan Scan) error {
		var s Surroundings
		var others, sensitive []any
		err := scan(&s.Identity, &s.Family, &s.Person, &s.Team, &s.Manager, textList{&others}, textList{&sensitive}, &s.OpenSecrets, &s.NewToTeam, &s.Changes)
		s.OtherIdentities, s.Sensitive = words(others), words(sensitive)
		all = append(all, s)
		return err
	}, "FROM finding_surroundings(?::TIMESTAMP, ?::VARCHAR[])", night.AddDate(0, 0, 1), identities)
	return all, err
}

// CountryDays is a country and on how many days somebody came from it.
type CountryDays struct {
	Country string
	Days    int64
}

// CountriesBefore gives the countries that an identity came from with a family of
// access types in the days before a night, the most used first.
func (w *Warehouse) CountriesBefore(ctx context.Context, night time.Time, identity, family string) ([]CountryDays, error) {
	var all []CountryDays
	err := w.each(ctx, func(scan Scan) error {
		var c CountryDays
		err := scan(&c.Country, &c.Days)
		all = append(all, c)
		return err
	}, "SELECT country, days FROM country_before(?::TIMESTAMP, ?::VARCHAR, ?::VARCHAR)", night.AddDate(0, 0, 1), identity, family)
	if err != nil {
		return nil, fmt.Errorf("reading the countries that %s came from: %w", identity, err)
	}
	return all, nil
}

// textList takes a column of lists.
type textList struct{ into *[]any }

// Scan is for database/sql.
func (l textList) Scan(v any) error {
	got, ok := v.([]any)
	if !ok && v != nil {
		return fmt.Errorf("%T is no list", v)
	}
	*l.into = got
	return nil
}

func words(values []any) []string {
	var all []string
	for _, v := range values {
		all = append(all, fmt.Sprint(v))
	}
	return all
}
