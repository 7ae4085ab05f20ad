package warehouse

import (
	"bytes"
	"unicode/utf8"
)

// plainLines makes lines of text safe to read one a line: what is no UTF-8, and
// the control characters that would end a line or a column where there is no
// end, become U+FFFD. Logs hold what clients sent, so such bytes are somebody's
// choice; they must not hide the lines around them. A block without them is
// returned as it is.
func plainLines(block []byte) []byte {
	if bytes.IndexByte(block, '\r') >= 0 {
		block = bytes.ReplaceAll(block, []byte("\r\n"), []byte("\n"))
	}
	if bytes.IndexByte(block, 0) >= 0 {
		block = withoutHoles(block)
	}
	if utf8.Valid(block) && bytes.IndexAny(block, "\x00\x01\r") < 0 {
		return block
	}
	out := bytes.ToValidUTF8(block, []byte("\ufffd"))
	return bytes.Map(func(r rune) rune {
		switch r {
		case 0, 1, '\r':
			return utf8.RuneError
		}
		return r
	}, out)
}

// withoutHoles takes runs of NULs off the beginnings of lines, where a crash or the
// cutting of an open log leaves them: the line behind is whole. A NUL elsewhere stays,
// because somebody may have sent it.
func withoutHoles(block []byte) []byte {
	out := make([]byte, 0, len(block))
	for line := range bytes.Lines(block) {
		out = append(out, bytes.TrimLeft(line, "\x00")...)
	}
	return out
}
