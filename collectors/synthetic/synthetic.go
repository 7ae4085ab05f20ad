// Package synthetic writes the audit log of an organisation that does not
// exist: GitHub audit records as newline-delimited JSON, with planted thefts,
// benign look-alikes of them, and the truth about both in a form a judge reads.
//
// Everything is a pure function of the options: the same options give the same
// bytes (on one processor architecture: where the compiler fuses multiplications
// and additions, a time can differ by a millisecond). People, machines, networks and credentials are simulated a day at a
// time and forgotten once written, so memory follows the busiest day and not
// the length of the log. Nothing in it is measured on a customer: what it gives
// is the shape of such a log (who reads what, when, from where, with which
// client), the addresses mean nothing outside it, and daylight saving time and
// movable holidays do not exist.
//
// A theft is written by the very functions that write ordinary work, never
// changes what its victim does, and its document identifiers are drawn when a
// record is written, so nothing but behaviour tells the two apart.
package synthetic

import (
	"bufio"
	"fmt"
	"io"
	"time"
)

// Writers are where the parts of an organisation's log go. A nil writer means
// that part is not wanted.
type Writers struct {
	// Events takes the audit log: one JSON object a line, in time order.
	Events io.Writer
	// Networks takes what an address database would say, as CSV with the
	// columns prefix, asn, as_name, country, kind.
	Networks io.Writer
	// Labels takes one JSON object a planted attack, LookAlikes one a benign
	// look-alike, Meta the span they are judged on. None is for a detector.
	Labels, LookAlikes, Meta io.Writer
	// Day, where set, is told after each day how many of all are written; an
	// error from it ends the writing and is returned.
	Day func(done, all int) error
}

// Summary says what was written.
type Summary struct {
	// Events is the number of records; WeekdayEvents the mean of a weekday.
	Events        int64
	WeekdayEvents float64
	// AttackEvents is the number of records that belong to Attacks.
	AttackEvents int64
	// Attacks and LookAlikes count what the truth lists.
	Attacks, LookAlikes int
	// Start is the first instant, End the first one after the log, EvalFrom the
	// first after the warm-up, in which no attack takes place. UTC.
	Start, EvalFrom, End time.Time
}

// Generate writes the organisation that o describes. It fails when the options
// contradict each other (the message says which to change) or a writer fails.
func Generate(o Options, to Writers) (Summary, error) {
	if err := o.Validate(); err != nil {
		return Summary{}, err
	}
	pace, err := calibrate(o)
	if err != nil {
		return Summary{}, err
	}
	w := newWorld(o, pace)
	w.schedule()
	w.told = to.Day
	out := bufio.NewWriterSize(discardNil(to.Events), 1<<20)
	rec := newRecorder(w, out)
	if err := w.run(rec.write); err != nil {
		return Summary{}, err
	}
	if err := w.ledger.happened(); err != nil {
		return Summary{}, err
	}
	if err := out.Flush(); err != nil {
		return Summary{}, fmt.Errorf("writing the synthetic events: %w", err)
	}
	if err := w.networks.writeCSV(discardNil(to.Networks)); err != nil {
		return Summary{}, fmt.Errorf("writing the synthetic networks: %w", err)
	}
	sum := rec.summary()
	sum.Attacks, sum.LookAlikes, err = w.ledger.write(o, sum.Events, to)
	if err != nil {
		return Summary{}, fmt.Errorf("writing the synthetic truth: %w", err)
	}
	return sum, nil
}

func discardNil(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}
