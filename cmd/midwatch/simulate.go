package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/collectors/synthetic"
)

func newSimulate(a *app) *cobra.Command {
	o := synthetic.Default()
	var from, out string
	var attacks []string
	var quiet bool
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Write the audit log of an organisation that does not exist",
		Long: `Writes the GitHub audit log of an organisation that does not exist, with planted
attacks and benign look-alikes, and the truth about them. The same options give
the same bytes. It writes into --out:
  events.ndjson.gz   the log
  netinfo.csv        what an address database would say
  truth/             labels.ndjson, benign_lookalikes.ndjson, meta.json

Attacks:
` + describeAttacks(),
		Example: "  midwatch simulate --out sample\n  midwatch simulate --out large --people 5000 --repositories 8000 --events 200000",
		RunE: func(c *cobra.Command, _ []string) error {
			if from != "" {
				day, err := parseDay(from)
				if err != nil {
					return err
				}
				o.From = day
			}
			switch {
			case quiet:
				o.Attacks = []string{}
			case len(attacks) > 0:
				o.Attacks = attacks
			}
			if err := o.Validate(); err != nil {
				return usageError{err}
			}
			sum, err := a.simulate(c, synthetic.Folder{Path: out, Compress: true}, o)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%d records of %d days, %d attacks (%d records), %d benign look-alikes, in %s\n",
				sum.Events, o.Days, sum.Attacks, sum.AttackEvents, sum.LookAlikes, out)
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&out, "out", "sample", "folder to write to")
	f.Uint64Var(&o.Seed, "seed", o.Seed, "picks the organisation")
	f.StringVar(&o.Org, "org", o.Org, "its login")
	f.StringVar(&from, "from", "", "first day (default "+o.From.Format(time.DateOnly)+")")
	f.IntVar(&o.Days, "days", o.Days, "how many days")
	f.IntVar(&o.EvalFrom, "warm-up", o.EvalFrom, "days at the start without attacks")
	f.IntVar(&o.People, "people", o.People, "how many people")
	f.IntVar(&o.Repositories, "repositories", o.Repositories, "how many repositories")
	f.IntVar(&o.EventsPerDay, "events", o.EventsPerDay, "records on a weekday")
	f.StringSliceVar(&attacks, "attacks", nil, "attacks to plant (default one of each)")
	f.BoolVar(&quiet, "no-attacks", false, "plant none")
	f.BoolVar(&o.LookAlikes, "look-alikes", o.LookAlikes, "add benign look-alikes")
	_ = c.RegisterFlagCompletionFunc("attacks", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var names []string
		for _, a := range synthetic.Attacks() {
			names = append(names, a.Name)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
	return c
}

// simulate writes an organisation into a folder, with its progress shown.
func (a *app) simulate(c *cobra.Command, into synthetic.Folder, o synthetic.Options) (synthetic.Summary, error) {
	p := a.progress(c.ErrOrStderr(), "simulating")
	defer p.Done()
	into.Day = func(done, all int) error {
		p.At(int64(done), int64(all))
		return c.Context().Err()
	}
	sum, err := into.Write(o)
	if err != nil && c.Context().Err() != nil {
		return sum, fmt.Errorf("stopped; what is in %s is not whole: run again: %w", into.Path, err)
	}
	return sum, err
}

func describeAttacks() string {
	var b strings.Builder
	for _, a := range synthetic.Attacks() {
		fmt.Fprintf(&b, "  %-18s %s\n", a.Name, a.Incident)
	}
	return b.String()
}
