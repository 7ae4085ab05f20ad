package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/casework"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

func newCase(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "case",
		Short: "Keep a case and export its evidence with hashes",
		Long: `Keeps what belongs to an incident together (subjects, findings, notes, a window)
and exports it as a pack of evidence: the records as received, the answers as
tables, the SQL of each with its parameters, what could be seen and what not, and
a SHA-256 of every file. A case is a file in the folder "cases" of the
configuration.`,
		Example: `  midwatch case open acme-2026-07 --since 2026-07-18 --until 2026-07-23
  midwatch case add acme-2026-07 ana --finding mw-20260722-1a2b3c4d
  midwatch case note acme-2026-07 "the laptop was seized at 14:00"
  midwatch case export acme-2026-07 --out acme-2026-07.zip
  midwatch case verify acme-2026-07.zip`,
	}
	for _, sub := range []*cobra.Command{newCaseOpen(a), newCaseAdd(a), newCaseNote(a), newCaseList(a), newCaseShow(a), newCaseExport(a), newCaseVerify()} {
		finish(sub)
		c.AddCommand(sub)
	}
	c.Args = cobra.MinimumNArgs(1)
	c.RunE = func(c *cobra.Command, args []string) error {
		return usageError{fmt.Errorf("there is no %q (see: %s --help)", report.Inert(args[0]), c.CommandPath())}
	}
	return c
}

func newCaseOpen(a *app) *cobra.Command {
	var title, since, until string
	c := &cobra.Command{
		Use: "open NAME", Short: "Open a case", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			k := casework.Case{Name: args[0], Title: title, OpenedAt: time.Now().UTC().Truncate(time.Second)}
			if k.Since, k.Until, err = window(since, until); err != nil {
				return err
			}
			if err := casework.Folder(cfg.Cases).Open(k); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "Opened %s. Add to it: midwatch case add %s SUBJECT\n", args[0], args[0])
			return err
		},
	}
	c.Flags().StringVar(&title, "title", "", "what it is about")
	windowFlags(c, &since, &until)
	return c
}

// namedKinds are what can be added by a name that is looked up, caseKinds all that
// can be added.
var (
	namedKinds = []string{"identity", "person", "credential", "repository"}
	caseKinds  = slices.Concat(namedKinds, []string{"network", "client"})
)

func newCaseAdd(a *app) *cobra.Command {
	var finding, kind, raw string
	c := &cobra.Command{
		Use: "add NAME [SUBJECT]", Short: "Add a subject or a finding to a case", Args: cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeCase(namedKinds...),
		Long: `Adds an identity, person, credential or repository, looked up in the snapshot, or
with --kind a network or client; and with --finding a finding. A person stands for
all of the identities that the roster says are theirs.`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) < 2 && finding == "" && raw == "" {
				return usageError{errors.New("name a SUBJECT, or a finding with --finding")}
			}
			k := &ask{naming: naming{raw: true}, raw: raw}
			text, err := "", error(nil)
			if len(args) == 2 || raw != "" {
				if text, err = k.subjectText(c, args[1:]); err != nil {
					return err
				}
			}
			return a.addToCase(c, args[0], func(r *warehouse.Reader) ([]casework.Entry, error) {
				return findEntries(c.Context(), r, text, kind, finding, raw != "")
			})
		},
	}
	c.Flags().StringVar(&finding, "finding", "", "finding to add, by its finding_id")
	_ = c.RegisterFlagCompletionFunc("finding", func(c *cobra.Command, _ []string, text string) ([]string, cobra.ShellCompDirective) {
		return a.offers(c, text, "finding"), noFiles
	})
	c.Flags().StringVar(&kind, "kind", "", strings.Join(caseKinds, ", ")+": where the name alone does not tell")
	_ = c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(caseKinds, noFiles))
	c.Flags().StringVar(&raw, "raw", "", `"-" reads a leaked token from standard input; its hash is added, the token never stored, logged or shown`)
	return c
}

