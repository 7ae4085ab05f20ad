package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

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
back it reaches, and how to mend what is wrong. Ends with 3 when something would
not be seen.`,
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
			var rows [][]string
			var blind []string
			for _, s := range sources {
				checks, err := s.collector.Check(c.Context(), time.Now().UTC())
				if err != nil {
					checks = append(checks, collectors.Check{Name: "could not look", Status: collectors.Failed, Detail: err.Error()})
				}
				for _, k := range checks {
					rows = append(rows, []string{s.Name, string(k.Status), k.Name, k.Detail, k.Fix})
					if k.Status != collectors.OK {
						blind = append(blind, fmt.Sprintf("source %s: %s: %s", s.Name, k.Name, k.Fix))
					}
				}
			}
			if err := report.Table(c.OutOrStdout(), format, []string{"source", "status", "check", "seen", "what to do"}, rows); err != nil {
				return err
			}
			if len(blind) > 0 {
				return blindError{blind}
			}
			return nil
		},
	}
	formatFlag(c, &format)
	return c
}
