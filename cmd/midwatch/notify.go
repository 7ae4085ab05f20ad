package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/night"
	"midwatch/analyzer/notify"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

func newNotify(a *app) *cobra.Command {
	var test, dry bool
	var only string
	c := &cobra.Command{
		Use:   "notify",
		Short: "Send what waits in the outbox, or test the channels",
		Long: `"midwatch nightly" tells the channels under "notify" of the configuration what it
found; everything is off by default. What cannot be delivered waits in the outbox.
This command sends what waits, without collecting or scoring anything.

With --test it sends a test message to each channel, and keeps nothing. With
--dry-run it prints exactly what it would send, with secrets as stars, and sends
nothing.

A message is delivered at least once, under an id that stays the same: the
finding and its state. A webhook is signed: X-Midwatch-Signature is "v1=" and the
HMAC-SHA256, in hexadecimal, of X-Midwatch-Timestamp, a full stop and the body.
Redirects are not followed.`,
		Example: "  midwatch notify --test\n  midwatch notify --test --dry-run --channel chat\n  midwatch notify",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			channels, err := cfg.Notify.open(only)
			if err != nil {
				return err
			}
			if len(channels) == 0 {
				return usageError{errors.New("no channel is configured: name one under notify.channels (`midwatch init --print` shows how)")}
			}
			now := time.Now().UTC()
			if test {
				return testChannels(c, channels, notify.Test(now, version()), dry)
			}
			return a.withWarehouse(c, "notify", func(ctx context.Context, _ *Config, w *warehouse.Warehouse) error {
				if dry {
					return previewWaiting(c, night.Outbox(w), channels)
				}
				problems, _, err := notify.Deliver(ctx, night.Outbox(w), channels, now)
				if err != nil {
					return err
				}
				return undelivered(problems)
			})
		},
	}
	c.Flags().BoolVar(&test, "test", false, "send a test message to each channel")
	c.Flags().BoolVar(&dry, "dry-run", false, "print exactly what would be sent, and send nothing")
	c.Flags().StringVar(&only, "channel", "", "only this channel")
	_ = c.RegisterFlagCompletionFunc("channel", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		cfg, err := a.loadConfig()
		if err != nil {
			return nil, noFiles
		}
		var names []string
		for _, channel := range cfg.Notify.Channels {
			names = append(names, channel.Name)
		}
		return names, noFiles
	})
	return c
}

// undelivered is the error of a run that could not tell every channel.
func undelivered(problems []string) error {
	if len(problems) == 0 {
		return nil
	}
	return night.UndeliveredError{Reasons: problems}
}

// testChannels sends a test message to each channel, or prints it.
func testChannels(c *cobra.Command, channels []notify.Channel, m notify.Message, dry bool) error {
	var problems []string
	for _, channel := range channels {
		if dry {
			if err := preview(c, channel, m); err != nil {
				return err
			}
			continue
		}
		said := "delivered"
		ctx, stop := context.WithTimeout(c.Context(), channel.Timeout)
		if err := channel.Send(ctx, m); err != nil {
			said = err.Error()
			problems = append(problems, "channel "+channel.Name+": "+said)
		}
		stop()
		if _, err := fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", channel.Name, said); err != nil {
			return err
		}
	}
	return undelivered(problems)
}

func preview(c *cobra.Command, channel notify.Channel, m notify.Message) error {
	text, err := channel.Preview(m)
	if err != nil {
		return fmt.Errorf("channel %s: %w", channel.Name, err)
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "# %s (nothing is sent)\n%s\n", channel.Name, text)
	return err
}

// previewWaiting prints what waits in the outbox as it would be sent.
func previewWaiting(c *cobra.Command, box notify.Outbox, channels []notify.Channel) error {
	none := true
	for _, channel := range channels {
		waiting, err := box.Waiting(c.Context(), channel.Name)
		if err != nil {
			return err
		}
		for _, q := range waiting {
			none = false
			if err := preview(c, channel, q.Message); err != nil {
				return err
			}
		}
	}
	if none {
		_, err := fmt.Fprintln(c.OutOrStdout(), "Nothing waits in the outbox.")
		return err
	}
	return nil
}

// watched runs a night between the pings of a health check, and writes its metrics.
// Neither can fail it: both are warned of.
func (a *app) watched(ctx context.Context, c *cobra.Command, cfg *Config, run func() (night.Done, error)) error {
	began := time.Now()
	url, err := cfg.Notify.pingURL()
	if err != nil {
		return err
	}
	ping := func(what string) {
		if url == "" {
			return
		}
		if err := notify.Ping(context.WithoutCancel(ctx), url, what); err != nil {
			a.log(c).Warn("the health check was not told", "problem", err.Error())
		}
	}
	ping("start")
	done, err := run()
	code := exitCode(err)
	if code == exitDone || code == exitFindings {
		ping("")
	} else {
		ping(strconv.Itoa(code))
	}
	if cfg.Notify.Metrics == "" {
		return err
	}
	m := notify.Metrics{
		Ended: time.Now(), Duration: time.Since(began).Round(time.Millisecond), Exit: code, Records: done.Night.Seen.Records(), Blind: len(done.Night.Blind),
		Waiting: done.Waiting, Findings: map[string]int{},
	}
	for _, s := range report.Summaries(done.Night) {
		m.Findings[s.Severity]++
	}
	if problem := m.Write(cfg.Notify.Metrics); problem != nil {
		a.log(c).Warn("the metrics were not written", "problem", problem.Error())
	}
	return err
}

// pingURL is the address of the health check; "" is none.
func (n NotifyConfig) pingURL() (string, error) {
	if n.PingEnv == "" {
		return n.PingURL, nil
	}
	url, err := channelSecret("ping", n.PingEnv, "")
	if err != nil {
		return "", usageError{fmt.Errorf("notify.%w", err)}
	}
	return url, nil
}
