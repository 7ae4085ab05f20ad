package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"midwatch/queries/warehouse"
	"midwatch/queries/warehouse/warehousetest"
)

// incidentFolder makes a configuration with the database and snapshot of the
// fixture of questions, and returns the configuration's path.
func incidentFolder(t *testing.T) string {
	t.Helper()
	events, err := os.ReadFile("../../testdata/investigations/events.ndjson")
	check(t, err)
	return logFolder(t, events)
}

// logFolder is incidentFolder with a log of one's own.
func logFolder(t *testing.T, events []byte) string {
	t.Helper()
	dir := t.TempDir()
	log := filepath.Join(dir, "events.ndjson")
	check(t, os.WriteFile(log, events, 0o600))
	config := filepath.Join(dir, "midwatch.yaml")
	var err error
	check(t, os.WriteFile(config, []byte("sources:\n  - {name: acme, kind: files, format: github, paths: [events.ndjson]}\n"), 0o600))
	ctx := context.Background()
	warehousetest.Put(t, filepath.Join(dir, "midwatch.duckdb"))
	w, err := warehouse.Open(ctx, warehouse.Options{Path: filepath.Join(dir, "midwatch.duckdb"), Threads: 2})
	check(t, err)
	check(t, w.ReadNetworks(ctx, "../../testdata/investigations/networks.csv"))
	_, err = w.Load(ctx, warehouse.Input{Source: "acme", Format: "github", Name: log, Path: log, CollectedAt: time.Date(2026, 7, 22, 0, 0, 0, 0, time.UTC)})
	check(t, err)
	_, err = w.RollUp(ctx, nil)
	check(t, err)
	check(t, w.Publish(ctx, filepath.Join(dir, "midwatch-snapshot.duckdb")))
	check(t, w.Close())
	return config
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// called is what a command gave.
type called struct {
	out, err string
	code     int
}

// call runs a command on a configuration, with a text as its standard input.
func call(t *testing.T, config, stdin string, args ...string) called {
	t.Helper()
	var out, log bytes.Buffer
	root := newRoot()
	root.SetArgs(append([]string{"--config", config}, args...))
	root.SetIn(strings.NewReader(stdin))
	root.SetOut(&out)
	root.SetErr(&log)
	err := root.ExecuteContext(context.Background())
	if err != nil {
		log.WriteString(err.Error())
	}
	return called{out.String(), log.String(), exitCode(err)}
}

const (
	hostileIdentity   = `github:=hyperlink("http://evil","x")`
	hostileRepository = `acme/"><script>alert(1)</script>`
	hostileCredential = `';DROP TABLE event;--`
	rawToken1         = "ghp_thisTokenIsFoundNowhereAfterwards0123"
)

// notKnown is what the fixture's answers cannot say, because no file brings it.
var notKnown = map[string]string{
	"blast": "no alert of secret scanning", "secrets": "no alert of secret scanning",
	"stale": "no tier, owner or canary", "revoked": "no credential was ever recorded as dead",
}

// TestAnswersEndWithCoverage holds every question to the sentence that says what
// could be seen, to code 3 where that is not all, and to never saying that
// something was not accessed.
func TestAnswersEndWithCoverage(t *testing.T) {
	warehousetest.Long(t)
	config := incidentFolder(t)
	for _, q := range investigated() {
		name, argument, _ := strings.Cut(strings.TrimPrefix(q.Command, "investigate "), " ")
		subject := map[string]string{
			"REPOSITORY": "acme/vault", "NAME": "ana", "HASH": "ANATOK", "ADDRESS": "203.0.113.9", "AGENT": "trufflehog",
			"SUBJECT": "ana", "IDENTITY": "ana", "ID": "mw-none",
		}[argument]
		if name == "app" {
			subject = "review-app"
		}
		if name == "finding" {
			continue // no night was scored
		}
		if name == "person" {
			continue // there is no roster; TestOnePersonIsOnePerson asks
		}
		args := []string{"investigate", name}
		if subject != "" {
			args = append(args, subject)
		}
		formats := []string{"table"}
		if name == "who" || name == "coverage" {
			formats = []string{"table", "csv", "json"}
		}
		for _, format := range formats {
			all := call(t, config, "", append(args, "--since", "2026-07-20", "--until", "2026-07-20T17:00", "--format", format)...)
			sentence := all.err
			if format == "table" {
				sentence = all.out
			}
			// What a file must bring and none did is not known, and is not none.
			code, isEmpty := exitDone, strings.Contains(sentence, "Nothing was seen.")
			if unknown := notKnown[name]; unknown != "" {
				if !strings.Contains(sentence, "NOT KNOWN: "+unknown) {
					t.Errorf("%s %s does not say that %s: %s", name, format, unknown, sentence)
				}
				if isEmpty {
					code = exitBlind
				}
			} else if strings.Contains(sentence, "NOT KNOWN") {
				t.Errorf("%s %s: %s", name, format, sentence)
			}
			if all.code != code || !strings.Contains(sentence, "Coverage from 2026-07-20T00:00:00Z to before 2026-07-20T17:00:00Z (UTC): acme (github) gave 11 records, 2026-07-20 02:00 to 2026-07-20 17:00; no gap known") ||
				!strings.Contains(sentence, "github records never show page views") {
				t.Errorf("%s %s ended with %d: %s", name, format, all.code, sentence)
			}
			if format != "table" && strings.Contains(all.out, "Coverage") {
				t.Errorf("%s %s: the rows are not alone: %s", name, format, all.out)
			}
			if both := strings.ToLower(all.out + all.err); strings.Contains(both, "not accessed") || strings.Contains(both, "no access") {
				t.Errorf("%s %s says that there was none: %s", name, format, both)
			}
		}
		if open := call(t, config, "", args...); strings.Contains(open.out, "NOTE: without --until") != (name == "normal") {
			t.Errorf("%s without an end: %s", name, open.out)
		}
		blind := call(t, config, "", append(args, "--since", "2026-07-01", "--until", "2026-08-01")...)
		if blind.code != exitBlind || !strings.Contains(blind.out, "NOT SEEN: acme: not collected, 2026-07-20 17:00 to 2026-08-01 00:00: after the last record") {
			t.Errorf("%s ended with %d: %s", name, blind.code, blind.out)
		}
	}
}

// TestHostileNamesAreInert asks about names that would do something, in every
// format.
func TestHostileNamesAreInert(t *testing.T) {
	warehousetest.Long(t)
	config := incidentFolder(t)
	for _, args := range [][]string{
		{"investigate", "identity", hostileIdentity}, {"investigate", "who", hostileRepository}, {"investigate", "credential", hostileCredential},
		{"investigate", "timeline", hostileIdentity}, {"investigate", "client", "owned"}, {"investigate", "network", "2001:db8::/32"},
		{"investigate", "normal", hostileIdentity, "--until", "2026-07-20"}, {"contain", hostileIdentity}, {"contain", hostileCredential, "--watch"},
		{"investigate", "identity", hostileIdentity, "--explain"}, {"investigate", "person", "\u202eAna"}, {"explain", "\x1b[2Jmw"},
		{"case", "open", "\u202ecase"}, {"investigate", "\x1b[2J"}, {"\x1b[2J\u202e"}, {"investigate", "who", "x", "--since", "\u202e"}, {"investigate", "identity", "\x1b[2Jnobody\u202e"},
		{"sql", "--formulas", "guard", "-c", "FROM event"},
	} {
		for _, format := range []string{"table", "csv", "json"} {
			all := call(t, config, "", append(slices.Clone(args), "--format", format)...)
			for _, r := range all.out + all.err {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Errorf("%q %s: %q reaches the terminal", args, format, r)
					break
				}
			}
			if format == "json" && !slices.Contains(args, "--explain") {
				for line := range strings.Lines(all.out) {
					if !json.Valid([]byte(line)) {
						t.Errorf("%q: %s is no JSON", args, line)
					}
				}
			}
			if format == "csv" && (strings.Contains(all.out, "\n=") || strings.Contains(all.out, ",=") || strings.Contains(all.out, `,"=`)) {
				t.Errorf("%q: a cell begins a formula: %s", args, all.out)
			}
		}
	}
}

