package warehouse

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTogether holds lines of one act in several logs to what they give in one:
// GitLab keeps who in one file, bytes in another and objects in a third. A line
// that is still being written is left for the next run.
func TestTogether(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(samples, "gitlab_logs", "all.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]string{}
	for _, line := range strings.SplitAfter(string(text), "\n") {
		name := "shell.log"
		switch {
		case strings.Contains(line, "grpc.method"):
			name = "gitaly.log"
		case strings.Contains(line, "written_bytes"):
			name = "workhorse.log"
		case strings.Contains(line, `"controller"`):
			name = "production_json.log"
		case strings.HasPrefix(line, `{"time":"2026-05-18T15:28:0`):
			line = strings.TrimSpace(line)
		}
		parts[name] = append(parts[name], line)
	}
	dir := t.TempDir()
	var paths []string
	for _, name := range []string{"gitaly.log", "production_json.log", "shell.log", "workhorse.log"} {
		content := []byte(strings.Join(parts[name], ""))
		if name == "gitaly.log" {
			content = zipped(t, content)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	one, several := openTest(t), openTest(t)
	load(t, one, "gitlab_logs", filepath.Join(samples, "gitlab_logs", "all.ndjson"))
	in := Input{Source: "gitlab", Format: "gitlab_logs", Name: "all logs", Path: paths[0], With: paths[1:], CollectedAt: collectedAt}
	out := loadIn(t, several, in)
	const query = "SELECT " + eventColumns + " FROM event ORDER BY occurred_at, event_id"
	if want, got := table(t, one, query), table(t, several, query); got != want {
		t.Errorf("several logs give other events than one:\n%s", difference(want, got))
	}
	if out.Quarantined != 0 {
		t.Errorf("%d records in quarantine, want 0: the line without an end must wait", out.Quarantined)
	}
	if again := loadIn(t, several, in); !again.Unchanged {
		t.Errorf("unchanged logs were read again: %+v", again)
	}
	if err := os.WriteFile(paths[2], []byte(strings.Join(parts["shell.log"], "")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again := loadIn(t, several, in); again.Unchanged || again.New != 0 || again.Quarantined != 1 {
		t.Errorf("after a line has got its end: %+v, want no new event and one more record in quarantine", again)
	}
}

func zipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
