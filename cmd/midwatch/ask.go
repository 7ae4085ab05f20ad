package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
	"midwatch/analyzer/night"
	"midwatch/analyzer/notify"
	"midwatch/analyzer/report"
	"midwatch/analyzer/triage"
	"midwatch/queries/warehouse"
)

// wondering is one call of `midwatch ask`.
type wondering struct {
	manager, dry         bool
	to, channel, address string
	by                   string
}

func newAsk(a *app) *cobra.Command {
	k := &wondering{}
	c := &cobra.Command{
		Use:   "ask FINDING",
		Short: `Ask the person behind a finding, or the manager: "was it you?"`,
		Long: `Writes a message in plain words: what was read and when, and two answers. It is
addressed to the person of the roster, or with --manager to the manager, and is
printed to be pasted, or sent through a channel of "notify" (webhook, slack, teams
or smtp; mail goes to --address, or to the person's email: identity of the roster).

With "ask" in the configuration the message has a signed link, which is good for one
question, once, until it expires. "midwatch receive" answers it: opening the link
changes nothing, pressing a button on its page does. Without it, the person answers
you, and you keep that with "midwatch ask answer".

An answer is a note and never hides a finding: a thief says yes too. The reports say
"The holder says it was them". A no is told by the next morning as news, and no
verdict covers a finding whose holder denied it.`,
		Example: `  midwatch ask mw-20260722-1a2b3c4d --dry-run
  midwatch ask mw-20260722-1a2b3c4d --manager --channel chat
  midwatch ask answer mw-20260722-1a2b3c4d --answer yes --note "called her back"
  midwatch ask list`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeSubject([]string{"finding"}),
		RunE:              func(c *cobra.Command, args []string) error { return a.ask(c, k, args[0]) },
	}
	f := c.Flags()
	f.BoolVar(&k.manager, "manager", false, "ask the manager, not the person")
	f.StringVar(&k.to, "to", "", "name of whom to ask (default who the roster says)")
	f.StringVar(&k.channel, "channel", "", "send it through this channel of notify (default print it)")
	f.StringVar(&k.address, "address", "", "mail address, for a channel of kind smtp")
	f.BoolVar(&k.dry, "dry-run", false, "print what would be sent; send and keep nothing")
	byFlag(c, &k.by)
	c.Flags().Lookup("by").Usage = "who asks (default the user who runs this)"
	for _, sub := range []*cobra.Command{newAskAnswer(a), newAskList(a)} {
		finish(sub)
		c.AddCommand(sub)
	}
	return c
}

// ask makes a question and sends or prints it.
func (a *app) ask(c *cobra.Command, k *wondering, id string) error {
	names, err := deciding(k.by)
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Second)
	return a.withWarehouse(c, "ask", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
		if err := cfg.takeAnswers(ctx, a.log(c), w, now); err != nil {
			return err
		}
		f, err := newest(ctx, w.Reader(), id)
		if err != nil {
			return err
		}
		q, kept, err := k.question(cfg, f, names[0], now)
		if err != nil {
			return err
		}
		m := notify.Message{
			Key: "ask:" + kept.ID, Kind: "question", Night: f.Assessment.Day.Format(time.DateOnly), At: now,
			Subject: report.Inert(q.Subject()), Body: report.Lines(q.Text()), Findings: []notify.Item{}, Version: version(),
		}
		if k.channel == "" {
			if !k.dry {
				err = w.SaveAsked(ctx, kept)
			}
			_, printed := fmt.Fprintf(c.OutOrStdout(), "%s\n\n%s", m.Subject, m.Body)
			return errors.Join(err, printed)
		}
		channel, err := k.through(cfg, f)
		if err != nil {
			return err
		}
		if k.dry {
			return preview(c, channel, m)
		}
		// Kept first: an answer to what was sent must find its question.
		if err := w.SaveAsked(ctx, kept); err != nil {
			return err
		}
		ctx, stop := context.WithTimeout(ctx, channel.Timeout)
		defer stop()
		if err := channel.Send(ctx, m); err != nil {
			return night.UndeliveredError{Reasons: []string{"channel " + channel.Name + ": " + err.Error() + " (ask again, or leave out --channel to print the message)"}}
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "Asked %s through %s (%s).\n", report.Inert(asked(kept.Of)), channel.Name, kept.ID)
		return err
	})
}

