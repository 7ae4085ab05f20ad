package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"midwatch/queries"
)

// Coverage is what could be seen of a night.
type Coverage struct {
	Night   time.Time
	Sources []SourceCoverage
	// Gaps that lie in the night, in words, and their times.
	Gaps     []string
	GapSpans []GapSpan
	// Unread says which sources the newest run could not read whole since the
	// night, and why, and which of its sources never gave a record.
	Unread []string
	// Quarantined counts records without a meaning, of any night.
	Quarantined int64
}

// GapSpan is when a source gave nothing although it may have had something.
type GapSpan struct{ From, Until time.Time }

// SourceCoverage is what one source gave of a night.
type SourceCoverage struct {
	Source, Format string
	Records        int64
	// Usual is what the source gives on such a day; not valid without a rhythm.
	Usual sql.NullFloat64
	// Blind is true where the whole day is far below that.
	Blind bool
	// BlindHours gave less than a fifth of what they usually give.
	BlindHours int
	// WithAddress and WithCredential count records that have these fields;
	// UsualAddress and UsualCredential are the shares that had them in the eight
	// weeks before, not valid without a record then.
	WithAddress, WithCredential   int64
	UsualAddress, UsualCredential sql.NullFloat64
}

// Coverage says what could be seen of a night (the UTC day that begins then), with
// what the newest run could not read.
func (w *Warehouse) Coverage(ctx context.Context, night time.Time) (Coverage, error) {
	r := w.Reader()
	c, err := r.Coverage(ctx, night)
	if err != nil {
		return c, err
	}
	c.Unread, err = r.texts(ctx, `SELECT 'source ' || source || ': ' || reason FROM source_reading
		 WHERE failed_at > ?::DATE AND (whole_at IS NULL OR whole_at < ?::DATE + INTERVAL 1 DAY) ORDER BY ALL`, night, night)
	if err != nil {
		return c, fmt.Errorf("reading which sources could be read: %w", err)
	}
	mute, err := r.texts(ctx, neverGave)
	if err != nil {
		return c, fmt.Errorf("reading which sources never gave a record: %w", err)
	}
	c.Unread = append(c.Unread, mute...)
	return c, nil
}

// neverGave names the sources of the newest run that were read whole and never
// gave a record, of an access or of a change of who may do what: nothing says
// that they would.
const neverGave = "SELECT 'source ' || r.source || ' never gave a record: look with `midwatch doctor`, or take it out of the configuration if nothing is to come of it'" + `
	FROM source_reading AS r
	WHERE r.reason IS NULL AND r.whole_at = (SELECT max(coalesce(failed_at, whole_at)) FROM source_reading)
		AND r.source NOT IN (SELECT s.name FROM source_hour JOIN source AS s USING (source_id))
		AND r.source NOT IN (SELECT s.name FROM control_event JOIN landing USING (landing_id) JOIN source AS s USING (source_id))
	ORDER BY ALL`

// Coverage says what could be seen of a night (the UTC day that begins then), by
// what was loaded: Unread is left empty.
func (r *Reader) Coverage(ctx context.Context, night time.Time) (Coverage, error) {
	c := Coverage{Night: night}
	err := r.each(ctx, func(scan Scan) error {
		var s SourceCoverage
		err := scan(&s.Source, &s.Format, &s.Records, &s.Usual, &s.BlindHours, &s.WithAddress, &s.WithCredential,
			&s.Blind, &s.UsualAddress, &s.UsualCredential)
		c.Sources = append(c.Sources, s)
		return err
	}, "FROM source_coverage(?::DATE)", night)
	if err != nil {
		return c, fmt.Errorf("reading what could be seen: %w", err)
	}
	// One gap that is found again each night only grows: it is told once.
	err = r.each(ctx, func(scan Scan) error {
		var text string
		var span GapSpan
		err := scan(&text, &span.From, &span.Until)
		c.Gaps, c.GapSpans = append(c.Gaps, text), append(c.GapSpans, span)
		return err
	}, `SELECT source.name || ' from ' || strftime(from_at, '%Y-%m-%d %H:%M') || ' to ' || strftime(max(until_at), '%Y-%m-%d %H:%M') || ': ' || reason, from_at, max(until_at)
		 FROM gap JOIN source USING (source_id) WHERE from_at < ?::DATE + INTERVAL 1 DAY AND until_at > ?::DATE
		 GROUP BY source.name, from_at, reason ORDER BY ALL`, night, night)
	if err != nil {
		return c, fmt.Errorf("reading the gaps: %w", err)
	}
	if err := r.conn.QueryRowContext(ctx, "SELECT count(*) FROM quarantine").Scan(&c.Quarantined); err != nil {
		return c, fmt.Errorf("counting the quarantine: %w", err)
	}
	return c, nil
}

