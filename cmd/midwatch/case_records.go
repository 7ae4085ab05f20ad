package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"midwatch/analyzer/report"
	"midwatch/collectors/spool"
	"midwatch/queries/warehouse"
)

// landed is a log or segment with those of its records that a case needs.
type landed struct {
	source, format, name string
	ids                  map[string]bool
}

// records writes the records of the case as received, a file each log or
// segment, an index of them, and what the database has of them.
func (x *export) records() (err error) {
	all, err := x.landed()
	if err != nil {
		return err
	}
	work, err := x.workFolder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	var index [][]string
	for i, l := range all {
		name := fmt.Sprintf("records/%03d-%s.jsonl", i+1, l.source)
		found, note := 0, ""
		err := x.add(name, func(w io.Writer) error {
			found, note = x.asReceived(w, l, work)
			return x.ctx.Err()
		})
		if err != nil {
			return err
		}
		if note == "" && found < len(l.ids) {
			note = "the log has changed since it was read"
		}
		if note != "" {
			x.missing = append(x.missing, fmt.Sprintf("%d of %d records of %s are not at hand as received: %s", len(l.ids)-found, len(l.ids), l.name, note))
		}
		index = append(index, []string{name, l.source, l.format, l.name, strconv.Itoa(len(l.ids)), strconv.Itoa(found), note})
	}
	err = x.add("records/index.csv", func(w io.Writer) error {
		return report.Table(w, "csv", []string{"file", "source", "format", "landing", "records", "found", "note"}, index)
	})
	if err != nil {
		return err
	}
	for i, s := range x.kept.subjects() {
		if s.Kind != "identity" && s.Kind != "credential" {
			continue
		}
		if err := x.understood(fmt.Sprintf("records/understood-%02d.jsonl", i+1), s); err != nil {
			return err
		}
	}
	return nil
}

// landed collects which records of which logs are needed, in a fixed order.
func (x *export) landed() ([]landed, error) {
	var all []landed
	for _, s := range x.kept.subjects() {
		err := x.reader.RecordsOf(x.ctx, s.Kind, s.Text, warehouse.WindowArguments(x.kept.Since, x.kept.Until), func(source, format, name, id string) error {
			i := slices.IndexFunc(all, func(l landed) bool { return l.source == source && l.name == name })
			if i < 0 {
				all = append(all, landed{source, format, name, map[string]bool{}})
				i = len(all) - 1
			}
			all[i].ids[id] = true
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b landed) int {
		return strings.Compare(a.source+"\x00"+a.name, b.source+"\x00"+b.name)
	})
	return all, nil
}

// asReceived writes the records of one log, and says how many there were and
// what kept others from being found.
func (x *export) asReceived(w io.Writer, l landed, work string) (found int, note string) {
	path, err := x.whereLanded(l)
	if err != nil {
		return 0, err.Error()
	}
	e := warehouse.Evidence{Path: path, Format: l.format, Zone: x.source(l.source).TimeZone, Work: work}
	found, err = e.Find(x.ctx, l.ids, func(record []byte) error {
		_, err := w.Write(append(record, '\n'))
		return err
	})
	if errors.Is(err, os.ErrNotExist) {
		return found, "the file is gone"
	}
	if err != nil {
		return found, err.Error()
	}
	return found, ""
}

// whereLanded is the file of a landing: the log itself, or a segment of the
// spool, which must be as it was sealed.
func (x *export) whereLanded(l landed) (string, error) {
	if !strings.HasPrefix(l.name, l.source+"/") {
		return l.name, nil
	}
	kept, err := spool.Open(x.cfg.Spool, l.source)
	if err != nil {
		return "", err
	}
	segments, err := kept.Segments()
	for _, s := range segments {
		if s.ID == l.name {
			return s.Path, kept.Verify(s)
		}
	}
	return "", errors.Join(errors.New("the segment is not in the spool any more (retention_days)"), err)
}

// understood writes the events of a subject as the database has them.
func (x *export) understood(name string, s caseEntry) error {
	q := warehouse.Question{Name: "subject_event"}
	args := append([]warehouse.Argument{{Name: "subject", Value: s.Text}}, warehouse.WindowArguments(x.kept.Since, x.kept.Until)...)
	return x.add(name, func(w io.Writer) error {
		rows, err := x.reader.Ask(x.ctx, q, args)
		if err != nil {
			return err
		}
		return errors.Join(report.Rows(w, rows, "json"), rows.Close())
	})
}
