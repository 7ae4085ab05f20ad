package analyzer

import (
	"math"
	"time"
)

// travelCounts are how often people were seen in two countries at once, apart for
// networks that people rent (hosting, cloud) and those they sit on.
type travelCounts struct {
	Access, Rented float64 // identity-nights in two countries
	Nights         float64 // identity-nights of people
}

// isRented reports whether machines, not people, sit on a kind of network.
func isRented(kind string) bool { return kind == "hosting" || kind == "cloud-runner" }

// isHome reports whether a session can stand for where its owner is: on a block
// used before that is no virtual private network and is not rented.
func isHome(s *session) bool {
	return s.block != 0 && s.standing.known.BlockNights > 0 && s.kind != "vpn" && !isRented(s.kind)
}

// abroad gives the home session of another country that was active within the
// given hours of a session on a new network; nil where there is none. A virtual
// private network says nothing about where somebody is.
func abroad(f *facetNight, s *session, slack int) *session {
	if s.standing.network < SharedNetwork || s.kind == "vpn" || s.country == 0 {
		return nil
	}
	near := hoursBetween(s.first.UTC(), s.last.UTC(), slack)
	for _, h := range f.sessions {
		if h.country != 0 && h.country != s.country && h.hours&near != 0 && isHome(h) {
			return h
		}
	}
	return nil
}

// hoursBetween has a bit for each hour of the day from slack hours before first to
// slack hours after last.
func hoursBetween(first, last time.Time, slack int) uint32 {
	low, high := max(0, first.Hour()-slack), min(23, last.Hour()+slack)
	return (1<<(high+1) - 1) &^ (1<<low - 1)
}

// nats is the weight of two countries at once: ln of an attacker's share over the
// organisation's own frequency, at most the ceiling.
func (c travelCounts) nats(o TravelOptions, rented bool) float64 {
	return min(o.Ceiling, math.Log(o.AttackerShare/c.rate(o, rented)))
}

// rate is the frequency a person-night, above 0.
func (c travelCounts) rate(o TravelOptions, rented bool) float64 {
	seen := c.Access
	if rented {
		seen = c.Rented
	}
	return (seen + o.PriorSeen) / (c.Nights + o.PriorNights)
}
