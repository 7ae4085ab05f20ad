package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// NightCount is one night in numbers.
type NightCount struct {
	Night time.Time
	// Assessed facets and how many were Listed; not valid where the night was not
	// scored or is not kept.
	Assessed, Listed sql.NullInt64
	// WithNew counts identities with a private repository that was new to them;
	// not valid while the history is shorter than 30 days.
	WithNew sql.NullInt64
	// Repositories that anybody touched.
	Repositories int64
}

// Trend gives the last nights up to and with one, in order.
func (r *Reader) Trend(ctx context.Context, night time.Time, nights int) ([]NightCount, error) {
	var all []NightCount
	err := r.each(ctx, func(scan Scan) error {
		var n NightCount
		err := scan(&n.Night, &n.Assessed, &n.Listed, &n.WithNew, &n.Repositories)
		n.Night = n.Night.UTC()
		all = append(all, n)
		return err
	}, "FROM night_trend(?::TIMESTAMP, nights := ?::INTEGER)", night.AddDate(0, 0, 1), nights)
	if err != nil {
		return nil, fmt.Errorf("counting the nights before %s: %w", night.Format(time.DateOnly), err)
	}
	return all, nil
}

// FindingsBefore calls f for each finding that was listed in some nights before
// one and not on it, those listed last first: how many nights ago that was, and
// the detail kept then.
func (r *Reader) FindingsBefore(ctx context.Context, night time.Time, nights int, f func(nightsAgo int, detail string) error) error {
	err := r.each(ctx, func(scan Scan) error {
		var id, detail string
		var ago int
		if err := scan(&id, &ago, &detail); err != nil {
			return err
		}
		return f(ago, detail)
	}, "FROM finding_before(?::TIMESTAMP, ?::INTEGER)", night.AddDate(0, 0, 1), nights)
	if err != nil {
		return fmt.Errorf("reading the findings before %s: %w", night.Format(time.DateOnly), err)
	}
	return nil
}
