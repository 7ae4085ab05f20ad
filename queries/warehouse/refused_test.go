package warehouse_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

// What cannot be loaded says what to do, and leaves nothing behind.
func TestLogsThatCannotBeLoaded(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	before := content(t, w)
	folder := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := act{0, "git.clone", ""}.record(1) + "\n"
	for _, x := range []struct{ name, path, format, want string }{
		{"vanished", filepath.Join(folder, "gone"), "github", "gone is gone: it was named a moment ago; run again, or take it out of the source log"},
		{"binary", put("binary", "MZ\x00\x01\x02"), "github", "it is a binary file, not a log: name the log itself (plain, gzip or zstd)"},
		{"damaged gzip", put("a.gz", "\x1f\x8b\x08garbage that is no gzip"), "github", "reading " + filepath.Join(folder, "a.gz")},
		{"unknown format", put("log", good), "githib", `no source named "githib"; there are: `},
		{"a folder", folder, "github", "is a directory"},
	} {
		in := input(x.path)
		in.Format = x.format
		got, err := w.Load(t.Context(), in)
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %+v, %v", x.name, got, err)
		}
	}
	if after := content(t, w); after != before {
		t.Errorf("something was left:\n%s", after)
	}
	// The warehouse goes on after each.
	if got, err := w.Load(t.Context(), input(put("good", good))); err != nil || got.New != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// What is not text behind the text of a log costs its own lines, which go to quarantine;
// a run of NULs, as a crash leaves, holds no record.
func TestWhatIsNotTextBehindALog(t *testing.T) {
	t.Parallel()
	good := act{0, "git.clone", ""}.record(1) + "\n"
	for _, x := range []struct {
		behind      string
		quarantined int64
	}{
		{"\x00\x00", 0},
		{"\x00\x00\n", 0},
		{"\x01\x02\x03\x04\n", 1},
		{"MZ\x00\x01\x02\x03\n", 1},
		{"\x7fELF\x00\x01\x02\n\x00\x00\x05\n", 2},
	} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, []byte(good+x.behind), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := opened(t, 1).Load(t.Context(), input(path))
		if err != nil || got.New != 1 || got.Quarantined != x.quarantined || got.Records != 1+x.quarantined || got.Unfinished != "" {
			t.Errorf("%q: %+v, %v; want one event and %d lines in quarantine", x.behind, got, err, x.quarantined)
		}
	}
}

// A damaged end of a compressed log costs what stands there and not what stands
// before; the landing is not complete, so that the whole one is read later.
func TestCompressedLogsThatEndEarly(t *testing.T) {
	t.Parallel()
	lines := quietOrganisation(t)
	whole := opened(t, 1)
	deliver(t, whole, []file{{"log", text(lines)}})
	want := content(t, whole)
	for name, packed := range map[string][]byte{"log.gz": gzipped(text(lines)), "log.zst": zstandard(text(lines))} {
		w := opened(t, 1)
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, packed[:len(packed)*2/3], 0o600); err != nil {
			t.Fatal(err)
		}
		cut, err := w.Load(t.Context(), input(path))
		if err != nil || !strings.Contains(cut.Unfinished, "ends too early") {
			t.Errorf("%s: %+v, %v", name, cut, err)
		}
		if w.IsLoaded(t.Context(), "log")(path) {
			t.Errorf("%s counts as loaded", name)
		}
		if err := os.WriteFile(path, packed, 0o600); err != nil {
			t.Fatal(err)
		}
		all, err := w.Load(t.Context(), input(path))
		if err != nil || all.Unfinished != "" {
			t.Errorf("%s: %+v, %v", name, all, err)
		}
		if got := content(t, w); got != want || !w.IsLoaded(t.Context(), "log")(path) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// The record of a gap is kept once and told for the nights that it touches.
func TestGaps(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	deliver(t, w, []file{{"log", []byte(act{0, "git.clone", ""}.record(1) + "\n")}})
	if _, err := w.RollUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	night := tenOClock.Truncate(24 * 60 * 60 * 1e9)
	for range 2 {
		if err := w.RecordGap(t.Context(), "log", "github", night.AddDate(0, 0, -2), night, "kept for seven days", now); err != nil {
			t.Fatal(err)
		}
	}
	if n := answer(t, w.Reader(), "SELECT count(*) FROM gap"); n != "1" {
		t.Errorf("%s gaps", n)
	}
	for day, touched := range map[int]bool{-3: false, -2: true, -1: true, 0: false} {
		c, err := w.Coverage(t.Context(), night.AddDate(0, 0, day))
		if err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(strings.Join(c.Blind(), "\n"), "gap: source log from 2025-05-03 00:00 to 2025-05-05 00:00: kept for seven days"); told != touched {
			t.Errorf("day %d: %q", day, c.Blind())
		}
		if strings.Contains(c.Sentence(), "NOT SEEN") != (len(c.Blind()) > 0) {
			t.Errorf("day %d: %s", day, c.Sentence())
		}
	}
	var none warehouse.Coverage
	if len(none.Blind()) == 0 {
		t.Error("a night without any source is said to have been seen")
	}
}

// A source that could not be read whole is told for the nights since it last was,
// and no longer once it is.
func TestReadingOfASource(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	night := tenOClock.Truncate(24 * 60 * 60 * 1e9)
	record := func(at time.Time, reasons ...string) {
		t.Helper()
		if err := w.RecordReading(t.Context(), "log", reasons, at); err != nil {
			t.Fatal(err)
		}
	}
	told := func(day int) string {
		t.Helper()
		c, err := w.Coverage(t.Context(), night.AddDate(0, 0, day))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(c.Unread, "\n")
	}
	expect := func(want map[int]string) {
		t.Helper()
		for day, text := range want {
			if got := told(day); got != text {
				t.Errorf("day %d: %q, want %q", day, got, text)
			}
		}
	}
	// It gave a record once: else that would be told too.
	answer(t, w.Reader(), "INSERT INTO source (source_id, name, format) VALUES (1, 'log', 'github')")
	answer(t, w.Reader(), "INSERT INTO source_hour VALUES (TIMESTAMP '2025-01-01', 1, 1, 1, 1)")
	const both = "source log: one\nsource log: two"
	record(night.Add(25*time.Hour), "two", "one") // never read whole: every night before
	expect(map[int]string{-100: both, 0: both, 1: both, 2: ""})
	record(night.Add(26 * time.Hour))
	expect(map[int]string{-100: "", 0: "", 1: ""})
	for day := 2; day <= 4; day++ { // read whole on the morning of day 1, and not since
		record(night.AddDate(0, 0, day).Add(time.Hour), "one")
	}
	expect(map[int]string{0: "", 1: "source log: one", 3: "source log: one", 4: "source log: one", 5: ""})
	// Read whole at the very end of a night, it was seen.
	record(night.AddDate(0, 0, 6))
	record(night.AddDate(0, 0, 7), "one")
	expect(map[int]string{5: "", 6: "source log: one", 7: ""})
}
