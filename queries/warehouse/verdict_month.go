package warehouse

import (
	"context"
	"fmt"
	"time"
)

// VerdictMonth counts the findings of a month that were told, and what people
// answered about them.
type VerdictMonth struct {
	Month                                        time.Time
	Findings, Answered, Theft, Harmless, Unclear int64
}

// VerdictMonths gives the months before a night that findings were told in, the newest
// first.
func (r *Reader) VerdictMonths(ctx context.Context, night time.Time) ([]VerdictMonth, error) {
	var all []VerdictMonth
	err := r.each(ctx, func(scan Scan) error {
		var m VerdictMonth
		err := scan(&m.Month, &m.Findings, &m.Answered, &m.Theft, &m.Harmless, &m.Unclear)
		m.Month = m.Month.UTC()
		all = append(all, m)
		return err
	}, "SELECT month, findings, answered, theft, harmless, unclear FROM verdict_month(?::TIMESTAMP)", night.AddDate(0, 0, 1))
	if err != nil {
		return nil, fmt.Errorf("counting the verdicts before %s: %w", night.Format(time.DateOnly), err)
	}
	return all, nil
}

// VerdictUses counts, by the state that a covered finding is kept with, on how many
// nights before one a verdict covered a finding.
func (r *Reader) VerdictUses(ctx context.Context, night time.Time) (map[string]int64, error) {
	uses := map[string]int64{}
	err := r.each(ctx, func(scan Scan) error {
		var state string
		var nights int64
		err := scan(&state, &nights)
		uses[state] = nights
		return err
	}, "SELECT state, count(*) FROM told_finding WHERE starts_with(state, 'covered by ') AND night < ?::DATE GROUP BY state", night)
	if err != nil {
		return nil, fmt.Errorf("counting what verdicts covered: %w", err)
	}
	return uses, nil
}
