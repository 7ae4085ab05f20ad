package night

import (
	"context"
	"slices"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
	"midwatch/analyzer/triage"
	"midwatch/queries/warehouse"
)

// assign chooses what a morning tells besides its own night: every finding of an
// earlier night that no morning has told as it is now. It returns how many were
// passed over because only another version of the program lists them, on nights
// that are over. Where a verdict covers a finding the next of the night takes its
// place, so that an answer never makes the list shorter.
func assign(ctx context.Context, w *warehouse.Warehouse, night time.Time) (passed int, err error) {
	candidates, err := w.Untold(ctx, night)
	if err != nil {
		return 0, err
	}
	answers, err := triage.Load(ctx, w.Reader())
	if err != nil {
		return 0, err
	}
	said, err := readHolders(ctx, w.Reader())
	if err != nil {
		return 0, err
	}
	over := night.AddDate(0, 0, -analyzer.NightsToResolved())
	var all []warehouse.Telling
	places := map[time.Time]int{} // that verdicts left free, by night
	for _, u := range candidates {
		f, err := finding(u.Detail)
		if err != nil {
			return 0, err
		}
		said.note(&f)
		t := warehouse.Telling{Untold: u, State: f.State()}
		answer, covered := triage.Covering(answers, f)
		if covered {
			t.State = answer.State()
		}
		switch {
		case u.Listed && covered:
			places[u.Night]++
		case !u.Listed && !u.ToldState.Valid && (covered || places[u.Night] <= 0):
			continue
		case !u.Listed:
			places[u.Night]--
		}
		if !u.Night.Equal(night) && !news(t) {
			continue
		}
		if t.Silent = covered; !covered && u.OtherVersion && u.Night.Before(over) {
			t.Silent = true
			passed++
		}
		all = append(all, t)
	}
	return passed, w.BeginTelling(ctx, night, all)
}

// news is true where a finding was not told for its night, or is another than was
// told. What was told before states were kept has none, and only its weight counts.
func news(t warehouse.Telling) bool {
	if !t.ToldState.Valid || analyzer.Worse(t.ToldWeight.Float64, t.Weight) {
		return true
	}
	return t.ToldState.String != "" && t.ToldState.String != t.State
}

// late fills in what a morning tells of earlier nights: the night with the gravest
// finding first.
func late(ctx context.Context, w *warehouse.Warehouse, n *report.Night) error {
	r := w.Reader()
	said, err := readHolders(ctx, r)
	if err != nil {
		return err
	}
	err = r.ToldLate(ctx, n.Night, func(detail string) error {
		f, err := finding(detail)
		if err != nil {
			return err
		}
		said.note(&f)
		day := f.Assessment.Day.UTC()
		if last := len(n.Late) - 1; last < 0 || !n.Late[last].Night.Equal(day) {
			n.Late = append(n.Late, report.LateNight{Night: day})
		}
		of := &n.Late[len(n.Late)-1]
		of.Findings = append(of.Findings, f)
		return nil
	})
	if err != nil {
		return err
	}
	for i := range n.Late {
		seen, err := w.Coverage(ctx, n.Late[i].Night)
		if err != nil {
			return err
		}
		n.Late[i].Coverage = seen.Sentence()
		analyzer.CertainFirst(n.Late[i].Findings)
	}
	slices.SortStableFunc(n.Late, func(a, b report.LateNight) int { return gravest(b) - gravest(a) })
	return blindCaughtUp(ctx, w, n)
}

// gravest is the rank of the worst severity of a night's findings.
func gravest(n report.LateNight) int {
	worst := 0
	for _, f := range n.Findings {
		worst = max(worst, analyzer.SeverityOf(f.Assessment).Rank())
	}
	return worst
}

// blindCaughtUp adds what could not be seen of the nights that were caught up with:
// no other morning says it.
func blindCaughtUp(ctx context.Context, w *warehouse.Warehouse, n *report.Night) error {
	nights, err := w.Reader().CaughtUp(ctx, n.Night)
	if err != nil {
		return err
	}
	n.CaughtUp = nights
	for _, night := range nights {
		seen, err := w.Coverage(ctx, night)
		if err != nil {
			return err
		}
		for _, reason := range seen.Blind() {
			if !slices.Contains(n.Seen.Unread, reason) { // of the newest run, and said already
				n.Blind = append(n.Blind, "night of "+night.Format(time.DateOnly)+": "+reason)
			}
		}
	}
	return nil
}

// covered takes the findings that a verdict covers off the list of a night, and
// says which verdicts end soon.
func covered(ctx context.Context, r *warehouse.Reader, n *report.Night) error {
	answers, err := triage.Load(ctx, r)
	if err != nil {
		return err
	}
	var listed []analyzer.Finding
	for _, f := range n.Findings {
		a, is := triage.Covering(answers, f)
		if !is {
			listed = append(listed, f)
			continue
		}
		n.Covered = append(n.Covered, report.Covered{Finding: f, Verdict: verdictOf(a)})
	}
	n.Findings = listed
	uses, err := r.VerdictUses(ctx, n.Night)
	if err != nil {
		return err
	}
	for _, a := range triage.Ending(answers, n.Night) {
		v := verdictOf(a)
		v.Covered = int(uses[a.State()])
		for _, c := range n.Covered {
			if c.Verdict.ID == a.ID {
				v.Covered++
			}
		}
		n.Ending = append(n.Ending, v)
	}
	n.Answered, err = r.VerdictMonths(ctx, n.Night)
	return err
}

func verdictOf(a triage.Answer) report.Verdict {
	return report.Verdict{ID: a.ID, Finding: a.Finding, Verdict: string(a.Verdict), Reason: a.Reason, By: a.By, Until: a.Until, Covers: a.Scope.Says()}
}
