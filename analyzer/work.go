package analyzer

import "math"

// workDays is how lately a repository must have been touched for going on with it
// to be ordinary work.
const workDays = 30

// ordinaryWork is how many repositories a session goes on with: known ones that
// were in use lately and were not copied whole again, or that are pushed to. Who
// travels or changes the machine brings the work along; who has stolen a
// credential takes, and works on nothing.
func ordinaryWork(p *profile, accesses []access, k sessionKey, day int) int {
	var going []int
	for _, a := range accesses {
		if a.sessionKey != k {
			continue
		}
		if i, ok := p.touched(a.repository); ok && (a.Pushes > 0 || a.Operations > a.Copies && day-p.Touches[i].Day <= workDays) {
			going = append(going, a.repository)
		}
	}
	return len(distinct(going))
}

// workCounts are how often people's sessions in an unusual context go on with
// ordinary work.
type workCounts struct {
	Sessions, Working float64
}

// learn counts one session.
func (c *workCounts) learn(working bool, trust float64) {
	c.Sessions += trust
	if working {
		c.Working += trust
	}
}

// rate is the share of such sessions that work, in (0, 1).
func (c workCounts) rate(o WorkOptions) float64 {
	return (c.Working + o.PriorWorking) / (c.Sessions + o.PriorSessions)
}

// nats is ln of an attacker's share of sessions that work (or do not) over the
// organisation's own.
func (c workCounts) nats(o WorkOptions, working bool) float64 {
	rate := c.rate(o)
	if working {
		return max(o.Floor, math.Log(o.AttackerShare/rate))
	}
	return min(o.Ceiling, math.Log((1-o.AttackerShare)/(1-rate)))
}

// assessable reports whether ordinary work says something of a session: its
// network, client or credential is not the usual one and no hosted app explains it.
func (st standing) workAssessable() bool {
	unusual := st.network > KnownNetwork || st.client > UpgradedClient || st.credential > KnownCredential
	return unusual && !st.isHostedApp()
}
