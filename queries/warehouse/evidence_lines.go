package warehouse

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"

	"midwatch/collectors"
)

// copyChunk writes the next lines, scrubbed, and says whether they were the last.
func copyChunk(path string, next func() ([]byte, error), most int) (n int, last bool, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b := bufio.NewWriter(f)
	for ; n < most; n++ {
		line, err := next()
		if errors.Is(err, io.EOF) || isCutShort(err) {
			return n, true, b.Flush()
		}
		if err != nil {
			return n, false, err
		}
		if _, err := b.Write(append(collectors.Scrub(line), '\n')); err != nil {
			return n, false, err
		}
	}
	return n, false, b.Flush()
}

// recordLines gives the records of a text, one a line, as loading it takes them; empty
// lines are left out.
func recordLines(t *text, lines bool) func() ([]byte, error) {
	next := textLine(t.r)
	if t.array || !lines {
		next = valueLine(t.r)
	}
	var waiting [][]byte
	return func() ([]byte, error) {
		for len(waiting) == 0 {
			line, err := next()
			if err != nil {
				return nil, err
			}
			waiting = [][]byte{line}
			if !lines {
				waiting = peel(line, false)
			} else if records, changed := peelLine(line); changed {
				waiting = records
			}
		}
		line := waiting[0]
		waiting = waiting[1:]
		return line, nil
	}
}

// textLine gives a text's lines without their ends; empty ones are left out.
func textLine(r *bufio.Reader) func() ([]byte, error) {
	return func() ([]byte, error) {
		for {
			line, err := r.ReadBytes('\n')
			line = bytes.TrimSpace(bytes.TrimLeft(line, "\x00"))
			if len(line) > 0 {
				return line, nil
			}
			if err != nil {
				return nil, err
			}
		}
	}
}

// valueLine gives a text's JSON objects, and what is none as it stands, one a line.
func valueLine(r *bufio.Reader) func() ([]byte, error) {
	v := newValues(r)
	return func() ([]byte, error) {
		piece, _, err := v.next()
		return oneLine(piece), err
	}
}

// filtered leaves out the lines that a filter does not let through.
func filtered(next func() ([]byte, error), passes func([]byte) bool) func() ([]byte, error) {
	return func() ([]byte, error) {
		for {
			line, err := next()
			if err != nil || passes(line) {
				return line, err
			}
		}
	}
}
