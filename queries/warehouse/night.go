package warehouse

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// Scan reads one row's columns, in their order, as sql.Rows.Scan does.
type Scan func(columns ...any) error

// NightAccess calls row for each access of a night (the UTC day that begins at
// night), with the columns of the macro night_access in their order.
func (w *Warehouse) NightAccess(ctx context.Context, night time.Time, row func(Scan) error) error {
	if night.IsZero() {
		return errors.New("a night to be read needs a date")
	}
	return w.each(ctx, row, "FROM night_access(?::DATE)", night)
}

// each runs a query and calls row for each of its rows.
func (w *Warehouse) each(ctx context.Context, row func(Scan) error, query string, args ...any) error {
	rows, err := w.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("reading %s: %w", w.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return fmt.Errorf("reading a row of %s: %w", w.path, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading %s: %w", w.path, err)
	}
	return nil
}

// DayDigest is a UTC day that has accesses, with a digest of them that changes
// when, and only when, they do.
type DayDigest struct {
	Day    time.Time
	Digest string
}

// Days returns the days that have accesses, in order. It fails while there are
// days whose roll-ups are not made.
func (w *Warehouse) Days(ctx context.Context) ([]DayDigest, error) {
	var stale int
	if err := w.conn.QueryRowContext(ctx, "SELECT count(*) FROM stale_day").Scan(&stale); err != nil {
		return nil, fmt.Errorf("reading which days changed: %w", err)
	}
	if stale > 0 {
		return nil, fmt.Errorf("%d days of %s are not rolled up: roll up first", stale, w.path)
	}
	var days []DayDigest
	err := w.each(ctx, func(scan Scan) error {
		var d DayDigest
		err := scan(&d.Day, &d.Digest)
		days = append(days, d)
		return err
	}, "SELECT day, digest FROM rolled_day ORDER BY day")
	return days, err
}

// NetworksDigest names the networks table that addresses are described by.
func (w *Warehouse) NetworksDigest(ctx context.Context) (string, error) {
	return w.installed(ctx, "networks")
}

// Scored is one facet of one night as it is kept for reports.
type Scored struct {
	Rank                        int
	Identity, Name, Family      string
	Score, Raw, Expected        float64
	Listed                      bool
	Hypothesis, Finding, Detail string
}

// ScoredNight is a night that was scored.
type ScoredNight struct {
	Night time.Time
	// Chain says from which days, Version by which program.
	Chain, Version string
	// ListExpected and ListRows are the bounds it was listed by.
	ListExpected float64
	ListRows     int
	Facets       []Scored
}

// ForgetScored takes the nights from one to another out of what is kept for reports.
func (w *Warehouse) ForgetScored(ctx context.Context, from, to time.Time) error {
	for _, table := range []string{"assessment", "scored_night"} {
		if _, err := w.conn.ExecContext(ctx, "DELETE FROM "+table+" WHERE night >= ?::DATE AND night <= ?::DATE", from, to); err != nil {
			return fmt.Errorf("clearing %s: %w", table, err)
		}
	}
	return nil
}

// SaveScored keeps a night for reports.
func (w *Warehouse) SaveScored(ctx context.Context, n ScoredNight) error {
	if err := w.saveFacets(n); err != nil {
		return err
	}
	if err := w.saveNight(ctx, n); err != nil {
		return fmt.Errorf("keeping the night of %s: %w", n.Night.Format(time.DateOnly), err)
	}
	return nil
}

// saveFacets writes all facets of a night at once.
func (w *Warehouse) saveFacets(n ScoredNight) error {
	return w.append("assessment", func(row func(...driver.Value) error) error {
		for _, f := range n.Facets {
			err := row(n.Night, int32(f.Rank), f.Identity, f.Name, f.Family, f.Score, f.Raw, f.Expected, f.Listed, f.Hypothesis,
				orNil(f.Finding), orNil(f.Detail))
			if err != nil {
				return fmt.Errorf("keeping the night of %s: %w", n.Night.Format(time.DateOnly), err)
			}
		}
		return nil
	})
}

func (w *Warehouse) saveNight(ctx context.Context, n ScoredNight) error {
	listed := 0
	for _, f := range n.Facets {
		if f.Listed {
			listed++
		}
	}
	_, err := w.conn.ExecContext(ctx, "INSERT INTO scored_night VALUES (?, ?, ?, ?, ?, ?, ?)",
		n.Night, n.Chain, n.Version, len(n.Facets), listed, n.ListExpected, n.ListRows)
	return err
}

// ScoredNights returns the nights that are kept, in order, with the chain each
// was scored from.
func (w *Warehouse) ScoredNights(ctx context.Context) ([]ScoredNight, error) {
	var all []ScoredNight
	err := w.each(ctx, func(scan Scan) error {
		var n ScoredNight
		err := scan(&n.Night, &n.Chain, &n.Version)
		all = append(all, n)
		return err
	}, "SELECT night, chain, version FROM scored_night ORDER BY night")
	return all, err
}