// TestARawTokenIsFoundNowhere gives a leaked token to everything that takes one
// and then looks for it everywhere.
func TestARawTokenIsFoundNowhere(t *testing.T) {
	config := incidentFolder(t)
	t.Setenv("HOME", filepath.Dir(config))
	t.Setenv("XDG_CACHE_HOME", filepath.Join(filepath.Dir(config), "cache"))
	const hash = "zUdzlhwtkDOM32mfh71pXsEuVvEcm1dVLX3CepY+7d8="
	calls := []called{
		call(t, config, rawToken1+"\n", "investigate", "credential", "--raw", "-"),
		call(t, config, rawToken1, "investigate", "credential", "--raw", "-", "--explain"),
		call(t, config, rawToken1, "contain", "--raw", "-", "--watch", "--apply"),
		call(t, config, "", "case", "open", "leak"),
		call(t, config, rawToken1, "case", "add", "leak", "--raw", "-"),
		call(t, config, "", "case", "export", "leak", "--out", filepath.Join(filepath.Dir(config), "pack")),
		// On the command line it is refused, and not shown again.
		call(t, config, "", "investigate", "credential", rawToken1),
		call(t, config, "", "investigate", "credential", "--raw", rawToken1),
		call(t, config, "", "investigate", "timeline", rawToken1),
		call(t, config, "", "contain", rawToken1),
		call(t, config, "", "case", "note", "leak", "it is "+rawToken1),
	}
	for i, c := range calls {
		if strings.Contains(c.out+c.err, rawToken1) || strings.Contains(c.out+c.err, rawToken1[4:]) {
			t.Errorf("call %d shows it: %s%s", i, c.out, c.err)
		}
		if i >= 6 && c.code != exitUsage {
			t.Errorf("call %d on the command line ended with %d: %s", i, c.code, c.err)
		}
	}
	if !strings.Contains(calls[1].out, hash) || !strings.Contains(calls[2].err, "recorded 1 as dead") || !strings.Contains(calls[0].out, "Nothing was seen by this token's SHA-256, which GitHub logs and other hosts do not.") {
		t.Errorf("got %v", calls[:3])
	}
	check(t, filepath.WalkDir(filepath.Dir(config), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(rawToken1[4:])) {
			t.Errorf("%s has the token", path)
		}
		return err
	}))
}

