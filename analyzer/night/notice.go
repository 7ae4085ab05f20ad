package night

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"midwatch/analyzer/notify"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// morning is what a night's channels are told.
func (j Job) morning(n report.Night) notify.Morning {
	page, err := filepath.Abs(filepath.Join(j.Reports.Of(n.Night), "report.html"))
	if err != nil {
		page = ""
	}
	m := notify.Morning{Night: n.Night, Coverage: report.Inert(n.Coverage), Version: n.Version, Page: page}
	for _, s := range report.Summaries(n) {
		m.Items = append(m.Items, notify.Item(s))
	}
	seen := "everything could be seen"
	if len(n.Blind) > 0 {
		seen = "NOT EVERYTHING COULD BE SEEN"
	}
	m.Quiet = fmt.Sprintf("Midwatch, night of %s: nothing is listed. %d logins were judged, and %s.", n.Night.Format(time.DateOnly), n.Judged, seen)
	return m
}

// outbox keeps messages in the database.
type outbox struct{ w *warehouse.Warehouse }

// Outbox is the outbox of a database.
func Outbox(w *warehouse.Warehouse) notify.Outbox { return outbox{w} }

// kept is a message with what is not sent of it.
type kept struct {
	notify.Message
	Page string `json:"page"`
}

// Queue is for notify.Outbox.
func (o outbox) Queue(ctx context.Context, channel string, m notify.Message, at time.Time) error {
	text, err := json.Marshal(kept{m, m.Page})
	if err != nil {
		return fmt.Errorf("writing a message for %s: %w", channel, err)
	}
	return o.w.QueueMessage(ctx, channel, m.Key, string(text), at)
}

// Waiting is for notify.Outbox.
func (o outbox) Waiting(ctx context.Context, channel string) ([]notify.Queued, error) {
	rows, err := o.w.WaitingMessages(ctx, channel)
	if err != nil {
		return nil, err
	}
	var all []notify.Queued
	for _, row := range rows {
		var k kept
		if err := json.Unmarshal([]byte(row.Message), &k); err != nil {
			return nil, fmt.Errorf("reading a message for %s: %w", channel, err)
		}
		k.Message.Page = k.Page
		all = append(all, notify.Queued{Message: k.Message, Attempts: row.Attempts})
	}
	return all, nil
}

// Delivered is for notify.Outbox.
func (o outbox) Delivered(ctx context.Context, channel, key string, at time.Time) error {
	return o.w.MessageDelivered(ctx, channel, key, at)
}

// Failed is for notify.Outbox.
func (o outbox) Failed(ctx context.Context, channel, key, reason string, at time.Time) error {
	return o.w.MessageFailed(ctx, channel, key, reason, at)
}

// UndeliveredError says that the work was done but not everybody was told.
type UndeliveredError struct{ Reasons []string }

// Error lists the reasons, one a line.
func (u UndeliveredError) Error() string {
	return "not everything could be delivered\n  " + strings.Join(u.Reasons, "\n  ")
}
