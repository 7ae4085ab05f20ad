package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"midwatch/queries"
)

// Window is what could be seen of a span of time, over all sources.
type Window struct {
	// Since and Until as asked for; zero where open.
	Since, Until time.Time
	Spans        []Span
	// Quarantined counts records without a meaning, of any time.
	Quarantined int64
}

// Span is a stretch of a source: seen, or not and why.
type Span struct {
	Source, Format string
	// What is seen, blind, gap, "not read" or "not collected".
	What        string
	From, Until time.Time
	Records     sql.NullInt64
	Usual       sql.NullFloat64
	Reason      sql.NullString
}

// Seen says what could be seen of a window.
func (r *Reader) Seen(ctx context.Context, since, until time.Time) (Window, error) {
	w := Window{Since: since, Until: until}
	q, err := QuestionNamed("coverage")
	if err != nil {
		return w, err
	}
	rows, err := r.Ask(ctx, q, WindowArguments(since, until))
	if err != nil {
		return w, err
	}
	defer rows.Close()
	for rows.Next() {
		var s Span
		if err := rows.Scan(&s.Source, &s.Format, &s.What, &s.From, &s.Until, &s.Records, &s.Usual, &s.Reason); err != nil {
			return w, fmt.Errorf("reading the coverage of %s: %w", r.path, err)
		}
		w.Spans = append(w.Spans, s)
	}
	if err := rows.Err(); err != nil {
		return w, fmt.Errorf("reading the coverage of %s: %w", r.path, err)
	}
	if err := r.conn.QueryRowContext(ctx, "SELECT count(*) FROM quarantine").Scan(&w.Quarantined); err != nil {
		return w, fmt.Errorf("counting the quarantine of %s: %w", r.path, err)
	}
	return w, nil
}

// ParseTime reads a time that a person wrote, in UTC: 2026-07-22, 2026-07-22T10:30
// or RFC 3339. The empty text is the zero time.
func ParseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time: write it as 2026-07-22, 2026-07-22T10:30 or RFC 3339 (UTC)", text)
}

// WindowArguments are the arguments of a window; an open side is left out.
func WindowArguments(since, until time.Time) []Argument {
	var args []Argument
	if !since.IsZero() {
		args = append(args, Argument{"since", since})
	}
	if !until.IsZero() {
		args = append(args, Argument{"until", until})
	}
	return args
}

// Unseen says what could not be seen, one reason each; empty when all was.
func (w Window) Unseen() []string {
	var reasons []string
	for _, s := range w.Spans {
		if s.What != "seen" {
			reasons = append(reasons, fmt.Sprintf("%s: %s, %s to %s: %s", s.Source, s.What, s.From.Format(minute), s.Until.Format(minute), s.Reason.String))
		}
	}
	if len(w.Spans) == 0 {
		reasons = append(reasons, "no source gave a record of this window")
	}
	return reasons
}

// mostReasons are named in a sentence; `investigate coverage` has them all.
const mostReasons = 5

// Sentence closes every answer: what was seen, what not, and what the hosts
// never say. Nothing of it reads as "not accessed".
func (w Window) Sentence() string {
	var parts []string
	for _, s := range w.Spans {
		if s.What == "seen" {
			parts = append(parts, s.sentence())
		}
	}
	unseen := w.Unseen()
	switch {
	case len(unseen) > mostReasons:
		rest := len(unseen) - mostReasons
		parts = append(parts, fmt.Sprintf("NOT SEEN: %s; and %d more spans (midwatch investigate coverage)", strings.Join(unseen[:mostReasons], "; "), rest))
	case len(unseen) > 0:
		parts = append(parts, "NOT SEEN: "+strings.Join(unseen, "; "))
	default:
		parts = append(parts, "no gap known")
	}
	if w.Quarantined > 0 {
		parts = append(parts, fmt.Sprintf("%d records in quarantine", w.Quarantined))
	}
	parts = append(parts, w.never()...)
	return fmt.Sprintf("Coverage %s: %s. What is not seen may still have happened.", w.span(), strings.Join(parts, "; "))
}

// minute is how the times of a span are written.
const minute = "2006-01-02 15:04"

// sentence says what a source gave, and from when to when: an answer that has no
// end by itself must not be read as reaching to now.
func (s Span) sentence() string {
	text := fmt.Sprintf("%s (%s) gave %d records, %s to %s", s.Source, s.Format, s.Records.Int64, s.From.Format(minute), s.Until.Format(minute))
	if s.Reason.String != "" {
		text += ", " + s.Reason.String
	}
	return text
}

// never is what the hosts of the window do not log at all, by the headers of
// their formats, each once.
func (w Window) never() []string {
	var all []string
	said := map[string]bool{}
	for _, s := range w.Spans {
		mapping, err := queries.Lookup("sources", s.Format)
		if err != nil || mapping.Keys["never says"] == "" || said[s.Format] {
			continue
		}
		said[s.Format] = true
		all = append(all, fmt.Sprintf("%s records never show %s", s.Format, mapping.Keys["never says"]))
	}
	return all
}

func (w Window) span() string {
	from, until := "from the first record", "to the last"
	if !w.Since.IsZero() {
		from = "from " + w.Since.UTC().Format(time.RFC3339)
	}
	if !w.Until.IsZero() {
		until = "to before " + w.Until.UTC().Format(time.RFC3339)
	}
	return from + " " + until + " (UTC)"
}
