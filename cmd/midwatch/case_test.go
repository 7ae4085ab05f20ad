package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"midwatch/analyzer/casework"
	"midwatch/queries/warehouse/warehousetest"
)

// exported opens a case on the fixture and exports it as a folder and a zip.
func exported(t *testing.T) (config, folder, archive string) {
	t.Helper()
	config = incidentFolder(t)
	dir := filepath.Dir(config)
	folder, archive = filepath.Join(dir, "pack"), filepath.Join(dir, "pack.zip")
	for _, args := range [][]string{
		{"case", "open", "leak", "--since", "2026-07-20T10:00", "--until", "2026-07-20T12:00", "--title", "a token leaked"},
		{"case", "add", "leak", "ANATOK"},
		{"case", "add", "leak", "acme/vault"},
		{"case", "add", "leak", "203.0.113.0/24", "--kind", "network"},
		{"case", "add", "leak", "trufflehog", "--kind", "client"},
		{"case", "note", "leak", "=the laptop was seized at 14:00"},
		{"case", "export", "leak", "--out", folder},
		{"case", "export", "leak", "--out", archive},
	} {
		if done := call(t, config, "", args...); done.code != exitDone {
			t.Fatalf("%q ended with %d: %s%s", args, done.code, done.out, done.err)
		}
	}
	return config, folder, archive
}

// TestCaseExport has the records as received, the answers, and what they rest
// on.
func TestCaseExport(t *testing.T) {
	warehousetest.Long(t)
	config, folder, _ := exported(t)
	log, err := os.ReadFile(filepath.Join(filepath.Dir(config), "events.ndjson"))
	check(t, err)
	var want []string
	for line := range strings.Lines(string(log)) {
		// The theft, with 10:00 and without 12:00.
		for _, id := range []string{"doc-018", "doc-019", "doc-020", "doc-021", "doc-022"} {
			if strings.Contains(line, `"`+id+`"`) {
				want = append(want, line)
			}
		}
	}
	got, err := os.ReadFile(filepath.Join(folder, "records", "001-acme.jsonl"))
	check(t, err)
	if string(got) != strings.Join(want, "") || len(want) != 5 {
		t.Errorf("the records are not as received: got\n%s, want\n%s", got, strings.Join(want, ""))
	}
	for file, has := range map[string]string{
		"records/index.csv":           ",5,5,",
		"records/understood-01.jsonl": `"event_id":"doc-018"`,
		"answers/03-credential.sql":   "FROM investigate.credential(subject := 'ANATOKEN0000000000000000000000000000000000000', since := TIMESTAMP '2026-07-20 10:00:00', until := TIMESTAMP '2026-07-20 12:00:00');",
		"answers/03-credential.csv":   "acme/vault,github:ana,,Personal access token (classic),1,1,",
		"coverage.txt":                "What is not seen may still have happened.",
		"about.json":                  `"since_utc": "2026-07-20T10:00:00Z"`,
		"case.json":                   "=the laptop was seized at 14:00",
		casework.SumsName:             "  answers/03-credential.csv\n",
	} {
		text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file)))
		check(t, err)
		if !strings.Contains(string(text), has) {
			t.Errorf("%s lacks %q:\n%s", file, has, text)
		}
	}
	listed := call(t, config, "", "case", "list", "--format", "csv")
	if !strings.Contains(listed.out, "leak,a token leaked,") || !strings.Contains(call(t, config, "", "case", "show", "leak").out, "network") {
		t.Errorf("list: %s", listed.out)
	}
	// The log is gone: what is left is exported, and the rest is told.
	check(t, os.Remove(filepath.Join(filepath.Dir(config), "events.ndjson")))
	gone := call(t, config, "", "case", "export", "leak", "--out", folder+"2")
	if gone.code != exitBlind || !strings.Contains(gone.err, "5 of 5 records of ") || !strings.Contains(gone.err, "are not at hand as received") {
		t.Errorf("without the log it ended with %d: %s", gone.code, gone.err)
	}
}

var exportedAt = regexp.MustCompile(`"exported_at": "[^"]*"`)

// TestCaseExportTwice gives the same bytes but for the time of export.
func TestCaseExportTwice(t *testing.T) {
	warehousetest.Long(t)
	config, folder, _ := exported(t)
	again := folder + "-again"
	if done := call(t, config, "", "case", "export", "leak", "--out", again); done.code != exitDone {
		t.Fatal(done.err)
	}
	a, b := packBytes(t, folder), packBytes(t, again)
	if len(a) != len(b) || len(a) < 30 {
		t.Errorf("%d files and then %d", len(a), len(b))
	}
	for name, text := range a {
		switch name {
		case casework.SumsName:
			// It names the file that has the time.
			text, b[name] = withoutLine(text, "about.json"), withoutLine(b[name], "about.json")
		case "about.json":
			text, b[name] = exportedAt.ReplaceAllString(text, ""), exportedAt.ReplaceAllString(b[name], "")
		}
		if text != b[name] {
			t.Errorf("%s differs", name)
		}
	}
	if done := call(t, config, "", "case", "export", "leak", "--out", again); done.code != exitUsage || !strings.Contains(done.err, "is there already") {
		t.Errorf("over the same folder it ended with %d: %s", done.code, done.err)
	}
}

