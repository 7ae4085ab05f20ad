// Package notify sends what a morning found to the places that the configuration
// names: webhooks, chat, mail, a SIEM, a pager.
//
// Nothing is sent unless a channel is configured. A message is queued in the
// outbox before it is sent and stays there until it is delivered, so that an
// endpoint that is down loses nothing; a run that dies between sending and
// remembering sends it again, under the same id. Redirects are not followed, and no
// secret is written to the outbox, a log or an error.
package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Item is one finding in a message. Its text is inert.
type Item struct {
	ID         string   `json:"finding_id"`
	Night      string   `json:"night"`
	State      string   `json:"state"`
	Status     string   `json:"status"`
	Severity   string   `json:"severity"`
	Confidence string   `json:"confidence"`
	Title      string   `json:"title"`
	Who        string   `json:"who"`
	Reason     string   `json:"reason"`
	RuleOut    string   `json:"rule_out_first"`
	Action     string   `json:"do_next"`
	Expected   *float64 `json:"expected_false_alarms,omitempty"`
	// Denied is true where the holder was asked and says that it was not them.
	Denied bool `json:"denied,omitempty"`
}

// Message is what is sent: one finding, or what a morning found, or a quiet night.
type Message struct {
	// Key names it: the same key is delivered to a channel once.
	Key string `json:"id"`
	// Kind is finding, morning, quiet, test or question.
	Kind string `json:"kind"`
	// Night that was asked for; At is its end.
	Night string    `json:"night"`
	At    time.Time `json:"at"`
	// Subject is the message in one line.
	Subject string `json:"subject"`
	// Body is the text of a question to a person; other messages make theirs of Findings.
	Body     string `json:"body,omitempty"`
	Findings []Item `json:"findings"`
	// Coverage says what could be seen of the night, and what not.
	Coverage string `json:"coverage"`
	Version  string `json:"midwatch_version"`
	// Page is the file of the report that a mail attaches; its name is not sent.
	Page string `json:"-"`
}

// Morning is what there is to tell.
type Morning struct {
	Night          time.Time
	Items          []Item
	Coverage       string
	Quiet, Version string
	Page           string
}

// severities from the least; the message of a quiet night has none.
var severities = [...]string{"low", "medium", "high", "critical"}

// Severities are what findings can have, from the least.
func Severities() []string { return severities[:] }

// Messages are what a channel is to be sent of a morning: a message for each
// finding whose severity it takes or whose holder denied it, and for mail one for all of them.
func (c Channel) Messages(m Morning) []Message {
	var wanted []Item
	for _, i := range m.Items {
		if slices.Contains(c.Severities, i.Severity) || i.Denied {
			wanted = append(wanted, i)
		}
	}
	base := Message{Night: m.Night.Format(time.DateOnly), At: m.Night.AddDate(0, 0, 1), Coverage: m.Coverage, Version: m.Version, Page: m.Page, Findings: []Item{}}
	if len(wanted) == 0 {
		if !c.Quiet || len(m.Items) > 0 {
			return nil
		}
		base.Kind, base.Key, base.Subject = "quiet", "quiet:"+base.Night, m.Quiet
		return []Message{base}
	}
	if c.Kind == SMTP {
		base.Kind, base.Findings = "morning", wanted
		base.Subject = fmt.Sprintf("Midwatch, night of %s: %s", base.Night, plural(len(wanted)))
		base.Key = "morning:" + base.Night + ":" + digest(keys(wanted))
		return []Message{base}
	}
	var all []Message
	for _, i := range wanted {
		one := base
		one.Kind, one.Key, one.Subject, one.Findings = "finding", i.key(), fmt.Sprintf("[%s] %s", i.Severity, i.Title), []Item{i}
		all = append(all, one)
	}
	return all
}

// key names a finding in a state. A finding that goes on as it was is not sent
// again; one that got worse is.
func (i Item) key() string {
	key := i.ID + ":" + i.State
	if i.Status == "escalated" {
		key += ":escalated " + i.Night
	}
	return key
}

func keys(items []Item) string {
	var all []string
	for _, i := range items {
		all = append(all, i.key())
	}
	return strings.Join(all, "\n")
}

func plural(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}

// Test is the message of `midwatch notify --test`.
func Test(now time.Time, version string) Message {
	return Message{
		Key: "test:" + now.UTC().Format(time.RFC3339), Kind: "test", Night: now.UTC().Format(time.DateOnly), At: now.UTC().Truncate(time.Second),
		Subject: "Midwatch test message: this channel works", Findings: []Item{}, Coverage: "A test: nothing was looked at.", Version: version,
	}
}

// Text is a message for a person, in plain text.
func (m Message) Text() string {
	if m.Body != "" {
		return m.Subject + "\n\n" + m.Body
	}
	var b strings.Builder
	fmt.Fprintln(&b, m.Subject)
	for _, i := range m.Findings {
		fmt.Fprintf(&b, "\n%s (night of %s, severity %s, confidence %s, %s)\nWho: %s\nWhy: %s\nRule out first: %s\nThen: %s\nAll of it: midwatch explain %s\n",
			i.Title, i.Night, i.Severity, i.Confidence, i.Status, i.Who, i.Reason, i.RuleOut, i.Action, i.ID)
	}
	fmt.Fprintf(&b, "\n%s\n", m.Coverage)
	return b.String()
}

// worst is the gravest severity of a message; "" where it has no finding.
func (m Message) worst() string {
	at := -1
	for _, i := range m.Findings {
		at = max(at, slices.Index(severities[:], i.Severity))
	}
	if at < 0 {
		return ""
	}
	return severities[at]
}

// Queued is a message in the outbox of a channel.
type Queued struct {
	Message  Message
	Attempts int
}

// Outbox keeps messages until they are delivered.
type Outbox interface {
	// Queue keeps a message unless one of its key was ever queued for the channel.
	Queue(ctx context.Context, channel string, m Message, at time.Time) error
	// Waiting returns what a channel was not delivered yet, the oldest first.
	Waiting(ctx context.Context, channel string) ([]Queued, error)
	// Delivered and Failed keep what became of one.
	Delivered(ctx context.Context, channel, key string, at time.Time) error
	Failed(ctx context.Context, channel, key, reason string, at time.Time) error
}
