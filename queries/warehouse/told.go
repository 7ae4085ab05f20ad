package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Untold is a finding that a morning may have to tell.
type Untold struct {
	Night                     time.Time
	Identity, Family, Finding string
	// Weight of its evidence, in nats; Detail is what is kept of it, as JSON.
	Weight float64
	Detail string
	// Missed is true for a night that no morning has spoken of, OtherVersion for
	// one that was told by another version of the program.
	Missed, OtherVersion bool
	// Listed is false for one that is spare.
	Listed bool
	// ToldState and ToldWeight are what it was told with; not valid where it was not.
	ToldState  sql.NullString
	ToldWeight sql.NullFloat64
}

// Untold returns the findings of a night and those of the nights before it that no
// morning has told as they are kept now, in the order of the nights.
func (w *Warehouse) Untold(ctx context.Context, night time.Time) ([]Untold, error) {
	var all []Untold
	err := w.each(ctx, func(scan Scan) error {
		var u Untold
		err := scan(&u.Night, &u.Identity, &u.Family, &u.Finding, &u.Weight, &u.Detail, &u.Missed, &u.OtherVersion, &u.ToldState, &u.ToldWeight, &u.Listed)
		u.Night = u.Night.UTC()
		all = append(all, u)
		return err
	}, "FROM finding_untold(?::TIMESTAMP)", night.AddDate(0, 0, 1))
	return all, err
}

// Telling is a finding that a morning is to tell, with the state it has.
type Telling struct {
	Untold
	State string
	// Silent marks it as told although no report shows it.
	Silent bool
}

// BeginTelling assigns findings to a morning, which is named by the night that was
// asked for, together with those whose morning never got its reports. Until
// EndTelling they count as not told: a run that dies between loses nothing.
func (w *Warehouse) BeginTelling(ctx context.Context, morning time.Time, all []Telling) error {
	return w.inTransaction(ctx, func() error {
		for _, t := range all {
			if err := w.assign(ctx, morning, t); err != nil {
				return fmt.Errorf("keeping which findings the morning after %s tells: %w", morning.Format(time.DateOnly), err)
			}
		}
		for _, do := range []string{
			`DELETE FROM told_finding WHERE told_at IS NULL AND $1::DATE IS NOT NULL AND NOT EXISTS (
			 FROM assessment AS a WHERE a.detail IS NOT NULL AND a.night = told_finding.night AND a.identity = told_finding.identity AND a.family = told_finding.family)`,
			"UPDATE told_finding SET morning = $1::DATE WHERE told_at IS NULL AND morning IS NOT NULL AND night <= $1::DATE",
			"UPDATE told_night SET morning = $1::DATE WHERE told_at IS NULL AND night <= $1::DATE",
			`INSERT INTO told_night SELECT night, chain, version, $1::DATE, NULL FROM scored_night
			 WHERE night <= $1::DATE AND night NOT IN (SELECT night FROM told_night)`,
		} {
			if _, err := w.conn.ExecContext(ctx, do, morning); err != nil {
				return fmt.Errorf("keeping what the morning after %s tells: %w", morning.Format(time.DateOnly), err)
			}
		}
		return nil
	})
}

// assign replaces what is kept of one finding's telling.
func (w *Warehouse) assign(ctx context.Context, morning time.Time, t Telling) error {
	if _, err := w.conn.ExecContext(ctx, "DELETE FROM told_finding WHERE night = ?::DATE AND identity = ? AND family = ?", t.Night, t.Identity, t.Family); err != nil {
		return err
	}
	to := sql.NullTime{Time: morning, Valid: !t.Silent}
	_, err := w.conn.ExecContext(ctx, "INSERT INTO told_finding VALUES (?, ?::DATE, ?, ?, ?, ?, ?::DATE, NULL)",
		t.Finding, t.Night, t.Identity, t.Family, t.State, t.Weight, to)
	return err
}

// EndTelling keeps that a morning's reports are written. at is the time of the run.
func (w *Warehouse) EndTelling(ctx context.Context, morning, at time.Time) error {
	return w.inTransaction(ctx, func() error {
		for _, do := range []string{
			"UPDATE told_finding SET told_at = $2 WHERE told_at IS NULL AND (morning = $1::DATE OR morning IS NULL)",
			"UPDATE told_night SET told_at = $2 WHERE told_at IS NULL AND morning = $1::DATE",
			`UPDATE told_night SET chain = s.chain, version = s.version FROM scored_night AS s
			 WHERE s.night = told_night.night AND s.night <= $1::DATE AND $2::TIMESTAMP IS NOT NULL`,
		} {
			if _, err := w.conn.ExecContext(ctx, do, morning, at); err != nil {
				return fmt.Errorf("keeping that the morning after %s was told: %w", morning.Format(time.DateOnly), err)
			}
		}
		return nil
	})
}

// ToldLate calls f with the kept detail of each finding of an earlier night that a
// morning tells, in the order of the nights and of their lists.
func (r *Reader) ToldLate(ctx context.Context, morning time.Time, f func(detail string) error) error {
	return r.details(ctx, f, `SELECT a.detail FROM told_finding AS t JOIN assessment AS a USING (night, identity, family)
		WHERE t.morning = ?::DATE AND t.night < t.morning AND a.detail IS NOT NULL ORDER BY a.night, a.rank`, morning)
}

// CaughtUp returns the nights that a morning was the first to speak of, without the
// one that was asked for, in order.
func (r *Reader) CaughtUp(ctx context.Context, morning time.Time) ([]time.Time, error) {
	var all []time.Time
	err := r.each(ctx, func(scan Scan) error {
		var night time.Time
		err := scan(&night)
		all = append(all, night.UTC())
		return err
	}, "SELECT night FROM told_night WHERE morning = ?::DATE AND night < morning ORDER BY night", morning)
	if err != nil {
		return nil, fmt.Errorf("reading which nights the morning after %s caught up with: %w", morning.Format(time.DateOnly), err)
	}
	return all, nil
}
