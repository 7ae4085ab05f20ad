package collectors

import "bytes"

// userinfoSpans finds what stands between :// and @ in URLs. Slashes may be
// escaped, as some JSON writers do.
func userinfoSpans(spans []span, r Record) []span {
	spans = slashesSpans(spans, r, []byte("://"))
	if bytes.IndexByte(r, '\\') >= 0 {
		spans = slashesSpans(spans, r, []byte(`:\/\/`))
	}
	return spans
}

// slashesSpans finds them in the URLs that have slashes after their scheme.
func slashesSpans(spans []span, r Record, slashes []byte) []span {
	for at := 0; ; {
		i := bytes.Index(r[at:], slashes)
		if i < 0 {
			return spans
		}
		scheme := at + i
		at = scheme + len(slashes)
		if s, ok := userinfoAt(r, at); ok && !isLogin(r, scheme, s) {
			spans = append(spans, s)
		}
	}
}

// userinfoAt is what stands before the last @ of the authority that begins at
// from.
func userinfoAt(r Record, from int) (span, bool) {
	last := -1
	for i := from; i < len(r) && inAuthority(r, i); i++ {
		if r[i] == '@' {
			last = i
		}
	}
	return span{from: from, to: last}, last > from
}

// inAuthority says whether the authority of a URL goes on at i. A \u escape is
// part of it, any other escape ends it.
func inAuthority(r Record, i int) bool {
	switch c := r[i]; c {
	case '/', '?', '#', '"', '\'', '<', '>', '`', '{', '}':
		return false
	case '\\':
		return i+1 < len(r) && r[i+1] == 'u'
	default:
		return c > ' '
	}
}

// isLogin says whether a user part is only the name to log in with, as ssh has
// it: git in ssh://git@host/. Over HTTP a name alone may be a token.
func isLogin(r Record, scheme int, s span) bool {
	return bytes.HasSuffix(r[:scheme], []byte("ssh")) && bytes.IndexByte(r[s.from:s.to], ':') < 0
}
