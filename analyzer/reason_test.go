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
			"Read 1 private repository it had never opened before; on a working day it opens 0.25, rarely more than 2 (1 day of history)."},
		{Evidence{Name: EvidenceNewRepositories, Nats: 2, Observed: 9, Expected: 1.5, HistoryDays: 40},
			"Read 9 private repositories it had never opened before; on a working day it opens 1.5 (40 days of history)."},
		{Evidence{Name: EvidenceUnlikelyRepositories, Nats: 2, Observed: 2, Examples: []string{"a/b"}},
			"2 of the new repositories are far from its own work and from that of its colleagues (a/b)."},
		{Evidence{Name: EvidenceUnlikelyRepositories, Nats: .7},
			"No new repository is far from its work by itself, but chance would rarely bring them together."},
		{Evidence{Name: EvidenceUnlikelyRepositories, Nats: -.7},
			"The new repositories are close to its own work and to that of its colleagues."},
		{Evidence{Name: EvidenceGuardedRepository, Nats: 5, Observed: 1, Expected: 12.4, Examples: []string{"a/keys"}},
			"Opened a/keys, which only 1 person has read so far without ever writing to it; a typical private repository has 12 such readers."},
		{Evidence{Name: EvidenceGuardedRepository, Nats: 5, Expected: 1, Examples: []string{"a/keys"}},
			"Opened a/keys, which nobody has read so far without ever writing to it; a typical private repository has 1 such reader."},
		{Evidence{Name: EvidenceNetwork, Nats: 2, Expected: .05, Level: "new country", Value: "192.0.2.0/24", HistoryDays: 1, Others: 1},
			"First time from the network 192.0.2.0/24, and from its country; 5 % of nights here are this unusual (1 day of history); 1 other account uses it."},
		{Evidence{Name: EvidenceNetwork, Nats: 2, Level: "new country", Value: "192.0.2.0/24", Country: "RO", System: "64500", Usual: []CountryDays{{"DE", 30}, {"FR", 1}}},
			"First time from Romania (network 192.0.2.0/24 (AS64500)); before, it came from Germany on 30 days, France on 1 day."},
		{Evidence{Name: EvidenceNetwork, Nats: 2, Expected: .02, Level: "new autonomous system", Value: "192.0.2.0/24", HistoryDays: 40},
			"First time from the network 192.0.2.0/24, and from its provider; 2 % of nights here are this unusual (40 days of history)."},
		{Evidence{Name: EvidenceNetwork, Nats: 2, Observed: 2, Expected: .02, Level: "known network", Value: "192.0.2.0/24", HistoryDays: 40},
			"Came from the network 192.0.2.0/24, which it used on only 2 of its 40 days."},
		{Evidence{Name: EvidenceClient, Nats: 2, Expected: .02, Level: "new client", Value: "curl/8", HistoryDays: 40},
			"First use of the client curl/8; 2 % of nights here are this unusual (40 days of history)."},
		{Evidence{Name: EvidenceCredential, Nats: 2, Expected: .02, Level: "new type of credential", Value: "c2hhMjU2aGFzaA==", Kind: "Personal access token (classic)", HistoryDays: 40},
			"First use of the personal access token (classic) c2hhMjU2aG…, and of a credential of this kind; 2 % of nights here are this unusual (40 days of history)."},
		{Evidence{Name: EvidenceTwoCountries, Nats: 2, Expected: .002, Examples: []string{"DE", "RO"}},
			"Active in Germany and in Romania within three hours; people here are on 0.2 % of their nights."},
		{Evidence{Name: EvidenceOrdinaryWork, Nats: -1, Observed: 1, Expected: .9},
			"Did its usual work too, in 1 repository; 90 % of comparable sessions here do."},
		{Evidence{Name: EvidenceCopiedAgain, Nats: 1, Observed: 1, Expected: .25},
			"Made full copies of 1 repository it already had from a new network; it does so on 25 % of its nights."},
		{Evidence{Name: EvidenceHoarded, Nats: 1, Observed: 12},
			"Made full copies of 12 repositories it already had; it does so on under 0.1 % of its nights."},
		{Evidence{Name: EvidenceReturnAfterGap, Nats: 1, Observed: 65, Bound: 1},
			"Back after 65 days without access; 95 % of its breaks last at most 1 day."},
		{Evidence{Name: EvidenceLowAndSlow, Nats: 3, Observed: 8, Expected: 1.3, Bound: 4, Days: 21, HistoryDays: 33},
			"Opened something new on 8 of the last 21 days; 1.3 such days are usual, rarely more than 4 (33 days of history)."},
		{Evidence{Name: EvidenceWholeNight, Nats: 3, Observed: 6, Others: 7, Days: 140, Examples: []string{"a/billing"}},
			"6 of the 7 repositories it opened are others' work rather than its own (a/billing); it last opened any of them 140 days ago."},
		{Evidence{Name: EvidenceWholeNight, Nats: 3, Observed: 1, Others: 1, HistoryDays: 60},
			"The only repository it opened is others' work rather than its own; it had never opened it (60 days of history)."},
		{Evidence{Name: EvidenceWholeNight, Nats: 3, Observed: 1, Others: 1, HistoryDays: 60, Value: "github:ben"},
			"The only repository it opened is others' work rather than its own; it had never opened it (60 days of history). It looks like the work of github:ben."},
		{Evidence{Name: EvidenceWholeNight, Nats: .6, Others: 4},
			"Opened its own repositories, but those that others use most (4 repositories)."},
		{Evidence{Name: EvidenceWholeNight, Nats: -2, Observed: 1, Others: 4},
			"Kept to its own work: 3 of the 4 repositories it opened are its own rather than others'."},
		{Evidence{Name: EvidenceUsualHours, Nats: 2, Observed: 12.3}, "Active at hours that are 12 times as likely for anybody here as for it."},
		{Evidence{Name: EvidenceUsualHours, Nats: -1, Observed: .2}, "Active at its usual hours."},
		{Evidence{Name: EvidenceAddsUp, Nats: 2, Observed: 12}, "Its earlier nights together were already 12 times as likely to be somebody else's work as its own."},
		{Evidence{Name: EvidenceNothingNew, Nats: -2, Observed: 1}, "Opened nothing new, only 1 repository it knows."},
		{Evidence{Name: EvidencePushed, Nats: -1.5, Observed: 1}, "Pushed 1 time, which thieves seldom do."},
		{Evidence{Name: EvidenceLinked, Nats: 1, Observed: 1, Value: "git/2.1", Kind: "client", Examples: []string{"x"}},
			"1 other account opened something new with the same client, git/2.1 (x)."},
	} {
		if got := x.e.Clause(); got != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.e.Name, got, x.want)
		}
	}
}

func TestTwinOfAReturnComesBeforeThatOfAJoiner(t *testing.T) {
	t.Parallel()
	a := Assessment{Kind: Human, Baseline: Baseline{Days: kindDays - 1}}
	if got := twin(a); got != "a new colleague in the first week" {
		t.Errorf("four days of history: %s", got)
	}
	a.Evidence = []Evidence{{Name: EvidenceReturnAfterGap, Nats: carrying + .1}}
	if got := twin(a); got != "back from leave" {
		t.Errorf("four days of history, long ago: %s", got)
	}
}
