package collectors

import (
	"bytes"
	"encoding/binary"
)

// secretParameters are the names, in lower case with _ for -, of parameters and
// JSON keys whose value is a secret. hashed_token, token_id and their like are
// not among them: names are compared whole.
var secretParameters = map[string]bool{
	"token": true, "access_token": true, "private_token": true, "refresh_token": true,
	"oauth_token": true, "auth_token": true, "id_token": true, "job_token": true,
	"ci_job_token": true, "feed_token": true, "rss_token": true, "runner_token": true,
	"registration_token": true, "authenticity_token": true, "incoming_email_token": true,
	"secret_token": true, "x_amz_security_token": true, "x_amz_signature": true,
	"password": true, "passwd": true, "secret": true, "client_secret": true,
	"api_key": true, "apikey": true, "cookie": true, "set_cookie": true,
}

// secretHeaders are the names, in the same form, of HTTP headers whose value is
// a secret; with http_ before them they are environment variables. They count
// as parameters too.
var secretHeaders = map[string]bool{
	"authorization": true, "proxy_authorization": true,
	"http_authorization": true, "http_proxy_authorization": true,
	"private_token": true, "http_private_token": true, "job_token": true, "deploy_token": true,
	"x_gitlab_token": true, "x_gitlab_event_streaming_token": true, "x_api_key": true,
}

// longestName bounds the names above.
const longestName = 32

// isSecretName looks a name up without allocating.
func isSecretName(name []byte, header bool) bool {
	var folded [longestName]byte
	key, ok := foldName(&folded, name)
	return ok && (secretHeaders[string(key)] || !header && secretParameters[string(key)])
}

// foldName writes a name in lower case with _ for -, where it is not too long to be one
// of those above.
func foldName(folded *[longestName]byte, name []byte) ([]byte, bool) {
	if len(name) > longestName {
		return nil, false
	}
	for i, c := range name {
		switch {
		case c == '-':
			c = '_'
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		folded[i] = c
	}
	return folded[:len(name)], true
}

// ending is what a name may be by its last letters.
type ending int

const (
	endsOther ending = iota
	endsSecret
	endsUser
)

// endingOf says whether the name that ends r, perhaps in a quote or a bracket, can be
// one of those above or one of a user: a glance at four letters that passes over nearly
// all.
func endingOf(r Record) ending {
	end := len(r)
	if end > 0 && (r[end-1] == '"' || r[end-1] == ']') {
		end--
	}
	end -= slashesBefore(r[:end])
	if end < 4 {
		return endsOther
	}
	const lower = 0x20202020
	switch binary.BigEndian.Uint32(r[end-4:]) | lower {
	case 'o'<<24 | 'k'<<16 | 'e'<<8 | 'n', // token
		't'<<24 | 'i'<<16 | 'o'<<8 | 'n',                                                                            // authorization
		'w'<<24 | 'o'<<16 | 'r'<<8 | 'd',                                                                            // password
		's'<<24 | 's'<<16 | 'w'<<8 | 'd',                                                                            // passwd
		'c'<<24 | 'r'<<16 | 'e'<<8 | 't',                                                                            // secret
		('_'|0x20)<<24 | 'k'<<16 | 'e'<<8 | 'y', '-'<<24 | 'k'<<16 | 'e'<<8 | 'y', 'i'<<24 | 'k'<<16 | 'e'<<8 | 'y', // api_key
		'o'<<24 | 'k'<<16 | 'i'<<8 | 'e', // cookie
		't'<<24 | 'u'<<16 | 'r'<<8 | 'e': // x_amz_signature
		return endsSecret
	case 'u'<<24 | 's'<<16 | 'e'<<8 | 'r', 'n'<<24 | 'a'<<16 | 'm'<<8 | 'e', 'o'<<24 | 'g'<<16 | 'i'<<8 | 'n',
		'c'<<24 | 't'<<16 | 'o'<<8 | 'r', 'r'<<24 | ('_'|0x20)<<16 | 'i'<<8 | 'd', 'i'<<24 | 'p'<<16 | 'a'<<8 | 'l':
		return endsUser
	}
	return endsOther
}

// namedSpans finds the values of names that say they are secret.
func namedSpans(spans []span, r Record) []span {
	spans = separatorSpans(spans, r, ":")
	spans = separatorSpans(spans, r, "=")
	if bytes.IndexByte(r, '%') >= 0 {
		spans = separatorSpans(spans, r, "%3D")
		spans = separatorSpans(spans, r, "%3d")
	}
	if bytes.IndexByte(r, '\\') >= 0 {
		spans = separatorSpans(spans, r, `\u003d`)
		spans = separatorSpans(spans, r, `\u003D`)
	}
	return spans
}

// separatorSpans finds those whose name is followed by separator. It goes on
// after each value found, so that a hostile record costs no more than its
// length.
func separatorSpans(spans []span, r Record, separator string) []span {
	for at := 0; ; {
		i := bytes.IndexByte(r[at:], separator[0])
		if i < 0 {
			return spans
		}
		end := at + i
		at = end + 1
		if len(r)-end < len(separator) || string(r[end:end+len(separator)]) != separator {
			continue
		}
		like := endingOf(r[:end])
		if like == endsOther {
			continue
		}
		at = end + len(separator)
		if like == endsUser && isShort(r, at) {
			continue
		}
		name, depth := nameBefore(r[:end])
		if like == endsUser {
			spans = userValueSpans(spans, r, at, name, depth)
			continue
		}
		// "invalid token: expired" is prose, "private-token: x" a header.
		bare := separator == ":" && depth == unquoted
		if !isSecretName(name, bare) {
			continue
		}
		for _, s := range valueSpans(r, at, depth, separator[0] == '%') {
			spans = append(spans, s)
			at = s.to
			// "Authorization: PRIVATE-TOKEN: x": what was taken for the value is the
			// name of the next one.
			if r[s.to-1] == separator[0] {
				at--
			}
		}
	}
}

// deepest is how many backslashes a quote has when JSON was put into a string
// four times over.
const deepest = 15

// slashesBefore counts the backslashes that r ends with, up to the deepest: a
// hostile record may have a million.
func slashesBefore(r Record) int {
	n := 0
	for n < deepest && n < len(r) && r[len(r)-1-n] == '\\' {
		n++
	}
	return n
}

// unquoted is the depth of a name without quotes.
const unquoted = -1

// nameBefore is the name that ends r and its depth: how many backslashes stand
// before its closing quote, which is how often the JSON it is a key of was put
// into a string.
func nameBefore(r Record) (name []byte, depth int) {
	end, depth := len(r), unquoted
	if end > 0 && r[end-1] == '"' {
		depth = slashesBefore(r[:end-1])
		end -= 1 + depth
	} else if end > 0 && r[end-1] == ']' { // user[password]=
		end--
	}
	from := end
	for from > 0 && isNameByte(r[from-1]) {
		from--
	}
	return afterEscape(r, from, end), depth
}

// afterEscape is r[from:end] without the letters of an escape that run into it,
// as in \u0026token and %26token.
func afterEscape(r Record, from, end int) []byte {
	skip := 0
	switch {
	case from > 0 && r[from-1] == '\\' && from < end && r[from] == 'u':
		skip = 5
	case from > 0 && r[from-1] == '\\' && from < end && bytes.IndexByte([]byte("nrtbf"), r[from]) >= 0:
		skip = 1
	case from > 0 && r[from-1] == '%':
		skip = 2
	}
	return r[min(from+skip, end):end]
}
