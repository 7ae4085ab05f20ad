package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// LaneDay is what a subject did on a day in one lane: from a network, with a
// client or with a credential.
type LaneDay struct {
	// Kind is network, client or credential; Lane its name.
	Kind, Lane                                       string
	First, Last                                      time.Time
	Operations, Copies, Pushes, Denied, Repositories int64
	// New is the first day of the lane; not valid where the records do not reach
	// back before it.
	New sql.NullBool
}

// ControlMark is a change of rights or settings around a subject.
type ControlMark struct {
	At                         time.Time
	Relation, Action, Identity string
}

// ListedNight is a night on which a subject was a finding.
type ListedNight struct {
	Night              time.Time
	Rank               int
	Finding, Identity  string
	Expected           float64
	Hypothesis, Family string
}

// Lanes are the days of a subject in its lanes, by kind, lane and day.
func (r *Reader) Lanes(ctx context.Context, subject string, since, until time.Time) (all []LaneDay, err error) {
	rows, err := r.call(ctx, "timeline_lane", append([]Argument{{"subject", subject}}, WindowArguments(since, until)...))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d LaneDay
		var day time.Time
		if err := rows.Scan(&d.Kind, &d.Lane, &day, &d.First, &d.Last, &d.Operations, &d.Copies, &d.Pushes, &d.Denied, &d.Repositories, &d.New); err != nil {
			return nil, fmt.Errorf("reading the lanes of a timeline: %w", err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// ControlMarks are the changes by or about a subject and what it touched.
func (r *Reader) ControlMarks(ctx context.Context, subject string, since, until time.Time) (all []ControlMark, err error) {
	err = r.each(ctx, func(scan Scan) error {
		var c ControlMark
		err := scan(&c.At, &c.Relation, &c.Action, &c.Identity)
		all = append(all, c)
		return err
	}, `SELECT occurred_at, relation, native_action, coalesce(identity, '') FROM investigate.context(?::VARCHAR, since := ?::TIMESTAMP, until := ?::TIMESTAMP, hours := 0)
		WHERE relation <> 'elsewhere' ORDER BY ALL LIMIT 500`, subject, since, until)
	if err != nil {
		return nil, fmt.Errorf("reading changes around a subject: %w", err)
	}
	return all, nil
}

// ListedNights are the nights on which a subject was listed, in order.
func (r *Reader) ListedNights(ctx context.Context, subject string, since, until time.Time) (all []ListedNight, err error) {
	err = r.each(ctx, func(scan Scan) error {
		var n ListedNight
		err := scan(&n.Night, &n.Rank, &n.Finding, &n.Identity, &n.Expected, &n.Hypothesis, &n.Family)
		all = append(all, n)
		return err
	}, `SELECT night, rank, finding_id, identity, expected_benign, hypothesis, family FROM finding_listed
		WHERE identity IN (FROM investigate.subject_identity(?::VARCHAR)) AND night >= ?::DATE AND night < ?::TIMESTAMP ORDER BY night, rank`, subject, since, until)
	if err != nil {
		return nil, fmt.Errorf("reading the findings of a subject: %w", err)
	}
	return all, nil
}
