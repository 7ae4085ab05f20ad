package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
	"midwatch/collectors/synthetic"
	"midwatch/queries/warehouse"
)

const (
	// demoNights is how many nights the demonstration looks back over.
	demoNights = 50
	// showcased is the planted attack that is explained.
	showcased = "midnight_blizzard"
	// demoRows is how many benign findings it shows of them.
	demoRows = 5
)

func newDemo(a *app) *cobra.Command {
	var folder string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show all of it on a sample organisation",
		Long: `Makes the audit log of an organisation that does not exist, with planted attacks;
runs a nightly job and a backtest on it; and shows what was found against what
was planted. Nothing leaves this machine. It writes into --dir only.`,
		Example: "  midwatch demo\n  midwatch demo --dir /tmp/midwatch-demo",
		RunE: func(c *cobra.Command, _ []string) error {
			return (&demo{app: &app{configPath: filepath.Join(folder, "midwatch.yaml"), quiet: a.quiet}, c: c, folder: folder}).run()
		},
	}
	c.Flags().StringVar(&folder, "dir", "demo", "folder to write to")
	return c
}

// demo is one run of the demonstration.
type demo struct {
	app    *app
	c      *cobra.Command
	folder string
}

// say tells something; what cannot be told ends the demonstration where a table follows.
func (d *demo) say(format string, args ...any) {
	_ = report.Say(d.c.OutOrStdout(), fmt.Sprintf(format, args...))
}

func (d *demo) run() error {
	o := synthetic.Default()
	org := synthetic.Folder{Path: d.folder, Compress: true}
	sum, err := d.app.simulate(d.c, org, o)
	if err != nil {
		return err
	}
	d.say("1. An organisation of %d people and %d repositories, %d days: %d records in %s, with %d attacks and %d benign look-alikes planted in it.\n\n",
		o.People, o.Repositories, o.Days, sum.Events, org.Events(), sum.Attacks, sum.LookAlikes)
	planted, err := readPlanted(filepath.Join(org.Truth(), "labels.ndjson"))
	if err != nil {
		return err
	}
	if err := d.configure(org); err != nil {
		return err
	}
	night, finding := planted.begins(showcased), "FINDING"
	err = d.app.withWarehouse(d.c, "demo", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
		var n report.Night
		for {
			done, err := d.app.nightly(ctx, d.c, cfg, w, night, sum.End)
			if err != nil {
				return err
			}
			n = done.Night
			next := night.AddDate(0, 0, 1)
			if planted.lists(n, showcased) || !planted.goesOn(showcased, next) {
				break
			}
			night = next // it was not unusual enough on that night
		}
		d.say("2. The nightly job, for the night of %s:\n\n", night.Format(time.DateOnly))
		if finding, err = d.showcase(n, planted); err != nil {
			return err
		}
		if err := report.Print(d.c.OutOrStdout(), n, "table"); err != nil {
			return err
		}
		d.say("Planted among them: %s.\n", planted.among(n))
		return d.lookBack(ctx, cfg, w, sum.End.AddDate(0, 0, -1), planted)
	})
	if err != nil {
		return err
	}
	d.next(night, finding)
	return nil
}

// showcase explains the finding of the attack that gave Midwatch its name, above the
// list that it is on, and returns its id; "FINDING" where it is not listed.
func (d *demo) showcase(n report.Night, planted *planted) (string, error) {
	for _, f := range n.Findings {
		if planted.of(n, f) != showcased {
			continue
		}
		d.say("First the one that gave Midwatch its name: in the Midnight Blizzard attack of 2023, a forgotten test account was taken over. Here it is %s, number %d of the list below.\n\n", f.Assessment.Name, f.Assessment.Rank)
		if err := report.Explain(d.c.OutOrStdout(), []analyzer.Finding{f}); err != nil {
			return "", err
		}
		d.say("\nThe whole list of the night:\n\n")
		return f.ID, nil
	}
	return "FINDING", nil
}

