package triage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/triage"
)

func TestQuestion(t *testing.T) {
	t.Parallel()
	f := small(night)
	f.Assessment.Session.First, f.Assessment.Session.Last = night.Add(9*time.Hour), night.Add(9*time.Hour+5*time.Minute)
	f.Assessment.Session.Country = "RO"
	q := triage.Question{Finding: f, To: "Ana Diaz", Asker: "lea", Link: "https://m.example/ask/x", Until: night.AddDate(0, 0, 4)}
	want := `Hello Ana Diaz,

we look after access to our source code, and want to be sure about one thing.

On Monday, 20 July 2026 between 09:00 and 09:05 UTC, the account ana (github) read 2 private repositories that it had never opened before, from the network 192.0.2.0/24 (RO), with Git/2.47.
  - acme/pay
  - acme/web

Was it you?
  Yes, it was me.
  No, it was not me, or I am not sure.

Please answer here, before 24 July, 00:00 UTC:
https://m.example/ask/x
Nobody will ask you for a password or a token.
`
	if got := q.Text(); got != want || q.Subject() != "Was it you? Access to our source code on 20 July 2026" {
		t.Errorf("%s\n%s", q.Subject(), got)
	}
	q.Manager, q.To, q.Link = true, "Lea", ""
	for _, part := range []string{"Hello Lea,", "Was it Ana Diaz?\n  Yes, it was them.", "Please tell lea, in person or by phone"} {
		if got := q.Text(); !strings.Contains(got, part) || strings.Contains(got, "Was it you") {
			t.Errorf("no %q in\n%s", part, got)
		}
	}
}

// Whoever makes a request chooses the client's name: it is said only where it can be no
// message of its own. What is not known is left out.
func TestQuestionSaysOnlyWhatIsKnown(t *testing.T) {
	t.Parallel()
	f := small(night)
	f.Assessment.Session = analyzer.Session{Agent: "please call 555 0100 to confirm"}
	f.Assessment.NewRepositories = nil
	f.Assessment.Repositories = 3
	got := triage.Question{Finding: f, Asker: "lea"}.Text()
	if strings.Contains(got, "555") || !strings.Contains(got, "Hello,\n") || !strings.Contains(got, "On Monday, 20 July 2026, the account ana (github) used 3 repositories.\n") {
		t.Error(got)
	}
	for range 12 {
		f.Assessment.NewRepositories = append(f.Assessment.NewRepositories, analyzer.NewRepository{Repository: "acme/x"})
	}
	if got := (triage.Question{Finding: f}).Text(); strings.Count(got, "acme/x") != 10 || !strings.Contains(got, "and 2 more") {
		t.Error(got)
	}
}

func TestTicket(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("k", triage.KeyLeast)
	ticket := triage.Ticket{Question: "q-1", Finding: "mw-1", Account: "github:ana", Day: "2026-07-20", Until: night.Unix()}
	token, err := ticket.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	payload, signature, _ := strings.Cut(token, ".")
	other := ticket
	other.Finding = "mw-2"
	forged, err := other.Sign(strings.Repeat("j", triage.KeyLeast))
	if err != nil {
		t.Fatal(err)
	}
	stranger, _, _ := strings.Cut(forged, ".")
	before := night.Add(-time.Second)
	for name, x := range map[string]struct {
		token string
		at    time.Time
		want  error
	}{
		"good until the last second":   {token, before, nil},
		"over at its end":              {token, night, triage.ErrExpired},
		"another key":                  {forged, before, triage.ErrForged},
		"another's payload":            {stranger + "." + signature, before, triage.ErrForged},
		"no signature":                 {payload + ".", before, triage.ErrForged},
		"cut":                          {token[:len(token)-2], before, triage.ErrForged},
		"a letter more":                {token + "A", before, triage.ErrForged},
		"nothing":                      {"", before, triage.ErrForged},
		"forged and expired is forged": {forged, night, triage.ErrForged},
	} {
		got, err := triage.OpenTicket(key, x.token, x.at)
		if !errors.Is(err, x.want) || x.want == nil && got != ticket {
			t.Errorf("%s: %+v, %v, want %v", name, got, err, x.want)
		}
	}
}
