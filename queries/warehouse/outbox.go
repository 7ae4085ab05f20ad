package warehouse

import (
	"context"
	"fmt"
	"time"
)

// WaitingMessage is a message that was not delivered yet.
type WaitingMessage struct {
	Key, Message string
	Attempts     int
}

// QueueMessage keeps a message for a channel, unless one of its key was ever queued
// for it.
func (w *Warehouse) QueueMessage(ctx context.Context, channel, key, message string, at time.Time) error {
	_, err := w.conn.ExecContext(ctx, `INSERT INTO outbox SELECT $1, $2, $3, $4::TIMESTAMP, 0, NULL, NULL, NULL
		WHERE NOT EXISTS (FROM outbox WHERE channel = $1 AND key = $2)`, channel, key, message, at)
	if err != nil {
		return fmt.Errorf("queueing a message for %s: %w", channel, err)
	}
	return nil
}

// WaitingMessages returns what a channel was not delivered yet, the oldest first.
func (w *Warehouse) WaitingMessages(ctx context.Context, channel string) ([]WaitingMessage, error) {
	var all []WaitingMessage
	err := w.each(ctx, func(scan Scan) error {
		var m WaitingMessage
		err := scan(&m.Key, &m.Message, &m.Attempts)
		all = append(all, m)
		return err
	}, "SELECT key, message, attempts FROM outbox WHERE channel = ? AND sent_at IS NULL ORDER BY queued_at, rowid", channel)
	return all, err
}

// MessageDelivered keeps that a message was delivered.
func (w *Warehouse) MessageDelivered(ctx context.Context, channel, key string, at time.Time) error {
	return w.messageTried(ctx, channel, "UPDATE outbox SET attempts = attempts + 1, last_error = NULL, sent_at = ? WHERE channel = ? AND key = ?", at, channel, key)
}

// MessageFailed keeps that a message could not be delivered, and why.
func (w *Warehouse) MessageFailed(ctx context.Context, channel, key, reason string, at time.Time) error {
	return w.messageTried(ctx, channel, "UPDATE outbox SET attempts = attempts + 1, last_error = ?, tried_at = ? WHERE channel = ? AND key = ?", reason, at, channel, key)
}

func (w *Warehouse) messageTried(ctx context.Context, channel, statement string, args ...any) error {
	if _, err := w.conn.ExecContext(ctx, statement, args...); err != nil {
		return fmt.Errorf("keeping what became of a message for %s: %w", channel, err)
	}
	return nil
}