// TestSubjectsThatAreNotClear says which it could be, and guesses none.
func TestSubjectsThatAreNotClear(t *testing.T) {
	config := incidentFolder(t)
	for _, x := range []struct {
		args []string
		want string
		code int
	}{
		{[]string{"investigate", "who", "api"}, `"api" names several: repository "acme/api", repository "beta/api": name one in full`, exitUsage},
		{[]string{"investigate", "identity", "ana@acme.example"}, `identity "github:ana", identity "github:ana-admin"`, exitUsage},
		{[]string{"investigate", "identity", "annna"}, `was never seen here, which does not say that there was no access; nearest: identity "github:ana"`, exitUsage},
		{[]string{"investigate", "credential", "MIRROR"}, `"MIRROR" names several: credential "MIRRORTOKEN1", credential "MIRRORTOKEN2": name one in full`, exitUsage},
		{[]string{"contain", "ana@acme.example"}, `identity "github:ana", identity "github:ana-admin"`, exitUsage},
		{[]string{"investigate", "person", "Nobody"}, `no person is called "Nobody" in the roster, which does not say that there was no access`, exitUsage},
		{[]string{"explain", "mw-none"}, `there is no finding "mw-none": the column finding_id of findings.csv has their names`, exitUsage},
		{[]string{"investigate", "network", "300.1.1.1"}, `is not an address, prefix or AS number`, exitUsage},
		{[]string{"investigate", "client", " "}, `an empty text is in everything`, exitUsage},
		{[]string{"investigate", "who"}, `accepts 1 arg(s), received 0`, exitUsage},
		{[]string{"investigate", "nonsense"}, `there is no question "nonsense"`, exitUsage},
		{[]string{"investigate", "who", "vault", "--since", "yesterday"}, `"yesterday" is not a time`, exitUsage},
		{[]string{"investigate", "who", "vault", "--since", "2026-07-20", "--until", "2026-07-20"}, `the window is empty`, exitUsage},
		{[]string{"investigate", "dormant", "--days", "-1"}, `must not be below 0`, exitUsage},
		{[]string{"contain", "ana", "--apply"}, `--apply applies --watch`, exitUsage},
	} {
		if all := call(t, config, "", x.args...); all.code != x.code || !strings.Contains(all.err, x.want) {
			t.Errorf("%q ended with %d: %s", x.args, all.code, all.err)
		}
	}
	done := call(t, config, "", "__complete", "investigate", "who", "acme/v")
	if !strings.HasPrefix(done.out, "acme/vault\trepository\n") {
		t.Errorf("completion gave %s", done.out)
	}
	done = call(t, config, "", "__complete", "investigate", "identity", "")
	if strings.Contains(done.out, "hyperlink") {
		t.Errorf("completion offers a name that does something in a shell: %s", done.out)
	}
}

