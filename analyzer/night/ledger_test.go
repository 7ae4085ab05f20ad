package night

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"midwatch/queries/warehouse"
)

// TestReasonsOfBlindnessAreInert holds the reasons that a ledger gives to text that
// a terminal shows as it is: names in logs are written by attackers.
func TestReasonsOfBlindnessAreInert(t *testing.T) {
	for _, text := range []string{"\x1b[31mred\x07", "line\nforged line", "\u202egnp.exe", "a\x00b", "\xff\xfe"} {
		e := Entry{Name: "log"}
		e.fail(errors.New(text))
		e.Unfinished = []string{text}
		for _, reason := range e.unread() {
			for _, r := range reason {
				if r == unicode.ReplacementChar && !strings.ContainsRune(text, unicode.ReplacementChar) || r < ' ' || unicode.Is(unicode.Bidi_Control, r) {
					t.Errorf("%q is told as %q", text, reason)
					break
				}
			}
		}
	}
}

// A source is not seen when it failed, had a gap or was not read to its end;
// each says so, and nothing else does.
func TestWhatASourceDidNotSee(t *testing.T) {
	t.Parallel()
	judged := time.Date(2026, time.July, 21, 0, 0, 0, 0, time.UTC)
	s := Entry{Name: "log"}
	s.fail(nil)
	s.add(warehouse.Loaded{Name: "a", Records: 7, New: 3, Duplicate: 1, Control: 1, Ignored: 1, Quarantined: 1, Late: 2})
	s.add(warehouse.Loaded{Name: "b", Unchanged: true})
	if blind := s.blind(func(Gap) bool { return true }); len(blind) != 0 {
		t.Errorf("%q", blind)
	}
	if s.Texts != 2 || s.Unchanged != 1 || s.Records != 7 || s.New != 3 || s.Duplicate != 1 || s.Control != 1 || s.Ignored != 1 || s.Quarantined != 1 || s.Late != 2 {
		t.Errorf("%+v", s)
	}
	s.add(warehouse.Loaded{Name: "c", Unfinished: "its last line has no end yet"})
	s.fail(errors.New("refused"))
	s.Gaps = []Gap{{From: judged, Until: judged.AddDate(0, 0, 1), Reason: "kept for seven days"}}
	want := []string{
		"source log: refused",
		"source log: nothing from 2026-07-21T00:00:00Z to 2026-07-22T00:00:00Z: kept for seven days",
		"source log: not read to its end: c: its last line has no end yet",
	}
	if got := s.blind(func(Gap) bool { return true }); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// Beside a night that the gap reaches into it is not told again.
	for days, told := range map[int]bool{-1: true, 0: false, 1: true} {
		got := s.blindBeside(judged.AddDate(0, 0, days))
		if slices.Contains(got, want[1]) != told || !slices.Contains(got, want[0]) || !slices.Contains(got, want[2]) {
			t.Errorf("%d days from the gap: %q", days, got)
		}
	}
}
