package evaluate

import (
	"time"

	"midwatch/queries/warehouse"
)

// These scenarios have something usual about them: the own place, the own work,
// the own network. No product is known to rank them, and they are where this one
// is weakest too (analyzer/README.md has the numbers).

// Constants of them: how many nights a patient insider takes, how many
// repositories a person must have for a second copy of them to be one, how many
// are copied at most, and how many it takes of others'.
const (
	patientNights = 35
	hoardLeast    = 8
	hoardMost     = 18
	burst         = 10
)

// oddHourBurst is a laptop in other hands at night (LastPass 2022: the session of
// an engineer, from the engineer's own machine).
func oddHourBurst(p *planner) error {
	s, err := p.choose("at work", atWork)
	if err != nil {
		return err
	}
	at := p.night.Add(time.Duration((s.UsualHour+s.Hours/2+12)%24) * time.Hour)
	for _, r := range p.unknown(s, p.repositories, burst) {
		at = at.Add(p.pause(240))
		p.clone(at, s, r.Name, usual(s))
	}
	return nil
}

// patientInsider takes so little at once that no night is unusual.
func patientInsider(p *planner) error {
	s, err := p.choose("at work", atWork)
	if err != nil {
		return err
	}
	left := p.unknown(s, p.repositories, patientNights/2)
	for d := 0; d < patientNights && len(left) > 0; d += 2 + p.rand.IntN(2) {
		p.clone(p.night.AddDate(0, 0, d).Add(p.atWorkTime(s)), s, left[0].Name, usual(s))
		left = left[1:]
	}
	return nil
}

// secondCopy takes nothing that is new.
func secondCopy(p *planner) error {
	s, err := p.choose("at work, with some repositories", func(p *planner, s warehouse.PlantingFacet) bool {
		return atWork(p, s) && len(s.Known) >= hoardLeast
	})
	if err != nil {
		return err
	}
	at := p.night.Add(p.atWorkTime(s) / 2)
	for _, i := range p.rand.Perm(len(s.Known))[:min(hoardMost, len(s.Known))] {
		at = at.Add(p.pause(60))
		p.clone(at, s, s.Known[i], usual(s))
	}
	return nil
}

// mimicry does the owner's work beside the theft, because Midwatch looks for that.
func mimicry(p *planner) error {
	s, err := p.choose("at work, with some repositories", func(p *planner, s warehouse.PlantingFacet) bool {
		return atWork(p, s) && len(s.Known) >= 3
	})
	if err != nil {
		return err
	}
	from := p.elsewhere(s, rented, "")
	from.agent = s.Agent
	at := p.night.Add(p.atWorkTime(s) / 2)
	for _, i := range p.rand.Perm(len(s.Known))[:3] {
		at = at.Add(p.pause(600))
		p.act("fetch", at, s, s.Known[i], from)
	}
	for _, r := range p.unknown(s, p.repositories, 4) {
		at = at.Add(p.pause(600))
		p.clone(at, s, r.Name, from)
	}
	return nil
}

// usualNetworkApp is a step in the app's own pipeline (Cisco through Trivy, 2026).
func usualNetworkApp(p *planner) error {
	s, err := p.choose("an app", func(_ *planner, s warehouse.PlantingFacet) bool {
		return s.Machine && s.Family == "app" && s.RecentDays >= workingDays
	})
	if err != nil {
		return err
	}
	for _, r := range p.unknown(s, p.repositories, 3) {
		p.clone(p.night.Add(p.hours(9, 17)), s, r.Name, usual(s))
	}
	return nil
}
