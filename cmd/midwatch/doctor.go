package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/collectors"
)

func newDoctor(a *app) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check every source before relying on it",
		Long: `Looks at every source without landing anything: whether it can be read, whether
its plan, scope and settings give git events, addresses and credentials, how far
back it reaches, whether the newest log of each path is of its format, and how to
fix what is wrong. Looks too at the files and mirrors that say what is known
around an access, and in the published snapshot, where there is one, at what each
source gave lately against its own rhythm. Ends with 3 when something would not be
seen.`,
		Example: "  midwatch doctor",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			sources, err := cfg.open(a.log(c))
			if err != nil {
				return err
			}
			now := time.Now().UTC()
			var all []looked
			for i, s := range sources {
				all = append(all, look(c.Context(), s, now)...)
				all = append(all, lookLogs(c.Context(), s, cfg.Sources[i].Paths, now)...)
			}
			all = append(all, cfg.lookAround(c.Context())...)
			lately, err := cfg.lookLately(c.Context(), now)
			if err != nil {
				return err
			}
			return tell(c, format, append(all, lately...))
		},
	}
	formatFlag(c, &format)
	return c
}

// looked is a check of something by its name.
type looked struct {
	what string
	collectors.Check
}

// look checks one source.
func look(ctx context.Context, s night.Source, now time.Time) []looked {
	checks, err := s.Collector.Check(ctx, now)
	if err != nil {
		checks = append(checks, collectors.Check{Name: "could not look", Status: collectors.Failed, Detail: err.Error(), Fix: "fix what the check says, and look again"})
	}
	if s.Damage != nil {
		checks = append(checks, collectors.Check{Name: "spool", Status: collectors.Failed, Detail: s.Damage.Error(), Fix: "fix the spool as the check says, and look again"})
	}
	all := make([]looked, 0, len(checks))
	for _, k := range checks {
		all = append(all, looked{s.Name, k})
	}
	return all
}

// tell prints what was looked at. It ends blind where anything is not as it
// should be.
func tell(c *cobra.Command, format string, all []looked) error {
	var rows [][]string
	var blind []string
	for _, k := range all {
		rows = append(rows, []string{k.what, string(k.Status), k.Name, k.Detail, k.Fix})
		if k.Status != collectors.OK {
			blind = append(blind, fmt.Sprintf("source %s: %s: %s", k.what, k.Name, k.Fix))
		}
	}
	if err := report.Table(c.OutOrStdout(), format, []string{"source", "status", "check", "seen", "what to do"}, rows); err != nil {
		return err
	}
	if len(blind) > 0 {
		return night.BlindError{Reasons: blind}
	}
	return nil
}
