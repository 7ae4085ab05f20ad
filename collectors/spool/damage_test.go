package spool_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"midwatch/collectors"
	"midwatch/collectors/spool"
)

func TestLockClearsLeftoversOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, sealer := lock(t, dir, morning)
	seal(t, sealer, "a", `{"n":1}`)
	sealer.Close()
	folder := filepath.Join(dir, "github-example")
	left := []string{"00000000000000000002.ndjson.zst", "00000000000000000003.ndjson.zst.tmp", "00000000000000000002.json.tmp"}
	kept := []string{"README", "notes.json", "other.tmp"}
	for _, name := range append(left, kept...) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if all := segments(t, s); len(all) != 1 {
		t.Errorf("%d segments beside leftovers", len(all))
	}
	_, sealer = lock(t, dir, morning)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	want := []string{".lock", "00000000000000000001.json", "00000000000000000001.ndjson.zst", "README", "notes.json", "other.tmp"}
	if !slices.Equal(names, want) {
		t.Errorf("left are %v", names)
	}
	seal(t, sealer, "b", `{"n":2}`)
	if got := segments(t, s)[1].Sequence; got != 2 {
		t.Errorf("sequence %d", got)
	}
}

func TestDamageIsNamedAndTheRestStays(t *testing.T) {
	t.Parallel()
	s, sealer := lock(t, t.TempDir(), morning)
	for _, checkpoint := range []string{"a", "b", "c", "d"} {
		seal(t, sealer, checkpoint, `{"n":"`+checkpoint+`"}`)
	}
	all := segments(t, s)
	flip(t, all[0].Path)
	if err := s.Verify(all[0]); err == nil || !strings.Contains(err.Error(), all[0].ID) {
		t.Errorf("a changed byte went unseen: %v", err)
	}
	if err := os.Truncate(all[1].Path, 3); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(all[2].Path); err != nil {
		t.Fatal(err)
	}
	manifest := strings.TrimSuffix(all[3].Path, ".ndjson.zst") + ".json"
	if err := os.WriteFile(manifest, []byte(`{"version":2}`), 0o600); err != nil {
		t.Fatal(err)
	}
	left, err := s.Segments()
	if len(left) != 1 || left[0].Sequence != 1 {
		t.Errorf("left are %+v", left)
	}
	for _, want := range []string{all[1].ID, "it has 3 bytes", all[2].ID, manifest, "its version is 2"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
	if checkpoint, err := s.Checkpoint(); checkpoint != "" || err == nil || !strings.Contains(err.Error(), manifest) {
		t.Errorf("checkpoint %q, %v although the newest manifest cannot be read", checkpoint, err)
	}
}

// flip changes the last byte of a file.
func flip(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSealStopsBeforeItBeginsWhenCancelled(t *testing.T) {
	t.Parallel()
	s, sealer := lock(t, t.TempDir(), morning)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := sealer.Seal(ctx, collectors.Segment{Records: records("{}")})
	if !errors.Is(err, context.Canceled) || len(segments(t, s)) != 0 {
		t.Errorf("error %v, %d segments", err, len(segments(t, s)))
	}
}

func TestOpenRefusesNamesThatLeadOut(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "..", ".", "../x", "a/b", `a\b`, "A", ".hidden", "a b", strings.Repeat("a", 101)} {
		if _, err := spool.Open(t.TempDir(), name); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
	if _, err := spool.Open(t.TempDir(), strings.Repeat("a", 100)); err != nil {
		t.Error(err)
	}
}
