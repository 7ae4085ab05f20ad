package synthetic

import (
	"testing"
	"time"
)

// Most people work on weekdays, few at weekends.
func TestPeopleKeepHours(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	week, end := map[string]bool{}, map[string]bool{}
	for _, r := range d.records {
		if r.NameID == "" || d.marked[r.ID] {
			continue
		}
		if day := time.UnixMilli(r.At).UTC(); weekend(day) {
			end[day.Format(time.DateOnly)+r.Actor] = true
		} else {
			week[day.Format(time.DateOnly)+r.Actor] = true
		}
	}
	if perWeekday, perWeekend := len(week)/55, len(end)/20; perWeekday < 70 || perWeekend > 20 {
		t.Errorf("%d people a weekday and %d a day at weekends, want at least 70 and at most 20", perWeekday, perWeekend)
	}
}

// People outside a restricted repository's readers never read it, save for the
// attack that does.
func TestRestrictedRepositoriesAreReadByTheirReaders(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	w := newWorld(Default(), pace{work: 1})
	readers := map[string]map[string]bool{}
	for _, x := range w.repos {
		if !x.restricted {
			continue
		}
		readers[x.full] = map[string]bool{}
		for _, p := range w.people {
			if x.readers[p.number] {
				readers[x.full][p.who.login] = true
				if p.team != x.team {
					t.Errorf("%s may read %s of another team", p.who.login, x.full)
				}
			}
		}
		if n := len(readers[x.full]); n < 3 || n > 5 || x.public {
			t.Errorf("%s has %d readers, public %v; want 3 to 5 and private", x.full, n, x.public)
		}
	}
	read := 0
	for _, r := range d.records {
		may := readers[r.Repo]
		if may == nil || r.NameID == "" || d.marked[r.ID] {
			continue
		}
		read++
		if !may[r.Actor] && r.Action != "repo.create" {
			t.Errorf("%s did %s on the restricted %s", r.Actor, r.Action, r.Repo)
		}
	}
	if len(readers) < 2 || read == 0 {
		t.Errorf("%d restricted repositories, read %d times by people: the test has nothing to say", len(readers), read)
	}
}

func TestNetworksAreDistinctAndCoverTheLog(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	seen := map[string]bool{}
	for _, r := range d.records {
		kind, ok := d.kinds[d.prefix(r.IP)]
		if !ok {
			t.Fatalf("%s is in no network of the table", r.IP)
		}
		seen[kind] = true
	}
	for _, kind := range []string{residential, mobile, business, hosting, runner, vpnNetwork} {
		if !seen[kind] {
			t.Errorf("nobody reads from a network of kind %s", kind)
		}
	}
}

func TestGitReleasesMeetTheRealOnes(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]string{
		"2020-01-01": "2.40.0", "2023-03-13": "2.40.0", "2024-11-01": "2.47.0", "2025-12-15": "2.52.0", "2026-07-01": "2.55.0",
	} {
		at, err := time.Parse(time.DateOnly, day)
		if got := gitRelease(at); err != nil || got != want {
			t.Errorf("on %s: %s, want %s", day, got, want)
		}
	}
}
