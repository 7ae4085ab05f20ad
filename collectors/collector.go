// Package collectors is the vocabulary of getting at access records.
//
// A collector transports: it brings records as the host gave them, or names the
// log they stand in, together with a checkpoint saying how far it has read. It
// knows nothing of what a record means (queries/sources), of the database
// (queries/warehouse) or of what is unusual (analyzer). This package holds the
// words and no input or output; each folder beside it is one way of collecting.
package collectors

import (
	"context"
	"time"
)

// Record is one record as the host gave it: a JSON object or a line of a log,
// without its line end. Secrets are scrubbed before it is written anywhere.
type Record []byte

// Checkpoint is how far a source has been read: text that only the collector
// that wrote it understands. The empty checkpoint means nothing was read yet.
type Checkpoint string

// Segment is a batch of records that is made durable together with the
// checkpoint it reaches: after a crash either both are there or neither.
type Segment struct {
	// Records in the order the host gave them; may be empty when only the
	// checkpoint moved.
	Records []Record
	// Checkpoint is where the next run goes on once this segment is durable.
	Checkpoint Checkpoint
	// Gaps are those that this checkpoint steps over. They are sealed with it,
	// because a crash right after would else forget them for good.
	Gaps []Gap
}

// Log names a log file to be read where it lies.
type Log struct {
	// Path of the file; "-" is standard input.
	Path string
}

// Landing takes what a collector brings.
type Landing interface {
	// Seal makes a segment durable (written, synced, renamed into place) before
	// it returns. An error means the segment is not there.
	Seal(ctx context.Context, s Segment) error
	// Log names a file that the warehouse is to read. Naming the same unchanged
	// file again costs a look at it and adds nothing.
	Log(ctx context.Context, l Log) error
}

// Gap is a span for which a source can no longer give its records, or in which
// it did not say whether there were any. It is recorded and reported, never
// passed over.
type Gap struct {
	// From and Until bound the span, UTC, From included and Until not.
	From, Until time.Time
	// Reason says in words a person can act on why nothing was seen.
	Reason string
}

// Outcome is what one run of a collector brought.
type Outcome struct {
	// Records landed or, for logs, zero: the warehouse counts those.
	Records int
	// Gaps found in this run, in time order.
	Gaps []Gap
	// Notes are things a person should know that are not errors, such as a wait
	// for a rate limit.
	Notes []string
}

// Check is one thing that was looked at before relying on a source.
type Check struct {
	// Name of what was looked at, such as "token scope".
	Name string
	// Status is OK, Warning or Failed.
	Status Status
	// Detail says what was seen.
	Detail string
	// Fix says what to do, empty when Status is OK.
	Fix string
}

// Status grades a Check.
type Status string

// The grades of a Check: OK can be relied on; Warning works but something will
// not be seen; Failed will not work until mended.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Failed  Status = "failed"
)

// Collector is one way of getting at records. Implementations pass the suite in
// collectortest.
type Collector interface {
	// Collect brings what is new since from and lands it, in time order where
	// the host allows. It may bring records again (an overlap is expected) but
	// never leaves one out that the host still has. What it sealed before an
	// error stays sealed, so that a later run goes on from there. now is the
	// time of the run; a collector never reads the clock for what it decides to
	// fetch.
	Collect(ctx context.Context, from Checkpoint, now time.Time, to Landing) (Outcome, error)
	// Check looks at the source without landing anything and says what can be
	// relied on and how to mend the rest. An error means it could not look.
	Check(ctx context.Context, now time.Time) ([]Check, error)
}
