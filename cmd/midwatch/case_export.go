package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

func newCaseExport(a *app) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "export NAME", Short: "Export the evidence of a case", Args: cobra.ExactArgs(1),
		ValidArgsFunction: a.completeCase(),
		Long: `Writes a pack of evidence to --out, a new folder or a new zip:
  about.json    program and version, window (UTC), when it was exported
  case.json     subjects, findings and notes
  coverage.txt  what could be seen, and what not
  answers/      each answer as a table (CSV) and the SQL with its parameters
  records/      the records as received (JSON lines, not neutralised, secrets
                scrubbed), where logs and spool still have them, and as the
                database understood them
  SHA256SUMS    of every file, as sha256sum -c reads it
Two exports of the same differ in the time of export alone.`,
		RunE: func(c *cobra.Command, args []string) error { return a.exportCase(c, args[0], out) },
	}
	c.Flags().StringVar(&out, "out", "", "folder or .zip to write (default NAME.zip)")
	return c
}

// about is what about.json says.
type about struct {
	Tool       string `json:"tool"`
	Version    string `json:"version"`
	Case       string `json:"case"`
	Since      string `json:"since_utc"`
	Until      string `json:"until_utc"`
	Snapshot   string `json:"snapshot_published_utc"`
	Coverage   string `json:"coverage"`
	ExportedAt string `json:"exported_at"`
}

// export is one export being made.
type export struct {
	*pack
	ctx     context.Context
	cfg     *Config
	reader  *caseReader
	kept    incidentCase
	seen    warehouse.Window
	numbers int
	// missing are records that could not be found as received.
	missing []string
}

func (a *app) exportCase(c *cobra.Command, name, out string) (err error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	k, err := readCase(cfg.Cases, name)
	if err != nil {
		return err
	}
	if len(k.subjects()) == 0 {
		return usageError{fmt.Errorf("the case %s has no subject: midwatch case add %s SUBJECT", name, name)}
	}
	if out == "" {
		out = name + ".zip"
	}
	r, err := openCaseReader(c.Context(), cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	x := &export{ctx: c.Context(), cfg: cfg, reader: r, kept: k}
	if x.seen, err = r.Seen(c.Context(), k.Since, k.Until); err != nil {
		return err
	}
	id, err := writePack(out, x.fill)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c.OutOrStdout(), "Wrote %s. SHA-256 of its %s, to be written down elsewhere: %s\n%s\n", out, sumsName, id, report.Inert(x.seen.Sentence())); err != nil {
		return err
	}
	if unseen := append(x.missing, x.seen.Unseen()...); len(unseen) > 0 {
		for i := range unseen {
			unseen[i] = report.Inert(unseen[i])
		}
		return night.BlindError{Reasons: unseen}
	}
	return nil
}

// fill writes everything in a fixed order.
func (x *export) fill(p *pack) error {
	x.pack = p
	for _, f := range []struct {
		name  string
		value any
	}{
		{"about.json", about{
			Tool: "midwatch", Version: version(), Case: x.kept.Name, Since: timeText(x.kept.Since), Until: timeText(x.kept.Until),
			Snapshot: timeText(x.reader.info.ModTime()), Coverage: x.seen.Sentence(), ExportedAt: timeText(time.Now()),
		}},
		{"case.json", x.kept},
	} {
		if err := p.add(f.name, func(w io.Writer) error { return report.JSON(w, f.value) }); err != nil {
			return err
		}
	}
	if err := x.answer("coverage", nil); err != nil {
		return err
	}
	if err := x.answer("revoked", nil); err != nil {
		return err
	}
	for _, s := range x.kept.subjects() {
		if err := x.answers(s); err != nil {
			return err
		}
	}
	if err := x.events(); err != nil {
		return err
	}
	if err := x.records(); err != nil {
		return err
	}
	return p.add("coverage.txt", func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(append([]string{report.Inert(x.seen.Sentence())}, x.missing...), "\n")+"\n")
		return err
	})
}

// asked are the questions that each kind of subject is asked.
func asked(kind string) []string {
	switch kind {
	case "identity", "person":
		return []string{kind, "timeline", "blast", "secret", "copies", "stale", "context", "similar", "normal", "untouched", "contain"}
	case "credential":
		return []string{"credential", "timeline", "blast", "secret", "copies", "stale", "context", "similar", "contain"}
	case "repository":
		return []string{"who"}
	}
	return []string{kind}
}

func (x *export) answers(s caseEntry) error {
	for _, name := range asked(s.Kind) {
		if err := x.answer(name, []warehouse.Argument{{Name: "subject", Value: s.Text}}); err != nil {
			return err
		}
	}
	return nil
}

// answer asks a question about the case's window and writes the rows and the
// SQL.
func (x *export) answer(name string, args []warehouse.Argument) error {
	q, err := warehouse.QuestionNamed(name)
	if err != nil {
		return err
	}
	switch name {
	case "finding":
	case "normal": // what was normal is what was before the window
		args = append(args, warehouse.WindowArguments(time.Time{}, x.kept.Since)...)
	default:
		args = append(args, warehouse.WindowArguments(x.kept.Since, x.kept.Until)...)
	}
	x.numbers++
	stem := fmt.Sprintf("answers/%02d-%s", x.numbers, name)
	err = x.add(stem+".sql", func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "-- %s\n%s\n\n-- The macro:\n%s", q.Asked, q.Show(args), q.SQL)
		return err
	})
	if err != nil {
		return err
	}
	return x.add(stem+".csv", func(w io.Writer) error {
		rows, err := x.reader.Ask(x.ctx, q, args)
		if err != nil {
			return err
		}
		return errors.Join(report.Rows(w, rows, "csv"), rows.Close())
	})
}

// source finds a source's settings; one that is not configured any more has none.
func (x *export) source(name string) SourceConfig {
	i := slices.IndexFunc(x.cfg.Sources, func(s SourceConfig) bool { return s.Name == name })
	if i < 0 {
		return SourceConfig{}
	}
	return x.cfg.Sources[i]
}

// workFolder makes a folder to work in, for the owner only.
func (x *export) workFolder() (string, error) {
	dir, err := os.MkdirTemp(filepath.Dir(x.cfg.Snapshot), ".midwatch-case-")
	if err != nil {
		return "", fmt.Errorf("making a folder to work in beside the snapshot: %w", err)
	}
	return dir, nil
}
