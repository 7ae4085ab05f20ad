package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// containment is one call of contain.
type containment struct {
	ask
	watch, apply bool
	deadAt       string
}

func newContain(a *app) *cobra.Command {
	k := &containment{ask: ask{naming: naming{about: []string{"identity", "person", "credential"}, raw: true}}}
	var dry bool
	c := &cobra.Command{
		Use:   "contain SUBJECT",
		Short: "What to revoke and to rotate, and a watch on what is dead",
		Long: `Lists every credential of an identity, of a person of the roster with all their
identities, or of whoever used a credential, in the order of urgency: with its
kind, owner, last use and reach, and how this kind is revoked on its forge; and
the secrets in what was read that must be rotated. Without --since none is left
out for having been silent for long.

With --watch each is recorded as dead from now on (or --dead-at), so that any
later use is a finding the same night. Recording is a dry run unless --apply is
given. Hourly tokens of apps and sessions have no lasting hash to watch: suspend
the installation, sign the person out.`,
		Example:           "  midwatch contain ana\n  midwatch contain ana --watch --apply\n  midwatch contain --raw - --watch --apply < leaked-token",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeSubject(k.about),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case dry && k.apply:
				return usageError{errors.New("--dry-run and --apply do not go together")}
			case k.apply && !k.watch:
				return usageError{errors.New("--apply applies --watch: give both")}
			}
			return a.contain(c, k, args)
		},
	}
	windowFlags(c, &k.since, &k.until)
	formatFlag(c, &k.format)
	c.Flags().StringVar(&k.raw, "raw", "", `"-" reads the token itself from standard input; it is hashed in memory, and never stored, logged or shown`)
	c.Flags().BoolVar(&k.watch, "watch", false, "record the credentials as dead")
	c.Flags().BoolVar(&k.apply, "apply", false, "do record; without it --watch only says what it would")
	c.Flags().BoolVar(&dry, "dry-run", false, "record nothing (as without --apply)")
	c.Flags().StringVar(&k.deadAt, "dead-at", "", "since when they are dead, UTC (default now)")
	c.Flags().BoolVar(&k.explain, "explain", false, "print the SQL with its parameters instead of asking")
	return c
}

func (a *app) contain(c *cobra.Command, k *containment, args []string) error {
	since, until, err := window(k.since, k.until)
	if err != nil {
		return err
	}
	text, err := k.subjectText(c, args)
	if err != nil {
		return err
	}
	dead, outcome := a.containing(c, k, text, since, until)
	var blind night.BlindError
	if !k.watch || k.explain || outcome != nil && !errors.As(outcome, &blind) {
		return outcome
	}
	return errors.Join(a.watch(c, k, dead), outcome)
}

