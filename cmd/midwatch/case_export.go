package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/casework"
	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
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

func (a *app) exportCase(c *cobra.Command, name, out string) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	k, err := casework.Folder(cfg.Cases).Read(name)
	if err != nil {
		return err
	}
	if out == "" {
		out = name + ".zip"
	}
	zones := map[string]string{}
	for _, s := range cfg.Sources {
		zones[s.Name] = s.TimeZone
	}
	done, err := casework.Export{
		Case: k, Snapshot: casework.Snapshot{Path: cfg.Snapshot, InParts: cfg.streaming(), Whole: cfg.reading()},
		Spool: cfg.Spool, Formats: cfg.formats, Zones: zones, Version: version(), At: time.Now(),
	}.Write(c.Context(), out)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "Wrote %s. SHA-256 of its %s, to be written down elsewhere: %s\n%s\n", out, casework.SumsName, done.SumsDigest, report.Inert(done.Coverage))
	if err != nil || len(done.Unseen) == 0 {
		return err
	}
	blind := night.BlindError{}
	for _, reason := range done.Unseen {
		blind.Reasons = append(blind.Reasons, report.Inert(reason))
	}
	return blind
}

func newCaseVerify() *cobra.Command {
	return &cobra.Command{
		Use: "verify PACK", Short: "Check an exported pack against its hashes", Args: cobra.ExactArgs(1),
		Long: `Checks every file of a pack, a folder or a zip, against SHA256SUMS, and that there
is no other; a zip also byte by byte. Nothing is unpacked. It prints the hash of
SHA256SUMS, to be compared with what the export printed: a pack that was made
anew with other content has another.`,
		RunE: func(c *cobra.Command, args []string) error {
			id, files, err := casework.Verify(args[0])
			if err != nil {
				return fmt.Errorf("%s is not what was exported: %w", report.Inert(args[0]), err)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%d files are as exported; SHA-256 of %s: %s\n", files, casework.SumsName, id)
			return err
		},
	}
}
