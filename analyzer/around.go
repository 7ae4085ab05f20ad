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
}

// lookAround fills in what is known around the findings of a night.
func (r *Run) lookAround(ctx context.Context, night time.Time, findings []Finding) error {
	var identities []string
	for _, f := range findings {
		identities = appendOnce(identities, f.Assessment.Identity)
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