// asked is a name, or words for one that is not known.
func asked(name string) string {
	if name == "" {
		return "the holder"
	}
	return name
}

// question makes the question about a finding, and what is kept of it.
func (k *wondering) question(cfg *Config, f analyzer.Finding, by string, now time.Time) (triage.Question, warehouse.Asked, error) {
	q := triage.Question{Finding: f, To: k.to, Manager: k.manager, Asker: by}
	kept := warehouse.Asked{Finding: f.ID, Night: f.Assessment.Day.UTC(), Identity: f.Assessment.Identity, Role: night.RolePerson, By: by, At: now, SentBy: k.channel}
	switch {
	case k.manager && q.To == "" && f.Around.Manager == "":
		return q, kept, usageError{fmt.Errorf("the roster has no manager of %s: name one with --to", report.Inert(f.Assessment.Identity))}
	case k.manager && q.To == "":
		q.To = f.Around.Manager
	case q.To == "":
		q.To = f.Around.Person
	}
	if k.manager {
		kept.Role = night.RoleManager
	}
	kept.Of = q.To
	number := make([]byte, 8)
	if _, err := rand.Read(number); err != nil {
		return q, kept, fmt.Errorf("naming the question: %w", err)
	}
	kept.ID = "q-" + hex.EncodeToString(number)
	if cfg.Ask.URL == "" {
		return q, kept, nil
	}
	q.Until = now.AddDate(0, 0, cfg.Ask.Days)
	if k.dry {
		q.Link = cfg.Ask.link("(the link is made when it is sent)")
		return q, kept, nil
	}
	key, err := cfg.Ask.key()
	if err != nil {
		return q, kept, err
	}
	t := triage.Ticket{
		Question: kept.ID, Finding: f.ID, Account: f.Assessment.Identity, Day: f.Assessment.Day.Format(time.DateOnly), Manager: k.manager, Until: q.Until.Unix(),
	}
	token, err := t.Sign(key)
	q.Link = cfg.Ask.link(token)
	return q, kept, err
}

// through is the channel that a question is sent by.
func (k *wondering) through(cfg *Config, f analyzer.Finding) (notify.Channel, error) {
	channels, err := cfg.Notify.open(k.channel)
	if err != nil {
		return notify.Channel{}, err
	}
	channel := channels[0]
	switch {
	case !slices.Contains([]notify.Kind{notify.Webhook, notify.Slack, notify.Teams, notify.SMTP}, channel.Kind):
		return channel, usageError{fmt.Errorf("channel %s is of kind %s, which reaches no person: use one of kind webhook, slack, teams or smtp", channel.Name, channel.Kind)}
	case channel.Kind != notify.SMTP:
		return channel, nil
	}
	to := k.address
	if to == "" && !k.manager && k.to == "" {
		to = mailOf(f)
	}
	if to == "" {
		return channel, usageError{errors.New("no mail address is known: give one with --address")}
	}
	channel.To = []string{to}
	return channel, channel.Check()
}

// mailOf is the mail address of the person behind a finding, as the roster has it; ""
// where it has none, or several.
func mailOf(f analyzer.Finding) string {
	var all []string
	for _, identity := range append([]string{f.Assessment.Identity}, f.Around.OtherIdentities...) {
		if address, is := strings.CutPrefix(identity, "email:"); is {
			all = append(all, address)
		}
	}
	if len(all) != 1 {
		return ""
	}
	return all[0]
}

