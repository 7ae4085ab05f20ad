package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// A run that a person stopped says so, and not what the database says of it; a
// failure at the same time is not hidden.
func TestWhatIsSaidOfAStoppedRun(t *testing.T) {
	t.Parallel()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	canceled := fmt.Errorf("writing to w.duckdb: %w", context.Canceled)
	interrupt := errors.New("reading: INTERRUPT Error: Interrupted!")
	full := errors.New("no space left on device")
	for _, err := range []error{canceled, interrupt} {
		if got := said(stopped, err); !strings.HasPrefix(got, "stopped: ") || strings.Contains(got, "w.duckdb") {
			t.Errorf("%v: %s", err, got)
		}
		if got := said(t.Context(), err); got != err.Error() {
			t.Errorf("not stopped: %s", got)
		}
	}
	known := fmt.Errorf("stopped; what is in sample is not whole: run again: %w", context.Canceled)
	if got := said(stopped, known); got != known.Error() {
		t.Errorf("what is known better: %s", got)
	}
	if got := said(stopped, full); got != full.Error() {
		t.Errorf("a full disk: %s", got)
	}
}
