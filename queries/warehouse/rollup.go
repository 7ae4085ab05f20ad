package warehouse

import (
	"context"
	"fmt"
	"time"
)

// rollupEvents bounds the events whose days are rolled up together.
const rollupEvents = 400_000

// RollUp rebuilds the roll-ups of the days that events were added to and
// returns how many days those were. Each group of days is one transaction, so a
// run that is killed leaves whole days and goes on with the rest.
func (w *Warehouse) RollUp(ctx context.Context, progress func(done, total int)) (int, error) {
	days, err := w.staleDays(ctx)
	if err != nil || len(days) == 0 {
		return 0, err
	}
	for done := 0; done < len(days); {
		n, events := 0, int64(0)
		for ; done+n < len(days) && (n == 0 || events+days[done+n].events <= rollupEvents); n++ {
			events += days[done+n].events
		}
		from, until := days[done].day, days[done+n-1].day.AddDate(0, 0, 1)
		if err := w.rollUpDays(ctx, from, until); err != nil {
			return done, fmt.Errorf("rolling up %s to %s: %w", from.Format(time.DateOnly), until.AddDate(0, 0, -1).Format(time.DateOnly), err)
		}
		done += n
		if progress != nil {
			progress(done, len(days))
		}
	}
	return len(days), nil
}

// staleDay is a day to be rebuilt and how much work it is.
type staleDay struct {
	day    time.Time
	events int64
}

func (w *Warehouse) staleDays(ctx context.Context) ([]staleDay, error) {
	rows, err := w.conn.QueryContext(ctx,
		`SELECT d.day, coalesce(f.events, 0) FROM (SELECT DISTINCT day FROM stale_day) AS d
		 LEFT JOIN (
			SELECT occurred_at::DATE AS day, count(*) AS events FROM event_fact
			WHERE occurred_at >= (SELECT min(day) FROM stale_day) AND occurred_at < (SELECT max(day) + INTERVAL 1 DAY FROM stale_day)
			GROUP BY occurred_at::DATE
		 ) AS f ON f.day = d.day
		 ORDER BY d.day`)
	if err != nil {
		return nil, fmt.Errorf("reading which days changed: %w", err)
	}
	defer rows.Close()
	var all []staleDay
	for rows.Next() {
		var d staleDay
		if err := rows.Scan(&d.day, &d.events); err != nil {
			return nil, fmt.Errorf("reading which days changed: %w", err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// rollUpDays rebuilds the stale days in a span, in one transaction.
func (w *Warehouse) rollUpDays(ctx context.Context, from, until time.Time) error {
	const stale = "BETWEEN ?::DATE AND ?::DATE - 1 AND %[2]s IN (SELECT day FROM stale_day)"
	return w.inTransaction(ctx, func() error {
		for _, t := range []struct{ table, column string }{
			{"access_day", "day"}, {"source_hour", "hour_at::DATE"}, {"rolled_day", "day"},
		} {
			del := fmt.Sprintf("DELETE FROM %[1]s WHERE %[2]s "+stale, t.table, t.column)
			if _, err := w.conn.ExecContext(ctx, del, from, until); err != nil {
				return fmt.Errorf("clearing %s: %w", t.table, err)
			}
		}
		for _, name := range []string{"access_day", "source_hour", "rolled_day"} {
			if _, err := w.conn.ExecContext(ctx, w.text("rollups", name), from, until); err != nil {
				return fmt.Errorf("filling %s: %w", name, err)
			}
		}
		_, err := w.conn.ExecContext(ctx, "DELETE FROM stale_day WHERE day >= ?::DATE AND day < ?::DATE", from, until)
		return err
	})
}
