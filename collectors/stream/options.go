// Package stream receives what hosts push over HTTPS, for the dialects beside it:
// GitLab's audit-event stream (collectors/gitlab) and Splunk's HTTP Event Collector
// as GitHub speaks it (collectors/hec).
//
// Some senders never send again what they could not deliver. So a request is
// answered 2xx only when its events are durable, and whatever the receiver could
// not take, or was not there for, is a gap that is kept and told. Who has not shown
// the token can hold nothing that others need: strangers are few, in all and for
// each source address, and make room for one another (guard.go).
//
// Events are first appended to a journal in the folder of the source, one sync
// for all requests that wait, and from there sealed into the spool a batch at a
// time, where `collect` takes them. The files beside the segments:
//
//	received-00000000000000000007.journal   one event a line, secrets scrubbed
//	receiver.json                           when the receiver was last alive, and gaps not yet sealed
//
// Each segment's checkpoint names the journal that it holds, so a journal that a
// crash left behind is sealed once or known to be sealed.
package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"midwatch/collectors"
)

// Sealer makes segments durable; the spool's is one.
type Sealer interface {
	Seal(ctx context.Context, s collectors.Segment) error
}

// Options of a Receiver. The zero value of a limit means its default.
type Options struct {
	// Dialect is how the sender speaks.
	Dialect Dialect
	// Dir is the folder of the source, in which journals are kept. It is made
	// where it is missing.
	Dir string
	// Token is what the sender shows; at least 16 characters.
	Token string
	// Sealer takes the batches, From is its newest checkpoint.
	Sealer Sealer
	From   collectors.Checkpoint
	// MaxBody is the largest body in bytes, sent and decompressed, 1 MiB by
	// default: an audit event has one or two KiB.
	MaxBody int64
	// MaxMemory bounds the bodies that are held at a time, 64 MiB by default.
	MaxMemory int64
	// Patience is how long a request with the token waits for memory that others
	// hold, 5 seconds by default.
	Patience time.Duration
	// MaxRate is how many authentic requests are taken in a second, 10,000 by
	// default, with as many again at once.
	MaxRate int
	// MaxConnections with the token are served at a time, 1,024 by default.
	MaxConnections int
	// MaxStrangers are the connections at a time that have not shown the token,
	// 2,048 by default, and MaxStrangersOfAddress those of one source address,
	// half as many: a connection takes some 10 KiB, with TLS 40.
	MaxStrangers, MaxStrangersOfAddress int
	// HeaderDeadline bounds a TLS handshake and the headers of a request, 5 seconds
	// by default; RequestDeadline a whole request, 30 seconds.
	HeaderDeadline, RequestDeadline time.Duration
	// RollEvery is how long events wait at most until they are sealed for
	// `collect`, 30 seconds by default; RollBytes seals earlier, 16 MiB.
	RollEvery time.Duration
	RollBytes int64
	// Now tells the time, Logger what happens. Both must be set.
	Now    func() time.Time
	Logger *slog.Logger
}

// How long an answer may take, and a connection may wait for its next request.
const (
	answerDeadline = 60 * time.Second
	idleDeadline   = 2 * time.Minute
)

// leastToken is the fewest characters of a token: those of hosts have 24 and more,
// and a shorter one could be guessed.
const leastToken = 16

// fill checks the options and puts the defaults in.
func (o *Options) fill() error {
	switch {
	case o.Dialect == nil || o.Dir == "" || o.Sealer == nil || o.Now == nil || o.Logger == nil:
		return errors.New("stream: the dialect, the folder, the sealer, the clock and the logger must be set")
	case len(o.Token) < leastToken:
		return fmt.Errorf("stream: the token has fewer than %d characters: give %s", leastToken, o.Dialect.Words().Token)
	}
	set(&o.MaxBody, 1<<20)
	set(&o.MaxMemory, max(64<<20, o.MaxBody))
	set(&o.Patience, 5*time.Second)
	set(&o.MaxRate, 10_000)
	set(&o.MaxConnections, 1024)
	set(&o.MaxStrangers, 2048)
	set(&o.MaxStrangersOfAddress, (o.MaxStrangers+1)/2)
	set(&o.HeaderDeadline, 5*time.Second)
	set(&o.RequestDeadline, 30*time.Second)
	set(&o.RollEvery, 30*time.Second)
	set(&o.RollBytes, 16<<20)
	return nil
}

// set gives an option its default where it has no value.
func set[T int | int64 | time.Duration](option *T, value T) {
	if *option <= 0 {
		*option = value
	}
}
