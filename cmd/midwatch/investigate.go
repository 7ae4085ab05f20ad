package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// naming is how a subject on the command line is read.
type naming struct {
	// about are the kinds of subject that the question takes.
	about []string
	// rests says whether a subject needs the tables that the question needs;
	// every one does where it is not set.
	rests func(subject string) bool
	// raw says that --raw reads a token from standard input.
	raw bool
}

// namingOf is how a subject of these kinds is read.
func namingOf(kinds []string) naming {
	n := naming{about: kinds}
	if len(kinds) == 1 && kinds[0] == "network" {
		n.rests = asNumber.MatchString
	}
	n.raw = len(kinds) == 1 && kinds[0] == "credential"
	return n
}

// investigated are the questions that `investigate` asks.
func investigated() []warehouse.Question {
	return slices.DeleteFunc(warehouse.Questions(), func(q warehouse.Question) bool { return !strings.HasPrefix(q.Command, "investigate ") })
}

func newInvestigate(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "investigate QUESTION",
		Short: "Ask what happened: one command a question",
		Long: `Answers an investigator's questions from the published snapshot, with numbers,
and ends each answer with what could be seen and what not. Each question is a
macro in the snapshot too: --explain prints the SQL, which runs in ` + "`midwatch sql`" + `
and in any DuckDB shell.

A subject is named in full (github:ana) or by its name alone (ana), a person as
the roster has them, a repository also by its address
(git@github.com:acme/vault.git), a credential by its hash or id or at least six
characters of the beginning. What is asked about a person is asked about all of
that person's identities, and the answer says through which. The window is from
--since to before --until, UTC; an operation belongs to the time it began.

With --format csv or json standard output has rows alone, as they come, and the
coverage goes to standard error. On a terminal a table that is more than a screen
goes through $PAGER (less -RS: arrows move to the side). Columns that the terminal has no
room for are named below the table; --wide shows all.`,
		Example: "  midwatch investigate who acme/vault --since 2026-07-01\n  midwatch investigate timeline ana --format csv",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return usageError{fmt.Errorf("there is no question %q (see: %s --help)", report.Inert(args[0]), c.CommandPath())}
		},
	}
	for _, q := range investigated() {
		sub := newQuestion(a, q)
		finish(sub)
		c.AddCommand(sub)
	}
	return c
}

// ask is one question being asked.
type ask struct {
	naming
	question     warehouse.Question
	since, until string
	format, raw  string
	page         string
	explain      bool
	numbers      map[string]*int
}

// newQuestion makes the command of a question from its header.
func newQuestion(a *app, q warehouse.Question) *cobra.Command {
	k := &ask{naming: namingOf(q.Subjects), question: q, numbers: map[string]*int{}}
	c := &cobra.Command{
		Use: strings.TrimPrefix(q.Command, "investigate "), Short: q.Short, Example: "  midwatch " + q.Example,
		Long:              q.Asked + "\n\n" + q.Summary,
		ValidArgsFunction: a.completeSubject(k.about),
		RunE:              func(c *cobra.Command, args []string) error { return a.investigate(c, k, args) },
	}
	switch {
	case q.Subject == "":
		c.Args = cobra.NoArgs
	case k.naming.raw:
		c.Args = cobra.MaximumNArgs(1)
		c.Flags().StringVar(&k.raw, "raw", "", `"-" reads the token itself from standard input; it is hashed in memory, and never stored, logged or shown`)
	default:
		c.Args = cobra.ExactArgs(1)
	}
	if q.Windowed {
		windowFlags(c, &k.since, &k.until)
	}
	for _, f := range q.Flags {
		k.numbers[f.Name] = c.Flags().Int(f.Name, f.Preset, f.Says)
	}
	formatFlag(c, &k.format)
	if q.Name == "timeline" {
		c.Flags().StringVar(&k.page, "html", "", "draw it into this new file: one page that opens offline, with lanes by network, client and credential")
	}
	c.Flags().BoolVar(&k.explain, "explain", false, "print the SQL with its parameters instead of asking")
	return c
}

// windowFlags adds --since and --until.
func windowFlags(c *cobra.Command, since, until *string) {
	c.Flags().StringVar(since, "since", "", "beginning of the window, UTC: 2026-07-22, 2026-07-22T10:30 or RFC 3339")
	c.Flags().StringVar(until, "until", "", "end of the window, exclusive")
}

