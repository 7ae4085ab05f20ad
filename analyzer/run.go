package analyzer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"midwatch/queries/warehouse"
)

// Run scores the nights of a warehouse in order, each against the nights before it
// alone.
type Run struct {
	// Warehouse to read from; its roll-ups must be up to date.
	Warehouse *warehouse.Warehouse
	// Options of the model.
	Options Options
	// Version of the program; nights that another version judged are judged again.
	Version string
	// Fresh is true where nothing that earlier runs left is to be used, and nothing
	// is to be kept.
	Fresh bool
	// Progress, where set, is told how many nights are done.
	Progress func(done, total int)
}

// Scored is one night that was scored, with its findings.
type Scored struct {
	Night       time.Time
	Assessments []Assessment
	// Findings listed on the night, in the order of the list.
	Findings []Finding
	// Spare are those that are listed where a verdict covers one of Findings.
	Spare []Finding
}

// nightsTogether is how many nights are counted, judged and kept in one transaction.
const nightsTogether = 31

// Through scores every night that must be scored to judge those from one to
// another (both UTC days, both included), keeps them but where the run is fresh, and
// calls each for those in between. Nights are calendar days: one without accesses is
// scored like any other, but for those of which there is nothing to tell.
func (r *Run) Through(ctx context.Context, from, to time.Time, each func(Scored) error) (err error) {
	days, err := r.Warehouse.Days(ctx)
	if err != nil {
		return err
	}
	if len(days) == 0 || days[0].Day.After(to) {
		return fmt.Errorf("there are no accesses up to %s: collect first, or name a later day", to.Format(time.DateOnly))
	}
	j := judging{Run: r, from: from, each: each, register: NewRegister()}
	if j.chains, err = r.chains(ctx, days, to); err != nil {
		return err
	}
	if r.Fresh {
		defer func() { err = errors.Join(err, r.Warehouse.DropScratch(context.WithoutCancel(ctx))) }()
	}
	next, err := j.begin(ctx, from)
	if err != nil {
		return err
	}
	nights := nightsOf(days, laterOf(next, days[0].Day.UTC()), from, to)
	for done := 0; done < len(nights); {
		some := nights[done:min(done+nightsTogether, len(nights))]
		if err := r.Warehouse.Together(ctx, func() error { return j.judge(ctx, days, some, done, len(nights)) }); err != nil {
			return err
		}
		done += len(some)
	}
	return nil
}

// rhythmDays is for how long after the last record a night can say that a source is
// silent (queries/baselines/coverage.sql).
const rhythmDays = 56

// nightsOf gives the nights to be judged: from the first one on those that have
// accesses, those on which somebody may have been missed, and all that are asked for.
func nightsOf(days []warehouse.DayDigest, first, from, to time.Time) []time.Time {
	var nights []time.Time
	next, last := 0, time.Time{}
	for night := days[0].Day.UTC(); !night.After(to); night = night.AddDate(0, 0, 1) {
		if next < len(days) && days[next].Day.Equal(night) {
			last = night
			next++
		}
		if !night.Before(first) && (!night.Before(from) || night.Sub(last) <= rhythmDays*24*time.Hour) {
			nights = append(nights, night)
		}
	}
	return nights
}

// judging is a run through nights.
type judging struct {
	*Run
	from     time.Time // the first night that is asked for
	each     func(Scored) error
	chains   map[time.Time]string
	register *Register
}

// begin makes the baselines those of the newest night before one that still says the
// truth, and gives the night after it.
func (j *judging) begin(ctx context.Context, from time.Time) (next time.Time, err error) {
	w := j.Warehouse
	if j.Fresh {
		if err := w.ScratchBaselines(ctx); err != nil {
			return next, err
		}
		return next, w.SetConstants(ctx, j.Options.Constants())
	}
	judged, err := w.JudgedNights(ctx)
	if err != nil {
		return next, err
	}
	for _, n := range judged {
		night := n.Night.UTC()
		if !night.Before(from) || j.chains[night] != n.Chain {
			break
		}
		if n.Register == "" {
			continue
		}
		next = night.AddDate(0, 0, 1)
		j.register = NewRegister()
		if err := json.Unmarshal([]byte(n.Register), j.register); err != nil {
			return next, fmt.Errorf("reading what findings were open by %s: %w", night.Format(time.DateOnly), err)
		}
	}
	return next, w.Together(ctx, func() error {
		if err := w.SetConstants(ctx, j.Options.Constants()); err != nil {
			return err
		}
		return w.RemoveNights(ctx, next)
	})
}

