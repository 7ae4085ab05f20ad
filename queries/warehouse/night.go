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

// SavedState is what scoring had learnt by the end of a night.
type SavedState struct {
	Night time.Time
	// Chain says which days it was learnt from.
	Chain string
	State []byte
}

// States returns the nights that have a saved state, newest first, without the
// state itself.
func (w *Warehouse) States(ctx context.Context) ([]SavedState, error) {
	var all []SavedState
	err := w.each(ctx, func(scan Scan) error {
		var s SavedState
		err := scan(&s.Night, &s.Chain)
		all = append(all, s)
		return err
	}, "SELECT night, chain FROM learnt_state ORDER BY night DESC")
	return all, err
}

// State reads the state saved for a night.
func (w *Warehouse) State(ctx context.Context, night time.Time) ([]byte, error) {
	var b []byte
	err := w.conn.QueryRowContext(ctx, "SELECT state FROM learnt_state WHERE night = ?::DATE", night).Scan(&b)
	if err != nil {
		return nil, fmt.Errorf("reading what was learnt by %s: %w", night.Format(time.DateOnly), err)
	}
	return b, nil
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

// SaveNights replaces what is kept of the nights from the first one on with
// these, and the state with the one given, in one transaction. States older
// than two weeks are thinned to one a month.
func (w *Warehouse) SaveNights(ctx context.Context, nights []ScoredNight, s SavedState) error {
	if len(nights) == 0 {
		return nil
	}
	return w.inTransaction(ctx, func() error {
		for _, table := range []string{"assessment", "scored_night", "learnt_state"} {
			del := "DELETE FROM " + table + " WHERE night >= ?::DATE"
			if _, err := w.conn.ExecContext(ctx, del, nights[0].Night); err != nil {
				return fmt.Errorf("clearing %s: %w", table, err)
			}
		}
		if err := w.saveFacets(nights); err != nil {
			return err
		}
		for _, n := range nights {
			if err := w.saveNight(ctx, n); err != nil {
				return fmt.Errorf("keeping the night of %s: %w", n.Night.Format(time.DateOnly), err)
			}
		}
		return w.saveState(ctx, s)
	})
}

// saveFacets writes all facets at once: a statement a row takes so much memory,
// until the transaction ends, that some months of nights do not fit.
func (w *Warehouse) saveFacets(nights []ScoredNight) error {
	return w.append("assessment", func(row func(...driver.Value) error) error {
		for _, n := range nights {
			for _, f := range n.Facets {
				err := row(n.Night, int32(f.Rank), f.Identity, f.Name, f.Family, f.Score, f.Raw, f.Expected, f.Listed, f.Hypothesis,
					orNil(f.Finding), orNil(f.Detail))
				if err != nil {
					return fmt.Errorf("keeping the night of %s: %w", n.Night.Format(time.DateOnly), err)
				}
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

func (w *Warehouse) saveState(ctx context.Context, s SavedState) error {
	if _, err := w.conn.ExecContext(ctx, "INSERT INTO learnt_state VALUES (?, ?, ?)", s.Night, s.Chain, s.State); err != nil {
		return fmt.Errorf("keeping what was learnt: %w", err)
	}
	_, err := w.conn.ExecContext(ctx,
		"DELETE FROM learnt_state WHERE night < ?::DATE - 14 AND day(night) <> 1", s.Night)
	if err != nil {
		return fmt.Errorf("thinning what was learnt: %w", err)
	}
	return nil
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