// texts are the rows of a query that has one column.
func (r *Reader) texts(ctx context.Context, query string, args ...any) (all []string, err error) {
	err = r.each(ctx, func(scan Scan) error {
		var text string
		err := scan(&text)
		all = append(all, text)
		return err
	}, query, args...)
	return all, err
}

// Blind says what could not be seen of the night; empty when all was.
func (c Coverage) Blind() []string {
	var reasons []string
	day := c.Night.Format(time.DateOnly)
	if c.Records() == 0 {
		reasons = append(reasons, fmt.Sprintf("no source gave a record of %s: an empty list says nothing; check the sources with `midwatch doctor`", day))
	}
	for _, s := range c.Sources {
		if c.Records() > 0 {
			reasons = append(reasons, s.blind(day)...)
		}
	}
	for _, g := range c.Gaps {
		reasons = append(reasons, "gap: source "+g)
	}
	return append(reasons, c.Unread...)
}

// blind says what one source did not give of a day.
func (s SourceCoverage) blind(day string) []string {
	var reasons []string
	switch {
	case s.Blind && s.Records == 0:
		reasons = append(reasons, fmt.Sprintf("source %s gave nothing of %s; about %.0f records are usual: look at it with `midwatch doctor`", s.Source, day, s.Usual.Float64))
	case s.Blind:
		reasons = append(reasons, fmt.Sprintf("source %s gave %d records of %s, less than a fifth of the usual %.0f: look at it with `midwatch doctor`", s.Source, s.Records, day, s.Usual.Float64))
	case s.BlindHours > 0:
		reasons = append(reasons, fmt.Sprintf("source %s gave less than a fifth of what is usual in %d hours of %s", s.Source, s.BlindHours, day))
	}
	for _, f := range s.fields() {
		if f.lost(s.Records) {
			reasons = append(reasons, fmt.Sprintf("source %s: %d of %d records of %s have %s, %.0f %% usually have: %s", s.Source, f.with, s.Records, day, f.name, 100*f.usual.Float64, f.fix))
		}
	}
	return reasons
}

// Records counts what all sources gave of the night.
func (c Coverage) Records() int64 {
	var n int64
	for _, s := range c.Sources {
		n += s.Records
	}
	return n
}

// neverSays is what a host does not record at all, by the header of its format.
func neverSays(format string) string {
	s, err := queries.Lookup("sources", format)
	if err != nil {
		return "" // a format of a folder of its own; its header is not at hand
	}
	return s.Keys["never says"]
}

// Sentence is the coverage in one sentence, which every report carries.
func (c Coverage) Sentence() string {
	var parts []string
	for _, s := range c.Sources {
		parts = append(parts, s.sentence())
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
		if never := neverSays(s.Format); never != "" && !said[s.Format] {
			said[s.Format] = true
			parts = append(parts, fmt.Sprintf("records of format %s never say: %s", s.Format, never))
		}
	}
	return fmt.Sprintf("Coverage of %s UTC: %s", c.Night.Format(time.DateOnly), strings.Join(parts, "; "))
}

// sentence is one source's part.
func (s SourceCoverage) sentence() string {
	p := fmt.Sprintf("%s gave %d records", s.Source, s.Records)
	for _, f := range s.fields() {
		switch {
		case s.Records > 0 && f.with == 0:
			p += ", none with " + f.name
		case f.with*2 < s.Records:
			p += ", most without " + f.name
		}
	}
	return p
}
