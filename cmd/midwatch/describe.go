package main

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

// describe reads a night that was scored from what is kept of it, with what the
// reports say around it. Reports that are written again rest on the same.
// sources are those of the run that collected, nil where none is known.
func describe(ctx context.Context, cfg *Config, w *warehouse.Warehouse, night time.Time, sources []report.Source) (report.Night, error) {
	r := w.Reader()
	n := report.Night{Version: version(), Listable: cfg.List.Expected}
	var err error
	if n.Scored, err = keptNight(ctx, r, night); err != nil {
		return n, err
	}
	if n.Seen, err = w.Coverage(ctx, night); err != nil {
		return n, err
	}
	for _, s := range sources {
		for _, reason := range s.BlindBeside(night) {
			if !slices.Contains(n.Seen.Unread, reason) { // what is kept of the newest run stands there already
				n.Seen.Unread = append(n.Seen.Unread, reason)
			}
		}
	}
	n.Coverage, n.Blind = n.Seen.Sentence(), n.Seen.Blind()
	if n.Hours, err = w.SourceHours(ctx, night); err != nil {
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

// before fills in the findings of the weeks before that are not listed.
func before(ctx context.Context, r *warehouse.Reader, n *report.Night) error {
	over := analyzer.NightsToResolved()
	return r.FindingsBefore(ctx, n.Night, over, func(ago int, detail string) error {
		f, err := keptFinding(detail)
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

// keptNight reads a night that was scored back from what is kept of it.
func keptNight(ctx context.Context, r *warehouse.Reader, night time.Time) (analyzer.Scored, error) {
	s := analyzer.Scored{Night: night}
	err := r.Findings(ctx, night, func(detail string) error {
		f, err := keptFinding(detail)
		s.Findings = append(s.Findings, f)
		return err
	})
	analyzer.CertainFirst(s.Findings)
	return s, err
}

func keptFinding(detail string) (analyzer.Finding, error) {
	var f analyzer.Finding
	if err := json.Unmarshal([]byte(detail), &f); err != nil {
		return f, fmt.Errorf("reading a kept finding: %w; score its night again with `midwatch analyze`", err)
	}
	return f, nil
}
