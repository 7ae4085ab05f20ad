package analyzer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"midwatch/queries/warehouse"
)

// Run scores the nights of a warehouse in order, each against the nights before
// it alone.
type Run struct {
	// Warehouse to read from; its roll-ups must be up to date.
	Warehouse *warehouse.Warehouse
	// Options of the model.
	Options Options
	// Version of the program; states of another version are not gone on from.
	Version string
	// Fresh is true where nothing that earlier runs left is to be used.
	Fresh bool
	// Progress, where set, is told how many nights are done.
	Progress func(done, total int)
}

// Scored is one night that was scored, with its findings and what was learnt by
// its end.
type Scored struct {
	Night       time.Time
	Assessments []Assessment
	// Findings listed on the night, in the order of the list.
	Findings []Finding
	// chain says from which days this was learnt.
	chain string
}

// learnt is what the nights so far have left behind.
type learnt struct {
	model    *Model
	register *Register
	until    time.Time
}

// Through scores every night that must be scored to judge those from one to
// another (both UTC days, both included), calls each for those in between, and
// returns what is to be saved after the last. Nights are calendar days: one
// without accesses is scored like any other.
func (r *Run) Through(ctx context.Context, from, to time.Time, each func(Scored) error) (*Left, error) {
	days, err := r.Warehouse.Days(ctx)
	if err != nil {
		return nil, err
	}
	if len(days) == 0 || days[0].Day.After(to) {
		return nil, fmt.Errorf("there are no accesses up to %s: collect first, or name a later day", to.Format(time.DateOnly))
	}
	chains, err := r.chains(ctx, days, to)
	if err != nil {
		return nil, err
	}
	know, err := r.begin(ctx, chains, from)
	if err != nil {
		return nil, err
	}
	night := days[0].Day
	if !know.until.IsZero() {
		night = know.until.AddDate(0, 0, 1)
	}
	total := int(to.Sub(night).Hours()/24) + 1
	for done := 0; !night.After(to); night = night.AddDate(0, 0, 1) {
		s, err := r.score(ctx, know, night)
		if err != nil {
			return nil, fmt.Errorf("scoring the night of %s: %w", night.Format(time.DateOnly), err)
		}
		s.chain = chains[night]
		if !night.Before(from) {
			if err := each(s); err != nil {
				return nil, err
			}
		}
		if done++; r.Progress != nil {
			r.Progress(done, total)
		}
	}
	return &Left{know: know, chain: chains[to]}, nil
}

// score judges one night and learns it.
func (r *Run) score(ctx context.Context, know *learnt, night time.Time) (Scored, error) {
	if err := ctx.Err(); err != nil {
		return Scored{}, err
	}
	accesses, err := readNight(ctx, r.Warehouse, night)
	if err != nil {
		return Scored{}, err
	}
	rows, facts, err := r.facts(ctx, know.register, night)
	if err != nil {
		return Scored{}, err
	}
	unseen, err := r.Warehouse.Unseen(ctx, night)
	if err != nil {
		return Scored{}, err
	}
	assessed := know.model.Advance(Night{Day: night, Accesses: accesses, Unseen: unseen.Forges, Dark: unseen.Dark})
	s := Scored{Night: night, Assessments: withFacts(night, assessed, rows, facts)}
	s.Findings = know.register.Note(night, s.Assessments)
	know.until = night
	return s, r.lookAround(ctx, night, s.Findings)
}

// readNight reads the accesses of a night in their fixed order.
func readNight(ctx context.Context, w *warehouse.Warehouse, night time.Time) ([]Access, error) {
	var all []Access
	err := w.NightAccess(ctx, night, func(scan warehouse.Scan) error {
		var a Access
		err := scan(&a.Identity, &a.Name, &a.Family, &a.AccessType, &a.Bot, &a.Credential, &a.Repository, &a.Public,
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

// begin goes on from the newest saved state before the first night wanted that
// still says the truth; without one it begins with nothing.
func (r *Run) begin(ctx context.Context, chains map[time.Time]string, from time.Time) (*learnt, error) {
	if r.Fresh {
		return &learnt{model: New(r.Options), register: NewRegister()}, nil
	}
	states, err := r.Warehouse.States(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range states {
		if !s.Night.Before(from) || chains[s.Night.UTC()] != s.Chain {
			continue
		}
		text, err := r.Warehouse.State(ctx, s.Night)
		if err != nil {
			return nil, err
		}
		return r.resume(text, s.Night.UTC())
	}
	return &learnt{model: New(r.Options), register: NewRegister()}, nil
}

// saved is a state as it is written: the register of findings and the model.
type saved struct {
	Register *Register
	Model    []byte
}

func (r *Run) resume(text []byte, night time.Time) (*learnt, error) {
	var s saved
	err := json.Unmarshal(text, &s)
	if err != nil {
		return nil, fmt.Errorf("reading what was learnt by %s: %w", night.Format(time.DateOnly), err)
	}
	model, err := Load(bytes.NewReader(s.Model), r.Options)
	if err != nil {
		return nil, fmt.Errorf("reading what was learnt by %s: %w", night.Format(time.DateOnly), err)
	}
	return &learnt{model: model, register: s.Register, until: night}, nil
}

// Left is what a run leaves for the next.
type Left struct {
	know  *learnt
	chain string
}

// State returns it as the warehouse keeps it.
func (l *Left) State() (warehouse.SavedState, error) {
	var model bytes.Buffer
	if err := l.know.model.Save(&model); err != nil {
		return warehouse.SavedState{}, fmt.Errorf("writing what was learnt: %w", err)
	}
	text, err := json.Marshal(saved{Register: l.know.register, Model: model.Bytes()})
	if err != nil {
		return warehouse.SavedState{}, fmt.Errorf("writing what was learnt: %w", err)
	}
	return warehouse.SavedState{Night: l.know.until, Chain: l.chain, State: text}, nil
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

// Keep returns a night as the warehouse keeps it: every facet, and for those
// listed the whole finding.
func (s Scored) Keep(version string) (warehouse.ScoredNight, error) {
	n := warehouse.ScoredNight{Night: s.Night, Chain: s.chain, Version: version}
	of := map[string]Finding{}
	for _, f := range s.Findings {
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
