package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
	"midwatch/analyzer/evaluate"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// plant tests on a copy of one's own data what would have been caught.
func (e *evaluation) plant(ctx context.Context, c *cobra.Command) (err error) {
	cfg, err := e.app.loadConfig()
	if err != nil {
		return err
	}
	work, done, err := e.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	w, err := warehouse.OpenCopy(ctx, cfg.Snapshot, warehouse.Options{
		Path: filepath.Join(work, "planted.duckdb"), MemoryLimit: cfg.MemoryLimit, Threads: cfg.Threads, Command: "evaluate",
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	p := e.app.progress(c.ErrOrStderr(), "scoring the copy")
	run := analyzer.Run{
		Options: cfg.options(), Version: version(), Progress: func(done, total int) { p.At(int64(done), int64(total)) },
	}
	caught, err := evaluate.SelfTest(ctx, w, run, e.seed, e.inject)
	p.Done()
	if err != nil {
		return err
	}
	return e.printCaught(c.OutOrStdout(), caught)
}

// printCaught writes one row a campaign, and for people one a scenario before.
func (e *evaluation) printCaught(out io.Writer, all []evaluate.Caught) error {
	if e.format == "table" || e.format == "" {
		if err := report.Table(out, e.format, []string{"scenario", "planted", "listed", "on first night", "median rank", "lost by then", "what"}, summaries(all)); err != nil {
			return err
		}
	}
	header := []string{"scenario", "campaign", "identities", "begins", "nights", "repositories", "listed", "listed_on", "night", "rank", "expected_benign", "best_rank", "lost", "not_planted"}
	var rows [][]string
	for _, c := range all {
		rows = append(rows, campaign(c))
	}
	return report.Table(out, e.format, header, rows)
}

func summaries(all []evaluate.Caught) [][]string {
	var rows [][]string
	for _, s := range evaluate.Summarise(all) {
		what := s.What
		if s.Not != "" {
			what += " (not all planted: " + s.Not + ")"
		}
		rows = append(rows, []string{
			s.Scenario, strconv.Itoa(s.Planted), strconv.Itoa(s.Listed), strconv.Itoa(s.FirstNight), count(s.Rank),
			strconv.FormatFloat(s.Lost, 'f', 2, 64), what,
		})
	}
	return rows
}

func campaign(c evaluate.Caught) []string {
	begins, nights, lost, expected := "", "", "", ""
	if c.Not == "" {
		begins, nights = c.Begins.Format(time.DateOnly), strconv.Itoa(c.Nights())
		lost = strconv.FormatFloat(c.Lost, 'f', 2, 64)
	}
	if c.Listed {
		expected = strconv.FormatFloat(c.Expected, 'g', 3, 64)
	}
	return []string{
		c.Scenario, c.ID, strings.Join(c.Identities, "; "), begins, nights, count(c.Repositories), strconv.FormatBool(c.Listed), c.On,
		count(c.Night), count(c.Rank), expected, count(c.Best), lost, c.Not,
	}
}

// count writes a number, nothing for none.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
