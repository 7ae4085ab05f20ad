package notify

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// pingTimeout is how long a night waits for the health check.
const pingTimeout = 5 * time.Second

// Ping tells a health check, as Healthchecks has it, that a night began ("start") or
// ended: "" where it succeeded, else its exit code.
func Ping(ctx context.Context, url, what string) error {
	ctx, stop := context.WithTimeout(ctx, pingTimeout)
	defer stop()
	c := Channel{URL: url}
	if err := c.checkURL(); err != nil {
		return fmt.Errorf("notify.ping_url: %w", err)
	}
	to := strings.TrimSuffix(url, "/")
	if what != "" {
		to += "/" + what
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, nil)
	if err != nil {
		return fmt.Errorf("notify.ping_url: %s", c.hide(err.Error()))
	}
	answer, err := c.client().Do(r)
	if err != nil {
		return c.failed(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the health check answered %d: check notify.ping_url", answer.StatusCode)
	}
	return nil
}

// Metrics are the numbers of a run for Prometheus.
type Metrics struct {
	Ended    time.Time
	Duration time.Duration
	Exit     int
	// Records read, reasons for Blind, messages Waiting in the outbox, and Findings
	// by severity.
	Records  int64
	Blind    int
	Waiting  int
	Findings map[string]int
}

// Write writes the metrics whole or not at all, readable by all: the collector runs
// as another user, and they name nobody.
func (m Metrics) Write(path string) (err error) {
	var b strings.Builder
	gauge := func(name, help string, value any) {
		fmt.Fprintf(&b, "# HELP midwatch_%s %s\n# TYPE midwatch_%s gauge\nmidwatch_%s %v\n", name, help, name, name, value)
	}
	gauge("last_run_timestamp_seconds", "When the last night was done.", m.Ended.Unix())
	gauge("last_run_duration_seconds", "How long it took.", m.Duration.Seconds())
	gauge("last_run_exit_code", "Its exit code: 0 done, 3 not everything could be seen or delivered.", m.Exit)
	gauge("records", "Records of the night that were read.", m.Records)
	gauge("blind_reasons", "Reasons why not everything could be seen.", m.Blind)
	gauge("outbox_waiting", "Messages that could not be delivered yet.", m.Waiting)
	fmt.Fprint(&b, "# HELP midwatch_findings Findings of the morning by severity.\n# TYPE midwatch_findings gauge\n")
	for _, s := range slices.Backward(Severities()) {
		fmt.Fprintf(&b, "midwatch_findings{severity=%q} %d\n", s, m.Findings[s])
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".midwatch.*")
	if err != nil {
		return fmt.Errorf("writing %s: %w (the folder must be there and writable by this user)", path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = fmt.Errorf("writing %s: %w (its last state is untouched)", path, err)
		}
	}()
	if _, err = f.WriteString(b.String()); err == nil {
		err = f.Chmod(0o644)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
