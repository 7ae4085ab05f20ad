package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Answer is the rows of a question, in its order. What may be millions of
// records is asked for a part of the window at a time, so that it takes the
// memory of one.
type Answer struct {
	*sql.Rows
	rest []span
	ask  func(span) (*sql.Rows, error)
	err  error
}

// span is a part of a window: from, and before.
type span struct{ begins, ends time.Time }

// Ask runs a question. Values are bound, never written into SQL; the names of
// macro and parameters come from this program alone. The caller closes the answer.
func (r *Reader) Ask(ctx context.Context, q Question, args []Argument) (*Answer, error) {
	parts, err := r.parts(ctx, q, args)
	if err != nil {
		return nil, err
	}
	if len(parts) < 2 {
		rows, err := r.call(ctx, q.Name, args)
		return &Answer{Rows: rows}, err
	}
	a := &Answer{rest: parts, ask: func(s span) (*sql.Rows, error) {
		return r.call(ctx, q.Name, replaced(args, Argument{q.Parts[0], s.begins}, Argument{q.Parts[1], s.ends}))
	}}
	return a, a.next()
}

// next asks for the next part.
func (a *Answer) next() error {
	rows, err := a.ask(a.rest[0])
	if err != nil {
		return err
	}
	a.Rows, a.rest = rows, a.rest[1:]
	return nil
}

// Next is as in sql.Rows.
func (a *Answer) Next() bool {
	for a.err == nil {
		if a.Rows.Next() {
			return true
		}
		if a.Rows.Err() != nil || len(a.rest) == 0 {
			return false
		}
		a.err = errors.Join(a.Rows.Close(), a.next())
	}
	return false
}

// Close ends the part that is being read. It is not left to sql.Rows: a deferred
// Close would end the first part, which is over by then.
func (a *Answer) Close() error { return a.Rows.Close() }

// Err is as in sql.Rows.
func (a *Answer) Err() error { return errors.Join(a.err, a.Rows.Err()) }

// replaced is arguments with some put in place of those of the same name, or
// behind them.
func replaced(args []Argument, by ...Argument) []Argument {
	all := make([]Argument, 0, len(args)+len(by))
	for _, a := range args {
		if a.Name != by[0].Name && a.Name != by[1].Name {
			all = append(all, a)
		}
	}
	return append(all, by...)
}

// parts are the spans that an answer is asked in, by what a subject did in each;
// none where it is asked as a whole.
func (r *Reader) parts(ctx context.Context, q Question, args []Argument) ([]span, error) {
	if len(q.Parts) == 0 {
		return nil, nil
	}
	var about []Argument
	for _, a := range args {
		switch a.Name {
		case "subject", "since", "until":
			about = append(about, a)
		}
	}
	if r.most > 0 {
		about = append(about, Argument{"most", r.most})
	}
	rows, err := r.call(ctx, "subject_part", about)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []span
	for rows.Next() {
		var s span
		if err := rows.Scan(&s.begins, &s.ends); err != nil {
			return nil, fmt.Errorf("reading what a subject did by day: %w", err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// call is one call of a macro of the schema investigate.
func (r *Reader) call(ctx context.Context, macro string, args []Argument) (*sql.Rows, error) {
	var call []string
	var values []any
	for _, a := range args {
		call = append(call, a.Name+" := "+placeholder(a.Value))
		values = append(values, a.Value)
	}
	rows, err := r.conn.QueryContext(ctx, "FROM investigate."+macro+"("+strings.Join(call, ", ")+")", values...)
	if err != nil && strings.Contains(err.Error(), "Catalog Error") {
		return nil, fmt.Errorf("%s was published by an older midwatch that did not know the question %s: run `midwatch nightly`, which publishes it anew: %w", r.path, macro, err)
	}
	if err != nil {
		return nil, fmt.Errorf("asking %s of %s: %w", macro, r.path, err)
	}
	return rows, nil
}
