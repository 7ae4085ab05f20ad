package warehouse

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// sniffed is how much of a text is looked at to tell what it is.
const sniffed = 64 << 10

// text is an opened log: decompressed, its kind known.
type text struct {
	r       *bufio.Reader
	closers []io.Closer
	// array is true where the text is one JSON list, or JSON values over
	// several lines, and not one record a line.
	array bool
	// plain is true where the stored bytes are the text itself, so that reading
	// can go on from an offset.
	plain bool
}

// openText opens stored bytes, plain, gzip or zstd, told apart by their first
// bytes and not by their name.
func openText(f io.Reader, from int64) (*text, error) {
	stored := bufio.NewReaderSize(f, sniffed)
	magic, err := stored.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	t := &text{}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(stored)
		if err != nil {
			return nil, fmt.Errorf("reading its gzip header: %w", err)
		}
		t.r, t.closers = bufio.NewReaderSize(z, 1<<20), append(t.closers, z)
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(stored, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, fmt.Errorf("reading its zstd header: %w", err)
		}
		t.r, t.closers = bufio.NewReaderSize(z, 1<<20), append(t.closers, z.IOReadCloser())
	default:
		t.plain = true
		t.r = bufio.NewReaderSize(stored, 1<<20)
	}
	return t, t.sniff(from)
}

// byteOrderMark is what some editors put before a text in UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

// errBinary says that a file is no log at all.
var errBinary = errors.New("it is a binary file, not a log: name the log itself (plain, gzip or zstd)")

// sniff tells binary files, lists and lines apart. A text that is being gone on
// with is one of lines.
func (t *text) sniff(from int64) error {
	head, err := t.r.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && !isCutShort(err) {
		return err
	}
	if bytes.IndexByte(head[:min(len(head), 8<<10)], 0) >= 0 {
		return errBinary
	}
	if from > 0 {
		return nil
	}
	if bytes.HasPrefix(head, byteOrderMark) {
		if _, err := t.r.Discard(len(byteOrderMark)); err != nil {
			return err
		}
		head = head[len(byteOrderMark):]
	}
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), []byte("\n"))
	switch {
	case bytes.HasPrefix(line, []byte("[")):
		t.array = true
	case bytes.HasPrefix(line, []byte("{")) && len(bytes.TrimSpace(line)) == 1:
		t.array = true // an object spread over lines, as "jq ." prints it
	case bytes.HasPrefix(line, []byte("{")) && len(line) < len(head) && !json.Valid(line):
		t.array = spreadOverLines(head)
	}
	return nil
}

// spreadOverLines tells a JSON object that goes on over its first line end from
// a line that was damaged.
func spreadOverLines(head []byte) bool {
	var v json.RawMessage
	if json.NewDecoder(bytes.NewReader(head)).Decode(&v) != nil {
		return false
	}
	return bytes.IndexByte(v, '\n') >= 0
}

func (t *text) close() error {
	var errs []error
	for _, c := range t.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// isCutShort tells a compressed file that ends too early, as one does that is
// still being written.
func isCutShort(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }

// fileHead reads the first n bytes of a file, fewer when it is shorter.
func fileHead(f *os.File, n int64) ([]byte, error) {
	head, err := io.ReadAll(io.NewSectionReader(f, 0, n))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", f.Name(), err)
	}
	return head, nil
}
