package collectors

import "bytes"

// valueSpans is where the value lies that begins at at: the whole of a quoted
// one, each of a flat list of quoted ones, else a word.
func valueSpans(r Record, at, depth int, encoded bool) []span {
	for at < len(r) && (r[at] == ' ' || r[at] == '\t') {
		at++
	}
	if depth != unquoted {
		return quotedSpans(r, at, depth)
	}
	if open, d := openingQuote(r, at); open > at && (d%2 == 1 || !isJSON(r)) {
		return nonEmpty(span{from: open, to: quoteEnd(r, open, d)})
	}
	to := wordEnd(r, at, encoded)
	if to < len(r) && r[to] == ' ' && isScheme(r[at:to]) {
		to = wordEnd(r, to+1, encoded)
	}
	return nonEmpty(span{from: at, to: to})
}

// quotedSpans is the string at at, or the strings of a flat list, that are
// quoted as deep as their key was. A number, null or object is left alone.
func quotedSpans(r Record, at, depth int) []span {
	var spans []span
	list := at < len(r) && r[at] == '['
	if list {
		at++
	}
	for {
		open, d := openingQuote(r, at)
		if open == at || d != depth {
			return spans
		}
		to := quoteEnd(r, open, depth)
		spans = append(spans, nonEmpty(span{from: open, to: to})...)
		at = min(to+depth+1, len(r))
		for at < len(r) && (r[at] == ' ' || r[at] == ',') {
			at++
		}
		if !list {
			return spans
		}
	}
}

// openingQuote is the position after a quote that begins at at, and how many
// backslashes stand before it; at itself when there is none.
func openingQuote(r Record, at int) (after, depth int) {
	i := at
	for i < len(r) && r[i] == '\\' {
		i++
	}
	if i < len(r) && r[i] == '"' {
		return i + 1, i - at
	}
	return at, 0
}

// quoteEnd is where a string ends whose quotes have depth backslashes before
// them. A quote with an even number of them ends the outermost string and so
// this one too.
func quoteEnd(r Record, from, depth int) int {
	for i := from; i < len(r); i++ {
		if r[i] != '"' {
			continue
		}
		slashes := 0
		for i-slashes > from && r[i-slashes-1] == '\\' {
			slashes++
		}
		if slashes == depth {
			return i - depth
		}
		if slashes%2 == 0 {
			return i
		}
	}
	return len(r)
}

// wordEnd is where a value without quotes ends. In an encoded URL %26 is the &
// that ends it.
func wordEnd(r Record, from int, encoded bool) int {
	for i := from; i < len(r); i++ {
		switch c := r[i]; {
		case c <= ' ' || bytes.IndexByte([]byte("&\"'<>;,)#`"), c) >= 0:
			return i
		case c == '%' && encoded && bytes.HasPrefix(r[i:], []byte("%26")):
			return i
		case c == '\\':
			length := escapeInWord(r[i:])
			if length == 0 {
				return i
			}
			i += length - 1
		}
	}
	return len(r)
}

// escapeInWord is the length of the JSON escape that r begins with, or zero when
// it stands for something that ends a word: a quote, a control character or,
// for writers that escape them, & and the like.
func escapeInWord(r Record) int {
	switch {
	case len(r) < 2:
		return 1
	case r[1] == '/' || r[1] == '\\':
		return 2
	case r[1] != 'u' || len(r) < 6:
		return 0
	}
	switch string(bytes.ToLower(r[2:6])) {
	case "0020", "0022", "0023", "0026", "0027", "003c", "003e":
		return 0
	}
	return 6
}

// isScheme holds for the first word of an Authorization header.
func isScheme(word []byte) bool {
	for _, scheme := range []string{"basic", "bearer", "token", "digest", "negotiate", "ntlm"} {
		if bytes.EqualFold(word, []byte(scheme)) {
			return true
		}
	}
	return false
}

// isJSON says whether a record is meant to be JSON; then a bare quote ends a
// string and cannot open one in its middle.
func isJSON(r Record) bool {
	r = bytes.TrimLeft(r, " \t")
	return len(r) > 0 && bytes.IndexByte([]byte(`{["`), r[0]) >= 0
}

func nonEmpty(s span) []span {
	if s.to <= s.from {
		return nil
	}
	return []span{s}
}
