package analyzer

import (
	"testing"
	"time"
)

var firstNight = time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC)

func nightNumber(n int) time.Time { return firstNight.AddDate(0, 0, n) }

// listing is an assessment that is listed with a weight.
func listing(identity string, raw float64, links ...string) Assessment {
	a := Assessment{Identity: identity, Name: identity, Family: Personal, Listed: true, Raw: raw, Rank: 1, Hypothesis: Thief}
	for _, l := range links {
		a.LinkedTo = append(a.LinkedTo, Link{Identity: l})
	}
	return a
}

func TestFindingGoesOn(t *testing.T) {
	t.Parallel()
	r := NewRegister()
	steps := []struct {
		night  int
		raw    float64
		status Status
		nights int
	}{
		{0, 10, StatusNew, 1},
		{1, 15.9, StatusOngoing, 2},   // less than six nats more than its worst
		{2, 21.9, StatusEscalated, 3}, // six nats more
		{3, 27.8, StatusOngoing, 4},   // more, but not by six
		{4, 5, StatusOngoing, 5},      // less
		{5, 33.8, StatusEscalated, 6}, // six more than the worst of all
		{19, 1, StatusOngoing, 7},     // fourteen nights later it is the same finding
		{34, 1, StatusNew, 1},         // fifteen nights later it is another
	}
	id := ""
	for _, s := range steps {
		listed := r.Note(nightNumber(s.night), []Assessment{listing("ana", s.raw)})
		if len(listed) != 1 || listed[0].Status != s.status || listed[0].Nights != s.nights {
			t.Fatalf("night %d: %+v, want %s on %d nights", s.night, listed, s.status, s.nights)
		}
		f := listed[0]
		if s.status == StatusNew {
			if f.ID == id {
				t.Errorf("night %d: a new finding has the old one's name %s", s.night, id)
			}
			id = f.ID
		}
		if f.ID != id || f.Campaign != id || !f.Last.Equal(nightNumber(s.night)) {
			t.Errorf("night %d: %+v, want the finding %s", s.night, f, id)
		}
	}
}

// What becomes much more unusual escalates, though it weighs no six nats more: 53
// repositories after 2 are not the same again.
func TestMoreUnusualEscalates(t *testing.T) {
	t.Parallel()
	r := NewRegister()
	for night, x := range []struct {
		expected float64
		sessions int
		status   Status
	}{
		{.75, 1, StatusNew},
		{.076, 1, StatusOngoing},    // more than a tenth
		{.0075, 1, StatusEscalated}, // a tenth of the least so far is .0076
		{.2, 1, StatusOngoing},
		{.00076, 1, StatusOngoing}, // more than a tenth of the least of all
		{.00007, 1, StatusEscalated},
		{0, 0, StatusOngoing}, // a fact alone, which the model did not weigh
		{.00002, 1, StatusOngoing},
	} {
		a := listing("ana", 10)
		a.Expected, a.Sessions = x.expected, x.sessions
		if f := r.Note(nightNumber(night), []Assessment{a})[0]; f.Status != x.status {
			t.Errorf("night %d: %s, want %s", night, f.Status, x.status)
		}
	}
}

// The same facet and night give the same name in every run; another facet,
// family or night another.
func TestFindingNames(t *testing.T) {
	t.Parallel()
	name := func(night int, identity string, family Family) string {
		a := listing(identity, 10)
		a.Family = family
		listed := NewRegister().Note(nightNumber(night), []Assessment{a})
		return listed[0].ID
	}
	first := name(0, "github:ana", Personal)
	if first != name(0, "github:ana", Personal) {
		t.Error("two runs name it differently")
	}
	if want := "mw-20260701-"; len(first) != len(want)+8 || first[:len(want)] != want {
		t.Errorf("the name is %s", first)
	}
	seen := map[string]bool{first: true}
	for _, other := range []string{name(1, "github:ana", Personal), name(0, "github:ben", Personal), name(0, "github:ana", Delegated)} {
		if seen[other] {
			t.Errorf("%s names two findings", other)
		}
		seen[other] = true
	}
}

// Facets of one identity are findings of their own, each with its own nights.
func TestFacetsAreFindingsOfTheirOwn(t *testing.T) {
	t.Parallel()
	r := NewRegister()
	own, app := listing("ana", 10), listing("ana", 10)
	app.Family = Delegated
	first := r.Note(nightNumber(0), []Assessment{own})
	both := r.Note(nightNumber(1), []Assessment{app, own})
	if len(both) != 2 || both[0].Status != StatusNew || both[1].Status != StatusOngoing || both[1].ID != first[0].ID || both[0].ID == first[0].ID {
		t.Errorf("%+v", both)
	}
}

// Who is linked to an open finding belongs to its campaign, and who is linked to
// that one too.
func TestCampaigns(t *testing.T) {
	t.Parallel()
	r := NewRegister()
	listed := r.Note(nightNumber(0), []Assessment{listing("ana", 20), listing("ben", 15, "ana"), listing("eve", 12), listing("carl", 11, "ben")})
	head := listed[0].ID
	for i, want := range []string{head, head, listed[2].ID, head} {
		if listed[i].Campaign != want {
			t.Errorf("%s belongs to %s, want %s", listed[i].Assessment.Identity, listed[i].Campaign, want)
		}
	}
	// On a later night it stays what it was, and another may follow.
	later := r.Note(nightNumber(3), []Assessment{listing("dora", 9, "carl"), listing("ben", 9)})
	if later[0].Campaign != head || later[1].Campaign != head {
		t.Errorf("%+v", later)
	}
}
