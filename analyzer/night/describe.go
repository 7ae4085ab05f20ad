package night

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// trendNights is how many nights the reports look back over (THREATS 4).
const trendNights = 30

// Describe reads a night that was scored back from what is kept of it, with the
// bounds that it was listed by, and adds what the reports say around it. sources
// are those of the run that collected, nil where none is known. version is of the
// program that writes the reports.
func Describe(ctx context.Context, w *warehouse.Warehouse, night time.Time, sources []Entry, version string) (report.Night, error) {
	r := w.Reader()
	n := report.Night{Version: version}
	var err error
	if n.Scored, err = Kept(ctx, r, night); err != nil {
		return n, err
	}
	if err := covered(ctx, r, &n); err != nil {
		return n, err
	}
	if n.Listable, err = listable(ctx, r, night); err != nil {
		return n, err
	}
	if err := cover(ctx, w, &n, sources); err != nil {
		return n, err
	}
	if err := late(ctx, w, &n); err != nil {
		return n, err
	}
	if n.Trend, err = r.Trend(ctx, night, trendNights); err != nil {
		return n, err
	}
	for _, t := range n.Trend {
		if t.Night.Equal(night) {
			n.Judged = int(t.Assessed.Int64)
		}
	}
	return n, before(ctx, r, &n)
}

// listable is the E up to which a night was listed. Nights that were kept before it
// was kept with them are taken for listed as by default; the next run of a newer
// version scores them again.
func listable(ctx context.Context, r *warehouse.Reader, night time.Time) (float64, error) {
	kept, err := r.ListExpected(ctx, night)
	if err != nil || kept.Valid {
		return kept.Float64, err
	}
	return analyzer.Default().Calibration.ListAt, nil
}

// cover fills in what could be seen of a night.
func cover(ctx context.Context, w *warehouse.Warehouse, n *report.Night, sources []Entry) (err error) {
	if n.Seen, err = w.Coverage(ctx, n.Night); err != nil {
		return err
	}
	for _, s := range sources {
		for _, reason := range s.blindBeside(n.Night) {
			if !slices.Contains(n.Seen.Unread, reason) { // what is kept of the newest run is there already
				n.Seen.Unread = append(n.Seen.Unread, reason)
			}
		}
	}
	n.Coverage, n.Blind = n.Seen.Sentence(), n.Seen.Blind()
	n.Hours, err = w.SourceHours(ctx, n.Night)
	return err
}

// before fills in the findings of the weeks before that are not listed: those that
// may go on, and those that are over with this night.
func before(ctx context.Context, r *warehouse.Reader, n *report.Night) error {
	over := analyzer.NightsToResolved()
	return r.FindingsBefore(ctx, n.Night, over, func(ago int, detail string) error {
		f, err := finding(detail)
		if err != nil {
			return err
		}
		if ago == over {
			f.Status, f.PreviousRank = analyzer.StatusResolved, f.Assessment.Rank
			n.Resolved = append(n.Resolved, f)
			return nil
		}
		n.Before = append(n.Before, report.Earlier{Finding: f, NightsAgo: ago})
		return nil
	})
}

// Kept reads the findings of a night that was scored back from what is kept of
// it. Its Assessments are not kept and stay empty.
func Kept(ctx context.Context, r *warehouse.Reader, night time.Time) (analyzer.Scored, error) {
	s := analyzer.Scored{Night: night}
	err := r.Findings(ctx, night, func(detail string) error {
		f, err := finding(detail)
		s.Findings = append(s.Findings, f)
		return err
	})
	if err != nil {
		return s, err
	}
	analyzer.CertainFirst(s.Findings)
	said, err := readHolders(ctx, r)
	said.noteAll(s.Findings)
	return s, err
}

// KeptFinding reads every night of a finding, newest first.
func KeptFinding(ctx context.Context, r *warehouse.Reader, id string) ([]analyzer.Finding, error) {
	said, err := readHolders(ctx, r)
	if err != nil {
		return nil, err
	}
	var nights []analyzer.Finding
	err = r.Finding(ctx, id, func(detail string) error {
		f, err := finding(detail)
		said.note(&f)
		nights = append(nights, f)
		return err
	})
	return nights, err
}

func finding(detail string) (analyzer.Finding, error) {
	var f analyzer.Finding
	if err := json.Unmarshal([]byte(detail), &f); err != nil {
		return f, fmt.Errorf("reading a kept finding: %w; score its night again with `midwatch analyze`", err)
	}
	return f, nil
}
