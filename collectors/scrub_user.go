package collectors

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// userNames are the names, in lower case with _ for -, of parameters and JSON keys
// whose value says who asked. A token there is the whole of who it was (Gitea "API
// usage", GitLab "Clone using a token", Bitbucket "Using access tokens": a client may
// give a token as the user name), so its digest stays: two tokens are two users.
var userNames = map[string]bool{
	"user": true, "username": true, "user_name": true, "remote_user": true, "remoteuser": true, "auth_user": true,
	"actor": true, "actor_name": true, "author_name": true, "login": true, "user_login": true, "user_id": true,
	"clientusername": true, "cs_username": true, "name": true, "principal": true,
}

// isUserName looks a name up without allocating.
func isUserName(name []byte) bool {
	var folded [longestName]byte
	key, ok := foldName(&folded, name)
	return ok && userNames[string(key)]
}

// userSpans finds tokens that stand as the user of a line: before the time of an access
// log, which is in brackets, or between the bars of Bitbucket's.
func userSpans(spans []span, r Record) []span {
	for at := 0; ; {
		i := bytes.IndexByte(r[at:], '[')
		if i < 0 {
			break
		}
		at += i + 1
		if at >= 2 && r[at-2] == ' ' && at < len(r) && '0' <= r[at] && r[at] <= '9' {
			spans = appendToken(spans, r, span{from: wordStart(r, at-2), to: at - 2})
		}
	}
	for at := 0; ; {
		i := bytes.IndexByte(r[at:], '|')
		if i < 0 {
			return spans
		}
		at += i + 1
		if at >= 2 && r[at-2] == ' ' {
			spans = appendToken(spans, r, span{from: wordStart(r, at-2), to: at - 2})
		}
	}
}

// isShort says at a glance that the value that begins at at is too short for a token:
// nearly all are.
func isShort(r Record, at int) bool {
	for at < len(r) && (r[at] == ' ' || r[at] == '"' || r[at] == '\\' || r[at] == '[') {
		at++
	}
	if len(r)-at < minToken {
		return true
	}
	for _, c := range r[at : at+minToken] {
		if c == '"' || c == ',' || c <= ' ' {
			return true
		}
	}
	return false
}

// userValueSpans finds tokens that are the value of a name that says who asked.
func userValueSpans(spans []span, r Record, at int, name []byte, depth int) []span {
	if !isUserName(name) {
		return spans
	}
	for _, s := range valueSpans(r, at, depth, false) {
		spans = appendToken(spans, r, s)
	}
	return spans
}

// wordStart is where the word begins that ends at end, not further back than any token
// is long.
func wordStart(r Record, end int) int {
	from := end
	for from > 0 && end-from <= longestToken && (isTokenByte(r[from-1]) || bytes.IndexByte([]byte("+/="), r[from-1]) >= 0) {
		from--
	}
	return from
}

// appendToken adds the span of a user name that is a token.
func appendToken(spans []span, r Record, s span) []span {
	if isUserToken(r[s.from:s.to]) {
		s.digest = true
		spans = append(spans, s)
	}
	return spans
}

const (
	// minShape is the shortest text that counts as a token by what it is made of: 192
	// bits in base64, or 160 in base32.
	minShape = 32
	// longestToken bounds what is looked at as one.
	longestToken = 512
	// longestLowerRun is how many small letters in a row only words have.
	longestLowerRun = 8
)

// isUserToken tells tokens from names: those with a known prefix, 40 or 64 digits
// (Gitea, GitHub's before 2021), and long texts of capitals, small letters and digits,
// as base64 of random bytes has them, that have no words in them and are no UUID.
func isUserToken(name []byte) bool {
	if len(name) < minToken || len(name) > longestToken || isPlaceholder(name) {
		return false
	}
	if n := prefixLength(name); n > 0 {
		return len(name)-n >= minToken && !isPlaceholder(name[n:])
	}
	if len(name) < minShape {
		return false
	}
	var lower, upper, digit, notHex, run int
	for _, c := range name {
		run++
		switch {
		case 'a' <= c && c <= 'z':
			lower++
			if run > longestLowerRun {
				return false
			}
		case 'A' <= c && c <= 'Z':
			upper++
			run = 0
		case '0' <= c && c <= '9':
			digit++
			run = 0
		case bytes.IndexByte([]byte("+/=_-"), c) >= 0:
			run = 0
		default:
			return false
		}
		if !isHexDigit(c) {
			notHex++
		}
	}
	if notHex == 0 {
		return len(name) == 40 || len(name) == 64
	}
	return lower > 0 && upper > 0 && digit > 0 && !isUUID(name)
}

// prefixLength is how long the known prefix is that a token begins with, zero without.
func prefixLength(token []byte) int {
	for _, p := range tokenPrefixes(token[0], token[1]) {
		if bytes.HasPrefix(token, []byte(p)) {
			return len(p)
		}
	}
	return 0
}

func isHexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// isUUID holds for 8-4-4-4-12, alone or with more behind it: accounts of services are
// called so.
func isUUID(name []byte) bool {
	return len(name) >= 36 && name[8] == '-' && name[13] == '-' && name[18] == '-' && name[23] == '-'
}

// digestLength is how many hexadecimal digits of a token's SHA-256 stay: enough that no
// two tokens are taken for one, and no way back to a text of 128 random bits.
const digestLength = 16

// tokenDigest stands for a token that is somebody's name.
func tokenDigest(token []byte) string {
	sum := sha256.Sum256(token)
	return redacted + "-" + hex.EncodeToString(sum[:])[:digestLength]
}

// isPlaceholder holds for what tokenDigest gives, so that scrubbing again changes
// nothing.
func isPlaceholder(text []byte) bool {
	digest, ok := bytes.CutPrefix(text, []byte(redacted+"-"))
	if !ok || len(digest) != digestLength {
		return false
	}
	for _, c := range digest {
		if !isHexDigit(c) {
			return false
		}
	}
	return true
}
