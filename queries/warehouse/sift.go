package warehouse

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"unicode/utf8"
)

// badLine is a line that cannot be read as a record, and why.
type badLine struct {
	number int64
	text   []byte
	reason string
}

// looksPlain is true for lines in which no object can end before its line does:
// after each closing brace comes what goes on with the object around it, or the
// end of the line. A brace in a name or an agent only makes a chunk look odd,
// which costs a second look and nothing else.
func looksPlain(lines []byte) bool {
	for {
		i := bytes.IndexByte(lines, '}')
		if i < 0 || i+1 == len(lines) {
			return true
		}
		switch lines[i+1] {
		case ',', '}', ']', '\n', '\r':
		default:
			return false
		}
		lines = lines[i+1:]
	}
}

// sift writes a chunk's JSON objects to a file of their own, one a line, and
// returns the lines that are none.
func sift(ch chunk, path string) (bad []badLine, err error) {
	f, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("making the work file: %w", err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	err = eachValue(ch, func(number int64, piece []byte, isObject bool) error {
		if !isObject {
			bad = append(bad, badLine{number, piece, whyNot(piece)})
			return nil
		}
		_, err := w.Write(append(piece, '\n'))
		return err
	})
	err = errors.Join(err, w.Flush(), f.Close())
	if err != nil {
		return nil, fmt.Errorf("writing the work file %s: %w (make room, or point the database elsewhere)", path, err)
	}
	return bad, nil
}

// whyNot says why a piece of text is no record.
func whyNot(piece []byte) string {
	if json.Valid(piece) && utf8.Valid(piece) {
		return "not a JSON object"
	}
	return "not JSON"
}

// eachValue calls f with each JSON object of a chunk, one or several a line or over
// several lines, without what shippers put around it and on one line, and with each
// piece that is none.
func eachValue(ch chunk, f func(number int64, piece []byte, isObject bool) error) error {
	file, err := os.Open(filepath.Clean(ch.path))
	if err != nil {
		return fmt.Errorf("reading the work file again: %w", err)
	}
	defer file.Close()
	v := newValues(bufio.NewReaderSize(file, 1<<20))
	v.final = true
	for {
		piece, isObject, err := v.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the work file again: %w", err)
		}
		number := ch.firstLine + v.start - 1
		for _, record := range objectsOf(piece, isObject) {
			if err := f(number, record.text, record.isObject); err != nil {
				return err
			}
		}
	}
}

// record is one, or a piece of text that is none.
type record struct {
	text     []byte
	isObject bool
}

// objectsOf are the records of a value: itself, or those that shippers wrapped.
func objectsOf(piece []byte, isObject bool) []record {
	if !isObject || !utf8.Valid(piece) || !json.Valid(piece) {
		return []record{{oneLine(piece), false}}
	}
	var all []record
	for _, r := range peel(oneLine(piece), false) {
		is := len(r) > 0 && r[0] == '{'
		if is {
			r = wholeCharacters(r)
		}
		all = append(all, record{r, is})
	}
	return all
}

// surrogates are the escapes of half characters, and pairs of them.
var surrogates = regexp.MustCompile(`(?i)\\u(d[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|d[89a-f][0-9a-f]{2})`)

// wholeCharacters puts the replacement character where a record has half a
// character. Some writers let them through, the database's reader does not, and
// nobody shall hide an access behind a client's name.
func wholeCharacters(object []byte) []byte {
	if !bytes.Contains(object, []byte(`\u`)) {
		return object
	}
	return surrogates.ReplaceAllFunc(object, func(escape []byte) []byte {
		if len(escape) > len(`\ud800`) {
			return escape
		}
		return []byte(`\ufffd`)
	})
}

// eachLine calls f with each line of a chunk, without its end.
func eachLine(ch chunk, f func(number int64, line []byte) error) error {
	file, err := os.Open(filepath.Clean(ch.path))
	if err != nil {
		return fmt.Errorf("reading the work file again: %w", err)
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 1<<20)
	for number := ch.firstLine; ; number++ {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			if ferr := f(number, bytes.TrimSpace(line)); ferr != nil {
				return ferr
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the work file again: %w", err)
		}
	}
}
