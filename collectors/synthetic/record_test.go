package synthetic

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestRecordsAreInOrderAndComplete(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	last := d.summary.Start.UnixMilli()
	for i := range d.records {
		r := &d.records[i]
		if r.At < last || r.At >= d.summary.End.UnixMilli() {
			t.Fatalf("record %d at %d comes after %d or outside the log", i, r.At, last)
		}
		last = r.At
		if problem := r.incomplete(); problem != "" {
			t.Fatalf("record %d %s: %+v", i, problem, *r)
		}
	}
	if len(d.byID) != len(d.records) || int64(len(d.records)) != d.summary.Events {
		t.Errorf("%d records, %d distinct ids, summary says %d", len(d.records), len(d.byID), d.summary.Events)
	}
}

func (r *record) incomplete() string {
	switch {
	case len(r.ID) != 22 || r.Actor == "" || r.ActorID == 0 || r.IP == "" || r.Bot == nil || r.Location.Country == "" || r.Agent == "":
		return "lacks a common field"
	case r.Created != r.At:
		return "has two times"
	case r.Org != Default().Org:
		return "is of another organisation"
	case (r.Token == nil) != (r.Access == nil):
		return "has half a credential"
	case r.isGit() && (r.Public == nil || r.Access == nil || r.Protocol == ""):
		return "is a git event without its fields"
	case r.isGit() && (r.Protocol == "ssh") != (*r.Access == sshKey || *r.Access == deployKey):
		return "has a transport its credential does not work over"
	case (r.isGit() || r.Action == "repo.download_zip" || r.Action == "api.request") && !strings.HasPrefix(r.Repo, r.Org+"/"):
		return "lacks its repository"
	case r.Action == "repo.download_zip" && r.PublicWeb == nil:
		return "does not say whether the repository is public"
	case r.Action == "api.request" && !strings.HasPrefix(r.URLPath, "/repos/"+r.Repo+"/"):
		return "asks for another repository"
	}
	return ""
}

// Every action and access type that a reader must understand is there.
func TestTheLogIsVaried(t *testing.T) {
	t.Parallel()
	actions, access := map[string]int{}, map[string]int{}
	for _, r := range sampleOrganisation().records {
		actions[r.Action]++
		if r.Access != nil {
			access[*r.Access]++
		}
	}
	for _, a := range actionNames {
		if actions[a] == 0 {
			t.Errorf("no %s", a)
		}
	}
	for _, a := range []string{classicToken, fineGrained, oauthToken, appToken, userToServer, sshKey, deployKey} {
		if access[a] < 100 {
			t.Errorf("%d records with a %s, want at least 100", access[a], a)
		}
	}
}

// One clone over HTTP leaves one or two fetches in the 105 ms before it, one
// over SSH none of its own.
func TestHTTPClonesLeaveFetches(t *testing.T) {
	t.Parallel()
	type key struct{ actor, repo, ip, agent string }
	fetched := map[key][]int64{}
	clones, two := 0, 0
	for _, r := range sampleOrganisation().records {
		k := key{r.Actor, r.Repo, r.IP, r.Agent}
		if r.Action == "git.fetch" {
			fetched[k] = append(fetched[k], r.At)
		}
		if r.Action != "git.clone" || r.Protocol != "http" {
			continue
		}
		n := 0
		for _, at := range fetched[k] {
			if r.At-at <= 105 {
				n++
			}
		}
		clones++
		if n == 0 {
			t.Fatalf("clone %s of %s at %d has no fetch before it", r.ID, r.Repo, r.At)
		}
		if n == 2 {
			two++
		}
	}
	if share := float64(two) / float64(clones); math.Abs(share-.5) > .05 {
		t.Errorf("%.2f of %d clones left two fetches, want about half", share, clones)
	}
}

func TestTextIsWrittenAsJSON(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "git/2.55.0", `a"b\c`, "tab\tline\n\x1b[31m", "=HYPERLINK(\"x\")", "<script>", "naïve \u2028 日本", "\x7f"} {
		var got map[string]string
		line := append(appendText([]byte("{"), `"k":`, s), '}')
		if err := json.Unmarshal(line, &got); err != nil || got["k"] != s {
			t.Errorf("%q was written as %s: read back %q, %v", s, line, got["k"], err)
		}
	}
	if line := appendText(nil, "", "bad \xff utf-8"); !json.Valid(line) {
		t.Errorf("%s is not JSON", line)
	}
}

func TestTimelineRefusesWhatComesTooLate(t *testing.T) {
	t.Parallel()
	who := &identity{number: 1}
	l := &timeline{from: 0, until: 100}
	var got []int64
	keep := func(e *event) error { got = append(got, e.at); return nil }
	for _, at := range []int64{-1, 100, 30, 10, 20, 0, 99} {
		l.put(event{at: at, actor: who})
	}
	for _, before := range []int64{20, 30} {
		if err := l.pass(before, keep); err != nil {
			t.Fatal(err)
		}
	}
	l.put(event{at: 50, actor: who})
	if err := l.pass(100, keep); err != nil {
		t.Fatal(err)
	}
	if want := []int64{0, 10, 20, 30, 50, 99}; !slices.Equal(got, want) {
		t.Errorf("passed on %v, want %v", got, want)
	}
	l = &timeline{until: 100, passed: 50}
	l.put(event{at: 49, actor: who})
	if err := l.pass(100, keep); err == nil || !regexp.MustCompile("1 events .* before 50 ms").MatchString(err.Error()) {
		t.Errorf("an event before what was passed on: %v, want an error", err)
	}
}
