package report

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestCell is what a spreadsheet's cell holds.
const longestCell = 32_000

// Inert makes text from a log safe to print: control characters, the characters
// that turn the direction of writing or have no width, and bytes that are no
// text are written out as escapes, so that nothing in it can move a cursor, hide
// or reorder what a person reads.
func Inert(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[i]), 16))
		case harmless(r):
			b.WriteRune(r)
		default:
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		}
		i += n
	}
	return b.String()
}

// harmless is true for what can be printed; unicode.IsPrint excludes controls,
// format characters (bidirectional marks, zero-width) and odd spaces.
func harmless(r rune) bool { return unicode.IsPrint(r) }

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Cell makes text from a log safe in a spreadsheet: inert, at most what a cell
// holds, and with an apostrophe before anything that would begin a formula, also
// in the wide letters that some spreadsheets take for it (ASVS 1.2.10 and OWASP,
// "CSV Injection"; quoting alone does not help).
func Cell(s string) string {
	s = Inert(s)
	if len(s) > longestCell {
		s = strings.ToValidUTF8(s[:longestCell], "") + "…"
	}
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@|＝＋－＠", first) {
		return "'" + s
	}
	return s
}
