package triage_test

import (
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/triage"
)

var (
	night   = time.Date(2026, time.July, 20, 0, 0, 0, 0, time.UTC)
	decided = night.AddDate(0, 0, 1).Add(8 * time.Hour)
)

// small is a finding of two repositories on a night.
func small(day time.Time) analyzer.Finding {
	return analyzer.Finding{
		ID: "mw-20260720-00000001", Around: analyzer.Around{Team: "payments", Person: "Ana Diaz", OtherIdentities: []string{"gitlab:adiaz"}},
		Assessment: analyzer.Assessment{
			Identity: "github:ana", Name: "ana", Family: analyzer.Personal, Kind: analyzer.Human, Day: day, Raw: 5, Expected: 0.5, Listed: true,
			Evidence:        []analyzer.Evidence{{Name: analyzer.EvidenceNewRepositories, Nats: 3}, {Name: analyzer.EvidenceNetwork, Nats: 2}, {Name: analyzer.EvidenceReturnAfterGap, Nats: .9}},
			NewRepositories: []analyzer.NewRepository{{Repository: "acme/pay"}, {Repository: "acme/web"}},
			Session:         analyzer.Session{Network: "192.0.2.0/24", Agent: "Git/2.47"},
		},
	}
}

func bot(day time.Time) analyzer.Finding {
	f := small(day)
	f.Assessment.Identity, f.Assessment.Name, f.Assessment.Kind = "github:builder", "builder", analyzer.Machine
	return f
}