// findEntries finds what was named in full.
func findEntries(ctx context.Context, r *warehouse.Reader, text, kind, finding string, hashed bool) ([]casework.Entry, error) {
	var all []casework.Entry
	add := func(text string, kinds ...string) error {
		k := &ask{naming: naming{about: kinds}}
		s, err := k.find(ctx, r, text)
		if err == nil {
			all = append(all, casework.Entry{Kind: s.Kind, Text: s.Name})
		}
		return err
	}
	var err error
	switch {
	case text == "":
	case hashed:
		all = append(all, casework.Entry{Kind: "credential", Text: text})
	case kind == "":
		err = add(text, namedKinds...)
	case slices.Contains(caseKinds, kind):
		err = add(text, kind)
	default:
		err = usageError{fmt.Errorf("there is no kind %q: %s", report.Inert(kind), strings.Join(caseKinds, ", "))}
	}
	if err == nil && finding != "" {
		err = add(finding, "finding")
	}
	return all, err
}

// addToCase appends entries to a case.
func (a *app) addToCase(c *cobra.Command, name string, find func(*warehouse.Reader) ([]casework.Entry, error)) (err error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if _, err := casework.Folder(cfg.Cases).Read(name); err != nil {
		return err
	}
	r, err := a.openSnapshot(c.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	entries, err := find(r)
	if err != nil {
		return err
	}
	for i := range entries {
		entries[i].At = time.Now().UTC().Truncate(time.Second)
	}
	if err := casework.Folder(cfg.Cases).Append(name, entries...); err != nil {
		return err
	}
	for _, e := range entries {
		if _, err := fmt.Fprintf(c.OutOrStdout(), "Added %s %s to %s.\n", e.Kind, report.Inert(e.Text), name); err != nil {
			return err
		}
	}
	return nil
}

func newCaseNote(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "note NAME TEXT", Short: "Add a note to a case", Args: cobra.ExactArgs(2),
		ValidArgsFunction: a.completeCase(),
		RunE: func(c *cobra.Command, args []string) error {
			if looksRaw(args[1]) {
				return usageError{errors.New("the note has something like a token in it: leave the token out, a case keeps what it is given")}
			}
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			return casework.Folder(cfg.Cases).Append(args[0], casework.Entry{At: time.Now().UTC().Truncate(time.Second), Kind: "note", Text: args[1]})
		},
	}
}

func newCaseList(a *app) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: "list", Short: "List the cases", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			names, err := casework.Folder(cfg.Cases).Names()
			if err != nil {
				return err
			}
			var rows [][]string
			for _, name := range names {
				k, err := casework.Folder(cfg.Cases).Read(name)
				if err != nil {
					return err
				}
				rows = append(rows, []string{k.Name, k.Title, timeText(k.OpenedAt), timeText(k.Since), timeText(k.Until), strconv.Itoa(len(k.Subjects())), strconv.Itoa(len(k.Entries))})
			}
			return report.Table(c.OutOrStdout(), format, []string{"case", "title", "opened_at", "since", "until", "subjects", "entries"}, rows)
		},
	}
	formatFlag(c, &format)
	return c
}

func newCaseShow(a *app) *cobra.Command {
	var format, page string
	c := &cobra.Command{
		Use: "show NAME", Short: "Show what is in a case", Args: cobra.ExactArgs(1),
		ValidArgsFunction: a.completeCase(),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			k, err := casework.Folder(cfg.Cases).Read(args[0])
			if err != nil {
				return err
			}
			if page != "" {
				return a.drawCase(c, k, page)
			}
			var rows [][]string
			for _, e := range k.Entries {
				rows = append(rows, []string{timeText(e.At), e.Kind, e.Text})
			}
			return report.Table(c.OutOrStdout(), format, []string{"at", "kind", "text"}, rows)
		},
	}
	formatFlag(c, &format)
	c.Flags().StringVar(&page, "html", "", "draw the timelines of its identities, persons and credentials into this new file, a page that opens offline")
	return c
}

// timeText writes a time; the zero time is empty.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
