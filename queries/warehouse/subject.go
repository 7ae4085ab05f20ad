package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Subject is something that questions are asked about.
type Subject struct {
	// Kind is one of queries.SubjectKinds.
	Kind string
	// Name in full, as macros take it.
	Name string
}

// Unclear is returned when a text names no subject, or several.
type Unclear struct {
	Text string
	// Kinds that were looked for.
	Kinds []string
	// Problem says why, and what was meant perhaps; names from logs in it do
	// nothing to who reads them.
	Problem string
}

// Error is the problem in words.
func (u *Unclear) Error() string { return u.Problem }

// Resolve finds the one subject of some kinds that a text names. The rule is
// a macro of investigations/subject_named.sql, which every question asks too. It
// returns an *Unclear where there is none or several.
func (r *Reader) Resolve(ctx context.Context, text string, kinds ...string) (Subject, error) {
	var kind, name, problem sql.NullString
	rule, args := "subject_meant(?::VARCHAR, ?::VARCHAR)", []any{text, strings.Join(kinds, ",")}
	switch args[1] {
	case "network", "client", "app": // compared with, and no names that are looked up together with others
		rule, args = fmt.Sprint(args[1], "_meant(?::VARCHAR)"), args[:1]
	}
	err := r.conn.QueryRowContext(ctx, "FROM investigate."+rule, args...).Scan(&kind, &name, &problem)
	switch {
	case err != nil && strings.Contains(err.Error(), "Catalog Error"):
		return Subject{}, fmt.Errorf("%s was published by an older midwatch: run `midwatch nightly`, which publishes it anew: %w", r.path, err)
	case err != nil:
		return Subject{}, fmt.Errorf("looking up a name in %s: %w", r.path, err)
	case problem.Valid:
		return Subject{}, &Unclear{Text: text, Kinds: kinds, Problem: problem.String}
	}
	return Subject{Kind: kind.String, Name: name.String}, nil
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
