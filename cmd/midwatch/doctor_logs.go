package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"midwatch/analyzer/night"
	"midwatch/collectors"
	"midwatch/collectors/files"
	"midwatch/queries"
	"midwatch/queries/warehouse"
)

// enoughRecords is how many records of a log must be no access before doctor asks
// whether it is the right one.
const enoughRecords = 20

// lookLogs checks what the newest log of each path of a source has in it: whether
// its lines are of the format that is configured or recognised, and whether
// accesses are among them.
func lookLogs(ctx context.Context, s night.Source, paths []string, now time.Time) []looked {
	if s.Kind != "files" {
		return nil
	}
	var all []looked
	for _, path := range paths {
		if log := newestLog(ctx, path, now); log != "" {
			check := checkLog(ctx, s, log, now)
			check.Name = "content of " + filepath.Base(path)
			all = append(all, looked{s.Name, check})
		}
	}
	return all
}

// newestLog is the newest log with something in it that a path stands for; ""
// where there is none, which the collector's own check tells.
func newestLog(ctx context.Context, path string, now time.Time) string {
	c, err := files.New(files.Options{Paths: []string{path}})
	if err != nil {
		return ""
	}
	var named night.Landing
	_, _ = c.Collect(ctx, "", now, &named)
	newest, at := "", time.Time{}
	for _, l := range named.Logs {
		info, err := os.Stat(l.Path)
		if err == nil && info.Size() > 0 && info.ModTime().After(at) && l.Path != files.Stdin {
			newest, at = l.Path, info.ModTime()
		}
	}
	return newest
}

// checkLog maps the first records of a log in a database that is thrown away.
func checkLog(ctx context.Context, s night.Source, path string, now time.Time) collectors.Check {
	check := collectors.Check{Status: collectors.Failed}
	in := warehouse.Input{Source: s.Name, Name: path, Path: path, CollectedAt: now, Zone: s.TimeZone}
	guesses, err := warehouse.Recognise(in, s.Formats)
	var format queries.Script
	if err == nil {
		format, err = s.FormatOf(path)
	}
	var x warehouse.Explanation
	if err == nil {
		in.Format = format.Name
		x, err = warehouse.Explain(ctx, in, s.Formats, 0)
	}
	if err != nil {
		check.Detail, check.Fix = err.Error(), "name its format, or let the path name the log of git's accesses"
		return check
	}
	l := x.Loaded
	events := l.New + l.Duplicate
	check.Detail = fmt.Sprintf("%s as %s: of its first %d records %d are accesses, %d control-plane, %d no access of their own, %d for quarantine",
		path, format.Name, l.Records, events, l.Control, l.Ignored, l.Quarantined)
	switch {
	case l.Quarantined > events+l.Control:
		check.Detail += "; first: " + x.Reasons[0][0]
		check.Fix = "see its lines with `midwatch collect --explain`; if the host writes them otherwise now, the format's mapping must follow"
		if len(guesses) > 0 && guesses[0].Format.Name != format.Name {
			check.Fix = fmt.Sprintf("it looks like %s: write format: %s, or leave format out", guesses[0].Format.Name, guesses[0].Format.Name)
		}
	case events+l.Control == 0 && l.Records >= enoughRecords:
		check.Status, check.Fix = collectors.Warning, "make sure that git's accesses stand in this log, and not in another one"
	default:
		check.Status = collectors.OK
	}
	return check
}
