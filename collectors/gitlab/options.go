// Package gitlab receives GitLab's audit-event stream over HTTPS.
//
// GitLab pushes and never sends again (FORMATS 2.1): what is not taken is lost.
// So a request is answered 2xx only when its event is durable, and whatever the
// receiver could not take, or was not there for, is a gap that is kept and told.
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
package gitlab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"midwatch/collectors"
)

// Format is the mapping that gives the received records their meaning.
const Format = "gitlab_stream"

// TokenHeader is the header in which GitLab proves that it is the sender.
const TokenHeader = "X-Gitlab-Event-Streaming-Token"

// Sealer makes segments durable; the spool's is one.
type Sealer interface {
	Seal(ctx context.Context, s collectors.Segment) error
}

// Options of a Receiver. The zero value of a limit means its default.
type Options struct {
	// Dir is the folder of the source, in which journals are kept. It is made
	// where it is missing.
	Dir string
	// Token is what GitLab sends in TokenHeader; at least 16 characters.
	Token string
	// Sealer takes the batches, From is its newest checkpoint.
	Sealer Sealer
	From   collectors.Checkpoint
	// MaxBody is the largest body in bytes, 1 MiB by default: an audit event has
	// one or two KiB.
	MaxBody int64
	// MaxMemory bounds the bodies that are held at a time, 64 MiB by default.
	MaxMemory int64
	// MaxRate is how many authentic requests are taken in a second, 10,000 by
	// default, with as many again at once.
	MaxRate int
	// MaxConnections are served at a time, 1,024 by default.
	MaxConnections int
	// RollEvery is how long events wait at most until they are sealed for
	// `collect`, 30 seconds by default; RollBytes seals earlier, 16 MiB.
	RollEvery time.Duration
	RollBytes int64
	// Now tells the time, Logger what happens. Both must be set.
	Now    func() time.Time
	Logger *slog.Logger
}

// leastToken is the fewest characters of a token: GitLab's own have 24, and a
// shorter one could be guessed.
const leastToken = 16

// fill checks the options and puts the defaults in.
func (o *Options) fill() error {
	switch {
	case o.Dir == "" || o.Sealer == nil || o.Now == nil || o.Logger == nil:
		return errors.New("gitlab: the folder, the sealer, the clock and the logger must be set")
	case len(o.Token) < leastToken:
		return fmt.Errorf("gitlab: the token has fewer than %d characters: give the verification token that GitLab shows for the streaming destination", leastToken)
	}
	set(&o.MaxBody, 1<<20)
	set(&o.MaxMemory, 64<<20)
	set(&o.MaxRate, 10_000)
	set(&o.MaxConnections, 1024)
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
