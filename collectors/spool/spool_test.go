package spool_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"midwatch/collectors"
	"midwatch/collectors/spool"
)

var morning = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)

// at is a clock that stands still.
func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func records(texts ...string) []collectors.Record {
	var all []collectors.Record
	for _, text := range texts {
		all = append(all, collectors.Record(text))
	}
	return all
}

// lock opens a source and locks it for the test.
func lock(t *testing.T, dir string, now time.Time) (*spool.Spool, *spool.Sealer) {
	t.Helper()
	s, err := spool.Open(dir, "github-example")
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := s.Lock("github_audit", at(now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sealer.Close() })
	return s, sealer
}

func seal(t *testing.T, sealer *spool.Sealer, checkpoint string, texts ...string) {
	t.Helper()
	segment := collectors.Segment{Records: records(texts...), Checkpoint: collectors.Checkpoint(checkpoint)}
	if err := sealer.Seal(t.Context(), segment); err != nil {
		t.Fatal(err)
	}
}

func segments(t *testing.T, s *spool.Spool) []spool.Segment {
	t.Helper()
	all, err := s.Segments()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func content(t *testing.T, segment spool.Segment) string {
	t.Helper()
	f, err := os.Open(segment.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSealKeepsRecordsAndCheckpoint(t *testing.T) {
	t.Parallel()
	s, sealer := lock(t, t.TempDir(), morning)
	if got, err := s.Checkpoint(); got != "" || err != nil {
		t.Fatalf("checkpoint of an empty source is %q, %v", got, err)
	}
	seal(t, sealer, "one", `{"a":1}`, "{\n \"b\": [2,\r\n3]\n}\n", "no JSON\nat all", " \t", `{"url":"https://abc@h/"}`)
	gap := collectors.Gap{From: morning.Add(-time.Hour), Until: morning, Reason: "too late"}
	if err := sealer.Seal(t.Context(), collectors.Segment{Checkpoint: "two", Gaps: []collectors.Gap{gap}}); err != nil {
		t.Fatal(err)
	}
	all := segments(t, s)
	if len(all) != 2 {
		t.Fatalf("%d segments", len(all))
	}
	want := "{\"a\":1}\n{\"b\":[2,3]}\n\"no JSON\\nat all\"\n{\"url\":\"https://REDACTED@h/\"}\n"
	if got := content(t, all[0]); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := content(t, all[1]); got != "" {
		t.Errorf("a segment without records holds %q", got)
	}
	m := all[0].Manifest
	if m.Records != 4 || m.Source != "github-example" || m.Format != "github_audit" || m.Checkpoint != "one" || !m.SealedAt.Equal(morning) || m.Gaps != nil {
		t.Errorf("manifest %+v", m)
	}
	if filepath.Base(all[0].Path) != "00000000000000000001.ndjson.zst" || all[0].Sequence != 1 ||
		all[0].ID != "github-example/00000000000000000001/"+m.SHA256[:32] {
		t.Errorf("segment %+v", all[0])
	}
	m = all[1].Manifest
	if m.Records != 0 || len(m.Gaps) != 1 || m.Gaps[0] != (spool.Gap{From: gap.From, Until: gap.Until, Reason: "too late"}) {
		t.Errorf("manifest %+v", m)
	}
	if got, err := s.Checkpoint(); got != "two" || err != nil {
		t.Errorf("checkpoint %q, %v", got, err)
	}
	for _, segment := range all {
		if err := s.Verify(segment); err != nil {
			t.Error(err)
		}
	}
}

func TestSealIsDeterministicAndPrivate(t *testing.T) {
	t.Parallel()
	var ids []string
	for range 2 {
		s, sealer := lock(t, t.TempDir(), morning)
		seal(t, sealer, "x", strings.Repeat(`{"a":1}`, 1000), `{"b":2}`)
		segment := segments(t, s)[0]
		ids = append(ids, segment.ID)
		for path, mode := range map[string]os.FileMode{
			filepath.Dir(segment.Path): os.ModeDir | 0o700,
			segment.Path:               0o600,
			strings.TrimSuffix(segment.Path, ".ndjson.zst") + ".json": 0o600,
			filepath.Join(filepath.Dir(segment.Path), ".lock"):        0o600,
		} {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode() != mode {
				t.Errorf("%s has mode %v", path, info.Mode())
			}
		}
	}
	if ids[0] != ids[1] {
		t.Errorf("the same records were sealed as %s and %s", ids[0], ids[1])
	}
}

func TestSequenceGoesOnAndIdsAreNotReused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, sealer := lock(t, dir, morning)
	seal(t, sealer, "a", `{"n":1}`)
	first := segments(t, s)[0].ID
	sealer.Close()
	_, sealer = lock(t, dir, morning)
	seal(t, sealer, "b", `{"n":2}`)
	if got := segments(t, s)[1].Sequence; got != 2 {
		t.Errorf("second sequence is %d", got)
	}
	sealer.Close()
	if err := os.RemoveAll(filepath.Join(dir, "github-example")); err != nil {
		t.Fatal(err)
	}
	_, sealer = lock(t, dir, morning)
	seal(t, sealer, "c", `{"n":3}`)
	if again := segments(t, s)[0]; again.Sequence != 1 || again.ID == first {
		t.Errorf("after the spool was emptied: sequence %d, id %s, before %s", again.Sequence, again.ID, first)
	}
}

func TestSecondProcessIsToldWhoHoldsTheSource(t *testing.T) {
	t.Parallel()
	s, sealer := lock(t, t.TempDir(), morning)
	_, err := s.Lock("github_audit", at(morning))
	host, hostErr := os.Hostname()
	if hostErr != nil {
		t.Fatal(hostErr)
	}
	for _, want := range []string{"github-example", "process ", " on " + host + " since 2026-11-22T06:00:00Z"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error %v does not say %q", err, want)
		}
	}
	if err := sealer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := sealer.Seal(t.Context(), collectors.Segment{}); err == nil {
		t.Error("sealed after closing")
	}
	second, err := s.Lock("github_audit", at(morning))
	if err != nil {
		t.Fatalf("after the first closed: %v", err)
	}
	second.Close()
}
