package warehouse

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"midwatch/queries"
)

// without are the formats that TestHostile has no writer for, and why.
var without = map[string]string{
	"bitbucket_audit": "it has no accesses",
	"sshd":            "it names no repository; its lines are the samples'",
	"trace2":          "what a client sends stands in JSON of git's own, as in the samples",
}

// seeds are what a requester writes where he may: names, parameters and clients that
// look like parts of a log.
func seeds() []hostile {
	quoted := func(quote string) string {
		return `x` + quote + ` - ` + decoyName + ` [22/Nov/2026:08:00:00 +0000] ` + quote + `GET /acme/decoy.git/info/refs HTTP/1.1` + quote + ` 404 0 ` + quote + `-` + quote + ` ` + quote + `-`
	}
	texts := []string{
		"", "git/2.39.5", quoted(`"`), quoted(`\"`), quoted(`\x22`), quoted(`'`),
		decoyAddress + " " + decoyName, decoyAddress + ", " + decoyAddress + " - " + decoyName, `a" 9 "r" "http://s" 3ms`, `x" - - - "Root=1" "y" HTTP/1.1" "z`,
		`x","remote_user":"` + decoyName + `","remote_addr":"` + decoyAddress + `","status":"404`, `x\","user":"` + decoyName, "x\n" + decoyAddress + " - " + decoyName + " [22/Nov/2026:08:00:00 +0000] \"GET / HTTP/1.1\" 404 0", "x\ty", `x" repo=acme/decoy user=user:1:6:victim z="`, `x repo=acme/decoy user=` + decoyName,
		`x | 404 | 0 | 0 | - | 5 | - |`, `" | ` + decoyName + ` | 2026-03-02 09:00:00,205 | "GET / HTTP/1.1"`, `{x 10.9.9.9:1 [22/Nov/2026:08:00:03.000] a b 1/1/1/1/1 404 1 - - ---- 1/1/1/1/1 0/0`, "é \u202e \u0000 \xff", `\`, `\\"`, "#22 %22 &#34; ] [ } { ) (",
		"Request upload-pack for '/acme/decoy'", "token " + planted, planted, `"` + planted + `"`, "null", "anonymous", "unknown:" + decoyAddress, "key:0", "x-access-token", "10.0.0.1 x", "a  b ", ` - - [x] "`, "x [22/Nov/2026:08:00:00 +0000]",
	}
	parameters := []string{
		"", "service=git-upload-pack", "a=snapshot&p=acme/decoy", "a=blob_plain;p=acme/decoy.git;f=x", "x=%22%20404%200", `x="404`, `x=","status":404,"y":"`, "private_token=" + planted, "x=%0a&y=%00", "p=/acme/decoy.git/git-upload-pack", "/acme/decoy.git/info/refs", "x=\\", "x=HTTP/1.1%22", "?/../acme/decoy", "mode=1&verb=git-upload-pack", "format=TEXT", "access_token=" + planted, "x=%22" + planted, "x=[22/Nov/2026:08:00:00", `"`, `x="&y="`, "for,10.9.9.9:1,",
	}
	var all []hostile
	for i, text := range texts {
		all = append(all, hostile{number: i, spelling: uint(i) * 0x9E3779B97F4A7C15, user: text, agent: texts[(i*7+3)%len(texts)], query: parameters[i%len(parameters)]})
	}
	for i, query := range parameters {
		all = append(all, hostile{number: len(texts) + i, spelling: uint(i*i) * 0xD1B54A32D192ED03, user: "eve", agent: "git/2.39.5", query: query})
	}
	return all
}

// TestHostile holds that whatever a requester writes ends as an act of his or is said to
// be missing: in every log, in every way that its server writes it.
func TestHostile(t *testing.T) {
	t.Parallel()
	written := writers()
	for _, f := range queries.Scripts("sources") {
		if len(written[f.Name]) == 0 && without[f.Name] == "" {
			t.Errorf("%s: no writer of hostile acts", f.Name)
		}
		for i, write := range written[f.Name] {
			t.Run(fmt.Sprintf("%s/%d", f.Name, i), func(t *testing.T) { checkHostile(t, openTest(t), f.Name, "log", write, seeds()...) })
		}
	}
}

// FuzzHostile is TestHostile for one format, which MIDWATCH_FUZZ_FORMAT names: for an act
// and for others that are made of its parts and those of the seeds. What it finds
// becomes a test.
func FuzzHostile(f *testing.F) {
	if format := os.Getenv("MIDWATCH_FUZZ_FORMAT"); format != "" {
		for i, h := range seeds() {
			f.Add(format, uint64(i), h.user, h.query, h.agent)
		}
	}
	w, err := Open(f.Context(), Options{Path: Fresh(f), Threads: 1, MemoryLimit: "1GB"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = w.Close() })
	written, n := writers(), 0
	f.Fuzz(func(t *testing.T, format string, mixture uint64, user, query, agent string) {
		for i, write := range written[format] {
			acts := mixed(mixture, hostile{0, uint(mixture), user, query, agent})
			for i := range acts {
				n++
				acts[i].number = n
			}
			checkHostile(t, w, format, fmt.Sprintf("log-%d-%d", n, i), write, acts...)
		}
	})
}

