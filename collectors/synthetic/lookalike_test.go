package synthetic

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// Planned and natural look-alikes are listed, none with an attacked identity,
// all within the days that are judged.
func TestLookAlikes(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	kinds, ids := map[string]int{}, map[string]bool{}
	for _, l := range d.looks {
		kinds[l.Kind]++
		ids[l.ID] = true
		for _, x := range l.Days {
			if x.Day < "2026-09-25" || x.Events == 0 || !slices.Contains(l.Actors, x.Actor) {
				t.Errorf("%s %s: day %+v", l.ID, l.Kind, x)
			}
		}
		for _, a := range d.labels {
			for _, actor := range l.Actors {
				if slices.Contains(a.Actors, actor) {
					t.Errorf("%s is in %s and in %s", actor, l.ID, a.Campaign)
				}
			}
		}
	}
	for _, kind := range []string{"joiner", "new_laptop", "conference_trip", "hackathon", "team_move", "oncall_night", "ci_fleet_move", "scanner_onboarding"} {
		if kinds[kind] == 0 || kinds[kind] > maxLookAlikes {
			t.Errorf("%d of kind %s", kinds[kind], kind)
		}
	}
	if len(ids) != len(d.looks) || d.summary.LookAlikes != len(d.looks) {
		t.Errorf("%d ids, summary %d, %d look-alikes", len(ids), d.summary.LookAlikes, len(d.looks))
	}
}

// Days before the first one that is judged are left out, that one is not.
func TestDaysAreListedFromTheFirstJudged(t *testing.T) {
	t.Parallel()
	m := (&ledger{}).open(false, "conference_trip", "", "")
	who, x := &identity{login: "ana"}, &repository{number: 1}
	for _, at := range []int64{0, 2*oneDay - 1, 2 * oneDay, 3 * oneDay} {
		m.note(&event{at: at, actor: who, repo: x}, [22]byte{})
	}
	want := []truthDay{{"1970-01-03", "ana", 1, 1}, {"1970-01-04", "ana", 1, 1}}
	if got := m.days(2); !slices.Equal(got, want) {
		t.Errorf("days from the third on: %+v, want %+v", got, want)
	}
}

func TestPlannedLookAlikesCanBeLeftOut(t *testing.T) {
	t.Parallel()
	o := small()
	o.LookAlikes = false
	out := generate(t, o)
	for _, s := range lookAlikes() {
		if bytes.Contains(out.looks.Bytes(), []byte(`"`+s.Name+`"`)) {
			t.Errorf("%s is there although not asked for", s.Name)
		}
	}
	if !bytes.Contains(out.looks.Bytes(), []byte(`"conference_trip"`)) {
		t.Error("trips do not happen any more")
	}
}

// A build fleet that moves has one home until the day and another from two days
// after: builds of the day between may still run on the old one.
func TestFleetMove(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	i := slices.IndexFunc(d.looks, func(l truthLookAlike) bool { return l.Kind == "ci_fleet_move" })
	day := d.looks[i].Days[0].Day
	moved, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	before, after := map[string]bool{}, map[string]bool{}
	d.ordinary(d.looks[i].Actors[0], func(r *record) {
		switch at := isoDay(r.day()); {
		case at < day:
			before[r.IP] = true
		case r.At >= moved.AddDate(0, 0, 2).UnixMilli():
			after[r.IP] = true
		}
	})
	for ip := range after {
		if before[ip] {
			t.Errorf("%s was used before and after the move", ip)
		}
	}
	if len(before) != 6 || len(after) == 0 {
		t.Errorf("%d addresses before, %d after", len(before), len(after))
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	want := generate(t, small())
	for _, compress := range []bool{false, true} {
		f := Folder{Path: filepath.Join(t.TempDir(), "new"), Compress: compress}
		s, err := f.Write(small())
		if err != nil || s != want.summary {
			t.Fatalf("%+v, %v; want %+v", s, err, want.summary)
		}
		for path, content := range map[string]*bytes.Buffer{
			f.Events(): &want.events, f.Networks(): &want.networks,
			filepath.Join(f.Truth(), "labels.ndjson"):            &want.labels,
			filepath.Join(f.Truth(), "benign_lookalikes.ndjson"): &want.looks,
			filepath.Join(f.Truth(), "meta.json"):                &want.meta,
		} {
			if got := readFile(t, path); !bytes.Equal(got, content.Bytes()) {
				t.Errorf("%s differs from what Generate writes", path)
			}
		}
	}
	if _, err := (Folder{Path: "/dev/null/x"}).Write(small()); err == nil {
		t.Error("a folder that cannot be made was no error")
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %v, want it readable by its owner only", path, info.Mode())
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if filepath.Ext(path) == ".gz" {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
