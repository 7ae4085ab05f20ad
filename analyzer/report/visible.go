package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
)

// newEncoder writes JSON that is inert to a person too: what JSON leaves as it is
// and nobody can see (marks that turn the direction of writing, characters without
// a width) stands there as JSON's own escapes, the same text to a program.
func newEncoder(w io.Writer) *json.Encoder { return json.NewEncoder(visible{w}) }

// visible escapes in JSON what cannot be seen. An encoder hands it whole values.
type visible struct{ to io.Writer }

// Write is for io.Writer; it returns how much of text was taken.
func (v visible) Write(text []byte) (int, error) {
	var b bytes.Buffer
	for _, r := range string(text) {
		switch {
		case r == '\n' || harmless(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	if _, err := v.to.Write(b.Bytes()); err != nil {
		return 0, err
	}
	return len(text), nil
}
