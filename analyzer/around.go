package analyzer

import (
	"context"
	"time"
)

// Around is what is known around a finding from the files about persons,
// repositories and secrets. What no file says is empty.
type Around struct {
	// Person, with team and manager, and the other identities of the person.
	Person, Team, Manager string
	OtherIdentities       []string
	// Sensitive are the repositories it touched that matter most.
	Sensitive []string
	// OpenSecrets counts open secret alerts in what it touched, Changes
	// control-plane changes within the day before.
	OpenSecrets, Changes int
	// NewToTeam counts repositories that nobody of its team touched in a year
	// before; nil where no team is known.
	NewToTeam *int
	// Holder is what the person or the manager answered when asked whether it was
	// them, in a sentence; "" where there is no answer. Denied is true where the answer
	// for this night was no. Scoring knows neither.
	Holder string `json:",omitempty"`
	Denied bool   `json:",omitempty"`
}

// lookAround fills in what is known around the findings of a night.
func (r *Run) lookAround(ctx context.Context, night time.Time, findings []Finding) error {
	var identities []string
	for _, f := range findings {
		identities = appendOnce(identities, f.Assessment.Identity)
	}
	if err := r.nameCountries(ctx, night, findings); err != nil {
		return err
	}
	known, err := r.Warehouse.Surroundings(ctx, night, identities)
	if err != nil {
		return err
	}
	for i := range findings {
		f := &findings[i]
		for _, k := range known {
			if k.Identity != f.Assessment.Identity || k.Family != "" && k.Family != string(f.Assessment.Family) {
				continue
			}
			f.Around = Around{
				Person: k.Person, Team: k.Team, Manager: k.Manager, OtherIdentities: k.OtherIdentities,
				Sensitive: k.Sensitive, OpenSecrets: int(k.OpenSecrets), Changes: int(k.Changes),
			}
			if k.NewToTeam != nil {
				n := int(*k.NewToTeam)
				f.Around.NewToTeam = &n
			}
		}
	}
	return nil
}

// usualMost is how many of the countries before a new one are named.
const usualMost = 3

// nameCountries fills in, for findings from a new country, where they came from before.
func (r *Run) nameCountries(ctx context.Context, night time.Time, findings []Finding) error {
	for i := range findings {
		a := &findings[i].Assessment
		for k := range a.Evidence {
			e := &a.Evidence[k]
			if e.Name != EvidenceNetwork || e.Level != NewCountry.String() || e.Country == "" {
				continue
			}
			before, err := r.Warehouse.CountriesBefore(ctx, night, a.Identity, string(a.Family))
			if err != nil {
				return err
			}
			for _, c := range before[:min(usualMost, len(before))] {
				if c.Country != e.Country {
					e.Usual = append(e.Usual, CountryDays{c.Country, int(c.Days)})
				}
			}
		}
	}
	return nil
}
