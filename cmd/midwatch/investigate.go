package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// naming is how a subject on the command line is read.
type naming struct {
	// about are the kinds of subject that are looked up in the snapshot.
	about []string
	// value checks a subject that is not looked up and writes it as the macro
	// wants it.
	value func(string) (string, error)
	// rests says whether a subject needs the tables that the question needs;
	// every one does where it is not set.
	rests func(subject string) bool
	// raw says that --raw reads a token from standard input.
	raw bool
}

// namingOf is how a subject of these kinds is read.
func namingOf(kinds []string) naming {
	if len(kinds) != 1 {
		return naming{about: kinds}
	}
	switch kinds[0] {
	case "network": // only an AS number needs the table of networks
		return naming{value: checkNetwork, rests: asNumber.MatchString}
	case "client", "app":
		return naming{value: checkText}
	}
	return naming{about: kinds, raw: kinds[0] == "credential"}
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
goes through $PAGER (less -S: arrows move to the side).`,
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
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usageError{fmt.Errorf("%q is not a time: write it as 2026-07-22, 2026-07-22T10:30 or RFC 3339 (UTC)", report.Inert(text))}
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

// resolve gives the subject's name in full. A credential that was never seen is
// an answer, and not a slip.
func (k *ask) resolve(ctx context.Context, r *warehouse.Reader, text string) (string, error) {
	if k.value != nil {
		return k.value(text)
	}
	s, err := k.find(ctx, r, text)
	var unclear *warehouse.Unclear
	switch {
	case errors.As(err, &unclear) && k.answersUnseen(unclear):
		return text, nil
	case errors.As(err, &unclear):
		return "", usageError{errors.New(report.Inert(unclear.Error()) + k.personInstead(ctx, r, text))}
	case err != nil:
		return "", err
	}
	return s.Name, nil
}

// personInstead says that what is no identity is a person, where it is one.
func (k *ask) personInstead(ctx context.Context, r *warehouse.Reader, text string) string {
	if slices.Contains(k.about, "person") || !slices.Contains(k.about, "identity") {
		return ""
	}
	p, err := r.Resolve(ctx, text, "person")
	if err != nil {
		return ""
	}
	return fmt.Sprintf("; the roster has a person of that name: midwatch investigate person %q", report.Inert(p.Name))
}

// find looks a text up as it is, and where it names nothing as what was meant:
// a repository by its address, or what Midwatch prints for a name that cannot be
// shown, as a person copies it from a report.
func (k *ask) find(ctx context.Context, r *warehouse.Reader, text string) (warehouse.Subject, error) {
	s, err := r.Resolve(ctx, text, k.about...)
	for _, meant := range []string{repositoryOf(text), unescaped(text)} {
		var unclear *warehouse.Unclear
		if meant == "" || meant == text || !errors.As(err, &unclear) || len(unclear.Several) > 0 {
			continue
		}
		if s, again := r.Resolve(ctx, meant, k.about...); again == nil {
			return s, nil
		}
	}
	return s, err
}

// address is how a repository is cloned: https://host/path.git, ssh://git@host/path
// or git@host:path.
var address = regexp.MustCompile(`^(?:[a-z]+://[^/\s]+/|[^@\s/]+@[^:\s/]+:)(.+)$`)

// repositoryOf is the path of a repository in its address, "" where it is none.
func repositoryOf(text string) string {
	m := address.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return strings.TrimSuffix(strings.Trim(m[1], "/"), ".git")
}

// unescaped is the name that was printed as text, "" where it cannot be one.
func unescaped(text string) string {
	if !strings.Contains(text, `\`) {
		return ""
	}
	meant, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
	if err != nil {
		return ""
	}
	return meant
}

// answersUnseen is true for a whole hash that no record has: its empty answer is one.
func (k *ask) answersUnseen(u *warehouse.Unclear) bool {
	return k.raw != "" || k.naming.raw && len(u.Several) == 0 && len(u.Text) >= wholeHash
}

// wholeHash is the length of a SHA-256 in base64.
const wholeHash = 44
