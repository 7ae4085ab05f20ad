package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"midwatch/collectors"
)

// mostCounted is from where on a host's count is not to be believed: a search
// engine that pages by number stops there (Elasticsearch's max_result_window).
const mostCounted = 10_000

// onDay is the search for the events of one day, UTC ("Reviewing the audit log for
// your organization", search by the time of the action).
func (c *Collector) onDay(day time.Time) url.Values {
	query := c.search(0)
	query.Set("phrase", c.phrase("created:"+day.UTC().Format(time.DateOnly)))
	return query
}

// counted asks how many events the log has of a day: with one event a page the
// number of the last page is their number. It says false where the host tells
// none, as github.com, which pages by cursor.
func (r *run) counted(ctx context.Context, day time.Time) (n int, told bool, err error) {
	n, pages, told, err := r.c.counted(ctx, day, &r.patience)
	r.state.Paged = r.state.Paged || pages
	return n, told, err
}

// counted is the same with as much patience as it is given; pages says that the host
// numbers its pages.
func (c *Collector) counted(ctx context.Context, day time.Time, p *patience) (n int, pages, told bool, err error) {
	query := c.onDay(day)
	query.Set("per_page", "1")
	answer, err := c.call(ctx, query, p)
	var refused *Error
	switch {
	case errors.As(err, &refused) && (refused.Status == http.StatusUnprocessableEntity || refused.Status == http.StatusBadRequest):
		return 0, false, false, nil
	case err != nil:
		return 0, false, false, err
	case answer.last > 0:
		return answer.last, true, answer.last < mostCounted, nil
	}
	return len(answer.entries), false, answer.after == "" && answer.number == 0, nil
}

// aim decides, where a pass over all that the host keeps is due, how it is made:
// by the host's counts of the days where it tells them, else by reading.
func (r *run) aim(ctx context.Context) error {
	if !r.due {
		return nil
	}
	_, told, err := r.counted(ctx, today(r.now).AddDate(0, 0, -1))
	if err != nil {
		return err
	}
	if told && r.state.Paged {
		r.byCount = true
		return nil
	}
	r.walk = walk{Since: min(r.walk.Since, floorHour(r.keeps)), Whole: true, GapUntil: r.walk.GapUntil}
	return nil
}

// today is the UTC day of a time.
func today(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// compare counts each whole day that the host keeps against what is held, reads
// again those of which the log has more, and tells as a gap what it counts and
// does not give.
func (r *run) compare(ctx context.Context) error {
	var crowded []string
	for day := today(time.UnixMilli(r.keeps)).AddDate(0, 0, 1); day.Before(today(r.now)); day = day.AddDate(0, 0, 1) {
		n, told, err := r.counted(ctx, day)
		if err != nil {
			return err
		}
		if n >= mostCounted {
			crowded = append(crowded, day.Format(time.DateOnly))
		}
		if told && n <= r.held(day) || !told && !r.byCount { // it was just read
			continue
		}
		if err := r.readDay(ctx, day); err != nil {
			return err
		}
		if !told {
			continue
		}
		if n, told, err = r.counted(ctx, day); err != nil {
			return errors.Join(err, r.rescueDay(ctx))
		}
		if told && n > r.listed {
			r.withheld(day, n)
		}
	}
	r.uncounted(crowded)
	return nil
}

// held is how many events of a day were had.
func (r *run) held(day time.Time) int {
	n := 0
	for h := hourOf(day.UnixMilli()); h < hourOf(day.AddDate(0, 0, 1).UnixMilli()); h++ {
		n += r.state.Hours[h].N
	}
	return n
}

// readDay reads one day again, whole.
func (r *run) readDay(ctx context.Context, day time.Time) error {
	r.startWalk(walk{Since: day.UnixMilli()})
	query := r.c.onDay(day)
	for {
		answer, err := r.c.call(ctx, query, &r.patience)
		if err != nil {
			return errors.Join(err, r.rescueDay(ctx))
		}
		r.take(answer)
		more, err := r.turn(query, answer)
		if err != nil {
			return errors.Join(err, r.rescueDay(ctx))
		}
		if r.pages >= r.c.options.SegmentPages {
			if err := r.seal(ctx, r.state); err != nil {
				return err
			}
		}
		if !more {
			r.settle()
			r.merge(&r.state)
			return nil
		}
	}
}

// rescueDay seals what was read of a day before the host failed.
func (r *run) rescueDay(ctx context.Context) error {
	r.settle()
	if ctx.Err() != nil || len(r.pending)+len(r.gaps) == 0 {
		return nil
	}
	return r.seal(ctx, r.state)
}

// uncounted tells of which days what the log gave could not be held to its count.
func (r *run) uncounted(days []string) {
	if len(days) == 0 {
		return
	}
	span := days[0]
	if last := days[len(days)-1]; last != span {
		span = fmt.Sprintf("%d days from %s to %s", len(days), span, last)
	}
	r.outcome.Notes = append(r.outcome.Notes, fmt.Sprintf(
		"not checked: %s had %d events or more, from where on the host's count is not to be believed; all that it gave was read", span, mostCounted))
}

// withheld tells that the log has events which it does not give.
func (r *run) withheld(day time.Time, counted int) {
	gap := collectors.Gap{From: day, Until: day.AddDate(0, 0, 1), Reason: fmt.Sprintf(
		"the audit log counts %d events of %s and gives %d of them, also when the day is read again: look for the others in an audit-log stream or export of that day",
		counted, day.Format(time.DateOnly), r.listed)}
	r.gaps = append(r.gaps, gap)
	r.outcome.Gaps = append(r.outcome.Gaps, gap)
}
