package warehouse

import (
	"context"
	"fmt"
	"time"
)

// MarketRules calls row with the score that each of the market's rules
// (queries/market) gives an identity on each night of a span, both ends included:
// by night and identity, rules in the order of the macro's columns.
func (w *Warehouse) MarketRules(ctx context.Context, from, until time.Time, row func(rule string, day time.Time, identity string, score float64)) error {
	rows, err := w.conn.QueryContext(ctx, "FROM market.market_rule(?::DATE) WHERE day >= ?::DATE ORDER BY day, identity_name", until, from)
	if err != nil {
		return fmt.Errorf("asking the market's rules: %w", err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return fmt.Errorf("asking the market's rules: %w", err)
	}
	var day time.Time
	var identity string
	scores, into := make([]float64, len(columns)-2), []any{&day, &identity}
	for i := range scores {
		into = append(into, &scores[i])
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("asking the market's rules: %w", err)
		}
		for i, s := range scores {
			row(columns[i+2], day, identity, s)
		}
	}
	return rows.Err()
}
