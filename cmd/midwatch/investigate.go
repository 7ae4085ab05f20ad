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

// inquiry is a question as a command: which macro answers it, and what it takes
// beside the window and the format.
type inquiry struct {
	// use is the command with its argument, whose first word is the macro's name
	// where macro is not set.
	use   string
	macro string
	short string
	// about are the kinds of subject that are looked up; values like an address
	// are not.
	about []string
	// value checks a subject that is not looked up and writes it as the macro
	// wants it.
	value func(string) (string, error)
	// rests says whether a subject needs what the question needs; always where it
	// is not set.
	rests func(subject string) bool
	// numbers are flags with a whole number, by name: the default and a word.
	numbers map[string]number
	// endless is said where no --until is given and that changes the answer.
	endless string
	// timeless questions take no window.
	timeless bool
	// raw says that --raw reads a token from standard input.
	raw     bool
	example string
}

type number struct {
	preset int
	word   string
}

// anyone is what most questions are about: an identity, a person of the roster
// with all their identities, or a credential.
var anyone = []string{"identity", "person", "credential"}

// somebody is an identity or a person.
var somebody = anyone[:2]

// inquiries is the list of questions that `investigate` asks.
func inquiries() []inquiry {
	return []inquiry{
		{use: "who REPOSITORY", short: "Who touched a repository", about: []string{"repository"}, example: "who acme/vault --since 2026-07-01"},
		{use: "identity NAME", short: "Everything an identity touched", about: []string{"identity"}, example: "identity ana --since 2026-07-01"},
		{use: "person PERSON", short: "Everything a person touched, through each identity", about: []string{"person"}, example: "person 'Ana Lima' --since 2026-07-01"},
		{use: "credential HASH", short: "Everything done with a token or key", about: []string{"credential"}, raw: true, example: "credential --raw - < leaked-token"},
		{use: "network ADDRESS", short: "Everything from an address, a prefix or an AS", value: checkNetwork, rests: asNumber.MatchString, example: "network 198.51.100.0/24"},
		{use: "client AGENT", short: "Everything with a client", value: checkText, example: "client trufflehog"},
		{use: "similar SUBJECT", short: "Who behaves like a suspect", about: anyone, example: "similar ana"},
		{use: "blast SUBJECT", short: "What was in what was taken: tiers, owners, open secrets", about: anyone, example: "blast ana --since 2026-07-01"},
		{use: "secrets SUBJECT", macro: "secret", short: "The secrets to rotate in what was read, one by one", about: anyone, example: "secrets ana"},
		{use: "copies SUBJECT", short: "Whole copies, increments and views apart", about: anyone, example: "copies ana"},
		{use: "normal SUBJECT", short: "What was usual for an identity or a person", about: somebody, numbers: map[string]number{"days": {90, "how many days before --until"}}, endless: "without --until the newest days are among what is called normal; give the first day that is in question", example: "normal ana --until 2026-07-22"},
		{use: "timeline SUBJECT", short: "What happened in order, in sessions", about: anyone, numbers: map[string]number{"pause": {30, "minutes of silence that part two sessions"}}, example: "timeline ana --since 2026-07-20"},
		{use: "app NAME", short: "Everything through an app, across its users", value: checkText, example: "app review-app"},
		{use: "dormant", short: "What was silent for long and is active", numbers: map[string]number{"days": {45, "days of silence"}}, example: "dormant --days 45 --since 2026-07-01"},
		{use: "stale SUBJECT", short: "Stale, bait and tiered repositories that were read", about: anyone, numbers: map[string]number{"days": {90, "days in which nobody else touched it"}}, example: "stale ana"},
		{use: "context SUBJECT", short: "Changes of rights and settings around it", about: anyone, numbers: map[string]number{"hours": {24, "hours before and after"}}, example: "context ana --since 2026-07-20 --until 2026-07-23"},
		{use: "revoked", short: "Credentials used after they were dead", example: "revoked"},
		{use: "coverage", short: "What could be seen, and when we were blind", example: "coverage --since 2026-07-01"},
		{use: "untouched SUBJECT", short: "What it could have reached and was not seen to touch", about: somebody, example: "untouched ana"},
		{use: "finding ID", short: "Everything behind a finding", about: []string{"finding"}, timeless: true, example: "finding mw-20260722-1a2b3c4d"},
	}
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
	for _, q := range inquiries() {
		sub := newInquiry(a, q)
		finish(sub)
		c.AddCommand(sub)
	}
	return c
}

// ask is one question being asked.
type ask struct {
	inquiry
	question     warehouse.Question
	since, until string
	format, raw  string
	explain      bool
	numbers      map[string]*int
}

func newInquiry(a *app, q inquiry) *cobra.Command {
	k := &ask{inquiry: q, numbers: map[string]*int{}}
	c := &cobra.Command{
		Use: q.use, Short: q.short, Example: "  midwatch investigate " + q.example,
		ValidArgsFunction: a.completeSubject(q.about),
		RunE:              func(c *cobra.Command, args []string) error { return a.investigate(c, k, args) },
	}
	name := q.macro
	if name == "" {
		name = c.Name()
	}
	var err error
	if k.question, err = warehouse.QuestionNamed(name); err == nil {
		c.Long = k.question.Asked + "\n\n" + k.question.Summary
	}
	switch {
	case !strings.Contains(q.use, " "):
		c.Args = cobra.NoArgs
	case q.raw:
		c.Args = cobra.MaximumNArgs(1)
		c.Flags().StringVar(&k.raw, "raw", "", `"-" reads the token itself from standard input; it is hashed in memory, and never stored, logged or shown`)
	default:
		c.Args = cobra.ExactArgs(1)
	}
	if !q.timeless {
		windowFlags(c, &k.since, &k.until)
	}
	for name, n := range q.numbers {
		k.numbers[name] = c.Flags().Int(name, n.preset, n.word)
	}
	formatFlag(c, &k.format)
	c.Flags().BoolVar(&k.explain, "explain", false, "print the SQL with its parameters instead of asking")
	return c
}

// windowFlags adds --since and --until.
func windowFlags(c *cobra.Command, since, until *string) {
	c.Flags().StringVar(since, "since", "", "beginning of the window, UTC: 2026-07-22, 2026-07-22T10:30 or RFC 3339")
	c.Flags().StringVar(until, "until", "", "end of the window, which is not in it any more")
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
	return time.Time{}, usageError{fmt.Errorf("%q is no time: write it as 2026-07-22, 2026-07-22T10:30 or RFC 3339 (UTC)", report.Inert(text))}
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
	for _, name := range []string{"days", "pause", "hours"} {
		if n, ok := k.numbers[name]; ok {
			if *n < 0 {
				return nil, usageError{fmt.Errorf("--%s %d: must not be below 0", name, *n)}
			}
			all = append(all, warehouse.Argument{Name: name, Value: *n})
		}
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
	return k.raw != "" || k.inquiry.raw && len(u.Several) == 0 && len(u.Text) >= wholeHash
}

// wholeHash is the length of a SHA-256 in base64.
const wholeHash = 44
