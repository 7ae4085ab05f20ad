package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Constants are what SQL and the analyzer share: the columns of the table
// baseline_constant by name.
type Constants map[string]float64

// baselineTables hold a row for each night on which something was done, all but
// session_night with the next such night.
var baselineTables = []string{"facet_night", "facet_repository_night", "facet_context_night", "context_night", "session_night"}

// judgedTables hold what the analyzer made of each night.
var judgedTables = []string{"judged_night", "facet_score", "link_night", "repository_openness", "evidence_fact"}

// Together runs f in one transaction: what it writes is kept as a whole or not at
// all.
func (w *Warehouse) Together(ctx context.Context, f func() error) error {
	return w.inTransaction(ctx, f)
}

// SetConstants, to be called in a transaction, writes the one row of constants, in the table's order of columns.
func (w *Warehouse) SetConstants(ctx context.Context, c Constants) error {
	columns, err := w.texts(ctx, "SELECT column_name FROM duckdb_columns() WHERE table_name = 'baseline_constant' AND database_name = current_database() ORDER BY column_index")
	if err != nil {
		return err
	}
	if len(columns) != len(c) {
		return fmt.Errorf("%d constants are given and the table baseline_constant has %d columns", len(c), len(columns))
	}
	values := make([]any, len(columns))
	places := make([]string, len(columns))
	for i, col := range columns {
		v, ok := c[col[0]]
		if !ok {
			return fmt.Errorf("the constant %s of the table baseline_constant is not given", col[0])
		}
		values[i], places[i] = v, "?"
	}
	if _, err := w.conn.ExecContext(ctx, "DELETE FROM baseline_constant"); err != nil {
		return fmt.Errorf("writing the constants of the baselines: %w", err)
	}
	_, err = w.conn.ExecContext(ctx, "INSERT INTO baseline_constant VALUES ("+strings.Join(places, ", ")+")", values...)
	return err
}

// ScratchBaselines keeps baselines beside the file for as long as it is open: what
// is counted from now on goes to temporary tables of the same names, which are
// empty at first, and what the file has stays as it is.
func (w *Warehouse) ScratchBaselines(ctx context.Context) error {
	for _, table := range scratchTables() {
		make := fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %[1]s AS FROM %[1]s LIMIT 0", table)
		if _, err := w.conn.ExecContext(ctx, make); err != nil {
			return fmt.Errorf("making room for baselines: %w", err)
		}
	}
	return nil
}

// DropScratch takes the temporary tables away, so that the file's own count again.
func (w *Warehouse) DropScratch(ctx context.Context) error {
	for _, table := range scratchTables() {
		if _, err := w.conn.ExecContext(ctx, "DROP TABLE IF EXISTS temp."+table); err != nil {
			return fmt.Errorf("clearing the baselines of a trial: %w", err)
		}
	}
	return nil
}

// scratchTables are all that hold baselines and what they rest on.
func scratchTables() []string {
	return slices.Concat([]string{"facet", "repository_seen", "baseline_constant"}, baselineTables, judgedTables)
}

// countingSteps are the statements that count nights, in order; sessions come last,
// because they look at rows of earlier nights, which must be closed by then.
func countingSteps() []string {
	return []string{"counted_facet", "counted_context", "counted_everybody", "counted_night", "counted_repository", "counted_summed", "counted_closed", "counted_session"}
}

// CountNights adds nights to the baselines: what was done on each, by facet, beside
// what the nights before had left. first must be after all that were counted. The
// columns of without are taken as not given, for studies of what is lost without them.
func (w *Warehouse) CountNights(ctx context.Context, first, last time.Time, without ...string) error {
	var done bool
	if err := w.conn.QueryRowContext(ctx, "SELECT coalesce(max(night) >= ?::DATE, false) FROM facet_night", first).Scan(&done); err != nil {
		return fmt.Errorf("reading which nights are counted: %w", err)
	}
	if done {
		return fmt.Errorf("the night of %s or a later one is counted already: remove the nights from it on first", first.Format(time.DateOnly))
	}
	if _, err := w.conn.ExecContext(ctx, w.text("rollups", "counted_access"), first, last); err != nil {
		return fmt.Errorf("reading the nights to be counted: %w", err)
	}
	for _, column := range without {
		if _, err := w.conn.ExecContext(ctx, "UPDATE counted_access SET "+column+" = ''"); err != nil {
			return fmt.Errorf("leaving out %s: %w", column, err)
		}
	}
	for _, name := range countingSteps() {
		if _, err := w.conn.ExecContext(ctx, w.text("rollups", name)); err != nil {
			return fmt.Errorf("counting the nights (%s): %w", name, err)
		}
	}
	return nil
}

// RemoveNights takes the nights from a day on out of the baselines, as if they had
// never been counted.
func (w *Warehouse) RemoveNights(ctx context.Context, from time.Time) error {
	for _, table := range slices.Concat(baselineTables, judgedTables) {
		if _, err := w.conn.ExecContext(ctx, "DELETE FROM "+table+" WHERE night >= ?::DATE", from); err != nil {
			return fmt.Errorf("taking nights out of %s: %w", table, err)
		}
	}
	for _, table := range baselineTables[:len(baselineTables)-1] {
		back := "UPDATE " + table + " SET next_night = DATE '9999-12-31' WHERE next_night >= ?::DATE AND next_night < DATE '9999-12-31'"
		if _, err := w.conn.ExecContext(ctx, back, from); err != nil {
			return fmt.Errorf("taking nights out of %s: %w", table, err)
		}
	}
	// Numbers are given in the order of first nights, so the last ones go.
	for table, left := range map[string]string{
		"facet":           "SELECT facet_id FROM facet_night",
		"repository_seen": "SELECT repository_id FROM facet_repository_night",
	} {
		column := strings.Fields(left)[1]
		if _, err := w.conn.ExecContext(ctx, fmt.Sprintf("DELETE FROM %s WHERE %s NOT IN (%s)", table, column, left)); err != nil {
			return fmt.Errorf("taking nights out of %s: %w", table, err)
		}
	}
	return nil
}