// configure writes the configuration of the demonstration.
func (d *demo) configure(org synthetic.Folder) error {
	for _, old := range []string{"midwatch.duckdb", "midwatch.duckdb.wal", "midwatch-snapshot.duckdb"} {
		if err := os.Remove(filepath.Join(d.folder, old)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("clearing away the last demonstration: %w", err)
		}
	}
	text := fmt.Sprintf("sources:\n  - {name: sample, kind: files, format: github, paths: [%s]}\nenrich: {networks: %s}\n",
		filepath.Base(org.Events()), filepath.Base(org.Networks()))
	if err := os.WriteFile(filepath.Join(d.folder, "midwatch.yaml"), []byte(text), 0o600); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	return nil
}

// lookBack scores the last nights as they would have been scored then and shows
// each finding where it was first listed, with what was planted beside it.
func (d *demo) lookBack(ctx context.Context, cfg *Config, w *warehouse.Warehouse, last time.Time, planted *planted) error {
	first := last.AddDate(0, 0, -demoNights+1)
	var found []seen
	err := d.app.scoring(d.c, w, cfg.options()).Each(ctx, first, last, func(s analyzer.Scored) error {
		for _, f := range s.Findings {
			attack := planted.on(s.Night, f.Assessment.Name)
			if f.Status == analyzer.StatusNew {
				found = append(found, seen{s.Night, attack, 0, f})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(found, func(a, b seen) int { return cmp.Compare(a.Assessment.Expected, b.Assessment.Expected) })
	attacks, benign := campaigns(found)
	d.say("\n3. The last %d nights, each scored as it would have been scored then. What was planted (which the scoring never sees), by its most unusual finding; # is its rank that night:\n\n", demoNights)
	if err := d.table(attacks); err != nil {
		return err
	}
	benign = benign[:min(len(benign), demoRows)]
	d.say("\nAnd the %d most unusual new findings that were benign:\n\n", len(benign))
	if err := d.table(benign); err != nil {
		return err
	}
	caught, all := planted.caught()
	d.say("%d of %d planted attacks were listed; %d of %d new findings in %d nights were benign.\n", caught, all, planted.benign, len(found), demoNights)
	return nil
}

// table shows findings of the look-back.
func (d *demo) table(found []seen) error {
	var rows [][]string
	for _, f := range found {
		a, who := f.Assessment, f.Assessment.Name
		if f.others > 0 {
			who += fmt.Sprintf(" and %d more", f.others)
		}
		rows = append(rows, []string{
			f.night.Format(time.DateOnly), strconv.Itoa(a.Rank), who, strconv.FormatFloat(a.Expected, 'g', 2, 64), f.attack, a.Reason(),
		})
	}
	return report.Table(d.c.OutOrStdout(), "table", []string{"night", "#", "who", "false alarms", "planted", "why"}, rows)
}

// seen is a finding of the look-back with what was planted there.
type seen struct {
	night  time.Time
	attack string
	others int
	analyzer.Finding
}

// campaigns leaves one finding of each planted attack and each benign one of a
// campaign, with how many more it has.
func campaigns(found []seen) (attacks, benign []seen) {
	at := map[string]int{}
	for _, f := range found {
		name, all := f.Campaign, &benign
		if f.attack != "" {
			name, all = f.attack, &attacks
		}
		if i, ok := at[name]; ok {
			(*all)[i].others++
			continue
		}
		at[name] = len(*all)
		*all = append(*all, f)
	}
	return attacks, benign
}

// next says where the files are and what to try.
func (d *demo) next(night time.Time, finding string) {
	// As it was called, so that the lines can be pasted.
	program, config := os.Args[0], d.app.configPath
	reports := filepath.Join(d.folder, "reports", night.Format(time.DateOnly))
	d.say("\n4. Files: %s/report.html (open it in a browser), findings.csv (the same as rows), run.json (for the scheduler), %s (for analysts).\n\nTry next:\n",
		reports, filepath.Join(d.folder, "midwatch-snapshot.duckdb"))
	// Lines that are there to be pasted are never broken.
	fmt.Fprintf(d.c.OutOrStdout(), `  %[1]s --config %[2]s explain %[3]s
  %[1]s --config %[2]s sql -c "FROM access WHERE day = DATE '%[4]s' AND copies > 0 ORDER BY first_at LIMIT 20"
  %[1]s --config %[2]s backtest --from %[5]s --to %[4]s
`, program, config, finding, night.Format(time.DateOnly), night.AddDate(0, 0, -6).Format(time.DateOnly))
}
