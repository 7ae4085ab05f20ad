package analyzer

import (
	"regexp"
	"strconv"
	"strings"
)

// version is up to three leading numbers of a client's version; -1 stands for a
// number that is not there, so that 2.47 comes before 2.47.0.
type version [3]int

// before reports whether v is older than w.
func (v version) before(w version) bool {
	for i := range v {
		if v[i] != w[i] {
			return v[i] < w[i]
		}
	}
	return false
}

// clientForm is the usual form of a client's name: product/version rest.
var (
	clientForm   = regexp.MustCompile(`^([a-z0-9\-_]+)/([0-9]+(?:\.[0-9]+)*)?(.*)`)
	clientDigits = regexp.MustCompile(`[0-9.]+`)
)

// clientFamily splits a client's name into the family, which stays when it is
// upgraded, and the version. A name of another form is its own family.
func clientFamily(agent string) (string, version) {
	v := version{-1, -1, -1}
	name := strings.ToLower(agent)
	m := clientForm.FindStringSubmatch(name)
	if m == nil {
		return name, v
	}
	if m[2] == "" {
		m[2] = "0"
	}
	for i, part := range strings.SplitN(m[2], ".", 4) {
		if i < len(v) {
			v[i] = clampedNumber(part)
		}
	}
	return m[1] + "|" + strings.TrimSpace(clientDigits.ReplaceAllString(m[3], "")), v
}

// clampedNumber reads digits; more of them than fit give the largest number,
// because the text is whatever a client sent.
func clampedNumber(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return int(^uint(0) >> 1)
	}
	return n
}
