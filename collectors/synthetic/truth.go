package synthetic

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// mark is what the truth knows about one attack or look-alike: which records
// are its own, gathered as they are written.
type mark struct {
	attack   bool
	kind     string // attack's name or look-alike's kind
	campaign string
	variant  string
	aliases  []string
	cells    map[cellKey]*cell
	repos    map[int]bool
	ids      []string
	first    int64
	last     int64
	events   int
}

type cellKey struct {
	day   int64
	actor string
}

// cell counts what one identity did of it on one UTC day.
type cell struct {
	events  int
	private map[int]bool
}

func (m *mark) note(e *event, id [22]byte) {
	m.events++
	if m.attack {
		m.ids = append(m.ids, string(id[:]))
	}
	if m.events == 1 {
		m.first = e.at
	}
	m.last = e.at
	key := cellKey{e.at / oneDay, e.actor.login}
	c := m.cells[key]
	if c == nil {
		c = &cell{private: map[int]bool{}}
		m.cells[key] = c
	}
	c.events++
	if e.repo == nil {
		return
	}
	m.repos[e.repo.number] = true
	if !e.repo.public {
		c.private[e.repo.number] = true
	}
}

// ledger holds every mark in the order they were opened.
type ledger struct{ marks []*mark }

func (l *ledger) open(attack bool, kind, campaign, variant string) *mark {
	m := &mark{attack: attack, kind: kind, campaign: campaign, variant: variant, aliases: []string{}, cells: map[cellKey]*cell{}, repos: map[int]bool{}}
	l.marks = append(l.marks, m)
	return m
}

// happened fails when an attack that was asked for left no record.
func (l *ledger) happened() error {
	for _, m := range l.marks {
		if m.attack && m.events == 0 {
			return fmt.Errorf("synthetic attack %s found nobody to act as: give more people, a longer warm-up (15 days are enough) or another seed", m.campaign)
		}
	}
	return nil
}

// The judge's records; the field names are its own.
type truthDay struct {
	Day          string `json:"day"`
	Actor        string `json:"actor"`
	Events       int    `json:"events"`
	PrivateRepos int    `json:"private_repos"`
}

type truthLabel struct {
	Campaign    string     `json:"campaign"`
	Scenario    string     `json:"scenario"`
	Variant     string     `json:"variant"`
	Aliases     []string   `json:"aliases"`
	Actor       string     `json:"actor"`
	Actors      []string   `json:"actors"`
	Start       string     `json:"start"`
	End         string     `json:"end"`
	Events      int        `json:"events"`
	Repos       int        `json:"repos"`
	Days        []truthDay `json:"days"`
	DocumentIDs []string   `json:"_document_ids"`
}

type truthLookAlike struct {
	ID     string     `json:"id"`
	Kind   string     `json:"kind"`
	Actors []string   `json:"actors"`
	Days   []truthDay `json:"days"`
}

type truthMeta struct {
	Start    string `json:"start"`
	End      string `json:"end"`
	EvalFrom string `json:"eval_from"`
	Nights   int    `json:"nights"`
	Events   int64  `json:"events"`
	Seed     uint64 `json:"seed"`
}

// days lists what happened from a day on, by day and actor.
func (m *mark) days(from int64) []truthDay {
	days := []truthDay{}
	for k, c := range m.cells {
		if k.day >= from {
			days = append(days, truthDay{isoDay(k.day), k.actor, c.events, len(c.private)})
		}
	}
	slices.SortFunc(days, func(a, b truthDay) int {
		return strings.Compare(a.Day+a.Actor, b.Day+b.Actor)
	})
	return days
}

func actorsOf(days []truthDay) []string {
	actors := []string{}
	for _, d := range days {
		actors = append(actors, d.Actor)
	}
	slices.Sort(actors)
	return slices.Compact(actors)
}

func isoDay(d int64) string { return time.UnixMilli(d * oneDay).UTC().Format(time.DateOnly) }

func isoTime(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

// write gives the truth and how many attacks and look-alikes it lists.
func (l *ledger) write(o Options, events int64, to Writers) (attacks, alike int, err error) {
	labels := l.labels()
	looks := l.lookAlikes(o, labels)
	if err := writeLines(discardNil(to.Labels), labels); err != nil {
		return 0, 0, err
	}
	if err := writeLines(discardNil(to.LookAlikes), looks); err != nil {
		return 0, 0, err
	}
	meta := truthMeta{
		Start: o.day(0).Format(time.DateOnly), End: o.day(o.Days - 1).Format(time.DateOnly),
		EvalFrom: o.day(o.EvalFrom).Format(time.DateOnly), Nights: o.Days - o.EvalFrom, Events: events, Seed: o.Seed,
	}
	return len(labels), len(looks), writeLines(discardNil(to.Meta), []truthMeta{meta})
}

func (l *ledger) labels() []truthLabel {
	var labels []truthLabel
	for _, m := range l.marks {
		if !m.attack || m.events == 0 {
			continue
		}
		days := m.days(0)
		actors := actorsOf(days)
		labels = append(labels, truthLabel{
			Campaign: m.campaign, Scenario: m.kind, Variant: m.variant, Aliases: m.aliases, Actor: actors[0], Actors: actors,
			Start: isoTime(m.first), End: isoTime(m.last), Events: m.events, Repos: len(m.repos), Days: days, DocumentIDs: m.ids,
		})
	}
	slices.SortFunc(labels, func(a, b truthLabel) int { return strings.Compare(a.Campaign, b.Campaign) })
	return labels
}

// maxLookAlikes bounds how many of one kind are listed, so that common ones such
// as trips do not drown the rest.
const maxLookAlikes = 25

// notable is how many events make a look-alike worth listing.
const notable = 3

// lookAlikes lists those with days to judge whose actors no attack used.
func (l *ledger) lookAlikes(o Options, labels []truthLabel) []truthLookAlike {
	used := map[string]bool{}
	for _, x := range labels {
		for _, a := range x.Actors {
			used[a] = true
		}
	}
	var looks []truthLookAlike
	listed := map[string]int{}
	for _, m := range l.marks {
		if m.attack || m.events < notable || listed[m.kind] >= maxLookAlikes {
			continue
		}
		days := m.days(o.day(o.EvalFrom).UnixMilli() / oneDay)
		actors := actorsOf(days)
		if len(days) == 0 || slices.ContainsFunc(actors, func(a string) bool { return used[a] }) {
			continue
		}
		listed[m.kind]++
		looks = append(looks, truthLookAlike{fmt.Sprintf("n%03d", len(looks)+1), m.kind, actors, days})
	}
	return looks
}

func writeLines[T any](to io.Writer, rows []T) error {
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	for _, x := range rows {
		if err := enc.Encode(x); err != nil {
			return err
		}
	}
	return nil
}
