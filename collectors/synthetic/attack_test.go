package synthetic

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMidnightBlizzard(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	l, records := d.attack(t, midnightBlizzard)
	if !strings.HasSuffix(l.Actor, "-test") || l.Repos < 10 || l.Repos > 15 || len(l.Days) < 5 {
		t.Errorf("%s read %d repositories on %d days; want a test account, 10 to 15, five nights", l.Actor, l.Repos, len(l.Days))
	}
	var last int64
	usual := map[string]bool{}
	d.ordinary(l.Actor, func(r *record) {
		last = max(last, r.At)
		usual[d.providers[d.prefix(r.IP)]] = true
	})
	if gap := (records[0].At - last) / oneDay; last == 0 || gap < 60 {
		t.Errorf("last used %d days before it woke, want at least 60", gap)
	}
	for _, r := range records {
		if p := d.prefix(r.IP); d.kinds[p] != residential || usual[d.providers[p]] {
			t.Errorf("read from %s (%s, %s), want a home connection of another provider", r.IP, d.kinds[p], d.providers[p])
		}
		if *r.Public {
			t.Errorf("read the public %s", r.Repo)
		}
	}
}

// Where the log is too short to show the last use, there is none.
func TestDormantAccountsOfAShortLog(t *testing.T) {
	t.Parallel()
	o := small()
	o.Days = 68 // 2 of use, 60 of rest, and one too few for the nights after
	out := generate(t, o)
	for line := range bytes.Lines(out.events.Bytes()) {
		if before, _, ok := bytes.Cut(line, []byte(`-test","actor_id"`)); ok && bytes.Contains(before, []byte(`"actor":"`)) {
			var r record
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatal(err)
			}
			if r.At < out.summary.EvalFrom.UnixMilli() {
				t.Fatalf("%s was used at %d", r.Actor, r.At)
			}
		}
	}
}

func TestSmashAndGrab(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	l, records := d.attack(t, smashAndGrab)
	took := time.Duration(records[len(records)-1].At-records[0].At) * time.Millisecond
	if len(l.Actors) != 1 || l.Repos < 120 || took > 17*time.Hour || took < time.Hour {
		t.Errorf("%d actors took %d repositories in %s; want one, nearly all private ones, within 17 hours", len(l.Actors), l.Repos, took)
	}
	networks := map[netip.Prefix]bool{}
	for _, r := range records {
		networks[d.prefix(r.IP)] = true
		if d.kinds[d.prefix(r.IP)] != hosting {
			t.Errorf("from %s, which is no server", r.IP)
		}
	}
	if len(networks) != 2 {
		t.Errorf("from %d networks, want two regions", len(networks))
	}
}

func TestLowAndSlow(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	l, records := d.attack(t, lowAndSlow)
	guests := 0
	for _, r := range records {
		if r.Action == "org.add_outside_collaborator" {
			guests++
		}
		if d.kinds[d.prefix(r.IP)] != residential {
			t.Errorf("from %s, which is no home connection", r.IP)
		}
	}
	if guests != 1 || len(l.Days) < 15 || l.Repos < 30 {
		t.Errorf("%d guests, %d days, %d repositories; want 1, at least 15 and 30", guests, len(l.Days), l.Repos)
	}
	for _, x := range l.Days {
		if x.PrivateRepos > 6 {
			t.Errorf("%d repositories on %s are not slow", x.PrivateRepos, x.Day)
		}
	}
	known := map[string]bool{}
	d.ordinary(l.Actor, func(r *record) {
		if r.At < records[0].At {
			known[r.Repo] = true
		}
	})
	for _, r := range records {
		if r.isGit() && known[r.Repo] {
			t.Errorf("%s was known to the account", r.Repo)
		}
	}
}

func TestDepartingInsider(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	l, records := d.attack(t, departingInsider)
	usual := map[string]bool{}
	var lastSeen int64
	d.ordinary(l.Actor, func(r *record) {
		usual[d.providers[d.prefix(r.IP)]] = true
		lastSeen = max(lastSeen, r.At)
	})
	for _, r := range records {
		if !usual[d.providers[d.prefix(r.IP)]] {
			t.Errorf("from %s, where the insider never was", r.IP)
		}
	}
	if l.Repos < 10 || len(l.Days) < 3 {
		t.Errorf("%d repositories on %d days", l.Repos, len(l.Days))
	}
	if end := d.summary.End.UnixMilli(); lastSeen > records[len(records)-1].At+4*oneDay || lastSeen > end-oneDay {
		t.Errorf("still at work on %s", isoTime(lastSeen))
	}
}

