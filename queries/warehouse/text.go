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
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
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
	// passed are the bytes of it that were passed over before the first record.
	passed int64
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
	if err := t.passHole(); err != nil {
		return err
	}
	head, err := t.peek()
	if err != nil {
		return err
	}
	if from == 0 && (bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))) {
		// A byte-order mark says which way round (Windows' Export-Csv and Out-File).
		decoded := transform.NewReader(t.r, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
		t.r, t.plain = bufio.NewReaderSize(decoded, 1<<20), false
		if head, err = t.peek(); err != nil {
			return err
		}
	}
	if isBinary(head[:min(len(head), 8<<10)], t.passed > 0) {
		return errBinary
	}
	if from > 0 {
		return nil
	}
	if bytes.HasPrefix(head, byteOrderMark) {
		if err := t.pass(len(byteOrderMark)); err != nil {
			return err
		}
		head = head[len(byteOrderMark):]
	}
	t.array = isSpread(head)
	return nil
}

// peek looks at what comes next; the end of the text is no error.
func (t *text) peek() ([]byte, error) {
	head, err := t.r.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && !isCutShort(err) {
		return nil, err
	}
	return head, nil
}

// pass passes over bytes that are no part of a record.
func (t *text) pass(n int) error {
	passed, err := t.r.Discard(n)
	t.passed += int64(passed)
	return err
}

// passHole passes over the NULs that a log begins with which was cut while its writer
// went on.
func (t *text) passHole() error {
	for {
		head, err := t.peek()
		if err != nil {
			return err
		}
		n := len(head) - len(bytes.TrimLeft(head, "\x00"))
		if n == 0 || n == len(head) && n < sniffed {
			return nil // a file of nothing else is binary
		}
		if err := t.pass(n); err != nil {
			return err
		}
		if n < len(head) {
			return nil
		}
	}
}

// isBinary tells bytes that are no text from a text with NULs in it: what else there
// is has hardly any control characters. afterNULs is true where some were passed over.
func isBinary(head []byte, afterNULs bool) bool {
	if !afterNULs && bytes.IndexByte(head, 0) < 0 {
		return false
	}
	control, others := 0, 0
	for _, c := range head {
		switch {
		case c == 0:
		case c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != 0x1b:
			control++
		default:
			others++
		}
	}
	return control*20 >= others
}

// isSpread is true for a text of JSON that is not one record a line: it begins with a
// list, or with an object that goes on over its line.
func isSpread(head []byte) bool {
	if !beginsJSON.Match(head) {
		return false
	}
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), []byte("\n"))
	switch {
	case bytes.HasPrefix(line, []byte("[")):
		return true
	case len(bytes.TrimSpace(line)) == 1:
		return true // an object spread over lines, as "jq ." prints it
	case len(line) < len(head) && !json.Valid(line):
		return spreadOverLines(head)
	}
	return false
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
