package triage_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"midwatch/analyzer"
	"midwatch/analyzer/triage"
)

// typed answers with words: a key is the first letter of one, "" is Enter.
type typed struct {
	words []string
	asked []string
}

func (t *typed) Line(question string) (string, error) {
	t.asked = append(t.asked, question)
	if len(t.words) == 0 {
		return "", io.EOF
	}
	word := t.words[0]
	t.words = t.words[1:]
	return word, nil
}

func (t *typed) Key(question string) (rune, error) {
	word, err := t.Line(question)
	if word == "" {
		return 0, err
	}
	return []rune(word)[0], err
}

// walked is what a person ends up with after typing words about three findings: one of
// a person, one of a bot, and one that has no new repository.
func walked(t *testing.T, by string, words ...string) (string, *strings.Builder) {
	t.Helper()
	plain, last := small(night), bot(night)
	plain.ID, last.ID = "mw-1", "mw-2"
	none := small(night)
	none.ID, none.Assessment.NewRepositories = "mw-3", nil
	var out strings.Builder
	w := triage.Walk{By: []string{by}, At: decided, Out: &out, Says: func(s string) string { return s }}
	for _, f := range []analyzer.Finding{plain, last, none} {
		w.Items = append(w.Items, triage.Item{
			Finding: f, Show: func(o io.Writer) error { _, err := fmt.Fprintln(o, "all of "+f.ID); return err },
			More: func(o io.Writer) error { _, err := fmt.Fprintln(o, "rows of "+f.ID); return err },
		})
	}
	all, err := w.Run(&typed{words: words})
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, a := range all {
		said += fmt.Sprintf("%s %s %s %s %s;", a.Finding, a.Verdict, a.Reason, a.Scope.Kind, a.Until.Format("01-02"))
	}
	return said, &out
}

// Every way through the findings keeps what was confirmed, and nothing else.
func TestWalk(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		by    string
		words []string
		want  string
	}{
		"all three": {"lea", []string{"e", "asked her", "", "", "b", "new build", "client", "2026-08-01", "t", "it was", "y"},
			"mw-1 expected asked her repositories 08-20;mw-2 benign new build client 08-01;mw-3 theft it was  08-20;"},
		"not confirmed":             {"lea", []string{"e", "asked her", "", "", "s", "s", "n"}, ""},
		"Enter does not confirm":    {"lea", []string{"e", "asked her", "", "", "s", "s", ""}, ""},
		"ends before it is asked":   {"lea", []string{"e", "asked her", "", "", "s", "s"}, ""},
		"ends in the middle":        {"lea", []string{"e", "asked her"}, ""},
		"skipped":                   {"lea", []string{"", "s", "s"}, ""},
		"quit keeps what is there":  {"lea", []string{"u", "nobody knows", "q", "y"}, "mw-1 unclear nobody knows  08-20;"},
		"back changes an answer":    {"lea", []string{"u", "nobody knows", "p", "t", "police", "q", "y"}, "mw-1 theft police  08-20;"},
		"back from the first":       {"lea", []string{"p", "t", "it was", "q", "y"}, "mw-1 theft it was  08-20;"},
		"no reason":                 {"lea", []string{"t", " ", "q"}, ""},
		"a wrong key and more":      {"lea", []string{"x", "m", "t", "it was", "q", "y"}, "mw-1 theft it was  08-20;"},
		"no such scope":             {"lea", []string{"e", "asked", "login", "", "q"}, ""},
		"no such day":               {"lea", []string{"e", "asked", "", "soon", "q"}, ""},
		"about the one who decides": {"ana", []string{"e", "it was me", "", "", "q"}, ""},
		"no repository to cover":    {"lea", []string{"s", "s", "e", "asked", "", "y"}, "mw-3 expected asked network 08-20;"},
	} {
		if got, out := walked(t, x.by, x.words...); got != x.want {
			t.Errorf("%s: %q, want %q\n%s", name, got, x.want, out)
		}
	}
}

func TestWalkShows(t *testing.T) {
	t.Parallel()
	_, out := walked(t, "ana", "x", "m", "e", "me", "", "", "q")
	for _, want := range []string{
		"Finding 1 of 3", "all of mw-1", "rows of mw-1", "Press one of", "github:ana reading acme/pay, acme/web", "network 192.0.2.0/24 for team payments",
		"Nothing noted: mw-1 is about ana: somebody else must decide on it.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if _, out := walked(t, "lea", "u", "nobody knows", "p", "q", "y"); !strings.Contains(out.String(), "Your answer so far: unclear (nobody knows)") ||
		!strings.Contains(out.String(), "mw-1 is unclear: nobody knows. It covers no later finding.") {
		t.Errorf("%s", out)
	}
}

// A finding that was answered is asked again on a later night, and after an undo.
func TestUnanswered(t *testing.T) {
	t.Parallel()
	tonight, later := small(night), small(night.AddDate(0, 0, 1))
	a := decide(t, tonight, triage.Request{})
	both := []analyzer.Finding{tonight, later}
	if got := triage.Unanswered([]triage.Answer{a}, both); len(got) != 1 || !got[0].Assessment.Day.Equal(later.Assessment.Day) {
		t.Errorf("%+v", got)
	}
	a.UndoneAt = decided
	if got := triage.Unanswered([]triage.Answer{a}, both); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}
