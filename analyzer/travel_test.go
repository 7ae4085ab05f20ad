package analyzer

import (
	"math"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

func TestAbroad(t *testing.T) {
	t.Parallel()
	nights := map[int]int{1: 9, 2: 9} // on blocks
	at := func(hour int) time.Time { return time.Date(2026, 5, 4, hour, 30, 0, 0, time.UTC) }
	make := func(block, country int, kind string, level NetworkLevel, hour int) *session {
		return &session{sessionKey: sessionKey{network: block, block: block, country: country}, kind: kind, first: at(hour), last: at(hour), hours: 1 << hour, standing: standing{network: level, known: warehouse.SessionKnown{BlockNights: nights[block]}}}
	}
	home := make(1, 1, "isp", KnownNetwork, 9)
	tests := []struct {
		name  string
		there *session
		home  *session
		want  bool
	}{
		{"three hours later", make(9, 2, "isp", NewCountry, 12), home, true},
		{"four hours later", make(9, 2, "isp", NewCountry, 13), home, false},
		{"three hours before", make(9, 2, "isp", NewCountry, 6), home, true},
		{"same country", make(9, 1, "isp", NewSystem, 9), home, false},
		{"virtual private network", make(9, 2, "vpn", NewCountry, 9), home, false},
		{"known system", make(9, 2, "isp", KnownSystem, 9), home, false},
		{"country not given", make(9, 0, "isp", NewSystem, 9), home, false},
		{"home country not given", make(9, 2, "isp", NewCountry, 9), make(1, 0, "isp", KnownNetwork, 9), false},
		{"home on a rented network", make(9, 2, "isp", NewCountry, 9), make(2, 1, "hosting", KnownNetwork, 9), false},
		{"home on a network not used before", make(9, 2, "isp", NewCountry, 9), make(3, 1, "isp", NewSystem, 9), false},
	}
	for _, test := range tests {
		f := &facetNight{sessions: []*session{test.home, test.there}}
		if got := abroad(f, test.there, 3) != nil; got != test.want {
			t.Errorf("%s: abroad is %v, want %v", test.name, got, test.want)
		}
	}
}

func TestHoursBetween(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2026, 5, 4, hour, 59, 0, 0, time.UTC) }
	for _, x := range []struct {
		first, last int
		want        uint32
	}{{0, 0, 0b1111}, {23, 23, 0xf00000}, {5, 6, 0b1111111100}, {0, 23, 0xffffff}} {
		if got := hoursBetween(at(x.first), at(x.last), 3); got != x.want {
			t.Errorf("%d to %d: %b, want %b", x.first, x.last, got, x.want)
		}
	}
}

func TestTravelIsLearnt(t *testing.T) {
	t.Parallel()
	o := Default().Travel
	near(t, "at first", travelCounts{}.nats(o, false), math.Log(.3/(.4/200)))
	near(t, "often", travelCounts{Access: 99.6, Nights: 800}.nats(o, false), math.Log(3))
	near(t, "apart for rented networks", travelCounts{Access: 99.6, Nights: 1800}.nats(o, true), math.Log(.3/(.4/2000)))
	near(t, "ceiling", travelCounts{Nights: 1e9}.nats(o, false), 7.5)
}
