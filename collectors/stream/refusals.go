package stream

import (
	"fmt"
	"time"

	"midwatch/collectors"
)

// refusals add up to one gap: what was turned away, and why first.
type refusals struct {
	count       int64
	from, until time.Time
	reason      string
}

func (f *refusals) add(now time.Time, reason string) {
	if f.count == 0 {
		f.from, f.reason = now, reason
	}
	f.count++
	f.until = now
}

// take returns the gap, if there is one, and begins anew. format says what was
// refused: it has a %d for how many and a %s for why.
func (f *refusals) take(format string) []collectors.Gap {
	if f.count == 0 {
		return nil
	}
	g := collectors.Gap{From: f.from, Until: f.until.Add(time.Millisecond), Reason: fmt.Sprintf(format, f.count, f.reason)}
	*f = refusals{}
	return []collectors.Gap{g}
}
