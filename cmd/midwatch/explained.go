package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/report"
	"midwatch/queries"
	"midwatch/queries/warehouse"
)

// explained is what `collect --explain` is asked.
type explained struct {
	path, format, zone, folder string
}

func (e *explained) flags(c *cobra.Command) {
	c.Flags().StringVar(&e.path, "explain", "", "say what this file is and what would become of it; collect nothing")
	c.Flags().StringVar(&e.format, "as", "", "with --explain: take the file for this format")
	c.Flags().StringVar(&e.zone, "time-zone", "UTC", "with --explain: zone of times that are written without one")
	c.Flags().StringVar(&e.folder, "formats", "", "with --explain: folder of further formats")
}

// run looks at the file.
func (e *explained) run(c *cobra.Command, a *app) error {
	formats, err := e.formats(a)
	if err != nil {
		return usageError{err}
	}
	if _, err := time.LoadLocation(e.zone); err != nil {
		return usageError{fmt.Errorf("--time-zone: %q is no zone such as Europe/Berlin", e.zone)}
	}
	path, err := filepath.Abs(e.path)
	if err != nil {
		return fmt.Errorf("making %s absolute: %w", e.path, err)
	}
	if _, err := os.Stat(path); err != nil {
		return usageError{fmt.Errorf("--explain: %w: name a log that is there", err)}
	}
	in := warehouse.Input{Source: "explain", Name: path, Path: path, CollectedAt: time.Now().UTC(), Zone: e.zone}
	format, err := e.recognise(c, in, formats)
	if err != nil {
		return err
	}
	in.Format = format.Name
	x, err := warehouse.Explain(c.Context(), in, formats, 10)
	if err != nil {
		return err
	}
	return e.tell(c, format, path, x)
}

// formats are those of the binary, of the folder that is named, else of the
// configuration where there is one.
func (e *explained) formats(a *app) ([]queries.Script, error) {
	if e.folder == "" {
		if _, err := os.Stat(a.config()); err == nil {
			cfg, err := a.loadConfig()
			if err != nil {
				return nil, err
			}
			return cfg.formats, nil
		}
	}
	return queries.Formats(e.folder)
}

// recognise says what the file is taken for, and why.
func (e *explained) recognise(c *cobra.Command, in warehouse.Input, formats []queries.Script) (queries.Script, error) {
	guesses, err := warehouse.Recognise(in, formats)
	if err != nil {
		return queries.Script{}, err
	}
	var rows [][]string
	for i, g := range guesses {
		place := "also possible"
		switch i {
		case 0:
			place = "most like it"
		case 1:
			place = "runner-up"
		}
		why := fmt.Sprintf("%d of %d lines match", g.Matched, g.Looked)
		if g.Decisive {
			why += "; one is enough"
		}
		rows = append(rows, []string{g.Format.Name, place, why, g.Format.Summary})
	}
	switch len(rows) {
	case 0:
		fmt.Fprintln(c.OutOrStdout(), "No line looks like any format that is known.")
	default:
		if err := report.Table(c.OutOrStdout(), "table", []string{"format", "", "why", "what it is"}, rows); err != nil {
			return queries.Script{}, err
		}
	}
	if len(rows) == 1 {
		fmt.Fprintln(c.OutOrStdout(), "No line looks like any other format.")
	}
	if e.format != "" {
		format, err := queries.Named(formats, e.format)
		if err != nil {
			return format, usageError{fmt.Errorf("--as: %w", err)}
		}
		return format, nil
	}
	format, err := warehouse.Take(in.Path, guesses)
	if err != nil {
		var names []string
		for _, f := range formats {
			names = append(names, f.Name)
		}
		err = fmt.Errorf("%w; to see what it gives as one of them: --as %s", err, strings.Join(names, "|"))
	}
	return format, err
}

// tell prints what the file's first lines give, and what to configure.
func (e *explained) tell(c *cobra.Command, format queries.Script, path string, x warehouse.Explanation) error {
	out := c.OutOrStdout()
	l := x.Loaded
	fmt.Fprintf(out, "\nTaken for %s: %s\n", format.Name, format.Summary)
	for _, key := range []string{"says", "never says"} {
		if text := format.Keys[key]; text != "" {
			fmt.Fprintf(out, "  It %s: %s\n", key, text)
		}
	}
	fmt.Fprintf(out, "\nOf the first %d records %d are events, %d the same again, %d control-plane, %d no access of their own, %d for quarantine.\n",
		l.Records, l.New, l.Duplicate, l.Control, l.Ignored, l.Quarantined)
	if l.Unfinished != "" {
		fmt.Fprintf(out, "It was not read to its end: %s.\n", l.Unfinished)
	}
	var errs []error
	if len(x.Events) > 0 {
		errs = append(errs, report.Table(out, "table", warehouse.EventHeader, x.Events))
	}
	if len(x.Reasons) > 0 {
		fmt.Fprintln(out, "\nFor quarantine:")
		errs = append(errs, report.Table(out, "table", []string{"reason", "records", "first at line"}, x.Reasons))
	}
	fmt.Fprintf(out, "\nIn the configuration:\n\nsources:\n  - name: %s\n    kind: files\n    format: %s\n    paths: [%s]\n",
		configName(path), format.Name, strconv.Quote(path))
	if strings.Contains(format.SQL, "zone") {
		fmt.Fprintf(out, "    time_zone: %s   # of times written without one\n", e.zone)
	}
	return errors.Join(errs...)
}

// configName makes a source's name of a file's.
func configName(path string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '-'
	}, filepath.Base(path)), "-._")
	if name == "" {
		return "log"
	}
	return name
}
