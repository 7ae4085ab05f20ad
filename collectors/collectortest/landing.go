// Package collectortest is the suite that every collector passes, and a landing
// that remembers, for its tests.
package collectortest

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"midwatch/collectors"
)

// Landing keeps in memory what is landed. Like every landing it refuses what
// comes with a context that is over. The zero value is ready, for use by several
// goroutines.
type Landing struct {
	// BeforeSeal and BeforeLog are called first, where set; their error is
	// returned and nothing lands.
	BeforeSeal func(collectors.Segment) error
	BeforeLog  func(collectors.Log) error

	mu       sync.Mutex
	segments []collectors.Segment
	logs     []collectors.Log
	calls    int
}

var _ collectors.Landing = (*Landing)(nil)

// Seal keeps a copy of a segment.
func (l *Landing) Seal(ctx context.Context, s collectors.Segment) error {
	l.count()
	if err := ctx.Err(); err != nil {
		return err
	}
	if l.BeforeSeal != nil {
		if err := l.BeforeSeal(s); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segments = append(l.segments, clone(s))
	return nil
}

// clone shares nothing with s, as a landing on disk would not.
func clone(s collectors.Segment) collectors.Segment {
	s.Records = slices.Clone(s.Records)
	for i, record := range s.Records {
		s.Records[i] = bytes.Clone(record)
	}
	s.Gaps = slices.Clone(s.Gaps)
	return s
}

// Log keeps the name of a log.
func (l *Landing) Log(ctx context.Context, log collectors.Log) error {
	l.count()
	if err := ctx.Err(); err != nil {
		return err
	}
	if l.BeforeLog != nil {
		if err := l.BeforeLog(log); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.logs = append(l.logs, log)
	return nil
}

func (l *Landing) count() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
}

// Calls is how often Seal and Log were called, with or without success.
func (l *Landing) Calls() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls
}

// Segments landed, in order.
func (l *Landing) Segments() []collectors.Segment {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.segments)
}

// Logs landed, in order.
func (l *Landing) Logs() []collectors.Log {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.logs)
}

// Records landed, as text and in order.
func (l *Landing) Records() []string {
	var all []string
	for _, segment := range l.Segments() {
		for _, record := range segment.Records {
			all = append(all, string(record))
		}
	}
	return all
}

// Landed is all that landed: records, then paths of logs.
func (l *Landing) Landed() []string {
	all := l.Records()
	for _, log := range l.Logs() {
		all = append(all, log.Path)
	}
	return all
}

// Checkpoint is that of the newest segment, empty when there is none.
func (l *Landing) Checkpoint() collectors.Checkpoint {
	segments := l.Segments()
	if len(segments) == 0 {
		return ""
	}
	return segments[len(segments)-1].Checkpoint
}
