package warehouse_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"midwatch/queries/warehouse"
)

// Whatever stands in a log: loading it counts every record once, loading it again
// adds nothing, and the reader, the chunks and the mapping fail in words only.
func FuzzLoad(f *testing.F) {
	good := act{0, "git.clone", ""}.record(1)
	for _, b := range [][]byte{
		nil, []byte("\n\n"), []byte(good), []byte(good + "\n" + good + "\n"), []byte("[" + good + ",\n" + good + "]"), []byte("[1, null, \"x\", [], {}]"),
		[]byte("{\n  \"@timestamp\": 1742810400000,\n  \"action\": \"git.fetch\"\n}\n"), []byte(good + good + "\n"), []byte("192.0.2.7 - -\n"), []byte("\xef\xbb\xbf" + good + "\r\n"),
		gzipped([]byte(good + "\n")), zstandard([]byte(good + "\n")), gzipped([]byte(good))[:40], []byte(good + "\n{\"@timestamp\":17428"), []byte("{\"a\":\"\\ud800\"}\n"),
		[]byte("{\"@timestamp\":1e308,\"action\":\"git.clone\",\"repo\":\"a/b\"}\n{\"@timestamp\":-1,\"action\":\"git.clone\",\"repo\":\"a/b\"}\n"),
		[]byte("{\"@timestamp\":99999999999999999999,\"action\":\"git.clone\",\"repo\":\"\"}\n"), []byte("{\"@timestamp\":{},\"action\":[],\"org\":[[]],\"repo\":\"[\",\"actor_location\":\"{\",\"user\":\"[\"}\n"),
		[]byte("{\"@timestamp\":\"2025-03-24T10:00:00+99:99\",\"action\":\"api.request\",\"route\":\"(\",\"repo\":\"a/b\"}\n"),
		[]byte("{\"action\":\"a\",\"action\":\"b\"}\n"), []byte(strings.Repeat("[", 2000) + "\n"), []byte("\xff\xfe{\n"), []byte("{\"repo\":\"\xff\"}\n"),
	} {
		f.Add(b)
	}
	w, err := warehouse.Open(f.Context(), warehouse.Options{Path: warehouse.Fresh(f), Threads: 1, MemoryLimit: "1GB"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = w.Close() })
	n := 0
	f.Fuzz(func(t *testing.T, log []byte) {
		n++
		first, err := loadBytes(t, w, fmt.Sprintf("log-%d", n), log)
		if err != nil {
			// What no log is, is refused as a whole: bytes that are no text, or
			// that only begin like a compressed file.
			if !strings.Contains(err.Error(), "binary file") && !bytes.HasPrefix(log, []byte{0x1f, 0x8b}) && !bytes.HasPrefix(log, []byte{0x28, 0xb5}) {
				t.Errorf("%q: %v", log, err)
			}
			return
		}
		if first.Records != first.New+first.Duplicate+first.Control+first.Ignored+first.Quarantined {
			t.Errorf("%q: not every record is counted once: %+v", log, first)
		}
		again, err := loadBytes(t, w, fmt.Sprintf("again-%d", n), log)
		if err != nil || again.New != 0 || again.Records != first.Records || again.Quarantined != first.Quarantined {
			t.Errorf("%q: again %+v, first %+v, %v", log, again, first, err)
		}
	})
}

func loadBytes(t *testing.T, w *warehouse.Warehouse, name string, log []byte) (warehouse.Loaded, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, log, 0o600); err != nil {
		t.Fatal(err)
	}
	return w.Load(t.Context(), input(path))
}

// A record that is JSON is an event, control-plane, ignored or in quarantine,
// whatever its fields hold; it never stops its log.
func FuzzFields(f *testing.F) {
	f.Add("1742810400000", "git.clone", "ana", "acme/app", "acme", "192.0.2.1", "", "OAuth access token", "200")
	f.Add("1e400", "api.request", "[bot]", "[", "[\"", "::1,x", "/repos/(", "\x00", "-1")
	f.Add("NaN", "git.fetch", "deploy_key", "[]", "{}", "{", "/repos//x/contents", "Deploy key", "1e9")
	f.Add("-9223372036854775808", "git.push", "-", ".git", "null", "%", "/repos/a/b/tarball/", "server-to-server", "")
	f.Add("9.3e18", "repo.download_zip", "\u202e", "a\\b/c'd", "\"", "fe80::1%1", "\n", "user-to-server", "404.5")
	f.Add("2025-03-24T10:00:00 Mars/Olympus", "", "", "", "", "", "", "", "")
	f.Add("infinity", "git.clone", "x", "a/b", "", "", "", "", "")
	f.Add("290000-01-01", "git.clone", "x", "a/b", "", "", "", "", "")
	f.Add("0001-01-01 BC", "git.clone", "x", "a/b", "", "", "", "", "")
	w, err := warehouse.Open(f.Context(), warehouse.Options{Path: warehouse.Fresh(f), Threads: 1, MemoryLimit: "1GB"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = w.Close() })
	n := 0
	f.Fuzz(func(t *testing.T, at, action, actor, repo, org, ip, route, access, status string) {
		n++
		var log bytes.Buffer
		lines := 0
		for _, written := range []any{at, []string{at}, map[string]string{at: at}} {
			err := json.NewEncoder(&log).Encode(map[string]any{
				"@timestamp": at, "action": action, "actor": actor, "repo": repo, "org": org, "actor_ip": ip, "route": route,
				"url_path": route, "programmatic_access_type": access, "status_code": status, "user": org, "actor_location": ip, "hashed_token": written,
				"user_agent": written, "repository_public": status, "visibility": access, "external_identity_nameid": actor,
			})
			if err != nil {
				t.Fatal(err)
			}
			lines++
		}
		got, err := loadBytes(t, w, fmt.Sprintf("log-%d", n), log.Bytes())
		if err != nil || got.Records != int64(lines) || got.Records != got.New+got.Duplicate+got.Control+got.Ignored+got.Quarantined {
			t.Errorf("%s: %+v, %v", &log, got, err)
		}
	})
}
