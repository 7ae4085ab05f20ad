package spool_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"midwatch/collectors"
	"midwatch/collectors/spool"
)

// sequences are those of some segments.
func sequences(segments []spool.Segment) []uint64 {
	var all []uint64
	for _, segment := range segments {
		all = append(all, segment.Sequence)
	}
	return all
}

func TestPrune(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before time.Time
		loaded []uint64
		want   []uint64
	}{
		{"nothing old enough, to the instant", morning, []uint64{1, 2, 3, 4, 5}, nil},
		{"only what was sealed before", morning.Add(time.Nanosecond), []uint64{1, 2, 3, 4, 5}, []uint64{1}},
		{"only what is loaded, or has nothing to load", morning.Add(time.Hour * 24), []uint64{2}, []uint64{2, 4}},
		{"never the newest", morning.Add(time.Hour * 24), []uint64{1, 2, 3, 4, 5}, []uint64{1, 2, 3, 4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := fiveSegments(t)
			loaded := map[string]bool{}
			for _, segment := range segments(t, s) {
				loaded[segment.ID] = slices.Contains(test.loaded, segment.Sequence)
			}
			asked := func(id string) bool { return loaded[id] }
			for _, dryRun := range []bool{true, false} {
				pruned, err := s.Prune(test.before, asked, dryRun)
				if got := sequences(pruned); err != nil || !slices.Equal(got, test.want) {
					t.Errorf("dry run %v: pruned %v, %v", dryRun, got, err)
				}
				if left := len(segments(t, s)); dryRun && left != 5 || !dryRun && left != 5-len(test.want) {
					t.Errorf("dry run %v: %d segments left", dryRun, left)
				}
			}
			if checkpoint, err := s.Checkpoint(); checkpoint != "5" || err != nil {
				t.Errorf("checkpoint %q, %v", checkpoint, err)
			}
			for _, sequence := range test.want {
				for _, suffix := range []string{".json", ".ndjson.zst"} {
					if _, err := os.Stat(filepath.Join(folderOf(t, s), "0000000000000000000"+string('0'+rune(sequence))+suffix)); !os.IsNotExist(err) {
						t.Errorf("segment %d left its %s: %v", sequence, suffix, err)
					}
				}
			}
		})
	}
}

func folderOf(t *testing.T, s *spool.Spool) string {
	t.Helper()
	return filepath.Dir(segments(t, s)[0].Path)
}

// fiveSegments are sealed an hour apart from morning on. The third has only a
// gap, the fourth nothing but its checkpoint.
func fiveSegments(t *testing.T) *spool.Spool {
	t.Helper()
	now := morning
	s, err := spool.Open(t.TempDir(), "github-example")
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := s.Lock("github_audit", func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer sealer.Close()
	seal(t, sealer, "1", `{"n":1}`)
	now = now.Add(time.Hour)
	seal(t, sealer, "2", `{"n":2}`)
	now = now.Add(time.Hour)
	gap := collectors.Gap{From: morning.Add(-time.Hour), Until: morning}
	if err := sealer.Seal(t.Context(), collectors.Segment{Checkpoint: "3", Gaps: []collectors.Gap{gap}}); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	seal(t, sealer, "4")
	now = now.Add(time.Hour)
	seal(t, sealer, "5", `{"n":5}`)
	return s
}
