package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"midwatch/collectors"
)

// status is what a receiver leaves for those that come after it. It is renamed
// into place but not synced: after a crash of the machine the gap only begins
// earlier.
type status struct {
	Version int `json:"version"`
	// AliveAt is when it last was.
	AliveAt time.Time `json:"alive_at"`
	// Running is false after it ended by itself.
	Running bool `json:"running"`
	// Failing says why events are refused at the time; "" when they are not.
	Failing string `json:"failing,omitempty"`
	// ReceivedAt is when the last event was taken.
	ReceivedAt time.Time `json:"received_at"`
	// WrongToken counts requests without the right token since the start, and
	// WrongTokenAt is when the last came.
	WrongToken   int64     `json:"wrong_token,omitempty"`
	WrongTokenAt time.Time `json:"wrong_token_at"`
	// Silenced counts connections that were closed to make room before they sent
	// anything, since the start.
	Silenced int64 `json:"silenced,omitempty"`
	// Gaps are not sealed yet.
	Gaps []collectors.Gap `json:"gaps,omitempty"`
}

const (
	statusName    = "receiver.json"
	statusVersion = 1
	// beat is how often a receiver says that it is alive, and silent how long
	// without makes it dead.
	beat   = 2 * time.Second
	silent = 15 * time.Second
)

// readStatus returns nil where no receiver was ever started.
func readStatus(dir string) (*status, error) {
	path := filepath.Join(dir, statusName)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("stream: read %s: %w", path, err)
	}
	var s status
	if err := json.Unmarshal(text, &s); err != nil || s.Version != statusVersion {
		return nil, fmt.Errorf("stream: %s is not what a receiver of this version writes: move it away, and count the time since it was written as not seen", path)
	}
	return &s, nil
}

// write puts the status in its place.
func (s status) write(dir string) error {
	s.Version = statusVersion
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("stream: write the status: %w", err)
	}
	path := filepath.Join(dir, statusName)
	if err := os.WriteFile(path+".tmp", append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("stream: write the status: %w", err)
	}
	return os.Rename(path+".tmp", path)
}

// running says whether a receiver was alive a moment before now.
func (s *status) running(now time.Time) bool {
	return s.Running && now.Sub(s.AliveAt) < silent
}

// downtime is the gap since a receiver was last alive.
func (s *status) downtime(now time.Time, w Words) collectors.Gap {
	return collectors.Gap{
		From: s.AliveAt, Until: now,
		Reason: "the receiver was not running, and " + w.Outage + ": run `midwatch receive` as a service that is started again by itself",
	}
}