// containing prints the answer and returns what can be watched. The snapshot is
// closed again before anything is recorded.
func (a *app) containing(c *cobra.Command, k *containment, text string, since, until time.Time) (dead []warehouse.DeadCredential, err error) {
	r, err := a.openSnapshot(c.Context())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if k.question, err = warehouse.QuestionNamed("contain"); err != nil {
		return nil, err
	}
	args, err := k.arguments(c.Context(), r, text, since, until)
	if err != nil {
		return nil, err
	}
	if k.explain {
		return nil, k.explainBoth(c, args)
	}
	if dead, err = watchable(c.Context(), r, k.question, args); err != nil {
		return nil, err
	}
	credentials, missing := 0, []string(nil)
	err = k.paged(c, func(w io.Writer) (err error) {
		if credentials, err = k.part(c.Context(), w, r, "Credentials to revoke, the most urgent first", args); err != nil {
			return err
		}
		missing, err = k.secrets(c, w, r, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := k.sayOthers(c, r, args); err != nil {
		return nil, err
	}
	return dead, k.closing(c, r, credentials, missing, since, until)
}

// explainBoth prints the SQL of the two parts.
func (k *containment) explainBoth(c *cobra.Command, args []warehouse.Argument) error {
	secrets, err := warehouse.QuestionNamed("secret")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "%s\n%s\n", report.Lines(k.question.Show(args)), report.Lines(secrets.Show(args)))
	return err
}

// sayOthers says which identities the same person has besides: what is revoked
// of one leaves the others alive.
func (k *containment) sayOthers(c *cobra.Command, r *warehouse.Reader, args []warehouse.Argument) error {
	subject, _ := args[0].Value.(string)
	person, others, err := r.OtherIdentities(c.Context(), subject)
	if err != nil || len(others) == 0 {
		return err
	}
	out := c.OutOrStdout()
	if k.format == "csv" || k.format == "json" {
		out = c.ErrOrStderr()
	}
	_, err = fmt.Fprintf(out, "NOT LISTED: the roster says that this is %s, who is also %s; name the person to have the credentials of all.\n",
		report.Inert(person), report.Inert(strings.Join(others, ", ")))
	return err
}

// secrets prints what must be rotated, and returns why that is not known.
func (k *containment) secrets(c *cobra.Command, w io.Writer, r *warehouse.Reader, args []warehouse.Argument) ([]string, error) {
	of := *k
	var err error
	if of.question, err = warehouse.QuestionNamed("secret"); err != nil {
		return nil, err
	}
	missing, err := r.Missing(c.Context(), of.question)
	switch {
	case err != nil || len(missing) > 0:
		return missing, err
	case k.format == "csv" || k.format == "json":
		_, err = fmt.Fprintln(c.ErrOrStderr(), "The secrets to rotate: midwatch investigate secrets")
	default:
		_, err = of.part(c.Context(), w, r, "Secrets to rotate, in what was read", args)
	}
	return nil, err
}

// part prints a title, where there is room for one, and the rows, and counts
// them.
func (k *containment) part(ctx context.Context, w io.Writer, r *warehouse.Reader, title string, args []warehouse.Argument) (int, error) {
	if k.format != "csv" && k.format != "json" {
		if _, err := fmt.Fprintln(w, title); err != nil {
			return 0, err
		}
	}
	return k.rows(ctx, w, r, args)
}

// watchable are the credentials of the answer that have a hash or id; a
// credential that was named and never seen is one too.
func watchable(ctx context.Context, r *warehouse.Reader, q warehouse.Question, args []warehouse.Argument) ([]warehouse.DeadCredential, error) {
	all, err := r.Containment(ctx, q, args)
	if err != nil {
		return nil, err
	}
	subject, _ := args[0].Value.(string)
	for _, d := range all {
		if d.Credential == subject {
			return all, nil
		}
	}
	if !strings.Contains(subject, ":") || strings.HasPrefix(subject, "id:") {
		all = append(all, warehouse.DeadCredential{Credential: subject})
	}
	return all, nil
}

// watch records the credentials, or says which it would.
func (a *app) watch(c *cobra.Command, k *containment, dead []warehouse.DeadCredential) error {
	at, err := parseTime(k.deadAt)
	if err != nil {
		return err
	}
	if at.IsZero() {
		at = time.Now().UTC().Truncate(time.Microsecond)
	}
	for i := range dead {
		dead[i].Since = at
	}
	if !k.apply {
		for _, d := range dead {
			fmt.Fprintf(c.ErrOrStderr(), "would record %s as dead since %s\n", report.Inert(d.Credential), at.Format(time.RFC3339))
		}
		fmt.Fprintf(c.ErrOrStderr(), "dry run: nothing was recorded; --apply records %d\n", len(dead))
		return nil
	}
	return a.withWarehouse(c, "contain", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
		n, err := w.WatchDead(ctx, dead)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.ErrOrStderr(), "recorded %d as dead since %s, %d were already; a later use is a finding of that night\n", n, at.Format(time.RFC3339), len(dead)-n)
		// Analysts who ask before the next night are to hear the same.
		return w.Amend(ctx, cfg.Snapshot, cfg.writing("contain"), func(snapshot *warehouse.Warehouse) error {
			_, err := snapshot.WatchDead(ctx, dead)
			return err
		})
	})
}
