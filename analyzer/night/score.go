package night

import (
	"context"
	"fmt"
	"time"

	"midwatch/analyzer"
	"midwatch/queries/warehouse"
)

// Scoring judges nights from what was collected.
type Scoring struct {
	Warehouse *warehouse.Warehouse
	Options   analyzer.Options
	// Version of the program; what another version kept is scored again.
	Version  string
	Progress Progress
}

// RollUp brings the roll-ups up to what was collected.
func RollUp(ctx context.Context, w *warehouse.Warehouse, p Progress) error {
	step := p.begin("rolling up")
	defer step.Done()
	_, err := w.RollUp(ctx, count(step))
	return err
}

// Run scores a night, and those on the way that must be (those that were missed
// and those that late events changed), keeps them and returns which they were, in
// order.
func (s Scoring) Run(ctx context.Context, night time.Time) ([]time.Time, error) {
	if err := RollUp(ctx, s.Warehouse, s.Progress); err != nil {
		return nil, err
	}
	step := s.Progress.begin("scoring")
	defer step.Done()
	run := analyzer.Run{Warehouse: s.Warehouse, Options: s.Options, Version: s.Version, Progress: count(step)}
	first, to, err := run.Span(ctx, night)
	if err != nil {
		return nil, err
	}
	var scored []time.Time
	err = run.Through(ctx, first, to, func(n analyzer.Scored) error {
		scored = append(scored, n.Night)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(scored) == 0 || scored[0].After(night) { // the nights that are kept begin later
		return nil, fmt.Errorf("there are no accesses up to %s: name a later day", night.Format(time.DateOnly))
	}
	return scored, nil
}

// Each scores the nights of a span, both ends included, each as it would have
// been scored then, and calls f for it. Nothing is kept.
func (s Scoring) Each(ctx context.Context, first, last time.Time, f func(analyzer.Scored) error) error {
	if err := RollUp(ctx, s.Warehouse, s.Progress); err != nil {
		return err
	}
	step := s.Progress.begin("scoring")
	defer step.Done()
	run := analyzer.Run{Warehouse: s.Warehouse, Options: s.Options, Version: s.Version, Fresh: true, Progress: count(step)}
	err := run.Through(ctx, first, last, f)
	return err
}
