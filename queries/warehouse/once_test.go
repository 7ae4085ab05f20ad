package warehouse_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"midwatch/collectors/synthetic"
	"midwatch/queries/warehouse"
)

// quietOrganisation is the log of a small organisation, three weeks of it, with
// lines that are odd: without an id, control-plane, damaged, twice.
func quietOrganisation(t *testing.T) []string {
	t.Helper()
	o := synthetic.Default()
	o.From = now.AddDate(0, 0, -60).Truncate(24 * 60 * 60 * 1e9)
	o.Days, o.EvalFrom, o.People, o.Repositories, o.EventsPerDay = 21, 10, 40, 40, 300
	o.Attacks = []string{}
	var log, networks, truth bytes.Buffer
	if _, err := synthetic.Generate(o, synthetic.Writers{Events: &log, Networks: &networks, Labels: &truth, LookAlikes: &truth, Meta: &truth}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	at := o.From.UnixMilli()
	for i := range 40 {
		lines = append(lines,
			fmt.Sprintf(`{"@timestamp":%d,"action":"git.fetch","actor":"","repo":"acme/public-%d","repository_public":true,"transport_protocol_name":"http"}`, at+int64(i)*3_600_000, i%3),
			fmt.Sprintf(`{"@timestamp":%d,"_document_id":"c%d","action":"org.add_member","actor":"owner","user":"new-%d","org":"acme"}`, at+int64(i)*7_000_000, i, i),
			fmt.Sprintf(`{"@timestamp":%d,"_document_id":"q%d","action":"git.clone","actor":"ana"}`, at+int64(i), i),
			fmt.Sprintf(`{"@timestamp":%d,"_document_id":"d%d","action":"git.cl`, at, i))
	}
	return append(lines, lines[100:400]...)
}

// delivery brings lines into a warehouse in one way or another.
type delivery struct {
	name    string
	threads int
	// files are what is written and read, in this order, by name.
	files func([]string) []file
}

type file struct {
	name string
	text []byte
}

func text(lines []string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(b)
	if err = errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func zstandard(b []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return w.EncodeAll(b, nil)
}

func shuffled(lines []string, seed uint64) []string {
	lines = slices.Clone(lines)
	rand.New(rand.NewPCG(seed, seed)).Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return lines
}

// pieces cuts lines into n files, the last first.
func pieces(lines []string, n int) []file {
	var all []file
	for part := range slices.Chunk(lines, len(lines)/n+1) {
		all = append([]file{{fmt.Sprintf("part-%d.gz", len(all)), gzipped(text(part))}}, all...)
	}
	return all
}

func deliveries() []delivery {
	return []delivery{
		{"plain", 1, func(l []string) []file { return []file{{"log", text(l)}} }},
		{"gzip, two threads", 2, func(l []string) []file { return []file{{"log.gz", gzipped(text(l))}} }},
		{"zstd, four threads", 4, func(l []string) []file { return []file{{"log.zst", zstandard(text(l))}} }},
		{"compressed twice over in one file", 1, func(l []string) []file {
			return []file{{"log.gz", append(gzipped(text(l[:2000])), gzipped(text(l[2000:]))...)}}
		}},
		{"shuffled", 2, func(l []string) []file { return []file{{"log", text(shuffled(l, 1))}} }},
		{"line ends of Windows, no end of the last line", 1, func(l []string) []file {
			return []file{{"log", []byte(strings.Join(l, "\r\n"))}}
		}},
		{"delivered twice under two names", 2, func(l []string) []file {
			return []file{{"log.gz", gzipped(text(l))}, {"again.zst", zstandard(text(shuffled(l, 2)))}}
		}},
		{"overlapping halves, the later first", 1, func(l []string) []file {
			return []file{{"b", text(l[len(l)/3:])}, {"a", text(l[:2*len(l)/3])}}
		}},
		{"eleven pieces, the last first", 2, func(l []string) []file { return pieces(l, 11) }},
		{"thirty shuffled pieces", 1, func(l []string) []file { return pieces(shuffled(l, 3), 30) }},
	}
}

// deliver loads the files and returns the sum of what they gave.
func deliver(t *testing.T, w *warehouse.Warehouse, files []file) warehouse.Loaded {
	t.Helper()
	folder := t.TempDir()
	var sum warehouse.Loaded
	for _, f := range files {
		path := filepath.Join(folder, f.name)
		if err := os.WriteFile(path, f.text, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := w.Load(t.Context(), input(path))
		if err != nil || got.Unfinished != "" {
			t.Fatalf("%s: %v, %s", f.name, err, got.Unfinished)
		}
		sum.Records += got.Records
		sum.New += got.New
		sum.Duplicate += got.Duplicate
		sum.Quarantined += got.Quarantined
		sum.Control += got.Control
	}
	return sum
}

func input(path string) warehouse.Input {
	return warehouse.Input{Source: "log", Format: "github", Name: path, Path: path, CollectedAt: now}
}

// content is the hash that testdata/content-hash.sql gives, a line a table.
func content(t *testing.T, w *warehouse.Warehouse) string {
	t.Helper()
	if _, err := w.RollUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	query, err := os.ReadFile("../../testdata/content-hash.sql")
	if err != nil {
		t.Fatal(err)
	}
	return answer(t, w.Reader(), string(query))
}

func TestEveryDeliveryGivesTheSameTables(t *testing.T) {
	t.Parallel()
	lines := quietOrganisation(t)
	// What the lines hold, told without the mapping: 300 of them come twice.
	access := regexp.MustCompile(`"action":"(git\.\w+|repo\.download_zip|api\.request|codespaces\.create)"`)
	valid := map[string]bool{}
	for _, l := range lines {
		if access.MatchString(l) {
			valid[l] = true
		}
	}
	var want string
	all := deliveries()
	if testing.Short() {
		all = all[:4]
	}
	for _, d := range all {
		w := opened(t, d.threads)
		sum := deliver(t, w, d.files(lines))
		if sum.New != int64(len(valid)) {
			t.Errorf("%s: %d new events, want %d", d.name, sum.New, len(valid))
		}
		if sum.Records != sum.New+sum.Duplicate+sum.Control+sum.Quarantined {
			t.Errorf("%s: %d records are not %d new, %d known, %d control and %d quarantined", d.name, sum.Records, sum.New, sum.Duplicate, sum.Control, sum.Quarantined)
		}
		if n := answer(t, w.Reader(), "SELECT count(*) FROM quarantine"); n != "40" {
			t.Errorf("%s: %s in quarantine, want 40", d.name, n)
		}
		got := content(t, w)
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", d.name, got, want)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A run that stops at any moment leaves what a later one completes.
func TestStoppedRunsAreCompleted(t *testing.T) {
	t.Parallel()
	lines := quietOrganisation(t)
	whole := opened(t, 1)
	deliver(t, whole, []file{{"log", text(lines)}})
	want := content(t, whole)

	w := opened(t, 1)
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, text(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	stops := 0
	for at := int64(0); at < 10; at++ {
		ctx, cancel := context.WithCancel(t.Context())
		in := input(path)
		in.Progress = func(done, total int64) {
			if done*10 >= total*at {
				cancel()
			}
		}
		if _, err := w.Load(ctx, in); err != nil {
			stops++
		}
		cancel()
	}
	if stops == 0 {
		t.Error("no run was stopped")
	}
	if _, err := w.Load(t.Context(), input(path)); err != nil {
		t.Fatal(err)
	}
	if got := content(t, w); got != want {
		t.Errorf("after %d stopped runs:\n%s\nwant\n%s", stops, got, want)
	}
}

// A log that grows is gone on with, and one that is replaced is read anew.
func TestLogsThatGrow(t *testing.T) {
	t.Parallel()
	lines := quietOrganisation(t)
	whole := opened(t, 1)
	deliver(t, whole, []file{{"log", text(lines)}})
	want := content(t, whole)

	w := opened(t, 1)
	path := filepath.Join(t.TempDir(), "log")
	all := text(lines)
	records := int64(0)
	for _, n := range []int{0, 1, 100, 70_000, 200_001, len(all) / 2, len(all) / 2, len(all)} {
		if err := os.WriteFile(path, all[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := w.Load(t.Context(), input(path))
		if err != nil {
			t.Fatal(err)
		}
		records += got.Records
	}
	if got := content(t, w); got != want {
		t.Errorf("grown:\n%s\nwant\n%s", got, want)
	}
	if records != int64(len(lines)) {
		t.Errorf("%d records read in all, want each of %d once", records, len(lines))
	}
	again, err := w.Load(t.Context(), input(path))
	if err != nil || !again.Unchanged {
		t.Errorf("%+v, %v", again, err)
	}
	// Rotated: other content under the same name.
	if err := os.WriteFile(path, []byte(`{"@timestamp":1745000000000,"_document_id":"later","action":"git.fetch","actor":"ana","repo":"acme/app"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := w.Load(t.Context(), input(path))
	if err != nil || got.New != 1 || got.Records != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
