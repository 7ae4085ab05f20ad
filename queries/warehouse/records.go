package warehouse

import (
	"context"
	"fmt"
	"time"

	"midwatch/queries"
)

// Wanted names a record that is looked for in a log.
type Wanted struct {
	EventID    string    `json:"event_id"`
	OccurredAt time.Time `json:"occurred_at"`
}

// RecordsOf names the records behind a subject, by the log or segment that they
// lie in, in a fixed order.
func (r *Reader) RecordsOf(ctx context.Context, kind, subject string, args []Argument, each func(in Landing, w Wanted) error) error {
	q, err := scriptNamed("subject_record")
	if err != nil {
		return err
	}
	if kind == "finding" {
		q.Parts = nil // it is of its nights, whatever the window
	}
	rows, err := r.Ask(ctx, q, append([]Argument{{"kind", kind}, {"subject", subject}}, args...))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var in Landing
		var w Wanted
		if err := rows.Scan(&in.Source, &in.Format, &in.Name, &in.CollectedAt, &w.EventID, &w.OccurredAt); err != nil {
			return fmt.Errorf("reading the records of %s: %w", subject, err)
		}
		if err := each(in, w); err != nil {
			return err
		}
	}
	return rows.Err()
}

// EventsOf are the events of an identity, a person or a credential as the
// database has them, in order. The caller closes the answer.
func (r *Reader) EventsOf(ctx context.Context, subject string, args []Argument) (*Answer, error) {
	q, err := scriptNamed("subject_event")
	if err != nil {
		return nil, err
	}
	return r.Ask(ctx, q, append([]Argument{{"subject", subject}}, args...))
}

// scriptNamed is a macro that no command asks by itself.
func scriptNamed(name string) (Question, error) {
	s, err := queries.Lookup("investigations", name)
	return Question{s.Question()}, err
}