// judge counts and judges some nights, and keeps them.
func (j *judging) judge(ctx context.Context, days []warehouse.DayDigest, nights []time.Time, done, total int) error {
	last := nights[len(nights)-1]
	if !j.Fresh {
		if err := j.Warehouse.ForgetScored(ctx, nights[0], last); err != nil {
			return err
		}
	}
	if err := j.Warehouse.CountNights(ctx, nights[0], last, j.Options.columns()...); err != nil {
		return err
	}
	m := newModel(j.Options)
	know := recall{w: j.Warehouse, m: m, last: last}
	for i, night := range nights {
		m.state.Start = dayNumber(beginning(days, night))
		if err := know.before(ctx, night); err != nil {
			return fmt.Errorf("reading what was known before the night of %s: %w", night.Format(time.DateOnly), err)
		}
		if err := j.night(ctx, m, night); err != nil {
			return fmt.Errorf("scoring the night of %s: %w", night.Format(time.DateOnly), err)
		}
		if j.Progress != nil {
			j.Progress(done+i+1, total)
		}
	}
	if j.Fresh {
		return nil
	}
	return j.Warehouse.ThinRegisters(ctx, last)
}

// beginning is when the log that a night is of began: the first day, or the first
// after so many days without a record that one record of years ago does not make the
// log look old.
func beginning(days []warehouse.DayDigest, night time.Time) time.Time {
	began := days[0].Day.UTC()
	for i := 1; i < len(days) && !days[i].Day.After(night); i++ {
		if days[i].Day.Sub(days[i-1].Day) > rhythmDays*24*time.Hour {
			began = days[i].Day.UTC()
		}
	}
	return began
}

// night judges one night.
func (j *judging) night(ctx context.Context, m *Model, night time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	accesses, err := readNight(ctx, j.Warehouse, night)
	if err != nil {
		return err
	}
	rows, facts, err := j.facts(ctx, j.register, night)
	if err != nil {
		return err
	}
	unseen, err := j.Warehouse.Unseen(ctx, night)
	if err != nil {
		return err
	}
	assessed, judged := m.judgeNight(Night{Day: night, Accesses: accesses, Unseen: unseen.Forges, Dark: unseen.Dark})
	s := Scored{Night: night, Assessments: withFacts(night, assessed, rows, facts)}
	s.Findings = j.register.Note(night, s.Assessments)
	s.Spare = j.register.Spare(night, s.Assessments)
	for _, some := range [][]Finding{s.Findings, s.Spare} {
		if err := j.lookAround(ctx, night, some); err != nil {
			return err
		}
	}
	if err := j.keep(ctx, s, judged); err != nil {
		return err
	}
	if night.Before(j.from) {
		return nil
	}
	return j.each(s)
}

// keep writes what later nights rest on, and the night itself where it was asked for.
func (j *judging) keep(ctx context.Context, s Scored, judged warehouse.Judged) error {
	judged.Chain = j.chains[s.Night]
	if j.Fresh {
		judged.Evidence = nil
		return j.Warehouse.SaveJudged(judged)
	}
	register, err := json.Marshal(j.register)
	if err != nil {
		return fmt.Errorf("writing what findings are open: %w", err)
	}
	judged.Register = string(register)
	if err := j.Warehouse.SaveJudged(judged); err != nil || s.Night.Before(j.from) {
		return err
	}
	kept, err := s.kept(j.Version, judged.Chain)
	if err != nil {
		return err
	}
	kept.ListExpected, kept.ListRows = j.Options.Calibration.ListAt, j.Options.Calibration.ListMost
	return j.Warehouse.SaveScored(ctx, kept)
}

