package analyzer

// Member is a facet that came the same way as the one that is listed, and is listed
// with it: forty users of one stolen app are one row and not the whole list
// (Heroku and Travis CI 2022, CircleCI 2023).
type Member struct {
	// Identity, Name and Family as in Access.
	Identity string
	Name     string
	Family   Family
	// Raw is its own weight in nats, Operations and Copies count its night.
	Raw                float64
	Operations, Copies int
	// NewRepositories of the night, the most surprising first.
	NewRepositories []NewRepository
}

// list marks what is listed of a night in the order of scores: those unusual
// enough, what was reported lately only where it is more so, and no more rows than
// a person reads. Who is linked to one that is listed, by a network, block or
// client that few use, is listed with that one. As many more as the list has rows are
// spare: they may take the places of those that a person has answered, of which the
// score knows nothing.
func (o Options) list(night []*judgement) {
	heads, rows, spare := map[linkKey]*judgement{}, 0, 0
	for _, j := range night {
		j.listed, j.spare, j.group = false, false, nil
		at := o.Calibration.ListAt
		if j.reported {
			at *= o.Calibration.Again
		}
		if j.expected > at {
			continue
		}
		keys := j.followerKeys(o.Cap)
		if head := firstOf(heads, keys); head != nil {
			head.group = append(head.group, j)
			continue
		}
		if rows == o.Calibration.ListMost {
			j.spare = spare < o.Calibration.ListMost
			spare++
			continue
		}
		rows++
		j.listed = true
		for _, k := range keys {
			if heads[k] == nil {
				heads[k] = j
			}
		}
	}
}

// firstOf is the head of the first key that has one.
func firstOf(heads map[linkKey]*judgement, keys []linkKey) *judgement {
	for _, k := range keys {
		if head := heads[k]; head != nil {
			return head
		}
	}
	return nil
}

// members describes those listed with a facet, in the order of scores.
func (m *Model) members(j *judgement) []Member {
	var all []Member
	for _, g := range j.group {
		all = append(all, Member{
			Identity: m.state.Names.Identities.Names[g.profile.Identity], Name: g.name, Family: g.profile.Family,
			Raw: g.raw, Operations: g.operations, Copies: g.copies, NewRepositories: m.newRepositories(g, &g.weighed[g.worst]),
		})
	}
	return all
}
