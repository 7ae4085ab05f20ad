package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/analyzer/triage"
	"midwatch/queries/warehouse"
)

// answering is one call of triage.
type answering struct {
	verdict, reason, until, scope, by, from string
	interactive                             bool
}

func newTriage(a *app) *cobra.Command {
	k := &answering{}
	c := &cobra.Command{
		Use:   "triage [FINDING]",
		Short: "Answer a finding: expected, benign, theft or unclear",
		Long: `Keeps what was found out about a finding: who decided, when and why.

"expected" and "benign" keep later findings off the list, from today until the
verdict ends (after 30 days, or on --until, a year away at most). They cover what
--scope names, and only while nothing else speaks for the finding:
  repositories  this login, reading no other new repositories (the default)
  network       this network, for logins of the same team
  client        this client, for this bot
"theft" and "unclear" cover nothing.

A covered finding is still scored and kept; the report counts it. It is listed
again when it gets worse than the one you answered: a higher severity, ten times
fewer expected false alarms, much heavier evidence, or a fact. Nobody can answer
a finding about themselves. No verdict changes a score or what counts as normal.

Without a FINDING, on a terminal, it goes through the findings of the newest night
that have no answer: it shows each as "midwatch explain" does, takes a verdict by
one key and asks for the reason. Nothing is kept before you confirm it at the end.
With --interactive it does so anywhere, and reads an answer a line.

With --from, the answers are read from a findings.csv whose columns verdict and
verdict_reason (and verdict_until, verdict_scope) were filled in. If a row is
wrong, nothing is kept.`,
		Example: `  midwatch triage mw-20260722-1a2b3c4d --verdict expected --reason "on call, asked the team lead"
  midwatch triage mw-20260722-1a2b3c4d --verdict benign --reason "new office" --scope network --until 2026-10-01
  midwatch triage
  midwatch triage --from findings.csv
  midwatch triage list
  midwatch triage undo v-1a2b3c4d`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeSubject([]string{"finding"}),
		RunE:              func(c *cobra.Command, args []string) error { return a.triage(c, k, args) },
	}
	f := c.Flags()
	f.StringVar(&k.verdict, "verdict", "", "expected, benign, theft or unclear")
	f.StringVar(&k.reason, "reason", "", "who was asked and what they said")
	f.StringVar(&k.until, "until", "", "first day (UTC) that is not covered any more (default in 30 days)")
	f.StringVar(&k.scope, "scope", "", "repositories, network or client (default repositories)")
	f.StringVar(&k.from, "from", "", "read the answers from this findings.csv")
	f.BoolVar(&k.interactive, "interactive", false, "ask about one finding after the other, also where this is not a terminal")
	byFlag(c, &k.by)
	_ = c.RegisterFlagCompletionFunc("verdict", cobra.FixedCompletions(words(triage.Verdicts()), noFiles))
	_ = c.RegisterFlagCompletionFunc("scope", cobra.FixedCompletions(words(triage.Kinds()), noFiles))
	for _, sub := range []*cobra.Command{newTriageList(a), newTriageUndo(a)} {
		finish(sub)
		c.AddCommand(sub)
	}
	return c
}

func byFlag(c *cobra.Command, by *string) {
	c.Flags().StringVar(by, "by", "", "who decides (default the user who runs this)")
}

func words[T ~string](all []T) []string {
	var text []string
	for _, t := range all {
		text = append(text, string(t))
	}
	return text
}

// triage keeps one answer, or those of a file.
func (a *app) triage(c *cobra.Command, k *answering, args []string) error {
	given := k.verdict != "" || k.reason != "" || k.until != "" || k.scope != ""
	switch {
	case k.interactive && (k.from != "" || len(args) > 0 || given):
		return usageError{errors.New("--interactive asks for everything: leave out the FINDING, --from, --verdict, --reason, --until and --scope")}
	case k.interactive || k.from == "" && len(args) == 0 && !given && onTerminal(c.InOrStdin()) && onTerminal(c.OutOrStdout()):
		by, err := deciding(k.by)
		if err != nil {
			return err
		}
		return a.walk(c, by)
	case k.from == "" && len(args) == 0:
		return usageError{errors.New("name a FINDING (finding_id in findings.csv), or a file with --from, or go through all with --interactive")}
	case k.from != "" && (len(args) > 0 || given):
		return usageError{errors.New("--from reads findings and answers from the file: leave out the FINDING, --verdict, --reason, --until and --scope")}
	}
	rows := []triage.Row{{Finding: strings.Join(args, ""), Verdict: k.verdict, Reason: k.reason, Until: k.until, Scope: k.scope}}
	if k.from != "" {
		var err error
		if rows, err = readAnswers(k.from); err != nil {
			return err
		}
	}
	by, err := deciding(k.by)
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	return a.withWarehouse(c, "triage", func(ctx context.Context, _ *Config, w *warehouse.Warehouse) error {
		var all []triage.Answer
		for _, row := range rows {
			answer, err := row.Decide(by, now, func(id string) (analyzer.Finding, error) { return newest(ctx, w.Reader(), id) })
			if err != nil {
				return usageError{err}
			}
			all = append(all, answer)
		}
		if err := triage.Save(ctx, w, all); err != nil {
			return err
		}
		return sayAnswers(c, all)
	})
}

