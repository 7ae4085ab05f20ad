package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// backoff are the waits between attempts within a run, as long as the channel's
// timeout allows.
var backoff = [...]time.Duration{500 * time.Millisecond, 2 * time.Second, 5 * time.Second}

// Queue keeps what a morning tells for each channel. What was queued once is not
// queued again.
func Queue(ctx context.Context, box Outbox, channels []Channel, m Morning, now time.Time) error {
	for _, c := range channels {
		for _, message := range c.Messages(m) {
			if err := box.Queue(ctx, c.Name, message, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// outcome is what became of a channel's messages: the keys that were delivered, and
// what kept each of the others from it.
type outcome struct {
	sent, unsent []string
	errs         []error
}

// Deliver sends what waits in the outbox, of this morning and of those before. It
// returns what could not be delivered, a reason for each channel, and how many
// messages wait. Channels do not wait for each other, and a run waits for none
// longer than its timeout.
func Deliver(ctx context.Context, box Outbox, channels []Channel, now time.Time) (problems []string, waiting int, err error) {
	queued, done := make([][]Queued, len(channels)), make([]outcome, len(channels))
	for i, c := range channels {
		if queued[i], err = box.Waiting(ctx, c.Name); err != nil {
			return nil, 0, err
		}
	}
	var all sync.WaitGroup
	for i, c := range channels {
		all.Add(1)
		go func() {
			defer all.Done()
			done[i] = c.deliver(ctx, queued[i])
		}()
	}
	all.Wait()
	keep := context.WithoutCancel(ctx) // what was sent is remembered also where the run was stopped
	for i, c := range channels {
		for _, key := range done[i].sent {
			if err := box.Delivered(keep, c.Name, key, now); err != nil {
				return nil, 0, err
			}
		}
		for k, key := range done[i].unsent {
			if err := box.Failed(keep, c.Name, key, done[i].errs[k].Error(), now); err != nil {
				return nil, 0, err
			}
		}
		if left := len(done[i].unsent); left > 0 {
			waiting += left
			problems = append(problems, fmt.Sprintf("channel %s: %d not delivered, kept for the next run: %v (try it with `midwatch notify --test --channel %s`)", c.Name, left, done[i].errs[0], c.Name))
		}
	}
	return problems, waiting, nil
}

// deliver sends a channel's messages in order. Behind one that cannot be delivered
// each of the others is tried once: it may be this one message that is refused.
func (c Channel) deliver(ctx context.Context, all []Queued) (o outcome) {
	ctx, stop := context.WithTimeout(ctx, c.Timeout)
	defer stop()
	for _, q := range all {
		send := c.insist
		if len(o.unsent) > 0 {
			send = c.Send
		}
		if err := send(ctx, q.Message); err != nil {
			o.unsent, o.errs = append(o.unsent, q.Message.Key), append(o.errs, err)
			continue
		}
		o.sent = append(o.sent, q.Message.Key)
	}
	return o
}

// insist sends a message, again after each wait of backoff.
func (c Channel) insist(ctx context.Context, m Message) error {
	err := c.Send(ctx, m)
	for _, wait := range backoff {
		var refused refusedError
		if err == nil || errors.As(err, &refused) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
		if again := c.Send(ctx, m); again == nil || ctx.Err() == nil {
			err = again
		}
	}
	return err
}
