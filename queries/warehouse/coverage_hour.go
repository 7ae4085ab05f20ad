package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// SourceHour is what one source gave in an hour of a night.
type SourceHour struct {
	Source, Format string
	// At is when the hour begins, UTC.
	At      time.Time
	Records int64
	// Usual is the median of the same hour of the week; not valid without a
	// rhythm.
	Usual sql.NullFloat64
	// Blind is true where less than a fifth of that came.
	Blind                       bool
	WithAddress, WithCredential int64
}

// SourceHours says what each source gave in each hour of a night.
func (w *Warehouse) SourceHours(ctx context.Context, night time.Time) ([]SourceHour, error) {
	var all []SourceHour
	err := w.each(ctx, func(scan Scan) error {
		var h SourceHour
		err := scan(&h.Source, &h.Format, &h.At, &h.Records, &h.Usual, &h.Blind, &h.WithAddress, &h.WithCredential)
		h.At = h.At.UTC()
		all = append(all, h)
		return err
	}, `SELECT source, format, hour_at, records, usual_records, is_blind, with_address, with_credential
		FROM source_hour_coverage(?::DATE)`, night)
	if err != nil {
		return nil, fmt.Errorf("reading what each hour gave: %w", err)
	}
	return all, nil
}

// Unseen is what of a night was not there to be scored.
type Unseen struct {
	// Forges whose records are missing for most of the day, by the first word of
	// their identities ("github"), in order.
	Forges []string
	// Dark is true where less than half of what all sources give is there.
	Dark bool
}

// blindHalf is how many blind hours make a day that says nothing of who was
// idle: half of it.
const blindHalf = 12

// Unseen tells a night that was not seen from a quiet one.
func (w *Warehouse) Unseen(ctx context.Context, night time.Time) (Unseen, error) {
	c, err := w.Coverage(ctx, night)
	if err != nil {
		return Unseen{}, err
	}
	var u Unseen
	var usual float64
	for _, s := range c.Sources {
		usual += s.Usual.Float64
		if !s.Blind && s.BlindHours < blindHalf {
			continue
		}
		forges, err := w.forgesOf(ctx, s.Source, night)
		if err != nil {
			return u, err
		}
		u.Forges = append(u.Forges, forges...)
	}
	slices.Sort(u.Forges)
	u.Forges = slices.Compact(u.Forges)
	u.Dark = len(u.Forges) > 0 && float64(c.Records()) < usual/2
	return u, nil
}

// forgesOf are those that a source had on the last day before a night on which it
// gave anything.
func (w *Warehouse) forgesOf(ctx context.Context, source string, night time.Time) ([]string, error) {
	var last sql.NullTime
	err := w.conn.QueryRowContext(ctx, `SELECT max(h.hour_at) FROM source_hour AS h JOIN source AS s USING (source_id)
		WHERE s.name = ? AND h.hour_at < ?::TIMESTAMP`, source, night).Scan(&last)
	if err != nil || !last.Valid {
		return nil, err
	}
	day := last.Time.UTC().Truncate(24 * time.Hour)
	forges, err := w.column(ctx, `SELECT DISTINCT split_part(identity, ':', 1) AS forge FROM event
		WHERE occurred_at >= ?::TIMESTAMP AND occurred_at < ?::TIMESTAMP AND source = ? ORDER BY forge`, day, day.AddDate(0, 0, 1), source)
	if err != nil {
		return nil, fmt.Errorf("reading whose records %s has: %w", source, err)
	}
	return forges, nil
}

// each is the warehouse's, on the reader's connection.
func (r *Reader) each(ctx context.Context, row func(Scan) error, query string, args ...any) error {
	w := Warehouse{path: r.path, conn: r.conn}
	return w.each(ctx, row, query, args...)
}