// readNight reads the accesses of a night in their fixed order.
func readNight(ctx context.Context, w *warehouse.Warehouse, night time.Time) ([]Access, error) {
	var all []Access
	err := w.CountedAccess(ctx, night, func(scan warehouse.Scan) error {
		var a Access
		err := scan(&a.facet, &a.repository, &a.Identity, &a.Name, &a.Family, &a.AccessType, &a.Bot, &a.Credential, &a.Repository, &a.Public,
			&a.Network, &a.Block, &a.ASN, &a.NetworkKind, &a.Country, &a.Agent,
			&a.Operations, &a.Copies, &a.Pushes, &a.First, &a.Last, &a.Hours)
		all = append(all, a)
		return err
	})
	return all, err
}

// chains names, for each calendar night up to the last, the days that what is
// learnt by its end rests on: the digests of all days so far, the networks
// table, the options and the version.
func (r *Run) chains(ctx context.Context, days []warehouse.DayDigest, last time.Time) (map[time.Time]string, error) {
	networks, err := r.Warehouse.NetworksDigest(ctx)
	if err != nil {
		return nil, err
	}
	options, err := json.Marshal(r.Options)
	if err != nil {
		return nil, fmt.Errorf("writing the options: %w", err)
	}
	chain := link(r.Version, networks, string(options))
	of := make(map[time.Time]string, len(days))
	next := 0
	for night := days[0].Day; !night.After(last); night = night.AddDate(0, 0, 1) {
		digest := ""
		if next < len(days) && days[next].Day.Equal(night) {
			digest = days[next].Digest
			next++
		}
		chain = link(chain, night.Format(time.DateOnly), digest)
		of[night] = chain
	}
	return of, nil
}

func link(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Span returns the nights that must be scored again so that a night and all
// that is kept after it say the truth: from the first one that is missing or
// rests on days that have changed since, to the newest. Where nothing was kept
// before, that is the night alone.
func (r *Run) Span(ctx context.Context, night time.Time) (from, to time.Time, err error) {
	kept, err := r.Warehouse.ScoredNights(ctx)
	if err != nil || len(kept) == 0 {
		return night, night, err
	}
	days, err := r.Warehouse.Days(ctx)
	if err != nil || len(days) == 0 {
		return night, night, err
	}
	to = kept[len(kept)-1].Night.UTC()
	if night.After(to) {
		to = night
	}
	chains, err := r.chains(ctx, days, to)
	if err != nil {
		return from, to, err
	}
	from = kept[len(kept)-1].Night.UTC().AddDate(0, 0, 1)
	for _, k := range kept {
		if chains[k.Night.UTC()] != k.Chain {
			from = k.Night.UTC()
			break
		}
	}
	if night.Before(from) {
		from = night
	}
	return from, to, nil
}

// kept is a night as the warehouse keeps it: every facet, and for those
// listed or spare the whole finding.
func (s Scored) kept(version, chain string) (warehouse.ScoredNight, error) {
	n := warehouse.ScoredNight{Night: s.Night, Chain: chain, Version: version}
	of := map[string]Finding{}
	for _, f := range slices.Concat(s.Findings, s.Spare) {
		of[f.Assessment.Identity+"|"+string(f.Assessment.Family)] = f
	}
	for _, a := range s.Assessments {
		row := warehouse.Scored{
			Rank: a.Rank, Identity: a.Identity, Name: a.Name, Family: string(a.Family), Score: a.Score, Raw: a.Raw,
			Expected: a.Expected, Listed: a.Listed, Hypothesis: string(a.Hypothesis),
		}
		if f, ok := of[a.Identity+"|"+string(a.Family)]; ok {
			detail, err := json.Marshal(f)
			if err != nil {
				return n, fmt.Errorf("writing the finding of %s: %w", a.Identity, err)
			}
			row.Finding, row.Detail = f.ID, string(detail)
		}
		n.Facets = append(n.Facets, row)
	}
	return n, nil
}