func newAskAnswer(a *app) *cobra.Command {
	var answer, note, by string
	var manager bool
	c := &cobra.Command{
		Use: "answer FINDING", Short: "Keep what a person answered", Args: cobra.ExactArgs(1),
		Long: `Keeps the answer that somebody gave about a finding, by phone or in person. It is
the answer to the newest question about it that has none, or to one that was never
written. An answer is never changed: give another one, and a no outweighs a yes.`,
		Example:           `  midwatch ask answer mw-20260722-1a2b3c4d --answer no --note "she was on leave"`,
		ValidArgsFunction: a.completeSubject([]string{"finding"}),
		RunE: func(c *cobra.Command, args []string) error {
			if answer != night.AnswerYes && answer != night.AnswerNo {
				return usageError{errors.New("say --answer yes (it was them) or --answer no")}
			}
			names, err := deciding(by)
			if err != nil {
				return err
			}
			now := time.Now().UTC().Truncate(time.Second)
			return a.withWarehouse(c, "ask answer", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				if err := cfg.takeAnswers(ctx, a.log(c), w, now); err != nil {
					return err
				}
				f, err := newest(ctx, w.Reader(), args[0])
				if err != nil {
					return err
				}
				id, err := openQuestion(ctx, w, f, names[0], manager, now)
				if err != nil {
					return err
				}
				if _, err := w.AnswerAsked(ctx, id, answer, names[0], note, now); err != nil {
					return err
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "Kept: %s. The finding stays listed, and the reports say so.\n", map[string]string{night.AnswerYes: "it was them", night.AnswerNo: "it was not them"}[answer])
				return err
			})
		},
	}
	c.Flags().StringVar(&answer, "answer", "", "yes or no")
	c.Flags().StringVar(&note, "note", "", "what else was said")
	c.Flags().BoolVar(&manager, "manager", false, "it was the manager who answered")
	byFlag(c, &by)
	c.Flags().Lookup("by").Usage = "who keeps it (default the user who runs this)"
	_ = c.RegisterFlagCompletionFunc("answer", cobra.FixedCompletions([]string{night.AnswerYes, night.AnswerNo}, noFiles))
	return c
}

// openQuestion is the newest question about a finding that has no answer; one is made
// where there is none.
func openQuestion(ctx context.Context, w *warehouse.Warehouse, f analyzer.Finding, by string, manager bool, now time.Time) (string, error) {
	k := &wondering{manager: manager, to: "", dry: true}
	if manager && f.Around.Manager == "" {
		k.to = "the manager"
	}
	_, kept, err := k.question(&Config{}, f, by, now)
	if err != nil {
		return "", err
	}
	all, err := w.Reader().AskedQuestions(ctx)
	if err != nil {
		return "", err
	}
	for _, q := range slices.Backward(all) {
		if q.Finding == f.ID && q.Role == kept.Role && !q.Answer.Valid {
			return q.ID, nil
		}
	}
	return kept.ID, w.SaveAsked(ctx, kept)
}

func newAskList(a *app) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: "list", Short: "List what was asked and answered, the newest first", Args: cobra.NoArgs,
		Example: "  midwatch ask list\n  midwatch ask list --format csv",
		RunE: func(c *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			return a.withWarehouse(c, "ask list", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				if err := cfg.takeAnswers(ctx, a.log(c), w, now); err != nil {
					return err
				}
				all, err := w.Reader().AskedQuestions(ctx)
				if err != nil {
					return err
				}
				var rows [][]string
				for _, q := range slices.Backward(all) {
					answered := ""
					if q.AnsweredAt.Valid {
						answered = q.AnsweredAt.Time.UTC().Format(time.DateTime)
					}
					rows = append(rows, []string{
						q.ID, q.Finding, q.Identity, q.Of, q.Role, q.By, q.At.UTC().Format(time.DateTime), q.SentBy, q.Answer.String, answered, q.AnsweredBy.String, q.Note.String,
					})
				}
				return report.Table(c.OutOrStdout(), format, []string{
					"question_id", "finding_id", "identity", "asked_of", "role", "asked_by", "asked_at", "sent_by", "answer", "answered_at", "answered_by", "note",
				}, rows)
			})
		},
	}
	formatFlag(c, &format)
	return c
}
