package warehouse

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

const (
	// deepest is how many levels an object may have, as many as encoding/json allows.
	deepest = 10_000
	// spareRescans bounds what is looked at again behind damage, beside four times what
	// was read: whoever writes a log could else make each of its bytes cost thousands.
	spareRescans = 8 << 20
)

// values reads the JSON objects of a text, however they follow each other: one a
// line, several on one, over several lines, in lists within lists, with commas or
// without. What is no object is given as it stands, up to the end of its line, so
// that it can be told; after damage reading goes on with the next line.
type values struct {
	r *bufio.Reader
	// back is text that was read and is to be read again, before r.
	back []byte
	// line is the number of the line that is read, from one; start is where the last
	// value began.
	line, start int64
	// read and rescanned are how many bytes were read, and again.
	read, rescanned int64
	// lists are how many are open.
	lists int64
	// final is true where no more of the text will come: an object without an end is
	// damage then, and else io.ErrUnexpectedEOF.
	final bool
}

func newValues(r *bufio.Reader) *values { return &values{r: r, line: 1} }

// next gives the next object, or a piece of text that is none; io.EOF after the last.
func (v *values) next() (piece []byte, isObject bool, err error) {
	for {
		c, err := v.byte()
		if err != nil {
			return nil, false, err
		}
		switch c {
		case ' ', '\t', '\r', '\n', ',', 0, 0x1e: // 0x1e is of JSON text sequences (RFC 7464)
			continue
		case '[':
			v.lists++
			continue
		case ']':
			v.lists--
			continue
		case '{':
			v.start = v.line
			return v.object()
		case 0xef:
			if v.isMark() {
				continue
			}
		}
		v.start = v.line
		piece, err := v.other(c)
		if piece == nil && err == nil {
			continue
		}
		return piece, false, err
	}
}

// object reads an object to its end. Where it has none, because it is damaged or the
// text ends, the first of its lines is given and the others are read again.
func (v *values) object() ([]byte, bool, error) {
	m := matcher{text: []byte{'{'}, open: []byte{'{'}, before: '{'}
	for len(m.open) > 0 {
		c, err := v.byte()
		if err != nil && !errors.Is(err, io.EOF) && !isCutShort(err) {
			return nil, false, err
		}
		if err != nil && !v.final {
			return nil, false, io.ErrUnexpectedEOF
		}
		if err != nil {
			return v.damaged(m.text), false, nil
		}
		if !m.add(c) || len(m.text) > longestLine {
			return v.damaged(m.text), false, nil
		}
	}
	return m.text, true, nil
}

// damaged gives the first line of a text that is no object, and reads the others
// again.
func (v *values) damaged(text []byte) []byte {
	first, rest, more := bytes.Cut(text, []byte("\n"))
	if !more {
		// Where a quote is missing the line goes on.
		tail, _ := v.toLineEnd()
		return bytes.TrimRight(append(first, tail...), "\r")
	}
	if v.rescanned+int64(len(rest)) > 4*v.read+spareRescans {
		return bytes.ReplaceAll(text, []byte("\n"), []byte(" "))
	}
	v.rescanned += int64(len(rest))
	v.line -= int64(bytes.Count(rest, []byte("\n")))
	v.back = append(bytes.Clone(rest), v.back...)
	return bytes.TrimRight(first, "\r")
}

// other reads what is no object: a text, a number, or a line of something else. A line's
// beginning before an object, such as the time that a shipper stamps it with, is left
// out: nil.
func (v *values) other(c byte) ([]byte, error) {
	piece := []byte{c}
	inText := c == '"'
	for {
		c, err := v.byte()
		switch {
		case err != nil && (errors.Is(err, io.EOF) || isCutShort(err)):
			return piece, nil
		case err != nil:
			return nil, err
		case c == '\n', c == ',' && !inText && json.Valid(piece):
			return bytes.TrimRight(piece, "\r"), nil
		case c == ']' && !inText && json.Valid(piece):
			return piece, nil
		case c == '{' && !inText && shipped.Match(append(piece, c)):
			v.back = append([]byte{c}, v.back...)
			return nil, nil
		case c == '"' && inText && piece[len(piece)-1] != '\\':
			inText = false
		}
		if len(piece) < longestLine {
			piece = append(piece, c)
		}
	}
}

// toLineEnd reads what is left of a line.
func (v *values) toLineEnd() ([]byte, error) {
	var rest []byte
	for {
		c, err := v.byte()
		if err != nil || c == '\n' {
			return rest, err
		}
		if len(rest) < longestLine {
			rest = append(rest, c)
		}
	}
}

func (v *values) byte() (byte, error) {
	var c byte
	if len(v.back) > 0 {
		c, v.back = v.back[0], v.back[1:]
	} else {
		var err error
		if c, err = v.r.ReadByte(); err != nil {
			return 0, err
		}
		v.read++
	}
	if c == '\n' {
		v.line++
	}
	return c, nil
}

// isMark passes over a byte-order mark of which the first byte was read: files that
// were joined have one in their middle.
func (v *values) isMark() bool {
	if len(v.back) > 0 {
		return false
	}
	rest, err := v.r.Peek(2)
	if err != nil || !bytes.Equal(rest, byteOrderMark[1:]) {
		return false
	}
	_, err = v.r.Discard(2)
	return err == nil
}

// matcher finds the end of a JSON object, and stops early where it cannot be one. It
// does not check numbers and escapes: that is for encoding/json.
type matcher struct {
	text []byte
	// open are the brackets that are open; before is the last byte that counted, 'v' for
	// what belongs to a number, true, false or null.
	open   []byte
	before byte
	// inText is true within a string, escaped behind a backslash in it.
	inText, escaped bool
}

// add takes the next byte, and says whether the object can still be one.
func (m *matcher) add(c byte) bool {
	m.text = append(m.text, c)
	if m.inText {
		switch {
		case m.escaped:
			m.escaped = false
		case c == '\\':
			m.escaped = true
		case c == '"':
			m.inText, m.before = false, '"'
		}
		return c != '\n'
	}
	switch c {
	case ' ', '\t', '\r', '\n':
		return true
	}
	if !m.mayFollow(c) {
		return false
	}
	m.before = c
	switch c {
	case '"':
		m.inText = true
	case '{', '[':
		m.open = append(m.open, c)
		return len(m.open) <= deepest
	case '}', ']':
		opener := m.open[len(m.open)-1]
		m.open = m.open[:len(m.open)-1]
		return opener == '{' && c == '}' || opener == '[' && c == ']'
	case ',', ':':
	default:
		m.before = 'v'
	}
	return true
}

// mayFollow tells whether a byte may come after the last that counted.
func (m *matcher) mayFollow(c byte) bool {
	switch m.before {
	case '{':
		return c == '"' || c == '}'
	case '"', '}', ']':
		return c == ',' || c == '}' || c == ']' || c == ':' && m.before == '"'
	case ',':
		return c == '"' || m.open[len(m.open)-1] == '['
	case 'v':
		return c != '{' && c != '[' && c != '"'
	}
	return true
}
