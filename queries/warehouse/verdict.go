package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Verdict is what a person answered about a finding, as it is kept.
type Verdict struct {
	ID, Finding      string
	Night            time.Time
	Identity, Family string
	// Verdict, Reason and By whom; Scope is JSON.
	Verdict, Reason, By string
	At, Until           time.Time
	Scope, Severity     string
	// Expected false alarms and Weight in nats of the finding.
	Expected, Weight float64
	UndoneAt         sql.NullTime
}

// SaveVerdicts keeps verdicts, all or none.
func (w *Warehouse) SaveVerdicts(ctx context.Context, all []Verdict) error {
	return w.inTransaction(ctx, func() error {
		for _, v := range all {
			_, err := w.conn.ExecContext(ctx, "INSERT INTO verdict VALUES (?, ?, ?::DATE, ?, ?, ?, ?, ?, ?, ?::DATE, ?, ?, ?, ?, NULL, NULL)",
				v.ID, v.Finding, v.Night, v.Identity, v.Family, v.Verdict, v.Reason, v.By, v.At, v.Until, v.Scope, v.Severity, v.Expected, v.Weight)
			if err != nil {
				return fmt.Errorf("keeping the verdict on %s: %w", v.Finding, err)
			}
		}
		return nil
	})
}

// UndoVerdict ends a verdict and returns whether there was one to end.
func (w *Warehouse) UndoVerdict(ctx context.Context, id, by string, at time.Time) (bool, error) {
	done, err := w.conn.ExecContext(ctx, "UPDATE verdict SET undone_at = ?, undone_by = ? WHERE verdict_id = ? AND undone_at IS NULL", at, by, id)
	if err != nil {
		return false, fmt.Errorf("undoing the verdict %s: %w", id, err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// Verdicts returns the verdicts that were ever given, the newest first.
func (r *Reader) Verdicts(ctx context.Context) ([]Verdict, error) {
	var all []Verdict
	err := r.each(ctx, func(scan Scan) error {
		var v Verdict
		err := scan(&v.ID, &v.Finding, &v.Night, &v.Identity, &v.Family, &v.Verdict, &v.Reason, &v.By, &v.At, &v.Until, &v.Scope,
			&v.Severity, &v.Expected, &v.Weight, &v.UndoneAt)
		all = append(all, v)
		return err
	}, "SELECT * EXCLUDE (undone_by) FROM verdict ORDER BY decided_at DESC, verdict_id")
	if err != nil {
		return nil, fmt.Errorf("reading the verdicts: %w", err)
	}
	return all, nil
}
