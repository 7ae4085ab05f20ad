package warehouse

import (
	"bufio"
	"bytes"
	"encoding/json"
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

// lines gives a text's lines without their ends; empty ones are left out.
func lines(r *bufio.Reader) func() ([]byte, error) {
	return func() ([]byte, error) {
		for {
			line, err := r.ReadBytes('\n')
			line = bytes.TrimSpace(line)
			if len(line) > 0 {
				return line, nil
			}
			if err != nil {
				return nil, err
			}
		}
	}
}

// values gives the values of a JSON list, or JSON values over several lines, one
// a line.
func values(r *bufio.Reader) func() ([]byte, error) {
	d := json.NewDecoder(r)
	begun := false
	return func() ([]byte, error) {
		if !begun {
			begun = true
			if isList(r) {
				if _, err := d.Token(); err != nil {
					return nil, err
				}
			}
		}
		if !d.More() {
			return nil, io.EOF
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, err
		}
		var b bytes.Buffer
		err := json.Compact(&b, raw)
		return b.Bytes(), err
	}
}

// isList looks past space for the beginning of a list.
func isList(r *bufio.Reader) bool {
	for {
		head, err := r.Peek(1)
		if err != nil || !bytes.ContainsAny(head, " \t\r\n") {
			return err == nil && head[0] == '['
		}
		if _, err := r.Discard(1); err != nil {
			return false
		}
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
