package main

import (
	"errors"
	"fmt"
	"os"

	"midwatch/collectors"
	"midwatch/collectors/files"
	"midwatch/queries"
	"midwatch/queries/warehouse"
)

// toRead names a source's logs as texts: one each, or all of a format as one
// where records are told by the lines of several logs. The format is recognised
// for each log where the configuration leaves it out; a log that could be several
// is not read, and the error says so. One that is empty, as after a rotation, shows
// no format and has nothing to read.
func toRead(s source, logs []collectors.Log) ([]warehouse.Input, error) {
	var all []warehouse.Input
	var errs []error
	together := map[string]int{}
	for _, l := range logs {
		if s.Format == "" && isEmpty(l.Path) {
			continue
		}
		in := warehouse.Input{Source: s.Name, Format: s.Format, Name: l.Path, Path: l.Path, Stdin: os.Stdin}
		format, err := formatOfLog(s, l.Path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		in.Format = format.Name
		if format.Keys["reads"] != "together" || l.Path == files.Stdin {
			all = append(all, in)
			continue
		}
		if at, ok := together[format.Name]; ok {
			all[at].With = append(all[at].With, l.Path)
			all[at].Name = "all logs"
			continue
		}
		together[format.Name] = len(all)
		all = append(all, in)
	}
	return all, errors.Join(errs...)
}

// formatOfLog is the configured format, or the one that a log's content shows.
func formatOfLog(s source, path string) (queries.Script, error) {
	if s.Format != "" {
		return queries.Named(s.formats, s.Format)
	}
	if path == files.Stdin {
		return queries.Script{}, errors.New("format: name it, standard input is read only once")
	}
	guesses, err := warehouse.Recognise(warehouse.Input{Path: path}, s.formats)
	if err != nil {
		return queries.Script{}, err
	}
	format, err := warehouse.Take(path, guesses)
	if err != nil {
		return queries.Script{}, fmt.Errorf("format: %w", err)
	}
	return format, nil
}

// isEmpty is true for a file of no bytes; standard input is not looked at.
func isEmpty(path string) bool {
	if path == files.Stdin {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() == 0
}
