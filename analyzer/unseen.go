package analyzer

import "strings"

// unseenDay is a day on which the records of a forge were missing. Nobody was
// idle on it: nobody was looked at.
type unseenDay struct {
	Day   int
	Forge string
}

// unseenMost is for how many days before a night missing days are remembered:
// more than the longest gap that is told from any other.
const unseenMost = 800

// unseenSince counts the days between a facet's last night and a day on which its
// forge was not seen. Taken off a gap, they leave the days on which the facet
// could have been seen and was not: a missing day is not dormancy.
func (m *Model) unseenSince(p *profile, day int) int {
	if len(m.state.Unseen) == 0 || p.Last < 0 {
		return 0
	}
	forge, _, _ := strings.Cut(m.state.Names.Identities.Names[p.Identity], ":")
	days := 0
	for _, u := range m.state.Unseen {
		if u.Forge == forge && u.Day > p.Last && u.Day < day {
			days++
		}
	}
	return days
}