func packBytes(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	check(t, filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		all[filepath.ToSlash(name)] = string(text)
		return err
	}))
	return all
}

func withoutLine(text, with string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.Contains(line, with) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// TestCaseVerifyFindsAFlippedBit flips bits all over the pack, one at a time.
func TestCaseVerifyFindsAFlippedBit(t *testing.T) {
	warehousetest.Long(t)
	_, folder, archive := exported(t)
	if _, n, err := casework.Verify(folder); err != nil || n < 30 {
		t.Fatalf("untouched: %d files, %v", n, err)
	}
	if _, _, err := casework.Verify(archive); err != nil {
		t.Fatalf("untouched: %v", err)
	}
	for name := range packBytes(t, folder) {
		flip(t, folder, filepath.Join(folder, filepath.FromSlash(name)), 3)
	}
	flip(t, archive, archive, 150)
}

// flip flips some bits of a file, evenly spread, and verifies the pack after
// each.
func flip(t *testing.T, pack, path string, times int) {
	t.Helper()
	text, err := os.ReadFile(path)
	check(t, err)
	for i := range min(times, len(text)) {
		at, bit := i*len(text)/times, byte(1)<<(i%8)
		if times > len(text) {
			at = i
		}
		text[at] ^= bit
		check(t, os.WriteFile(path, text, 0o600))
		if _, _, err := casework.Verify(pack); err == nil {
			t.Errorf("bit %d of byte %d of %s was not noticed", bit, at, path)
		}
		text[at] ^= bit
	}
	check(t, os.WriteFile(path, text, 0o600))
}

// TestCaseVerifyStaysInThePack refuses names that lead out of it, links, files
// too many and files too few.
func TestCaseVerifyStaysInThePack(t *testing.T) {
	warehousetest.Long(t)
	_, folder, _ := exported(t)
	dir := t.TempDir()
	for _, name := range []string{"../outside", "/etc/passwd", "a/../../b", `a\..\..\b`, "c:evil"} {
		path := filepath.Join(dir, "evil.zip")
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, n := range []string{name, casework.SumsName} {
			_, err := z.CreateHeader(&zip.FileHeader{Name: n, Method: zip.Store})
			check(t, err)
		}
		check(t, z.Close())
		check(t, os.WriteFile(path, b.Bytes(), 0o600))
		if _, _, err := casework.Verify(path); err == nil || !strings.Contains(err.Error(), "leads out of the pack") && !strings.Contains(err.Error(), "insecure") {
			t.Errorf("%q: %v", name, err)
		}
	}
	link := filepath.Join(folder, "coverage.txt")
	text, err := os.ReadFile(link)
	check(t, err)
	outside := filepath.Join(dir, "coverage.txt")
	check(t, os.WriteFile(outside, text, 0o600))
	check(t, os.Remove(link))
	if _, _, err := casework.Verify(folder); err == nil || !strings.Contains(err.Error(), "coverage.txt is missing") {
		t.Errorf("a missing file: %v", err)
	}
	check(t, os.Symlink(outside, link))
	if _, _, err := casework.Verify(folder); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("a link to the same text: %v", err)
	}
	check(t, os.Remove(link))
	check(t, os.WriteFile(link, text, 0o600))
	check(t, os.WriteFile(filepath.Join(folder, "extra"), nil, 0o600))
	if _, _, err := casework.Verify(folder); err == nil || !strings.Contains(err.Error(), `"extra" was not exported`) {
		t.Errorf("a file too many: %v", err)
	}
}

// TestCaseNames keeps a case in its folder and says what is wrong.
func TestCaseNames(t *testing.T) {
	config := incidentFolder(t)
	for _, x := range []struct {
		args []string
		want string
	}{
		{[]string{"case", "open", "../evil"}, "cannot name a case"},
		{[]string{"case", "note", "none", "x"}, "there is no case none: open it with `midwatch case open none`; there are: none"},
		{[]string{"case", "nonsense"}, `there is no "nonsense"`},
		{[]string{"case", "export", "none"}, "there is no case none"},
	} {
		if all := call(t, config, "", x.args...); all.code != exitUsage || !strings.Contains(all.err, x.want) {
			t.Errorf("%q ended with %d: %s", x.args, all.code, all.err)
		}
	}
	call(t, config, "", "case", "open", "one")
	if all := call(t, config, "", "case", "open", "one"); all.code != exitUsage || !strings.Contains(all.err, "there is a case one already") {
		t.Errorf("twice: %s", all.err)
	}
	if all := call(t, config, "", "case", "export", "one"); all.code != exitUsage || !strings.Contains(all.err, "has no subject") {
		t.Errorf("empty: %s", all.err)
	}
	var k casework.Case
	text, err := os.ReadFile(filepath.Join(filepath.Dir(config), "cases", "one.json"))
	check(t, err)
	check(t, json.Unmarshal(text, &k))
	if k.Name != "one" || k.Version != 1 {
		t.Errorf("kept %+v", k)
	}
}
