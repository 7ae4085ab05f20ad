package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// explainIdentity prints what was weighed for an identity on a night.
func explainIdentity(ctx context.Context, c *cobra.Command, r *warehouse.Reader, identity string, night time.Time) error {
	places, err := r.Places(ctx, identity, night)
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	if len(places) == 0 {
		return fmt.Errorf("%s was not judged on %s: either that night was not scored (see `midwatch investigate coverage`), or it did nothing that night that Midwatch saw",
			identity, night.Format(time.DateOnly))
	}
	for _, p := range places {
		listed := "not listed"
		if p.Listed {
			listed = "listed"
		}
		_, err := fmt.Fprintf(out, "%s (%s) on %s: %s, place %d of %d; %.3g false alarms a night are expected at its weight, and %s at most are listed.\n",
			p.Name, p.Family, night.Format(time.DateOnly), listed, p.Rank, p.Assessed, p.Expected, p.Bound())
		if err != nil {
			return err
		}
	}
	rows, err := r.EvidenceOf(ctx, identity, night)
	if err != nil {
		return err
	}
	if err := errors.Join(report.Rows(out, rows, "table"), rows.Close()); err != nil {
		return fmt.Errorf("reading the evidence: %w", err)
	}
	_, err = fmt.Fprintln(out, "nats above 0 speak for a theft, below 0 against it. In SQL: FROM evidence WHERE identity = '…' AND night = '…'")
	return err
}
