package evaluate

import (
	"fmt"
	"time"

	"midwatch/queries/warehouse"
)

// Scenario is a way of attack that can be planted among an organisation's own
// identities and repositories (after the incidents of THREATS 1.2).
type Scenario struct {
	Name string
	// What is done.
	What string
	// Nights it takes at most.
	Nights int
	// plan chooses whom it befalls and writes what is done; it fails where the
	// organisation has nobody fit.
	plan func(*planner) error
}

// Scenarios are what is planted, in order.
func Scenarios() []Scenario {
	return []Scenario{
		{"smash_and_grab", "one person's credential clones every private repository within hours, from a rented server", 1, smashAndGrab},
		{"low_and_slow", "two or three repositories new to a person each workday, from another home connection", 20, lowAndSlow},
		{"departing_insider", "two or three repositories of others each workday, from the own place at the own hours", 10, departingInsider},
		{"crown_jewel", "one or two of the least read repositories, from the own place", 1, crownJewel},
		{"impossible_travel", "some of a person's own repositories from abroad within an hour of the person's own work", 1, impossibleTravel},
		{"dormant_account", "an account that lay still for 45 days wakes on another home connection and reads for five nights", 5, dormantAccount},
		{"machine_token", "a machine's credential clones what it never built, from a rented server", 2, machineToken},
		{"credential_spray", "a few repositories each of eight accounts, with one odd client from one network", 3, credentialSpray},
		{"archive_theft", "the archives of thirty repositories are downloaded with a person's credential, from a rented server", 1, archiveTheft},
		{"odd_hour_burst", "ten repositories new to a person within an hour, from the own place, when the person never works", 1, oddHourBurst},
		{"patient_insider", "one repository of others every two or three days for five weeks, from the own place", patientNights, patientInsider},
		{"second_copy", "most of what a person has is cloned again, from the own place", 1, secondCopy},
		{"mimicry", "four repositories new to a person, from a rented server that also fetches what the person works on", 1, mimicry},
		{"usual_network_app", "three repositories that an app never read, from the network it always uses", 1, usualNetworkApp},
	}
}

// Constants of the scenarios: how many repositories a sweep takes at most
// (Trigger.dev's 669) and its mean seconds between two (their 17 hours for
// those), how long an account lies still (THREATS S6), how many archives are
// taken (Cloudflare lost 76 in ten days).
const (
	sweepMost     = 669
	sweepPace     = 92
	stillDays     = 45
	archives      = 30
	sprayAccounts = 8
	workingDays   = 8 // active days of the last 30 that make somebody at work
)

func smashAndGrab(p *planner) error {
	s, err := p.choose("at work", atWork)
	if err != nil {
		return err
	}
	from := p.elsewhere(s, rented, "")
	at := p.night.Add(p.hours(2, 5))
	for _, r := range p.sample(p.repositories, sweepMost) {
		at = at.Add(p.pause(sweepPace))
		p.clone(at, s, r.Name, from)
	}
	return nil
}

func lowAndSlow(p *planner) error { return p.trickle(20, home) }

func departingInsider(p *planner) error { return p.trickle(10, "") }

// trickle takes two or three repositories new to a person on each workday of some
// nights, at the person's hours; from another network of a kind, or from the own.
func (p *planner) trickle(nights int, kind string) error {
	s, err := p.choose("at work", atWork)
	if err != nil {
		return err
	}
	from := usual(s)
	if kind != "" {
		from = p.elsewhere(s, kind, s.Country)
		from.agent = s.Agent
	}
	left := p.unknown(s, p.repositories, 3*nights)
	for d := range nights {
		day := p.night.AddDate(0, 0, d)
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		for range min(len(left), 2+p.rand.IntN(2)) {
			p.clone(day.Add(p.atWorkTime(s)), s, left[0].Name, from)
			left = left[1:]
		}
	}
	return nil
}

func crownJewel(p *planner) error {
	s, err := p.choose("at work", atWork)
	if err != nil {
		return err
	}
	for _, r := range p.unknown(s, p.leastRead(), 1+p.rand.IntN(2)) {
		p.clone(p.night.Add(p.atWorkTime(s)), s, r.Name, usual(s))
	}
	return nil
}

func impossibleTravel(p *planner) error {
	s, err := p.choose("at work that day, with an address and three repositories", func(_ *planner, s warehouse.PlantingFacet) bool {
		return atWork(p, s) && !s.TonightAt.IsZero() && s.IP != "" && len(s.Known) >= 3 && s.TonightAt.Hour() < 22
	})
	if err != nil {
		return err
	}
	from := p.elsewhere(s, home, p.abroad(s.Country))
	from.agent = s.Agent
	at := s.TonightAt
	for _, k := range p.rand.Perm(len(s.Known))[:3] {
		at = at.Add(p.pause(600))
		p.clone(at, s, s.Known[k], from)
	}
	return nil
}

func dormantAccount(p *planner) error {
	s, err := p.choose(fmt.Sprintf("still for %d days", stillDays), func(_ *planner, s warehouse.PlantingFacet) bool {
		return !s.Machine && s.TonightAt.IsZero() && s.LastDay.AddDate(0, 0, stillDays).Before(p.night)
	})
	if err != nil {
		return err
	}
	from := p.elsewhere(s, home, s.Country)
	from.agent = s.Agent
	left := p.unknown(s, p.repositories, 15)
	for d := range 5 {
		at := p.night.AddDate(0, 0, d).Add(p.hours(17, 21))
		for range min(len(left), 2+p.rand.IntN(2)) {
			at = at.Add(p.pause(240))
			p.clone(at, s, left[0].Name, from)
			left = left[1:]
		}
	}
	return nil
}

func machineToken(p *planner) error {
	s, err := p.choose("a machine", func(_ *planner, s warehouse.PlantingFacet) bool { return s.Machine && s.RecentDays >= workingDays })
	if err != nil {
		return err
	}
	from := p.elsewhere(s, rented, "")
	for i, r := range p.unknown(s, p.repositories, 6+p.rand.IntN(7)) {
		p.clone(p.night.AddDate(0, 0, i%2).Add(p.hours(20, 22)+time.Duration(i)*time.Minute), s, r.Name, from)
	}
	return nil
}

func credentialSpray(p *planner) error {
	var from place
	for i := range sprayAccounts {
		s, err := p.choose("at work", atWork)
		if err != nil {
			if i > 1 {
				return nil
			}
			return err
		}
		if i == 0 {
			from = p.elsewhere(s, rented, "")
			from.agent = "python-requests/2.31.0"
		}
		for k, r := range p.unknown(s, p.repositories, 3) {
			p.clone(p.night.AddDate(0, 0, i%3).Add(p.hours(3, 6)+time.Duration(k)*time.Minute), s, r.Name, from)
		}
	}
	return nil
}

func archiveTheft(p *planner) error {
	s, err := p.choose("at work", atWork)
	if err != nil {
		return err
	}
	from := p.elsewhere(s, rented, "")
	from.agent = "curl/8.7.1"
	at := p.night.Add(p.hours(8, 16))
	for _, r := range p.sample(p.repositories, archives) {
		at = at.Add(p.pause(120))
		p.act("archive", at, s, r.Name, from)
	}
	return nil
}

// atWork is a person who was active on most workdays of late.
func atWork(_ *planner, s warehouse.PlantingFacet) bool {
	return !s.Machine && s.Family == "personal" && s.RecentDays >= workingDays
}
