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
	err = eachLine(ch, func(number int64, line []byte) error {
		objects, reason := objectsOf(line)
		if reason != "" {
			bad = append(bad, badLine{number, bytes.Clone(line), reason})
		}
		for _, o := range objects {
			if _, err := w.Write(append(o, '\n')); err != nil {
				return err
			}
		}
		return nil
	})
	err = errors.Join(err, w.Flush(), f.Close())
	if err != nil {
		return nil, fmt.Errorf("writing the work file %s: %w (make room, or point the database elsewhere)", path, err)
	}
	return bad, nil
}

// objectsOf are the JSON objects of one line, nearly always one; a line that was
// written by two at once has several, and none of them is lost. The reason says
// why there is none.
func objectsOf(line []byte) (objects [][]byte, reason string) {
	if len(line) == 0 {
		return nil, ""
	}
	if !utf8.Valid(line) {
		return nil, "not JSON"
	}
	d := json.NewDecoder(bytes.NewReader(line))
	for {
		var v json.RawMessage
		err := d.Decode(&v)
		if errors.Is(err, io.EOF) {
			return objects, ""
		}
		if err != nil {
			return nil, "not JSON"
		}
		if v[0] != '{' && json.Valid(line) {
			return nil, "not a JSON object"
		}
		if v[0] != '{' { // such as the address that a line of another format begins with
			return nil, "not JSON"
		}
		objects = append(objects, wholeCharacters(v))
	}
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
