package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"midwatch/analyzer"
	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/analyzer/triage"
	"midwatch/queries/warehouse"
)

// walk asks about the newest night's findings that have no answer, one after the
// other. The database is open only before the first question and after the last, so
// that a person who thinks keeps no nightly job waiting.
func (a *app) walk(c *cobra.Command, by []string) error {
	findings, err := a.unanswered(c)
	if err != nil {
		return err
	}
	if len(findings) == 0 {
		_, err := fmt.Fprintln(c.OutOrStdout(), "Every finding of the newest night has an answer.")
		return err
	}
	answers, err := a.askAbout(c, findings, by)
	if err != nil {
		return err
	}
	if len(answers) == 0 {
		_, err := fmt.Fprintln(c.OutOrStdout(), "\nNothing was kept.")
		return err
	}
	return a.withWarehouse(c, "triage", func(ctx context.Context, _ *Config, w *warehouse.Warehouse) error {
		if err := triage.Save(ctx, w, answers); err != nil {
			return err
		}
		return sayAnswers(c, answers)
	})
}

// unanswered are the findings of the newest morning, those of earlier nights first,
// without those that have an answer.
func (a *app) unanswered(c *cobra.Command) (findings []analyzer.Finding, err error) {
	err = a.withWarehouse(c, "triage", func(ctx context.Context, _ *Config, w *warehouse.Warehouse) error {
		nights, err := w.ScoredNights(ctx)
		if err != nil {
			return err
		}
		if len(nights) == 0 {
			return usageError{errors.New("no night was scored yet: run `midwatch nightly` first")}
		}
		n, err := night.Describe(ctx, w, nights[len(nights)-1].Night.UTC(), nil, version())
		if err != nil {
			return err
		}
		answers, err := triage.Load(ctx, w.Reader())
		if err != nil {
			return err
		}
		for _, late := range n.Late {
			findings = append(findings, late.Findings...)
		}
		findings = triage.Unanswered(answers, append(findings, n.Findings...))
		return nil
	})
	return findings, err
}

// askAbout asks about findings, and shows of each what explain has.
func (a *app) askAbout(c *cobra.Command, findings []analyzer.Finding, by []string) (answers []triage.Answer, err error) {
	r, err := a.openSnapshot(c.Context())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	w := triage.Walk{By: by, At: time.Now().UTC(), Out: c.OutOrStdout(), Says: report.Inert}
	for _, f := range findings {
		nights, err := night.KeptFinding(c.Context(), r, f.ID)
		if err != nil {
			return nil, err
		}
		for i := range nights { // the database knows answers that the snapshot has not yet
			if nights[i].Assessment.Day.Equal(f.Assessment.Day) {
				nights[i].Around = f.Around
			}
		}
		w.Items = append(w.Items, triage.Item{
			Finding: f,
			Show:    func(out io.Writer) error { return report.Explain(out, nights) },
			More:    func(out io.Writer) error { return explainBehind(c.Context(), out, r, f.ID, nights[0].Assessment) },
		})
	}
	return w.Run(newQuestioner(c.InOrStdin(), c.OutOrStdout()))
}

// questioner asks on a terminal by single keys, and anywhere else by lines.
type questioner struct {
	in       *bufio.Reader
	out      io.Writer
	terminal *os.File
}

func newQuestioner(in io.Reader, out io.Writer) *questioner {
	p := &questioner{in: bufio.NewReader(in), out: out}
	if onTerminal(in) {
		p.terminal = in.(*os.File)
	}
	return p
}

// The keys with which a terminal that is read key by key says that a person leaves.
const (
	controlC = 3
	controlD = 4
)

// Key is for triage.Prompt.
func (p *questioner) Key(question string) (rune, error) {
	if p.terminal == nil {
		line, err := p.Line(question)
		for _, r := range strings.TrimSpace(line) {
			return unicode.ToLower(r), nil
		}
		return 0, err
	}
	if _, err := io.WriteString(p.out, question); err != nil {
		return 0, err
	}
	key, err := p.press()
	if err != nil {
		return 0, err
	}
	shown := report.Inert(string(key))
	if key == '\r' || key == '\n' {
		key, shown = 0, ""
	}
	_, err = fmt.Fprintln(p.out, shown)
	return unicode.ToLower(key), err
}

// press reads one key without waiting for Enter.
func (p *questioner) press() (key rune, err error) {
	before, err := term.MakeRaw(int(p.terminal.Fd()))
	if err != nil {
		return 0, fmt.Errorf("reading a key: %w", err)
	}
	defer func() { err = errors.Join(err, term.Restore(int(p.terminal.Fd()), before)) }()
	key, _, err = p.in.ReadRune()
	if key == controlC || key == controlD {
		return 0, io.EOF
	}
	return key, err
}

// Line is for triage.Prompt.
func (p *questioner) Line(question string) (string, error) {
	if _, err := io.WriteString(p.out, question); err != nil {
		return "", err
	}
	line, err := p.in.ReadString('\n')
	if errors.Is(err, io.EOF) && line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}
