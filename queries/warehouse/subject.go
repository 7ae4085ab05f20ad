package warehouse

import (
	"context"
	"fmt"
	"strings"
)

// Subject is something that questions are asked about.
type Subject struct {
	// Kind is identity, person, repository, credential or finding.
	Kind string
	// Name in full, as macros take it.
	Name string
}

// Unclear is returned when a text names no subject, or several.
type Unclear struct {
	Text string
	// Kinds that were looked for.
	Kinds []string
	// Several that the text names; when empty it names none, and Nearest are
	// those that look like it.
	Several []Subject
	Nearest []Subject
}

// Error lists what was meant perhaps.
func (u *Unclear) Error() string {
	if len(u.Several) > 0 {
		return fmt.Sprintf("%q names several: %s: name one in full", u.Text, list(u.Several))
	}
	text := fmt.Sprintf("%q was never seen here, which does not say that there was no access", u.Text)
	switch strings.Join(u.Kinds, ",") {
	case "finding":
		text = fmt.Sprintf("there is no finding %q: the column finding_id of findings.csv has their names", u.Text)
	case "person":
		text = fmt.Sprintf("no person is called %q in the roster, which does not say that there was no access", u.Text)
	}
	if len(u.Nearest) > 0 {
		text += "; nearest: " + list(u.Nearest)
	}
	return text
}

// mostNamed is how many subjects are named where a text names several.
const mostNamed = 20

func list(all []Subject) string {
	var names []string
	for _, s := range all {
		names = append(names, fmt.Sprintf("%s %q", s.Kind, s.Name))
	}
	if len(names) > mostNamed {
		names = append(names[:mostNamed], "and more")
	}
	return strings.Join(names, ", ")
}

// shortestPrefix is how much of a credential must be given for the rest to be
// found.
const shortestPrefix = 6

// Resolve finds the one subject of some kinds that a text names: in full, by
// its name alone in either case, or, a credential, by how it begins. It returns
// an *Unclear where there is none or several.
func (r *Reader) Resolve(ctx context.Context, text string, kinds ...string) (Subject, error) {
	for _, where := range []string{
		"name = $1",
		"lower(name) = lower($1) OR lower(alias) = lower($1)",
		fmt.Sprintf("kind = 'credential' AND starts_with(name, $1) AND length($1) >= %d", shortestPrefix),
	} {
		found, err := r.subjects(ctx, "WHERE list_contains(string_split($2, ','), kind) AND ("+where+") GROUP BY kind, name ORDER BY kind, name LIMIT 21",
			text, strings.Join(kinds, ","))
		switch {
		case err != nil:
			return Subject{}, err
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return Subject{}, &Unclear{Text: text, Kinds: kinds, Several: found}
		}
	}
	nearest, err := r.subjects(ctx, `WHERE list_contains(string_split($2, ','), kind) GROUP BY kind, name
		ORDER BY min(least(levenshtein(lower(name), lower($1)), coalesce(levenshtein(lower(alias), lower($1)), 1000))), name LIMIT 3`,
		text, strings.Join(kinds, ","))
	if err != nil {
		return Subject{}, err
	}
	return Subject{}, &Unclear{Text: text, Kinds: kinds, Nearest: nearest}
}

// Complete returns the subjects of some kinds that begin with a text, in full
// or by their name alone, at most fifty.
func (r *Reader) Complete(ctx context.Context, text string, kinds ...string) ([]Subject, error) {
	return r.subjects(ctx, `WHERE list_contains(string_split($2, ','), kind) AND (starts_with(lower(name), lower($1)) OR starts_with(lower(alias), lower($1)))
		GROUP BY kind, name ORDER BY kind, name LIMIT 50`, text, strings.Join(kinds, ","))
}

func (r *Reader) subjects(ctx context.Context, where, text, kinds string) ([]Subject, error) {
	rows, err := r.conn.QueryContext(ctx, "SELECT kind, name FROM investigate.name() "+where, text, kinds)
	if err != nil {
		return nil, fmt.Errorf("looking up a name in %s: %w", r.path, err)
	}
	defer rows.Close()
	var all []Subject
	for rows.Next() {
		var s Subject
		if err := rows.Scan(&s.Kind, &s.Name); err != nil {
			return nil, fmt.Errorf("looking up a name in %s: %w", r.path, err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// OtherIdentities gives the person whom the roster has behind an identity, and
// that person's other identities in order.
func (r *Reader) OtherIdentities(ctx context.Context, identity string) (person string, others []string, err error) {
	err = r.each(ctx, func(scan Scan) error {
		var other string
		err := scan(&person, &other)
		others = append(others, other)
		return err
	}, `SELECT o.person, o.identity FROM baseline.person() AS p JOIN baseline.person() AS o USING (person)
		WHERE p.identity = ? AND o.identity <> p.identity ORDER BY o.identity`, identity)
	if err != nil {
		return "", nil, fmt.Errorf("reading the roster of %s: %w", r.path, err)
	}
	return person, others, nil
}
