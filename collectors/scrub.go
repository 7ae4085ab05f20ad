package collectors

import (
	"bytes"
	"cmp"
	"slices"
)

// redacted stands where a secret stood.
const redacted = "REDACTED"

// span is a part of a record that must not be written: [from, to). Of one that says
// who asked a digest stays.
type span struct {
	from, to int
	digest   bool
}

// Scrub removes secrets from a record, to be called before it is written
// anywhere. It takes out the user part of URLs (https://TOKEN@host/, but not the
// plain login of ssh://git@host/), the values of parameters, JSON keys and
// headers whose name says that they are secret (private_token=, "password":,
// Authorization:), and tokens of GitHub, GitLab and Bitbucket known by their
// prefix, of which the prefix stays: which kind of token was exposed matters.
//
// Only the secret is replaced, so JSON stays valid; hashes and ids of tokens
// (hashed_token, token_id) are untouched. Of a token that stands where the user does
// a digest stays, because it is the only name that the user has. A record without secrets is returned
// as it is, without a copy. Scrubbing twice changes nothing more.
//
// A secret that stands under no telling name and has no known prefix cannot be
// told from data, and neither can one taken apart by \u escapes that JSON
// writers do not make of themselves (they do of &, =, <, > and ').
func Scrub(r Record) Record {
	spans := secretSpans(r)
	if len(spans) == 0 {
		return r
	}
	return cut(r, spans)
}

// secretSpans are where a record has secrets.
func secretSpans(r Record) []span {
	spans := tokenSpans(nil, r)
	spans = userSpans(spans, r)
	spans = userinfoSpans(spans, r)
	return namedSpans(spans, r)
}

// cut puts the placeholder where the spans are; overlapping spans become one. A digest
// stays only of a span that is not a part of a longer secret.
func cut(r Record, spans []span) Record {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(a.from-b.from, b.to-a.to)
	})
	out := make(Record, 0, len(r)+len(redacted)*len(spans))
	at := 0
	for i := 0; i < len(spans); {
		first := spans[i]
		from, to := first.from, first.to
		for i++; i < len(spans) && spans[i].from <= to; i++ {
			to = max(to, spans[i].to)
			first.digest = first.digest || spans[i] == span{from, first.to, true}
		}
		out = append(out, r[at:from]...)
		if first.digest && to == first.to {
			out = append(append(out, r[from:from+prefixLength(r[from:to])]...), tokenDigest(r[from:to])...)
		} else {
			out = append(out, redacted...)
		}
		at = to
	}
	return append(out, r[at:]...)
}

// The beginnings by which each host makes its tokens known.
//
// Sources: GitHub "About authentication to GitHub, token formats"; GitLab
// "Token overview, token prefixes"; Atlassian "Bitbucket secret scanning" and
// "HTTP access tokens" (BBDC-).
var (
	githubTokens      = []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_"}
	githubFineGrained = []string{"github_pat_"}
	gitlabTokens      = []string{
		"glpat-", "gldt-", "glptt-", "glrt-", "glrtr-", "glcbt-", "glft-", "glimt-",
		"glagent-", "glsoat-", "gloas-", "glffct-", "glwt-",
	}
	bitbucketCloud  = []string{"ATBB", "ATCTT3"}
	bitbucketServer = []string{"BBDC-"}
)

// tokenPrefixes are those that begin with two letters, to pass over most text at
// a glance.
func tokenPrefixes(first, second byte) []string {
	switch {
	case first == 'g' && second == 'h':
		return githubTokens
	case first == 'g' && second == 'i':
		return githubFineGrained
	case first == 'g' && second == 'l':
		return gitlabTokens
	case first == 'A' && second == 'T':
		return bitbucketCloud
	case first == 'B' && second == 'B':
		return bitbucketServer
	}
	return nil
}

// minToken is how many characters must follow a prefix. The shortest token of
// the families above has 20; a repository may be called gho_tools.
const minToken = 16

// tokenSpans finds tokens by their prefix; the prefix is not part of the span.
func tokenSpans(spans []span, r Record) []span {
	for _, first := range [...]byte{'g', 'A', 'B'} {
		for at := 0; ; {
			i := bytes.IndexByte(r[at:], first)
			if i < 0 || at+i+1 == len(r) {
				break
			}
			at += i + 1
			prefixes := tokenPrefixes(first, r[at])
			if prefixes == nil {
				continue
			}
			s, ok := tokenAt(r, at-1, prefixes)
			if ok && !isHash(r[:at-1]) {
				spans = append(spans, s)
			}
			at = max(s.to, at)
		}
	}
	return spans
}

// tokenAt is the token that begins at at: a known prefix at the start of a word
// and enough characters after it.
func tokenAt(r Record, at int, prefixes []string) (span, bool) {
	for _, p := range prefixes {
		if len(r)-at < len(p) || string(r[at:at+len(p)]) != p || !startsWord(r, at) {
			continue
		}
		from := at + len(p)
		to := from
		for to < len(r) && isTokenByte(r[to]) {
			to++
		}
		return span{from: from, to: to}, to-from >= minToken && !isPlaceholder(r[from:to])
	}
	return span{}, false
}

// isHash says whether what comes next is the value of the key hashed_token.
func isHash(before Record) bool {
	before = bytes.TrimRight(before, ` "\`)
	before = bytes.TrimRight(before, ` :`)
	before = bytes.TrimRight(before, `"\`)
	return bytes.HasSuffix(before, []byte("hashed_token"))
}

// isTokenByte holds for what tokens are made of; the long forms of GitHub and
// GitLab hold dots.
func isTokenByte(c byte) bool { return isNameByte(c) || c == '.' }

// isNameByte holds for what the names of parameters and headers are made of.
func isNameByte(c byte) bool { return isAlnum(c) || c == '_' || c == '-' }

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// startsWord says whether no word goes on across at. The letters of an escape (\n,
// \u0026, %3D, and what web servers and HAProxy write for a quote: \x22, #22) are not
// part of a word.
func startsWord(r Record, at int) bool {
	if at == 0 || !isAlnum(r[at-1]) {
		return true
	}
	return at >= 2 && r[at-2] == '\\' ||
		at >= 3 && (r[at-3] == '%' || r[at-3] == '#') ||
		at >= 4 && r[at-4] == '\\' && r[at-3] == 'x' ||
		at >= 6 && r[at-6] == '\\' && r[at-5] == 'u'
}

// ScrubLines is Scrub for a block of whole lines: each is a record of its own, so
// that a damaged one takes nothing of the next with it. A block without secrets
// is returned as it is.
func ScrubLines(block []byte) []byte {
	if len(secretSpans(block)) == 0 {
		return block
	}
	out := make([]byte, 0, len(block))
	for line := range bytes.Lines(block) {
		text, ended := bytes.CutSuffix(line, []byte("\n"))
		out = append(out, Scrub(text)...)
		if ended {
			out = append(out, '\n')
		}
	}
	return out
}
