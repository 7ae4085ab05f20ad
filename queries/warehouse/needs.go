package warehouse

import (
	"context"
	"fmt"
)

// brought says of each thing that a file or another kind of record must bring
// whether there is any of it.
const brought = `FROM (VALUES
	('secret_alert', EXISTS (FROM secret_alert)),
	('repository_fact', EXISTS (FROM repository_fact)),
	('credential_fact', EXISTS (FROM credential_fact WHERE dead_at IS NOT NULL)),
	('roster_entry', EXISTS (FROM roster_entry)),
	('control_event', EXISTS (FROM control_event)),
	('address', EXISTS (FROM address WHERE asn IS NOT NULL))
) AS t (name, there) WHERE NOT there`

// withoutIt is what an answer cannot say where a thing was never brought in.
var withoutIt = map[string]string{
	"secret_alert":    "no alert of secret scanning was ever brought in (enrich.secrets): which secrets were in it is not known",
	"repository_fact": "no tier, owner or canary of a repository was ever brought in (enrich.repositories): which of these matter is not known",
	"credential_fact": "no credential was ever recorded as dead (enrich.credentials, or midwatch contain --watch): whether one was used after it is not known",
	"roster_entry":    "no roster was ever brought in (enrich.roster): which identities are whose is not known",
	"control_event":   "no source ever gave a change of rights or settings: whether there was any is not known",
	"address":         "no address has an autonomous system (enrich.networks): what came from one is not known",
}

// Missing says what a question needs (header key "needs") that was never brought
// in; an empty answer then says nothing.
func (r *Reader) Missing(ctx context.Context, q Question) ([]string, error) {
	if len(q.Needs) == 0 {
		return nil, nil
	}
	none := map[string]bool{}
	err := r.each(ctx, func(scan Scan) error {
		var name string
		var there bool
		err := scan(&name, &there)
		none[name] = true
		return err
	}, brought)
	if err != nil {
		return nil, fmt.Errorf("looking for what %s has beside the events: %w", r.path, err)
	}
	var missing []string
	for _, name := range q.Needs {
		if none[name] {
			missing = append(missing, withoutIt[name])
		}
	}
	return missing, nil
}
