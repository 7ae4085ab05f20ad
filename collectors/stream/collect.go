package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"midwatch/collectors"
)

// CollectorOptions say what is to be looked after.
type CollectorOptions struct {
	// Words are what messages say of the sender.
	Words Words
	// Dir is the folder of the source, where the receiver keeps its journals.
	Dir string
	// Address that the receiver listens on, as "host:port".
	Address string
	// CertFile and KeyFile are its certificate; both empty for plain HTTP.
	CertFile, KeyFile string
	// TokenErr is why the token could not be read; nil when it could.
	TokenErr error
}

// Collector stands for a receiver in `collect`: the receiver has sealed what it
// was sent, so there is only what a dead one left behind, and to say that it is
// dead.
type Collector struct {
	o CollectorOptions
}

var _ collectors.Collector = (*Collector)(nil)

// New checks the options and looks at nothing.
func New(o CollectorOptions) (*Collector, error) {
	if o.Dir == "" {
		return nil, errors.New("stream: the folder of the source must be set")
	}
	if (o.CertFile == "") != (o.KeyFile == "") {
		return nil, errors.New("stream: name both tls_cert_file and tls_key_file, or neither")
	}
	return &Collector{o: o}, nil
}

// Collect does nothing while a receiver runs. Otherwise it seals the journals
// that were left, and the time since as a gap, which is also in the outcome.
func (c *Collector) Collect(ctx context.Context, from collectors.Checkpoint, now time.Time, to collectors.Landing) (collectors.Outcome, error) {
	var out collectors.Outcome
	if err := ctx.Err(); err != nil {
		return out, fmt.Errorf("stream: stopped: %w", err)
	}
	s, err := readStatus(c.o.Dir)
	if err != nil {
		return out, err
	}
	if s != nil && s.running(now) {
		return out, nil
	}
	at, err := parseCheckpoint(from)
	if err != nil {
		return out, err
	}
	left, err := dropSealed(c.o.Dir, at)
	if err != nil {
		return out, err
	}
	for _, number := range left {
		if err := ctx.Err(); err != nil {
			return out, fmt.Errorf("stream: stopped: %w", err)
		}
		n, err := sealJournal(ctx, to, c.o.Dir, number, nil)
		if err != nil {
			return out, fmt.Errorf("stream: seal what a receiver left: %w", err)
		}
		out.Records += n
		at.Journal = number
	}
	if s == nil {
		return out, fmt.Errorf("%w: run `midwatch receive` as a service, and %s", errNeverRan, c.o.Words.Destination)
	}
	out.Gaps = append(s.Gaps, s.downtime(now, c.o.Words))
	return out, seal(ctx, to, at.Journal, nil, out.Gaps)
}

// errNeverRan says that nothing was ever received.
var errNeverRan = errors.New("stream: no receiver was ever started for this source")