func TestCrownJewel(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	l, records := d.attack(t, crownJewel)
	w := newWorld(Default(), pace{work: 1})
	restricted := map[string]bool{}
	for _, x := range w.repos {
		restricted[x.full] = x.restricted
	}
	for _, r := range records {
		if !restricted[r.Repo] {
			t.Errorf("%s is not restricted", r.Repo)
		}
	}
	if l.Repos < 1 || l.Repos > 3 || len(l.Actors) != 1 {
		t.Errorf("%d repositories by %d people, want 1 to 3 by one", l.Repos, len(l.Actors))
	}
}

func TestImpossibleTravel(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	l, records := d.attack(t, impossibleTravel)
	home := false
	d.ordinary(l.Actor, func(r *record) {
		near := r.At > records[0].At-10*hour && r.At < records[0].At+10*hour
		home = home || near && r.Location.Country != records[0].Location.Country
	})
	if !home || !slices.Contains(elsewhere, records[0].Location.Country) {
		t.Errorf("from %s with its owner at work elsewhere that day: %v", records[0].Location.Country, home)
	}
}

func TestMachineToken(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	l, records := d.attack(t, machineToken)
	own := map[string]bool{}
	token := ""
	d.ordinary(l.Actor, func(r *record) { own[r.Repo], token = true, *r.Token })
	for _, r := range records {
		if own[r.Repo] || *r.Token != token || d.kinds[d.prefix(r.IP)] != hosting {
			t.Errorf("%s of %s from %s: want the build token, outside its set, from a server", r.Action, r.Repo, r.IP)
		}
	}
	if l.Repos < 8 || l.Repos > 16 || *records[0].Bot {
		t.Errorf("%d repositories", l.Repos)
	}
}

func TestOAuthApp(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	l, records := d.attack(t, oauthApp)
	for _, r := range records {
		if r.IP != records[0].IP || *r.Access != oauthToken || r.Agent != reviewAgent {
			t.Errorf("%s, %s from %s: want the app's own tokens from one address", *r.Access, r.Agent, r.IP)
		}
	}
	if len(l.Actors) < 5 || len(l.Aliases) != 1 || l.Aliases[0] != "ip:"+records[0].IP {
		t.Errorf("%d people, aliases %v", len(l.Actors), l.Aliases)
	}
}

func TestCredentialSpray(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	l, records := d.attack(t, credentialSpray)
	subnet := netip.PrefixFrom(netip.MustParseAddr(records[0].IP), 24).Masked()
	for _, r := range records {
		if !subnet.Contains(netip.MustParseAddr(r.IP)) || r.Agent != records[0].Agent {
			t.Errorf("%s with %s is not of %s", r.IP, r.Agent, subnet)
		}
	}
	if len(l.Actors) < 5 {
		t.Errorf("%d accounts", len(l.Actors))
	}
}

func TestArchiveTheft(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	l, records := d.attack(t, archiveTheft)
	archived, viewed := map[string]bool{}, map[string]bool{}
	for _, r := range records {
		if r.isGit() {
			t.Errorf("%s is a git event", r.ID)
		}
		if r.Action == "repo.download_zip" {
			archived[r.Repo] = true
		} else if strings.Contains(r.URLPath, "/contents/") {
			viewed[r.Repo] = true
		}
	}
	if len(viewed) != l.Repos || len(archived) != len(viewed)*76/120 || len(archived) < 40 {
		t.Errorf("%d viewed and %d archived of %d repositories", len(viewed), len(archived), l.Repos)
	}
}

// The same attack twice befalls different people.
func TestAttacksCanBeRepeated(t *testing.T) {
	t.Parallel()
	o := small()
	o.People = 80
	o.EventsPerDay = 1800
	o.Attacks = []string{lowAndSlow, lowAndSlow, midnightBlizzard, midnightBlizzard, departingInsider, departingInsider}
	out := generate(t, o)
	actors := map[string]bool{}
	for line := range bytes.Lines(out.labels.Bytes()) {
		var l truthLabel
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		for _, a := range l.Actors {
			if actors[a] {
				t.Errorf("%s is in two campaigns", a)
			}
			actors[a] = true
		}
	}
	if out.summary.Attacks != 6 {
		t.Errorf("%d attacks, want 6", out.summary.Attacks)
	}
}

// Every seed finds somebody for every attack, in small organisations too.
func TestEverySeedHasItsAttacks(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		o := small()
		o.Seed, o.People, o.Repositories, o.EventsPerDay, o.Days = seed, 40, 50, 900, 40+int(seed%3)*20
		if s, err := Generate(o, Writers{}); err != nil || s.Attacks != len(Attacks()) {
			t.Errorf("seed %d: %d attacks, %v", seed, s.Attacks, err)
		}
	}
}

func TestAttacksSayWhatTheyAreModelledOn(t *testing.T) {
	t.Parallel()
	for _, a := range Attacks() {
		if a.Name == "" || a.Incident == "" || a.Description == "" {
			t.Errorf("%+v is not documented", a)
		}
	}
}