// window reads the two flags.
func window(since, until string) (from, to time.Time, err error) {
	if from, err = parseTime(since); err != nil {
		return from, to, err
	}
	if to, err = parseTime(until); err != nil {
		return from, to, err
	}
	if !from.IsZero() && !to.IsZero() && !from.Before(to) {
		err = usageError{fmt.Errorf("the window is empty: --since %s is not before --until %s", since, until)}
	}
	return from, to, err
}

// parseTime reads a time; the empty text is the zero time.
func parseTime(text string) (time.Time, error) {
	at, err := warehouse.ParseTime(text)
	if err != nil {
		return at, usageError{err}
	}
	return at, nil
}

// openSnapshot opens the snapshot of the configuration within its bounds.
func (a *app) openSnapshot(ctx context.Context) (*warehouse.Reader, error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	return warehouse.OpenReader(ctx, cfg.Snapshot, cfg.reading())
}

// openFor is openSnapshot within the bounds that a question needs.
func (a *app) openFor(ctx context.Context, q warehouse.Question) (*warehouse.Reader, error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	bounds := cfg.reading()
	if len(q.Parts) > 0 {
		bounds = cfg.streaming()
	}
	return warehouse.OpenReader(ctx, cfg.Snapshot, bounds)
}

// reading are the bounds of a reader.
func (c *Config) reading() warehouse.ReadOptions {
	return warehouse.ReadOptions{MemoryLimit: c.MemoryLimit, Threads: c.Threads, TempDirectory: c.TempDirectory}
}

// streamingMemory is what the database gets for answers that are told in parts,
// and for the evidence of a case. With more it would keep what it read of the
// file, which nothing asks for again.
const streamingMemory = 420 * humanize.MByte

// streaming are the bounds of a reader that tells in parts what may be millions
// of records.
func (c *Config) streaming() warehouse.ReadOptions {
	o := c.reading()
	if most, err := humanize.ParseBytes(o.MemoryLimit); err == nil && most > streamingMemory {
		o.MemoryLimit = humanize.Bytes(streamingMemory)
	}
	return o
}

func (a *app) investigate(c *cobra.Command, k *ask, args []string) (err error) {
	since, until, err := window(k.since, k.until)
	if err != nil {
		return err
	}
	text, err := k.subjectText(c, args)
	if err != nil {
		return err
	}
	r, err := a.openFor(c.Context(), k.question)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	arguments, err := k.arguments(c.Context(), r, text, since, until)
	if err != nil {
		return err
	}
	if k.explain {
		_, err := fmt.Fprintf(c.OutOrStdout(), "%s\n\n-- The macro, as the snapshot has it:\n%s", report.Lines(k.question.Show(arguments)), k.question.SQL)
		return err
	}
	if k.page != "" {
		subject, _ := arguments[0].Value.(string)
		return drawTimeline(c, r, k.page, "Timeline of "+subject, []string{subject}, since, until)
	}
	if k.question.Name == "finding" && k.format == "table" {
		return explain(c.Context(), c, r, arguments[0].Value.(string))
	}
	return k.answer(c, r, arguments, since, until)
}

// arguments are what the macro is called with.
func (k *ask) arguments(ctx context.Context, r *warehouse.Reader, text string, since, until time.Time) ([]warehouse.Argument, error) {
	var all []warehouse.Argument
	if k.question.Subject != "" {
		name, err := k.resolve(ctx, r, text)
		if err != nil {
			return nil, err
		}
		all = append(all, warehouse.Argument{Name: "subject", Value: name})
	}
	all = append(all, warehouse.WindowArguments(since, until)...)
	for _, f := range k.question.Flags {
		n, ok := k.numbers[f.Name]
		if !ok {
			continue // asked by contain, which has no such flag
		}
		if *n < 0 {
			return nil, usageError{fmt.Errorf("--%s %d: must not be below 0", f.Name, *n)}
		}
		all = append(all, warehouse.Argument{Name: f.Name, Value: *n})
	}
	return all, nil
}

// resolve gives the subject's name in full.
func (k *ask) resolve(ctx context.Context, r *warehouse.Reader, text string) (string, error) {
	if k.raw != "" {
		return text, nil
	}
	s, err := k.find(ctx, r, text)
	return s.Name, err
}

// find gives the subject that a text names; what names none or several is wrong
// usage.
func (k *ask) find(ctx context.Context, r *warehouse.Reader, text string) (warehouse.Subject, error) {
	s, err := r.Resolve(ctx, text, k.about...)
	var unclear *warehouse.Unclear
	if errors.As(err, &unclear) {
		return s, usageError{errors.New(report.Inert(unclear.Error()))}
	}
	return s, err
}
