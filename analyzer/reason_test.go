package analyzer

import "testing"

// Each piece is said with its numbers, in the singular where it is one, and says
// the same as its weight.
func TestClauses(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		e    Evidence
		want string
	}{
		{Evidence{Name: EvidenceNewRepositories, Nats: 2, Observed: 1, Expected: .25, Bound: 2, HistoryDays: 1},
			"1 private repository never touched before (0.25 expected on an active day, 95 % at most 2; 1 day of history)"},
		{Evidence{Name: EvidenceNewRepositories, Nats: 2, Observed: 9, Expected: 1.5, HistoryDays: 40},
			"9 private repositories never touched before (1.5 expected on an active day; 40 days of history)"},
		{Evidence{Name: EvidenceUnlikelyRepositories, Nats: 2, Observed: 2, Examples: []string{"a/b"}},
			"2 new repositories far from what it and the people it works with touch (a/b)"},
		{Evidence{Name: EvidenceUnlikelyRepositories, Nats: .7},
			"no new repository far from what it and the people it works with touch, but all together less likely than chance would have them"},
		{Evidence{Name: EvidenceUnlikelyRepositories, Nats: -.7},
			"no new repository far from what it and the people it works with touch"},
		{Evidence{Name: EvidenceGuardedRepository, Nats: 5, Observed: 1, Expected: 12.4, Examples: []string{"a/keys"}},
			"guarded repository (a/keys): 1 person read it so far without ever writing to it, 12 do so at a usual one"},
		{Evidence{Name: EvidenceNetwork, Nats: 2, Expected: .05, Level: "new country", Value: "192.0.2.0/24", HistoryDays: 1, Others: 1},
			"new country 192.0.2.0/24 (used on 0 of its 1 day; 5 % of nights are this unusual or more; 1 other uses it)"},
		{Evidence{Name: EvidenceOrdinaryWork, Nats: -1, Observed: 1, Expected: .9},
			"ordinary work came along: it went on with 1 repository in use (90 % of such sessions here do)"},
		{Evidence{Name: EvidenceCopiedAgain, Nats: 1, Observed: 1, Expected: .25},
			"1 repository it had already, copied whole again from a new network (25 % of its nights have such a copy)"},
		{Evidence{Name: EvidenceHoarded, Nats: 1, Observed: 12},
			"12 repositories it had already, copied whole again (under 0.1 % of its nights have such a copy)"},
		{Evidence{Name: EvidenceReturnAfterGap, Nats: 1, Observed: 65, Bound: 1},
			"back after 65 days without access (95 % of its gaps are at most 1 day)"},
		{Evidence{Name: EvidenceLowAndSlow, Nats: 3, Observed: 8, Expected: 1.3, Bound: 4, Days: 21, HistoryDays: 33},
			"8 of the last 21 days brought something new (1.3 expected, 95 % at most 4; 33 days of history)"},
		{Evidence{Name: EvidenceWholeNight, Nats: 3, Observed: 6, Others: 7, Days: 140, Examples: []string{"a/billing"}},
			"6 of the 7 repositories it touched are rather others' work than its own (a/billing); it last touched any of them 140 days ago"},
		{Evidence{Name: EvidenceWholeNight, Nats: 3, Observed: 1, Others: 1, HistoryDays: 60},
			"the 1 repository it touched is rather others' work than its own; it never touched it in its 60 days"},
		{Evidence{Name: EvidenceWholeNight, Nats: .6, Others: 4},
			"its own work, but rather what others use of it (4 repositories)"},
		{Evidence{Name: EvidenceWholeNight, Nats: -2, Observed: 1, Others: 4},
			"it went on with its own work: 3 of the 4 repositories it touched are its own rather than others'"},
		{Evidence{Name: EvidenceUsualHours, Nats: 2, Observed: 12.3}, "at hours that are 12 times likelier anybody's than its own"},
		{Evidence{Name: EvidenceUsualHours, Nats: -1, Observed: .2}, "at its usual hours"},
		{Evidence{Name: EvidenceAddsUp, Nats: 2, Observed: 12}, "its nights before were already 12 times likelier somebody else's than its own"},
		{Evidence{Name: EvidenceNothingNew, Nats: -2, Observed: 1}, "nothing new was touched (1 known repository)"},
		{Evidence{Name: EvidencePushed, Nats: -1.5, Observed: 1}, "it pushed 1 time, which thieves seldom do"},
		{Evidence{Name: EvidenceLinked, Nats: 1, Observed: 1, Value: "git/2.1", Examples: []string{"x"}},
			"1 other came the same way with something new (git/2.1 (x))"},
	} {
		if got := x.e.Clause(); got != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.e.Name, got, x.want)
		}
	}
}

func TestTwinOfAReturnComesBeforeThatOfAJoiner(t *testing.T) {
	t.Parallel()
	a := Assessment{Kind: Human, Baseline: Baseline{Days: kindDays - 1}}
	if got := twin(a); got != "a joiner in the first week" {
		t.Errorf("four days of history: %s", got)
	}
	a.Evidence = []Evidence{{Name: EvidenceReturnAfterGap, Nats: carrying + .1}}
	if got := twin(a); got != "back from leave" {
		t.Errorf("four days of history, long ago: %s", got)
	}
}
