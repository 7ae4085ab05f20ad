package night

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/notify"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// Job is the whole night, as cron asks for it.
type Job struct {
	Collection Collection
	Scoring    Scoring
	Reports    Reports
	// Snapshot is the file that analysts read, published anew.
	Snapshot string
	// Channels are told; none by default.
	Channels []notify.Channel
	Log      *slog.Logger
}

// Done is what a job did.
type Done struct {
	// Night is the one that was asked for, with what is told late.
	Night report.Night
	// Undelivered says which channels could not be told, Waiting counts their
	// messages, which stay in the outbox.
	Undelivered []string
	Waiting     int
}

// Run collects, scores the night, publishes the snapshot and writes the reports
// of the night and of those it caught up with. started is the time of the run,
// which nothing but the ledger and the collectors see. What failed without
// keeping the rest from being done is in the night's Blind.
func (j Job) Run(ctx context.Context, night, started time.Time) (d Done, err error) {
	watch := stopwatch{last: time.Now(), seconds: map[string]float64{}}
	sources, err := j.Collection.Run(ctx, started)
	if err != nil {
		return d, err
	}
	watch.lap("collect")
	w := j.Scoring.Warehouse
	known, err := w.ScoredNights(ctx)
	if err != nil {
		return d, err
	}
	scored, err := j.Scoring.Run(ctx, night)
	if err != nil {
		return d, errors.Join(err, Outcome(sources))
	}
	passed, err := assign(ctx, w, night)
	if err != nil {
		return d, err
	}
	if passed > 0 {
		j.Log.Warn("this version lists findings on old nights that the version before did not; they are not told again", "findings", passed, "question", "midwatch sql -c \"FROM told_finding WHERE morning IS NULL\"")
	}
	watch.lap("analyze")
	if err := w.Publish(ctx, j.Snapshot); err != nil {
		return d, err
	}
	watch.lap("publish")
	told := telling{Job: j, sources: sources, started: started, seconds: watch.seconds}
	for _, other := range untold(scored, known, night) {
		n, err := told.write(ctx, other)
		if err != nil {
			return d, err
		}
		j.Log.Info("caught up with a night", "night", other.Format(time.DateOnly), "findings", len(n.Findings), "reports", j.Reports.Of(other))
	}
	if d.Night, err = told.write(ctx, night); err != nil {
		return d, err
	}
	if err := j.Reports.WriteNewest(d.Night); err != nil {
		return d, err
	}
	// Queued before it counts as told: a run that dies in between queues it again.
	if err := notify.Queue(ctx, outbox{w}, j.Channels, j.morning(d.Night), started); err != nil {
		return d, err
	}
	if err := w.EndTelling(ctx, night, started); err != nil {
		return d, err
	}
	if d.Undelivered, d.Waiting, err = notify.Deliver(ctx, outbox{w}, j.Channels, started); err != nil {
		return d, err
	}
	j.Log.Info("night done", "night", night.Format(time.DateOnly), "findings", len(d.Night.Findings), "of_earlier_nights", d.Night.CountLate(), "reports", j.Reports.Of(night))
	return d, nil
}

// stopwatch measures the steps of a run.
type stopwatch struct {
	last    time.Time
	seconds map[string]float64
}

// lap notes how long a step took.
func (s *stopwatch) lap(step string) {
	now := time.Now()
	s.seconds[step] = now.Sub(s.last).Round(time.Millisecond).Seconds()
	s.last = now
}

// telling is how a run writes the nights it scored.
type telling struct {
	Job
	sources []Entry
	started time.Time
	seconds map[string]float64
}

// write describes a night and writes its reports, and the ledger of the run
// beside them.
func (t telling) write(ctx context.Context, night time.Time) (report.Night, error) {
	n, err := Describe(ctx, t.Scoring.Warehouse, night, t.sources, t.Scoring.Version)
	if err != nil {
		return n, err
	}
	if err := t.Reports.Write(n); err != nil {
		return n, fmt.Errorf("%w\nThe night of %s is scored and kept; when that is mended, `midwatch report --as-of %s` writes its files",
			err, night.Format(time.DateOnly), night.AddDate(0, 0, 1).Format(time.DateOnly))
	}
	l := Ledger{Sources: t.sources, Snapshot: t.Snapshot, Started: t.started, Seconds: t.seconds}
	l.count(n)
	return n, t.Reports.WriteLedger(night, l)
}

// untold are the nights beside the one asked for whose own reports are to be
// written: the missed ones, after the newest that was known before, and of the
// others those in which a finding can still be open. A new version does not write
// years of reports again.
func untold(scored []time.Time, known []warehouse.ScoredNight, night time.Time) []time.Time {
	if len(known) == 0 {
		return nil
	}
	newest, over := known[len(known)-1].Night, night.AddDate(0, 0, -analyzer.NightsToResolved())
	wasKnown := func(night time.Time) bool {
		return slices.ContainsFunc(known, func(k warehouse.ScoredNight) bool { return k.Night.Equal(night) })
	}
	var all []time.Time
	for _, s := range scored {
		if !s.Equal(night) && (s.After(newest) || s.After(over) && wasKnown(s)) {
			all = append(all, s)
		}
	}
	return all
}
