package casework

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"midwatch/analyzer/report"
	"midwatch/collectors/spool"
	"midwatch/queries/warehouse"
)

// landed is a log or segment some of whose records a case needs.
type landed struct {
	warehouse.Landing
	// wanted is a file of those records, a warehouse.Wanted a line.
	wanted string
}

// records writes the records of the case as received, a file each log or
// segment, and an index of them. The snapshot is given back before the logs are
// read, which takes memory of its own.
func (x *export) records() (err error) {
	work, err := x.workFolder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	all, err := x.landed(work)
	if err := errors.Join(err, x.reader.Close()); err != nil {
		return err
	}
	var index [][]string
	for i, l := range all {
		name := fmt.Sprintf("records/%03d-%s.jsonl", i+1, l.Source)
		var found, wanted int
		note := ""
		err := x.add(name, func(w io.Writer) error {
			found, wanted, note = x.asReceived(w, l, work)
			return x.ctx.Err()
		})
		if err != nil {
			return err
		}
		if note == "" && found < wanted {
			note = "the log has changed since it was read"
		}
		if note != "" {
			x.missing = append(x.missing, fmt.Sprintf("%d of %d records of %s are not at hand as received: %s", wanted-found, wanted, l.Name, note))
		}
		index = append(index, []string{name, l.Source, l.Format, l.Name, strconv.Itoa(wanted), strconv.Itoa(found), note})
	}
	return x.add("records/index.csv", func(w io.Writer) error {
		return report.Table(w, "csv", []string{"file", "source", "format", "landing", "records", "found", "note"}, index)
	})
}

// whoKinds are the kinds of subject that have events of their own.
var whoKinds = []string{"identity", "person", "credential"}

// events writes what the database has of the records.
func (x *export) events() error {
	for i, s := range x.Case.Subjects() {
		if !slices.Contains(whoKinds, s.Kind) {
			continue
		}
		if err := x.understood(fmt.Sprintf("records/understood-%02d.jsonl", i+1), s); err != nil {
			return err
		}
	}
	return nil
}

// landed collects which records of which logs are needed, in a fixed order. They
// go to files: an identity may have millions.
func (x *export) landed(work string) ([]landed, error) {
	var all []landed
	for _, s := range x.Case.Subjects() {
		var to wantedFile
		last := -1 // records come by log
		err := x.reader.RecordsOf(x.ctx, s.Kind, s.Text, warehouse.WindowArguments(x.Case.Since, x.Case.Until), func(in warehouse.Landing, w warehouse.Wanted) error {
			isIn := func(l landed) bool { return l.Source == in.Source && l.Name == in.Name }
			if last < 0 || !isIn(all[last]) {
				last = slices.IndexFunc(all, isIn)
			}
			if last < 0 {
				last = len(all)
				all = append(all, landed{in, filepath.Join(work, fmt.Sprintf("wanted-%06d", last))})
			}
			return to.add(all[last].wanted, w)
		})
		if err := errors.Join(err, to.close()); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b landed) int {
		return strings.Compare(a.Source+"\x00"+a.Name, b.Source+"\x00"+b.Name)
	})
	return all, nil
}

// wantedFile appends to one file after another: records come by log.
type wantedFile struct {
	path string
	file *os.File
	to   *bufio.Writer
}

func (f *wantedFile) add(path string, w warehouse.Wanted) error {
	if f.path != path {
		if err := f.close(); err != nil {
			return err
		}
		file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("keeping which records are needed: %w", err)
		}
		f.path, f.file, f.to = path, file, bufio.NewWriter(file)
	}
	line, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("keeping which records are needed: %w", err)
	}
	_, err = f.to.Write(append(line, '\n'))
	return err
}

func (f *wantedFile) close() error {
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.to.Flush(), f.file.Close())
	*f = wantedFile{}
	return err
}

// asReceived writes the records of one log, and says how many there were, of how
// many, and what kept others from being found.
func (x *export) asReceived(w io.Writer, l landed, work string) (found, wanted int, note string) {
	path, err := x.whereLanded(l)
	if err != nil {
		path = filepath.Join(work, "none") // what is not as it was sealed is not evidence
	}
	e := warehouse.Evidence{
		In: l.Landing, Path: path, Formats: x.Formats, Zone: x.Zones[l.Source], Work: work, MemoryLimit: x.Snapshot.InParts.MemoryLimit,
	}
	found, wanted, find := e.Find(x.ctx, l.wanted, func(record []byte) error {
		_, err := w.Write(append(record, '\n'))
		return err
	})
	switch {
	case err != nil:
		note = err.Error()
	case errors.Is(find, os.ErrNotExist):
		note = "the file is gone"
	case find != nil:
		note = warehouse.InWords(path, find).Error()
	}
	return found, wanted, note
}

// whereLanded is the file of a landing: the log itself, or a segment of the
// spool, which must be as it was sealed.
func (x *export) whereLanded(l landed) (string, error) {
	if !strings.HasPrefix(l.Name, l.Source+"/") {
		return l.Name, nil
	}
	kept, err := spool.Open(x.Spool, l.Source)
	if err != nil {
		return "", err
	}
	segments, err := kept.Segments()
	for _, s := range segments {
		if s.ID == l.Name {
			return s.Path, kept.Verify(s)
		}
	}
	return "", errors.Join(errors.New("the segment is not in the spool any more (retention_days)"), err)
}

// understood writes the events of a subject as the database has them.
func (x *export) understood(name string, s Entry) error {
	return x.add(name, func(w io.Writer) error {
		rows, err := x.reader.EventsOf(x.ctx, s.Text, warehouse.WindowArguments(x.Case.Since, x.Case.Until))
		if err != nil {
			return err
		}
		return errors.Join(report.Rows(w, rows, "json"), rows.Close())
	})
}
