package triage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"midwatch/analyzer"
	"midwatch/queries/warehouse"
)

// Save keeps answers, all or none.
func Save(ctx context.Context, w *warehouse.Warehouse, all []Answer) error {
	var rows []warehouse.Verdict
	for _, a := range all {
		scope, err := json.Marshal(a.Scope)
		if err != nil {
			return fmt.Errorf("writing what the verdict on %s covers: %w", a.Finding, err)
		}
		rows = append(rows, warehouse.Verdict{
			ID: a.ID, Finding: a.Finding, Night: a.Night, Identity: a.Identity, Family: a.Family, Verdict: string(a.Verdict), Reason: a.Reason,
			By: a.By, At: a.At, Until: a.Until, Scope: string(scope), Severity: string(a.Severity), Expected: a.Expected, Weight: a.Weight,
		})
	}
	return w.SaveVerdicts(ctx, rows)
}

// Load reads the answers that were given, the newest first, undone ones too.
func Load(ctx context.Context, r *warehouse.Reader) ([]Answer, error) {
	rows, err := r.Verdicts(ctx)
	if err != nil {
		return nil, err
	}
	var all []Answer
	for _, v := range rows {
		a := Answer{
			ID: v.ID, Finding: v.Finding, Night: v.Night, Identity: v.Identity, Family: v.Family, Verdict: Verdict(v.Verdict), Reason: v.Reason,
			By: v.By, At: v.At.UTC(), Until: v.Until.UTC(), Severity: analyzer.Severity(v.Severity), Expected: v.Expected, Weight: v.Weight, UndoneAt: undone(v),
		}
		if err := json.Unmarshal([]byte(v.Scope), &a.Scope); err != nil {
			return nil, fmt.Errorf("reading what the verdict %s covers: %w; `midwatch triage undo %s` ends it", v.ID, err, v.ID)
		}
		all = append(all, a)
	}
	return all, nil
}

func undone(v warehouse.Verdict) time.Time {
	if !v.UndoneAt.Valid {
		return time.Time{}
	}
	return v.UndoneAt.Time.UTC()
}