// newest is a finding on the last night it was listed.
func newest(ctx context.Context, r *warehouse.Reader, id string) (analyzer.Finding, error) {
	nights, err := night.KeptFinding(ctx, r, id)
	if err != nil {
		return analyzer.Finding{}, err
	}
	return nights[0], nil
}

func readAnswers(path string) ([]triage.Row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usageError{fmt.Errorf("reading the answers: %w", err)}
	}
	defer f.Close()
	rows, err := triage.ReadRows(f, path)
	if err != nil {
		return nil, usageError{err}
	}
	return rows, nil
}

// deciding are the names of who decides: the one that is given, and always the
// user who runs the program.
func deciding(by string) ([]string, error) {
	u, err := user.Current()
	switch {
	case err == nil && by == "":
		return []string{u.Username}, nil
	case err == nil:
		return []string{by, u.Username}, nil
	case by != "":
		return []string{by}, nil
	}
	return nil, usageError{fmt.Errorf("it is not known who runs this (%w): name yourself with --by", err)}
}

func sayAnswers(c *cobra.Command, all []triage.Answer) error {
	for _, a := range all {
		if _, err := fmt.Fprintf(c.OutOrStdout(), "Kept %s: %s is %s. %s Undo it with: midwatch triage undo %s\n",
			a.ID, a.Finding, a.Verdict, report.Inert(a.Covering()), a.ID); err != nil {
			return err
		}
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(c.OutOrStdout(), "No row has a verdict: nothing was kept.")
		return err
	}
	return nil
}

func newTriageList(a *app) *cobra.Command {
	var format string
	var all bool
	c := &cobra.Command{
		Use: "list", Short: "List the verdicts that hold, the newest first", Args: cobra.NoArgs,
		Long: `Lists the verdicts that hold, the newest first; with --all also those that ended or
were undone.`,
		Example: "  midwatch triage list\n  midwatch triage list --all --format csv",
		RunE: func(c *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			return a.withWarehouse(c, "triage list", func(ctx context.Context, _ *Config, w *warehouse.Warehouse) error {
				answers, err := triage.Load(ctx, w.Reader())
				if err != nil {
					return err
				}
				var rows [][]string
				for _, v := range answers {
					if all || v.UndoneAt.IsZero() && v.Until.After(now) {
						rows = append(rows, listedAnswer(v))
					}
				}
				return report.Table(c.OutOrStdout(), format, []string{
					"verdict_id", "finding_id", "identity", "verdict", "reason", "decided_by", "decided_at", "until", "covers", "undone_at",
				}, rows)
			})
		},
	}
	formatFlag(c, &format)
	c.Flags().BoolVar(&all, "all", false, "also verdicts that ended or were undone")
	return c
}

// listedAnswer is an answer as a row of `triage list`.
func listedAnswer(v triage.Answer) []string {
	covers, undone := "nothing", ""
	if v.Scope.Kind != "" {
		covers = v.Scope.Says()
	}
	if !v.UndoneAt.IsZero() {
		undone = v.UndoneAt.Format(time.DateTime)
	}
	return []string{
		v.ID, v.Finding, v.Identity, string(v.Verdict), v.Reason, v.By, v.At.Format(time.DateTime), v.Until.Format(time.DateOnly), covers, undone,
	}
}

func newTriageUndo(a *app) *cobra.Command {
	var by string
	c := &cobra.Command{
		Use: "undo VERDICT", Short: "End a verdict; what it covered is told the next morning", Args: cobra.ExactArgs(1),
		Long: `Ends a verdict, by its id in "midwatch triage list". It stays on record. Findings
that it kept off a list are told by the next run of "midwatch nightly".`,
		Example: "  midwatch triage undo v-1a2b3c4d",
		RunE: func(c *cobra.Command, args []string) error {
			names, err := deciding(by)
			if err != nil {
				return err
			}
			now := time.Now().UTC()
			return a.withWarehouse(c, "triage undo", func(ctx context.Context, _ *Config, w *warehouse.Warehouse) error {
				done, err := w.UndoVerdict(ctx, args[0], names[0], now)
				if err != nil {
					return err
				}
				if !done {
					return usageError{fmt.Errorf("there is no verdict %q that holds: see `midwatch triage list --all`", report.Inert(args[0]))}
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "Undone. What %s kept off a list is told by the next midwatch nightly.\n", args[0])
				return err
			})
		},
	}
	byFlag(c, &by)
	c.ValidArgsFunction = func(c *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, noFiles
		}
		return a.verdictsThatHold(c.Context(), text), noFiles
	}
	return c
}

// verdictsThatHold are the ids that begin with a text; completion is a help and no
// place for errors.
func (a *app) verdictsThatHold(ctx context.Context, text string) []string {
	r, err := a.openSnapshot(ctx)
	if err != nil {
		return nil
	}
	defer r.Close()
	all, err := triage.Load(ctx, r)
	if err != nil {
		return nil
	}
	all = slices.DeleteFunc(all, func(v triage.Answer) bool { return !v.UndoneAt.IsZero() || !strings.HasPrefix(v.ID, text) })
	var ids []string
	for _, v := range all {
		ids = append(ids, v.ID+"\t"+v.Finding)
	}
	return ids
}
