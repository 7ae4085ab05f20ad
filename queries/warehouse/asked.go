package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Asked is a question to a person about a finding, as it is kept.
type Asked struct {
	ID, Finding string
	Night       time.Time
	Identity    string
	// Of whom it was asked, and whether that is the person or the manager.
	Of, Role string
	By       string
	At       time.Time
	// SentBy is the channel, "" where it was printed.
	SentBy string
	// Answer is yes or no; not valid while there is none.
	Answer, AnsweredBy sql.NullString
	AnsweredAt         sql.NullTime
	Note               sql.NullString
}

// SaveAsked keeps a question.
func (w *Warehouse) SaveAsked(ctx context.Context, a Asked) error {
	_, err := w.conn.ExecContext(ctx, "INSERT INTO asked VALUES (?, ?, ?::DATE, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL)",
		a.ID, a.Finding, a.Night, a.Identity, a.Of, a.Role, a.By, a.At, a.SentBy)
	if err != nil {
		return fmt.Errorf("keeping the question about %s: %w", a.Finding, err)
	}
	return nil
}

// AnswerAsked keeps the answer to a question, yes or no, and returns whether the
// question is known and had no other answer. The same answer at the same time is
// taken again.
func (w *Warehouse) AnswerAsked(ctx context.Context, id, answer, by, note string, at time.Time) (bool, error) {
	done, err := w.conn.ExecContext(ctx, `UPDATE asked SET answer = $2, answered_by = $3, note = $4, answered_at = $5::TIMESTAMP
		WHERE question_id = $1 AND (answer IS NULL OR answer = $2 AND answered_at = $5::TIMESTAMP)`, id, answer, by, note, at)
	if err != nil {
		return false, fmt.Errorf("keeping the answer to %s: %w", id, err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// AskedQuestions returns the questions that were ever asked, the oldest first. A
// snapshot of an older version has none.
func (r *Reader) AskedQuestions(ctx context.Context) ([]Asked, error) {
	known := false
	err := r.each(ctx, func(scan Scan) error { return scan(&known) }, "SELECT count(*) > 0 FROM duckdb_tables() WHERE table_name = 'asked'")
	if err != nil || !known {
		return nil, err
	}
	var all []Asked
	err = r.each(ctx, func(scan Scan) error {
		var a Asked
		err := scan(&a.ID, &a.Finding, &a.Night, &a.Identity, &a.Of, &a.Role, &a.By, &a.At, &a.SentBy, &a.Answer, &a.AnsweredBy, &a.AnsweredAt, &a.Note)
		a.Night = a.Night.UTC()
		all = append(all, a)
		return err
	}, "FROM asked ORDER BY asked_at, question_id")
	if err != nil {
		return nil, fmt.Errorf("reading what was asked: %w", err)
	}
	return all, nil
}
