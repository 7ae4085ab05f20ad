package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"midwatch/queries/warehouse"
)

// wrapperFormat is a format of somebody's own: a git wrapper that writes who ran
// what. It is all that adding one takes.
const wrapperFormat = `-- The log of our git wrapper.
--
-- records: text
-- recognised by: ^\S+Z \w+ (clone|fetch|push) \S+$
-- says: everything
-- never says: bytes
-- source: our wiki
--
-- Reads the relation landed(record VARCHAR, number BIGINT).
WITH parsed AS (
    SELECT record, regexp_extract(record, '^(\S+Z) (\w+) (clone|fetch|push) (\S+)$', ['time', 'person', 'verb', 'path']) AS f FROM landed
)
SELECT
    CASE WHEN trim(coalesce(record, '')) = '' THEN 'ignored' ELSE 'event' END AS record_class, 'wrapper:' || md5(record) AS event_id, utc_time(f.time) AS occurred_at,
    f.verb AS native_action, f.verb AS action, 'reported' AS action_basis, 'ok' AS outcome, 'wrapper:' || lower(f.person) AS identity,
    'human' AS identity_kind, f.person AS identity_name, '' AS sso, '' AS access_type, 'none' AS credential_kind, 'personal' AS family,
    NULL::VARCHAR AS credential, coalesce(repository_path(f.path), '') AS repository, organisation(coalesce(repository_path(f.path), '')) AS org,
    NULL::BOOLEAN AS is_public, NULL::VARCHAR AS ip, NULL::VARCHAR AS country, NULL::VARCHAR AS user_agent, NULL::VARCHAR AS protocol,
    NULL::BIGINT AS bytes_out, NULL::BIGINT AS bytes_in, NULL::BIGINT AS objects, 'unknown' AS scope, NULL::VARCHAR AS session_key,
    NULL::VARCHAR AS affected, CASE WHEN f.verb = '' AND trim(record) <> '' THEN 'not a line of the wrapper' END AS reason, record
FROM parsed
`

// runLine runs the command line and returns what it prints.
func runLine(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, progress bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetErr(&progress)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFormatFromOutsideTheTree adds a format by one .sql file, in a folder that
// the configuration names: the log is recognised, mapped and collected.
func TestFormatFromOutsideTheTree(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "formats", "wrapper.sql"), wrapperFormat)
	log := write(t, filepath.Join(dir, "git.log"), "2026-03-02T09:00:00Z Ada clone Acme/payments.git\n2026-03-02T09:01:00Z bo push acme/website\nnonsense\n")
	config := write(t, filepath.Join(dir, "midwatch.yaml"), "formats: formats\nsources:\n  - name: ours\n    kind: files\n    paths: [git.log]\n")

	out, err := runLine(t, "collect", "--config", config, "--explain", log)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Taken for wrapper: The log of our git wrapper.", "wrapper:ada", "acme/payments", "not a line of the wrapper", "format: wrapper"} {
		if !strings.Contains(out, want) {
			t.Errorf("the explanation does not say %q:\n%s", want, out)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "midwatch.duckdb")); err == nil {
		t.Error("explaining made a database")
	}
	out, err = runLine(t, "collect", "--config", config)
	if err != nil && !strings.Contains(err.Error(), "quarantine") {
		t.Fatal(err)
	}
	if !strings.Contains(out, "2") || !strings.Contains(out, "ours") {
		t.Errorf("collecting printed\n%s", out)
	}
}

// TestFormatsFolderIsChecked holds a folder's faults to messages that name the
// file and what is wrong.
func TestFormatsFolderIsChecked(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"taken":   {"gitolite.sql", wrapperFormat, "there is a format gitolite already"},
		"records": {"x.sql", "-- A format.\n-- recognised by: x\nWITH a AS (SELECT 1) FROM a", "records: json or records: text"},
		"empty":   {"x.txt", "", "holds no format"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "formats", c.file), c.text)
			config := write(t, filepath.Join(dir, "midwatch.yaml"), "formats: formats\nsources:\n  - name: ours\n    kind: files\n    paths: [git.log]\n")
			if _, err := runLine(t, "collect", "--config", config); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestUnknownLogIsNotGuessed holds collect to an error where a log without a
// configured format looks like none.
func TestUnknownLogIsNotGuessed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "some.log"), "lorem ipsum\n")
	config := write(t, filepath.Join(dir, "midwatch.yaml"), "sources:\n  - name: ours\n    kind: files\n    paths: [some.log]\n")
	if _, err := runLine(t, "collect", "--config", config); err == nil || !strings.Contains(err.Error(), "name its format") {
		t.Errorf("got %v, want an error that asks for the format", err)
	}
}

// TestMixedFolder collects a folder of logs of several hosts by a source that
// names no format: each log is recognised by itself, and the lines of GitLab's
// several logs meet. Collecting again adds nothing.
func TestMixedFolder(t *testing.T) {
	dir := t.TempDir()
	for name, sample := range map[string]string{
		"gitolite.log": "gitolite/gitolite-2026-11.log", "access.log": "access_log/nginx-combined.log", "gerrit.log": "gerrit_sshd/sshd_log",
	} {
		text, err := os.ReadFile(filepath.Join("../../testdata/sources", sample))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "logs", name), string(text))
	}
	write(t, filepath.Join(dir, "logs", "gitlab-shell.log"),
		`{"command":"git-upload-pack","correlation_id":"c1","gl_project_path":"acme/r","gl_key_id":1,"gl_key_type":"key","msg":"executing git command","remote_ip":"192.0.2.44","time":"2026-05-18T15:21:00Z","username":"zoe"}`+"\n")
	write(t, filepath.Join(dir, "logs", "gitaly.log"),
		`{"correlation_id":"c1","grpc.code":"OK","grpc.method":"PackObjectsHookWithSidechannel","grpc.request.glProjectPath":"acme/r","pack_objects.written_object_count":77,"pack_objects_cache.served_bytes":4953,"time":"2026-05-18T15:21:03Z"}`+"\n")
	config := write(t, filepath.Join(dir, "midwatch.yaml"), "sources:\n  - name: ours\n    kind: files\n    paths: [logs]\n")
	const want = "gerrit:11 gitlab:1 gitolite:20 http:31 | zoe 77 4953"
	for range 2 {
		if out, err := runLine(t, "collect", "--quiet", "--config", config); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if got := told(t, filepath.Join(dir, "midwatch.duckdb")); got != want {
			t.Errorf("collected %q, want %q", got, want)
		}
	}
}

// told sums up a database: events by host, and what is known of zoe's.
func told(t *testing.T, path string) string {
	t.Helper()
	r, err := warehouse.OpenSnapshot(t.Context(), path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rows, err := r.Query(t.Context(), `SELECT (SELECT string_agg(host || ':' || n, ' ' ORDER BY host) FROM (SELECT split_part(identity, ':', 1) AS host, count(*) AS n FROM event GROUP BY host))
		|| ' | ' || (SELECT concat_ws(' ', identity_name, objects, bytes_out) FROM event WHERE identity = 'gitlab:zoe')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all string
	for rows.Next() {
		if err := rows.Scan(&all); err != nil {
			t.Fatal(err)
		}
	}
	return all
}
