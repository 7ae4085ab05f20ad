package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Coverage is what could be seen of a night.
type Coverage struct {
	Night   time.Time
	Sources []SourceCoverage
	// Gaps that lie in the night, in words.
	Gaps []string
	// Quarantined counts records without a meaning, of any night.
	Quarantined int64
}

// SourceCoverage is what one source gave of a night.
type SourceCoverage struct {
	Source, Format string
	Records        int64
	// Usual is what the source gives on such a day; not valid without a rhythm.
	Usual sql.NullFloat64
	// BlindHours gave less than a fifth of what they usually give.
	BlindHours int
	// WithAddress and WithCredential count records that have these fields.
	WithAddress, WithCredential int64
}

// Coverage says what could be seen of a night (the UTC day that begins then).
func (w *Warehouse) Coverage(ctx context.Context, night time.Time) (Coverage, error) {
	c := Coverage{Night: night}
	err := w.each(ctx, func(scan Scan) error {
		var s SourceCoverage
		err := scan(&s.Source, &s.Format, &s.Records, &s.Usual, &s.BlindHours, &s.WithAddress, &s.WithCredential)
		c.Sources = append(c.Sources, s)
		return err
	}, "FROM source_coverage(?::DATE)", night)
	if err != nil {
		return c, err
	}
	c.Gaps, err = w.column(ctx,
		`SELECT source.name || ' from ' || strftime(from_at, '%Y-%m-%d %H:%M') || ' to ' || strftime(until_at, '%Y-%m-%d %H:%M') || ': ' || reason
		 FROM gap JOIN source USING (source_id) WHERE from_at < ?::DATE + INTERVAL 1 DAY AND until_at > ?::DATE ORDER BY ALL`, night, night)
	if err != nil {
		return c, err
	}
	if err := w.conn.QueryRowContext(ctx, "SELECT count(*) FROM quarantine").Scan(&c.Quarantined); err != nil {
		return c, fmt.Errorf("counting the quarantine: %w", err)
	}
	return c, nil
}

// Blind says what could not be seen of the night; empty when all was.
func (c Coverage) Blind() []string {
	var reasons []string
	day := c.Night.Format(time.DateOnly)
	if c.total() == 0 {
		reasons = append(reasons, fmt.Sprintf("no source gave a record of %s: an empty list says nothing; check the sources with `midwatch doctor`", day))
	}
	for _, s := range c.Sources {
		switch {
		case s.Records == 0 && c.total() > 0 && s.Usual.Valid && s.Usual.Float64 > 0:
			reasons = append(reasons, fmt.Sprintf("source %s gave nothing of %s; %.0f records are usual", s.Source, day, s.Usual.Float64))
		case s.BlindHours > 0:
			reasons = append(reasons, fmt.Sprintf("source %s gave less than a fifth of what is usual in %d hours of %s", s.Source, s.BlindHours, day))
		}
	}
	for _, g := range c.Gaps {
		reasons = append(reasons, "gap: source "+g)
	}
	return reasons
}

func (c Coverage) total() int64 {
	var n int64
	for _, s := range c.Sources {
		n += s.Records
	}
	return n
}

// neverLogged says by format what a host does not record at all.
var neverLogged = map[string]string{
	"github": "GitHub's git events never show page views, nor what was done in the browser or by API",
}

// Sentence is the coverage in one sentence, which every report carries.
func (c Coverage) Sentence() string {
	var parts []string
	for _, s := range c.Sources {
		p := fmt.Sprintf("%s gave %d records", s.Source, s.Records)
		if s.Records > 0 && s.WithAddress*2 < s.Records {
			p += ", most without an address"
		}
		if s.Records > 0 && s.WithCredential*2 < s.Records {
			p += ", most without a credential"
		}
		parts = append(parts, p)
	}
	if blind := c.Blind(); len(blind) > 0 {
		parts = append(parts, "NOT SEEN: "+strings.Join(blind, "; "))
	} else {
		parts = append(parts, "no gap known")
	}
	if c.Quarantined > 0 {
		parts = append(parts, fmt.Sprintf("%d records in quarantine", c.Quarantined))
	}
	said := map[string]bool{}
	for _, s := range c.Sources {
		if never := neverLogged[s.Format]; never != "" && !said[never] {
			said[never] = true
			parts = append(parts, never)
		}
	}
	return fmt.Sprintf("Coverage of %s UTC: %s", c.Night.Format(time.DateOnly), strings.Join(parts, "; "))
}
