package triage

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"midwatch/analyzer"
)

// Prompt asks a person. An answer that ends early is io.EOF.
type Prompt interface {
	// Key asks for one key; Enter alone is 0.
	Key(question string) (rune, error)
	// Line asks for a line of text.
	Line(question string) (string, error)
}

// Item is a finding to be answered.
type Item struct {
	Finding analyzer.Finding
	// Show writes what a person must know to answer, More the rows and the SQL.
	Show, More func(io.Writer) error
}

// Walk asks a person about findings, one after the other, and keeps nothing itself.
type Walk struct {
	Items []Item
	// By and At are who decides and when.
	By []string
	At time.Time
	// Out is the screen. Says shows text on it safely.
	Out  io.Writer
	Says func(string) string

	answers map[int]Answer
	at      int
}

// keys are what a person may press for a finding, in the order of the question.
const keys = "[e]xpected [b]enign [t]heft [u]nclear  [s]kip [p]revious [m]ore [q]uit: "

// verdictKeys are the verdicts by their key.
func verdictKeys() map[rune]Verdict {
	return map[rune]Verdict{'e': Expected, 'b': Benign, 't': Theft, 'u': Unclear}
}

// Run asks until each finding has an answer or was skipped, or the person quits. It
// returns the answers in the order of the findings, and only those that the person
// confirmed at the end: nil where they did not, or left.
func (w *Walk) Run(p Prompt) ([]Answer, error) {
	w.answers = map[int]Answer{}
	for w.at = 0; w.at < len(w.Items); {
		quit, err := w.ask(p)
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if quit {
			break
		}
	}
	return w.confirm(p)
}

// ask shows the current finding and takes one key.
func (w *Walk) ask(p Prompt) (quit bool, err error) {
	i := w.Items[w.at]
	if _, err := fmt.Fprintf(w.Out, "\n---- Finding %d of %d ----\n", w.at+1, len(w.Items)); err != nil {
		return false, err
	}
	if err := i.Show(w.Out); err != nil {
		return false, err
	}
	if a, has := w.answers[w.at]; has {
		if _, err := fmt.Fprintf(w.Out, "Your answer so far: %s (%s)\n", a.Verdict, w.Says(a.Reason)); err != nil {
			return false, err
		}
	}
	for {
		key, err := p.Key(keys)
		if err != nil {
			return false, err
		}
		if verdict, is := verdictKeys()[key]; is {
			return false, w.decide(p, verdict)
		}
		switch key {
		case 's', 0:
			w.at++
			return false, nil
		case 'p':
			w.at = max(0, w.at-1)
			return false, nil
		case 'q':
			return true, nil
		case 'm':
			if err := i.More(w.Out); err != nil {
				return false, err
			}
		default:
			if _, err := fmt.Fprintf(w.Out, "Press one of e, b, t, u, s, p, m or q.\n"); err != nil {
				return false, err
			}
		}
	}
}

// decide asks for the reason, and for what a verdict covers and until when. Something
// wrong is said, and the finding is shown again.
func (w *Walk) decide(p Prompt, verdict Verdict) error {
	f := w.Items[w.at].Finding
	row := Row{Finding: f.ID, Verdict: string(verdict)}
	var err error
	if row.Reason, err = p.Line("Why? Who was asked, and what did they say: "); err != nil {
		return err
	}
	if strings.TrimSpace(row.Reason) == "" {
		_, err := fmt.Fprintln(w.Out, "Nothing noted: a verdict needs a reason.")
		return err
	}
	if verdict == Expected || verdict == Benign {
		if row.Scope, err = w.scope(p, f); err != nil {
			return err
		}
		if row.Until, err = p.Line(fmt.Sprintf("Until which day (UTC)? Enter for %d days: ", DefaultDays)); err != nil {
			return err
		}
	}
	row.Scope, row.Until = strings.ToLower(strings.TrimSpace(row.Scope)), strings.TrimSpace(row.Until)
	a, err := row.Decide(w.By, w.At, func(string) (analyzer.Finding, error) { return f, nil })
	if err != nil {
		_, err := fmt.Fprintf(w.Out, "Nothing noted: %s.\n", w.Says(err.Error()))
		return err
	}
	w.answers[w.at] = a
	w.at++
	return nil
}

// scope asks what a verdict is to cover, where there is a choice.
func (w *Walk) scope(p Prompt, f analyzer.Finding) (string, error) {
	var can []string
	for _, k := range Kinds() {
		s, err := ScopeOf(k, f)
		if err != nil {
			continue
		}
		can = append(can, string(k))
		if _, err := fmt.Fprintf(w.Out, "  %-12s  %s\n", k, w.Says(s.Says())); err != nil {
			return "", err
		}
	}
	if len(can) < 2 {
		return strings.Join(can, ""), nil
	}
	return p.Line(fmt.Sprintf("What does it cover: %s? Enter for %s: ", strings.Join(can, ", "), can[0]))
}

// confirm shows what is to be kept and asks once.
func (w *Walk) confirm(p Prompt) ([]Answer, error) {
	var all []Answer
	for at := range w.Items {
		if a, has := w.answers[at]; has {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	if _, err := fmt.Fprintln(w.Out, "\nTo be kept:"); err != nil {
		return nil, err
	}
	for _, a := range all {
		if _, err := fmt.Fprintf(w.Out, "  %s is %s: %s. %s\n", a.Finding, a.Verdict, w.Says(strings.TrimRight(a.Reason, ".")), w.Says(a.Covering())); err != nil {
			return nil, err
		}
	}
	key, err := p.Key("Keep them? [y]es, anything else keeps nothing: ")
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if key != 'y' {
		return nil, nil
	}
	return all, nil
}

// Covering says what an answer covers, in a sentence.
func (a Answer) Covering() string {
	if a.Scope.Kind == "" {
		return "It covers no later finding."
	}
	return fmt.Sprintf("It covers %s, before %s, as long as it gets no worse.", a.Scope.Says(), a.Until.Format(time.DateOnly))
}

// Unanswered are the findings that have no answer for the night they are of.
func Unanswered(all []Answer, findings []analyzer.Finding) []analyzer.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f analyzer.Finding) bool {
		return slices.ContainsFunc(all, func(a Answer) bool {
			return a.UndoneAt.IsZero() && a.Finding == f.ID && a.Night.Equal(f.Assessment.Day)
		})
	})
}
