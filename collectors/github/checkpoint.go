package github

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"midwatch/collectors"
)

// state is what a checkpoint says. Times are epoch milliseconds, UTC.
type state struct {
	Version int `json:"version"`
	// Endpoint and Query that were read; events of another are not covered.
	Endpoint string `json:"endpoint"`
	Query    string `json:"query"`
	// Newest is the time of the newest event of all completed walks, and Complete
	// when the last of them began: a quiet source has an old newest event and
	// has missed nothing.
	Newest   int64 `json:"newest_ms,omitempty"`
	Complete int64 `json:"complete_ms,omitempty"`
	// Passed is when all that the host keeps was last looked through, Late how far
	// behind the newest event others were seen to arrive.
	Passed int64 `json:"passed_ms,omitempty"`
	Late   int64 `json:"late_ms,omitempty"`
	// Paged says that the host numbers its pages, so that it can count.
	Paged bool `json:"paged,omitempty"`
	// Hours are the events that are held, by the hour since the epoch.
	Hours map[int64]tally `json:"hours,omitempty"`
	// Walk is the one that was stopped mid-way, nil when none was.
	Walk *walk `json:"walk,omitempty"`
}

// walk is one reading from Since to the present.
type walk struct {
	Since int64 `json:"since_ms"`
	// After is the cursor to go on from; Enterprise Server has none.
	After string `json:"after,omitempty"`
	// Seen is the time of the newest event so far. Where the host did not give
	// the events in order it says nothing about the older ones.
	Seen      int64 `json:"seen_ms,omitempty"`
	Unordered bool  `json:"unordered,omitempty"`
	// Whole says that the walk is a pass over all that the host keeps.
	Whole bool `json:"whole,omitempty"`
	// Hours are the events that it read so far.
	Hours map[int64]tally `json:"hours,omitempty"`
	// GapUntil is the end of a gap that was sealed in this walk.
	GapUntil int64 `json:"gap_until_ms,omitempty"`
}

// layout is the version of checkpoints that this package writes.
const layout = 1

// parse reads a checkpoint, strictly. The empty one gives the zero state.
func parse(checkpoint collectors.Checkpoint) (state, error) {
	if checkpoint == "" {
		return state{}, nil
	}
	var s state
	decoder := json.NewDecoder(bytes.NewReader([]byte(checkpoint)))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&s)
	if err == nil && s.Version != layout {
		err = fmt.Errorf("its version is %d, and this program writes %d", s.Version, layout)
	}
	if err != nil {
		return state{}, fmt.Errorf("github: the checkpoint cannot be read: %w; use the program that wrote it, or collect without a checkpoint, which reads again what GitHub still has and stores nothing twice", err)
	}
	return s, nil
}

// checkpoint writes a state; a later run parses it.
func (s state) checkpoint() (collectors.Checkpoint, error) {
	s.Version = layout
	text, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("github: write the checkpoint: %w", err)
	}
	return collectors.Checkpoint(text), nil
}

// covered is the time up to which all events were had or reported as a gap,
// zero when nothing was read.
func (s state) covered() int64 {
	until := max(s.Newest, s.Complete)
	if s.Walk != nil {
		until = max(until, s.Walk.Since, s.Walk.GapUntil)
		if !s.Walk.Unordered {
			until = max(until, s.Walk.Seen)
		}
	}
	return until
}

// gap is the span of which the host has no git events any more, nil for none.
func (s state) gap(now time.Time, retention time.Duration) *collectors.Gap {
	from, until := time.UnixMilli(s.covered()).UTC(), now.Add(-retention).UTC()
	if s.covered() == 0 || !from.Before(until) {
		return nil
	}
	return &collectors.Gap{From: from, Until: until, Reason: fmt.Sprintf(
		"the audit log was not read in time: GitHub keeps events for %d days only; look for them in an audit-log stream or export, and run at least daily",
		int(retention.Hours()/24))}
}
