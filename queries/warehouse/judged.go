package warehouse

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"
)

// Judged is what the analyzer made of a night, as far as later nights rest on it.
type Judged struct {
	Night time.Time
	// Chain names the days and constants that it rests on.
	Chain string
	// Register is what findings are open, as JSON.
	Register string
	// Dark is true where most records are missing; Unseen names the forges whose
	// records are, by comma.
	Dark     bool
	Unseen   string
	Scores   []FacetScore
	Links    []LinkKey
	Openness []Openness
	Evidence []EvidenceRow
}

// FacetScore is what was made of a facet's night; its fields are the columns of the
// table facet_score.
type FacetScore struct {
	Facet                                    int
	Machine                                  bool
	Raw, Expected, Trust, OpenTrust, NewNats float64
	// Levels are -1 where they say nothing.
	Network, Client, Credential int
	Travelled, TravelledRented  bool
	WorkSessions, WorkWorking   int
	NewWorkSessions             int
	NewWorkWorking              int
	Reported, Listed            Report
	Suspicion                   float64
}

// Report says when a facet was reported last, and its weight then; the zero Night is
// never.
type Report struct {
	Night time.Time
	Nats  float64
}

// LinkKey is a network, block or client by which a session can be linked to others.
type LinkKey struct {
	Facet          int
	Through, Value string
	Nats           float64
	Follows        bool
}

// Openness is how often people came new to a repository so far, against how often
// they were expected to.
type Openness struct {
	Repository   int     `db:"repository_id"`
	Seen         float64 `db:"seen"`
	Expected     float64 `db:"expected"`
	NearSeen     float64 `db:"near_seen"`
	NearExpected float64 `db:"near_expected"`
}

// EvidenceRow is one piece of what was weighed for a facet on a night; its fields are
// the columns of the table evidence_fact.
type EvidenceRow struct {
	Facet                     int
	Hypothesis, Piece         string
	Observed, Expected, Bound float64
	HistoryNights             int
	Nats                      float64
	Level, Value, Reason      string
}

// SaveJudged appends what was made of a night.
func (w *Warehouse) SaveJudged(j Judged) error {
	night := j.Night
	if err := w.append("judged_night", func(row func(...driver.Value) error) error {
		return row(night, j.Chain, j.Register, j.Dark, j.Unseen)
	}); err != nil {
		return err
	}
	if err := w.append("facet_score", func(row func(...driver.Value) error) error {
		for _, s := range j.Scores {
			err := row(night, int32(s.Facet), s.Machine, s.Raw, s.Expected, s.Trust, s.OpenTrust, s.NewNats, level(s.Network), level(s.Client), level(s.Credential),
				s.Travelled, s.TravelledRented, int32(s.WorkSessions), int32(s.WorkWorking), int32(s.NewWorkSessions), int32(s.NewWorkWorking),
				dateOrNil(s.Reported.Night), s.Reported.Nats, dateOrNil(s.Listed.Night), s.Listed.Nats, s.Suspicion)
			if err != nil {
				return fmt.Errorf("keeping the night of %s: %w", night.Format(time.DateOnly), err)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := w.append("link_night", func(row func(...driver.Value) error) error {
		for _, l := range j.Links {
			if err := row(night, int32(l.Facet), l.Through, l.Value, l.Nats, l.Follows); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := w.append("evidence_fact", func(row func(...driver.Value) error) error {
		for _, e := range j.Evidence {
			err := row(night, int32(e.Facet), e.Hypothesis, e.Piece, e.Observed, e.Expected, e.Bound, int32(e.HistoryNights), e.Nats, e.Level, e.Value, e.Reason)
			if err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return w.append("repository_openness", func(row func(...driver.Value) error) error {
		for _, o := range j.Openness {
			if err := row(night, int32(o.Repository), o.Seen, o.Expected, o.NearSeen, o.NearExpected); err != nil {
				return err
			}
		}
		return nil
	})
}

// level is a level as it is stored, NULL below 0.
func level(n int) driver.Value {
	if n < 0 {
		return nil
	}
	return int8(n)
}

// dateOrNil is a date as it is stored, NULL where it is zero.
func dateOrNil(t time.Time) driver.Value {
	if t.IsZero() {
		return nil
	}
	return t
}

// ThinRegisters keeps the register of open findings for the nights of the last two
// weeks before one and for the first of each month.
func (w *Warehouse) ThinRegisters(ctx context.Context, night time.Time) error {
	_, err := w.conn.ExecContext(ctx, "UPDATE judged_night SET register = '' WHERE night < ?::DATE - 14 AND day(night) <> 1 AND register <> ''", night)
	if err != nil {
		return fmt.Errorf("thinning what was kept of findings: %w", err)
	}
	return nil
}