// TestANameIsAskedAboutAsItIsShown takes what reports print for a name that must
// not be shown as it is, keeps it so in a case, and still exports it.
func TestANameIsAskedAboutAsItIsShown(t *testing.T) {
	const shown = `github:a\u202eb"c`
	config := logFolder(t, []byte(`{"@timestamp":1784541600000,"_document_id":"1","action":"git.clone","actor":"a\u202eb\"c","repo":"acme/api","org":"acme","hashed_token":"T","programmatic_access_type":"SSH key"}`+"\n"))
	pack := filepath.Join(filepath.Dir(config), "pack")
	for _, args := range [][]string{
		{"investigate", "identity", shown, "--format", "csv"}, {"case", "open", "odd"}, {"case", "add", "odd", shown}, {"case", "show", "odd"},
		{"case", "export", "odd", "--out", pack}, {"case", "verify", pack},
	} {
		all := call(t, config, "", args...)
		if all.code != exitDone || strings.Contains(all.out+all.err, "\u202e") {
			t.Errorf("%q ended with %d: %s%s", args, all.code, all.out, all.err)
		}
	}
	for name, text := range packBytes(t, pack) {
		if strings.Contains(text, "\u202e") {
			t.Errorf("%s has the mark as it is", name)
		}
	}
	if text := packBytes(t, pack)["answers/03-identity.csv"]; !strings.Contains(text, "acme/api,") {
		t.Errorf("the identity was not found: %s", text)
	}
	other := call(t, config, "", "investigate", "identity", `github:x\u202e`)
	if other.code != exitUsage || !strings.Contains(other.err, `nearest: identity "github:a\\u202eb`) && !strings.Contains(other.err, `nearest: identity "github:a\u202eb`) {
		t.Errorf("another name ended with %d: %s", other.code, other.err)
	}
}

// TestEveryQuestionRefusesToGuess holds each question about a name to what it says
// of one that is several, and of one that is none.
func TestEveryQuestionRefusesToGuess(t *testing.T) {
	warehousetest.Long(t)
	config := incidentFolder(t)
	for _, q := range investigated() {
		about := namingOf(q.Subjects).about
		if len(about) == 0 || slices.Contains([]string{"finding", "person", "network", "client", "app"}, about[0]) {
			continue // no night was scored, there is no roster, and the others are texts to compare with
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(q.Command, "investigate "), " ")
		several := map[string]string{"identity": "ana@acme.example", "repository": "api", "credential": "MIRROR"}[about[0]]
		both := call(t, config, "", "investigate", name, several)
		if both.code != exitUsage || both.out != "" || !strings.Contains(both.err, `"`+several+`" names several: `) || strings.Count(both.err, about[0]+` "`) != 2 {
			t.Errorf("%s %s ended with %d: %s%s", name, several, both.code, both.out, both.err)
		}
		none := call(t, config, "", "investigate", name, "acme/valt")
		if none.code != exitUsage || none.out != "" || !strings.Contains(none.err, `"acme/valt" was never seen here, which does not say that there was no access; nearest: `) {
			t.Errorf("%s of nobody ended with %d: %s%s", name, none.code, none.out, none.err)
		}
	}
}

// TestARepositoryIsNamedByItsAddress as a person pastes it, but for one with a
// secret in it.
func TestARepositoryIsNamedByItsAddress(t *testing.T) {
	config := incidentFolder(t)
	for address, code := range map[string]int{
		"https://github.com/acme/vault.git": exitDone, "git@github.com:acme/vault.git": exitDone, "ssh://git@github.com:22/Acme/Vault": exitDone,
		"https://github.com/acme/vault/": exitDone, "https://github.com/": exitUsage, "git@github.com:acme/none.git": exitUsage,
		"https://x:ghp_0123456789abcdefghijklmnopqrstuvwxyz@github.com/acme/vault.git": exitUsage,
	} {
		all := call(t, config, "", "investigate", "who", address, "--format", "csv")
		if all.code != code || strings.Contains(all.out, "github:bo,") != (code == exitDone) || strings.Contains(all.out+all.err, "ghp_") {
			t.Errorf("%s ended with %d: %s%s", address, all.code, all.out, all.err)
		}
	}
}

// TestATokenIsToldFromAName in what is typed, and in a line of SQL.
func TestATokenIsToldFromAName(t *testing.T) {
	for text, want := range map[string]bool{
		"ghp_0123456789abcdefghij": true, "github_pat_11ABCDEFG0123456789_abc": true, "glpat-abcdefghij0123456789": true, "gldt-abcdefghij0123456789": true,
		"BBDC-MDM0NTY3ODkwMTIz": true, "SELECT * FROM event WHERE credential = 'gho_0123456789abcdefghij';": true,
		"https://x:glpat-abcdefghij0123456789@host/a": true,

		"global-infrastructure": false, "acme/global-infrastructure": false, "glue-connector-service": false, "github:ana": false, "deploy-ghp_x": false,
		"1btYR51KbWfR1RWx2PgqGv1WVRv1pdQ9vsjOYBCumiY=": false, "SELECT 1 AS glpat;": false, "AKIAIOSFODNN7EXAMPLE": false,
		"gitlab:deploy_token:gitlab+deploy-token-4": false, "bitbucket:token:77": false, "gitlab:deploy_token:gldt-abcdefghij0123456789": true,
	} {
		if looksRaw(text) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
}
