package stream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"midwatch/collectors"
)

// journal is an open file of events, one a line. What append returned without
// an error is on disk.
type journal struct {
	number uint64
	f      *os.File
	// size is how much of it was synced.
	size int64
}

// journalName finds the number of a journal in its file name.
var journalName = regexp.MustCompile(`^received-([0-9]{20})\.journal$`)

func journalPath(dir string, number uint64) string {
	return filepath.Join(dir, fmt.Sprintf("received-%020d.journal", number))
}

// openJournal makes a new journal and its name durable.
func openJournal(dir string, number uint64) (*journal, error) {
	f, err := os.OpenFile(journalPath(dir, number), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("stream: begin a journal: %w; check who may write there, and whether the disk is full", err)
	}
	if err := syncFolder(dir); err != nil {
		return nil, errors.Join(fmt.Errorf("stream: begin a journal in %s: %w", dir, err), f.Close(), os.Remove(f.Name()))
	}
	return &journal{number: number, f: f}, nil
}

// append makes lines durable, all or none: after an error the file is cut back
// to what was synced before.
func (j *journal) append(lines []collectors.Record) error {
	var text bytes.Buffer
	for _, line := range lines {
		text.Write(line)
		text.WriteByte('\n')
	}
	_, err := j.f.Write(text.Bytes())
	if err == nil {
		err = j.f.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("stream: write %s: %w; free space on the disk of the spool", j.f.Name(), err), j.cut())
	}
	j.size += int64(text.Len())
	return nil
}

// cut takes back what a failed append left, so that a request that was refused
// is not kept.
func (j *journal) cut() error {
	if err := j.f.Truncate(j.size); err != nil {
		return fmt.Errorf("stream: take back what was not written whole: %w", err)
	}
	_, err := j.f.Seek(j.size, io.SeekStart)
	return errors.Join(err, j.f.Sync())
}

// journals are the numbers of the journals in a folder, in order.
func journals(dir string) ([]uint64, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("stream: list the journals: %w", err)
	}
	var numbers []uint64
	for _, e := range entries {
		if m := journalName.FindStringSubmatch(e.Name()); m != nil {
			n, err := strconv.ParseUint(m[1], 10, 64)
			if err != nil {
				return nil, fmt.Errorf("stream: journal %s: %w: move it away", e.Name(), err)
			}
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// readJournal gives the events of a journal. A last line without its end was
// being written when the receiver died: its sender got no answer, and it is left
// out.
func readJournal(dir string, number uint64) ([]collectors.Record, error) {
	text, err := os.ReadFile(journalPath(dir, number))
	if err != nil {
		return nil, fmt.Errorf("stream: read a journal: %w", err)
	}
	var records []collectors.Record
	for {
		line, rest, ended := bytes.Cut(text, []byte{'\n'})
		if !ended {
			return records, nil
		}
		if len(line) > 0 {
			records = append(records, line)
		}
		text = rest
	}
}

// syncFolder makes the names in a folder durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