func decide(t *testing.T, f analyzer.Finding, q triage.Request) triage.Answer {
	t.Helper()
	if q.Verdict == "" {
		q.Verdict = triage.Expected
	}
	q.Reason, q.By, q.At = "asked the team lead", []string{"lea"}, decided
	a, err := triage.Decide(f, q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestCovers(t *testing.T) {
	t.Parallel()
	type F = analyzer.Finding
	first, last := night.AddDate(0, 0, 1), night.AddDate(0, 0, 30)
	for name, x := range map[string]struct {
		on      func(time.Time) F
		q       triage.Request
		day     time.Time
		change  func(*F)
		covered bool
	}{
		"the same on the first night":      {day: first, covered: true},
		"the night it was given for":       {day: night},
		"the last night":                   {day: last, covered: true},
		"the night it ends":                {day: last.AddDate(0, 0, 1)},
		"the last night of a chosen end":   {q: triage.Request{Until: first.AddDate(0, 0, 3)}, day: first.AddDate(0, 0, 2), covered: true},
		"the chosen end":                   {q: triage.Request{Until: first.AddDate(0, 0, 3)}, day: first.AddDate(0, 0, 3)},
		"benign covers too":                {q: triage.Request{Verdict: triage.Benign}, day: first, covered: true},
		"theft covers nothing":             {q: triage.Request{Verdict: triage.Theft}, day: first},
		"unclear covers nothing":           {q: triage.Request{Verdict: triage.Unclear}, day: first},
		"one of the repositories":          {day: first, change: func(f *F) { f.Assessment.NewRepositories = f.Assessment.NewRepositories[:1] }, covered: true},
		"another repository":               {day: first, change: func(f *F) { f.Assessment.NewRepositories[0].Repository = "acme/keys" }},
		"no new repository at all":         {day: first, change: func(f *F) { f.Assessment.NewRepositories = nil }},
		"another login":                    {day: first, change: func(f *F) { f.Assessment.Identity = "github:ben" }},
		"other credentials of the login":   {day: first, change: func(f *F) { f.Assessment.Family = analyzer.DeployKey }},
		"a piece that now speaks for it":   {day: first, change: func(f *F) { f.Assessment.Evidence[2].Nats = 1 }},
		"a piece that no longer does":      {day: first, change: func(f *F) { f.Assessment.Evidence[1].Nats = 0 }, covered: true},
		"a fact":                           {day: first, change: func(f *F) { f.Assessment.Certain = []analyzer.Fact{{Signal: "canary_touched"}} }},
		"somebody listed with it":          {day: first, change: func(f *F) { f.Assessment.Group = []analyzer.Member{{Identity: "github:ben"}} }},
		"a tenth as many false alarms":     {day: first, change: func(f *F) { f.Assessment.Expected = .05 }},
		"a little more than a tenth":       {day: first, change: func(f *F) { f.Assessment.Expected = .0501 }, covered: true},
		"six nats more":                    {day: first, change: func(f *F) { f.Assessment.Raw = 11 }},
		"a little less than six nats more": {day: first, change: func(f *F) { f.Assessment.Raw = 10.99 }, covered: true},
		"another severity": {day: first, change: func(f *F) {
			f.Assessment.NewRepositories = append(f.Assessment.NewRepositories, f.Assessment.NewRepositories...)
		}},
		"network: another login of the team": {q: triage.Request{Scope: triage.Network}, day: first, change: func(f *F) {
			f.Assessment.Identity = "github:ben"
			f.Assessment.NewRepositories[0].Repository = "acme/x"
		}, covered: true},
		"network: another team":                {q: triage.Request{Scope: triage.Network}, day: first, change: func(f *F) { f.Around.Team = "web" }},
		"network: another network":             {q: triage.Request{Scope: triage.Network}, day: first, change: func(f *F) { f.Assessment.Session.Network = "198.51.100.0/24" }},
		"client: the bot with a newer version": {on: bot, q: triage.Request{Scope: triage.Client}, day: first, change: func(f *F) { f.Assessment.Session.Agent = "git/3.0" }, covered: true},
		"client: the bot with another client":  {on: bot, q: triage.Request{Scope: triage.Client}, day: first, change: func(f *F) { f.Assessment.Session.Agent = "curl/8" }},
		"client: another bot":                  {on: bot, q: triage.Request{Scope: triage.Client}, day: first, change: func(f *F) { f.Assessment.Identity = "github:other" }},
		"client: now taken for a person":       {on: bot, q: triage.Request{Scope: triage.Client}, day: first, change: func(f *F) { f.Assessment.Kind = analyzer.Human }},
	} {
		if x.on == nil {
			x.on = small
		}
		a, f := decide(t, x.on(night), x.q), x.on(x.day)
		if x.change != nil {
			x.change(&f)
		}
		if got := a.Covers(f); got != x.covered {
			t.Errorf("%s: covered %v, want %v", name, got, x.covered)
		}
		a.UndoneAt = decided
		if a.Covers(f) {
			t.Errorf("%s: covered after the verdict was undone", name)
		}
	}
}

func TestDecideRefuses(t *testing.T) {
	t.Parallel()
	day := decided.Truncate(24 * time.Hour)
	good := triage.Request{Verdict: triage.Expected, Reason: "asked", By: []string{"lea"}, At: decided}
	for name, x := range map[string]struct {
		change func(*triage.Request)
		want   string
	}{
		"no such verdict":      {func(q *triage.Request) { q.Verdict = "fine" }, `there is no verdict "fine"`},
		"no reason":            {func(q *triage.Request) { q.Reason = " " }, "needs a reason"},
		"nobody":               {func(q *triage.Request) { q.By = nil }, "--by"},
		"the login itself":     {func(q *triage.Request) { q.By = []string{"ANA"} }, "somebody else must decide"},
		"its other login":      {func(q *triage.Request) { q.By = []string{"lea", "adiaz"} }, "somebody else must decide"},
		"the person":           {func(q *triage.Request) { q.By = []string{"ana diaz"} }, "somebody else must decide"},
		"ends today":           {func(q *triage.Request) { q.Until = day }, "is not after today"},
		"ends in over a year":  {func(q *triage.Request) { q.Until = day.AddDate(0, 0, 366) }, "more than 365 days"},
		"a client of a person": {func(q *triage.Request) { q.Scope = triage.Client }, "only for a bot"},
		"no such scope":        {func(q *triage.Request) { q.Scope = "login" }, `there is no scope "login"`},
	} {
		q := good
		x.change(&q)
		if _, err := triage.Decide(small(night), q); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
	for _, until := range []time.Time{day.AddDate(0, 0, 1), day.AddDate(0, 0, 365)} {
		good.Until = until
		if a, err := triage.Decide(small(night), good); err != nil || !a.Until.Equal(until) {
			t.Errorf("until %v: %+v, %v", until, a, err)
		}
	}
}

// A verdict that was given for two repositories does not hide that the login then
// takes many.
func TestPoisonedVerdictListsTheTheft(t *testing.T) {
	t.Parallel()
	for _, kind := range []triage.Kind{triage.Repositories, triage.Network} {
		a := decide(t, small(night), triage.Request{Scope: kind})
		theft := small(night.AddDate(0, 0, 3))
		for range 40 {
			theft.Assessment.NewRepositories = append(theft.Assessment.NewRepositories, analyzer.NewRepository{Repository: "acme/pay"})
		}
		if a.Covers(theft) {
			t.Errorf("a verdict on %s hides a theft", kind)
		}
	}
}

func TestEnding(t *testing.T) {
	t.Parallel()
	a := decide(t, small(night), triage.Request{})
	for days, want := range map[int]int{9: 0, 8: 1, 1: 1, 0: 0} {
		if got := len(triage.Ending([]triage.Answer{a}, a.Until.AddDate(0, 0, -days))); got != want {
			t.Errorf("%d days before its end %d end within the week, want %d", days, got, want)
		}
	}
}