// mixed is an act and a hundred others that are made of its parts and those of the
// seeds, the same for the same number.
func mixed(number uint64, first hostile) []hostile {
	random := rand.New(rand.NewPCG(number, 1))
	var texts, queries []string
	for _, h := range append(seeds(), first) {
		texts, queries = append(texts, h.user, h.agent), append(queries, h.query)
	}
	pick := func(from []string) string {
		text := from[random.IntN(len(from))]
		for random.IntN(2) == 0 {
			more := from[random.IntN(len(from))]
			at, cut := random.IntN(len(text)+1), random.IntN(len(more)+1)
			text = text[:at] + more[:cut] + text[at:]
		}
		return strings.ToValidUTF8(text, "\ufffd")
	}
	all := []hostile{first}
	for range 100 {
		all = append(all, hostile{0, uint(random.Uint64()), pick(texts), pick(queries), pick(texts)})
	}
	return all
}

// checkHostile writes acts as a server would and looks at what becomes of them.
func checkHostile(t *testing.T, w *Warehouse, format, name string, write func(hostile) []string, acts ...hostile) {
	t.Helper()
	var lines []string
	sent := map[string]hostile{}
	for _, h := range acts {
		if !utf8.ValidString(h.query) || strings.ContainsAny(h.query, " \n\r\t#") || isDecoy(h.user) || isGlued(h.user+" "+h.query+" "+h.agent) {
			continue
		}
		if own := write(h); len(own) > 0 {
			lines = append(lines, own...)
			sent[h.address()] = h
		}
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := loadIn(t, w, Input{Source: "test", Format: format, Name: name, Path: path, CollectedAt: collectedAt})
	if out.Records != out.New+out.Duplicate+out.Control+out.Ignored+out.Quarantined {
		t.Errorf("%s: not every record is counted once: %+v", format, out)
	}
	found := strings.Fields(table(t, w, "SELECT DISTINCT ip FROM event WHERE ip IN ('"+strings.Join(slices.Collect(maps.Keys(sent)), "', '")+"') AND (repository IN ('acme/vault', '111122223333/us-east-2/vault') OR repository LIKE '%vault')"))
	missing := int64(0)
	for address, h := range sent {
		if slices.Contains(found, address) {
			continue
		}
		missing++
		if table(t, w, "SELECT 1 FROM quarantine WHERE contains(record::VARCHAR, '"+address+"') LIMIT 1") == "" {
			t.Errorf("%s: neither an event nor in quarantine: %+v\n%s", format, h, strings.Join(write(h), "\n"))
		}
	}
	if out.Missed < missing {
		t.Errorf("%s: %d acts are in no event, and %d are said to be missed: %+v", format, missing, out.Missed, out)
	}
	for what, query := range map[string]string{
		"an act is somebody else's": "SELECT identity, ip, repository FROM event WHERE ip = '" + decoyAddress + "' OR identity LIKE '%:" + decoyName + "' OR repository = '" + decoyRepository + "' OR repository NOT LIKE '%vault'",
		"a secret is kept":          "SELECT record::VARCHAR FROM quarantine AS q WHERE contains(q::VARCHAR, '" + planted + "') UNION ALL SELECT e::VARCHAR FROM event AS e WHERE contains(e::VARCHAR, '" + planted + "') OR contains(e::VARCHAR, '" + strings.ToLower(planted) + "')",
	} {
		if got := table(t, w, query+" LIMIT 3"); got != "" {
			t.Errorf("%s: %s:\n%s", format, what, got)
		}
	}
}

// isDecoy holds for a name that would be the decoy's in truth.
func isDecoy(name string) bool { return strings.EqualFold(strings.TrimSpace(name), decoyName) }

// isGlued holds for a text with the secret right behind a letter or a digit, where
// nobody can tell it from a longer word.
func isGlued(text string) bool {
	for before, rest, found := strings.Cut(text, planted); found; before, rest, found = strings.Cut(rest, planted) {
		if before != "" && strings.ContainsRune("_-", rune(before[len(before)-1])) || glued.MatchString(before) {
			return true
		}
	}
	return false
}

// glued is a letter or a digit at the end that is no part of an escape.
var glued = regexp.MustCompile(`(^|[^%])(^|[^%])[0-9A-Za-z]$`)
