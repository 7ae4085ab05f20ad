package synthetic

import "time"

// Milliseconds, the unit of time in audit records.
const (
	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
	oneDay = 24 * hour
)

// country is where somebody works: its code, its offset from UTC, how many
// people of such an organisation live there, and its fixed public holidays.
type country struct {
	code     string
	offset   int // minutes east of UTC
	weight   float64
	holidays []monthDay
}

type monthDay struct {
	month time.Month
	day   int
}

// everywhere are days off in all countries here.
var everywhere = []monthDay{{time.January, 1}, {time.December, 24}, {time.December, 25}, {time.December, 26}, {time.December, 31}}

// countries hold the fixed-date holidays only; movable ones are left out.
var countries = []country{
	{"US", -480, 9, []monthDay{{time.June, 19}, {time.July, 4}, {time.November, 11}}},
	{"US", -300, 10, []monthDay{{time.June, 19}, {time.July, 4}, {time.November, 11}}},
	{"CA", -300, 4, []monthDay{{time.July, 1}, {time.November, 11}}},
	{"BR", -180, 3, []monthDay{{time.April, 21}, {time.September, 7}, {time.October, 12}}},
	{"GB", 0, 8, nil},
	{"PT", 0, 2, []monthDay{{time.April, 25}, {time.May, 1}, {time.October, 5}}},
	{"DE", 60, 8, []monthDay{{time.May, 1}, {time.October, 3}}},
	{"FR", 60, 4, []monthDay{{time.May, 1}, {time.May, 8}, {time.July, 14}, {time.November, 1}}},
	{"ES", 60, 3, []monthDay{{time.May, 1}, {time.October, 12}, {time.November, 1}}},
	{"PL", 60, 4, []monthDay{{time.May, 1}, {time.May, 3}, {time.November, 11}}},
	{"NL", 60, 2, []monthDay{{time.April, 27}, {time.May, 5}}},
	{"IL", 120, 2, nil},
	{"IN", 330, 9, []monthDay{{time.January, 26}, {time.August, 15}, {time.October, 2}}},
	{"SG", 480, 2, []monthDay{{time.May, 1}, {time.August, 9}}},
	{"JP", 540, 3, []monthDay{{time.April, 29}, {time.May, 3}, {time.May, 4}, {time.May, 5}, {time.November, 3}}},
	{"AU", 600, 2, []monthDay{{time.January, 26}, {time.April, 25}}},
}

// elsewhere are countries nobody here works in but people travel to and
// attackers come from.
var elsewhere = []string{"CZ", "KE", "RO", "TR", "UA", "VN", "ZA"}

func (c *country) holiday(t time.Time) bool { return among(everywhere, t) || among(c.holidays, t) }

func among(days []monthDay, t time.Time) bool {
	for _, d := range days {
		if d.month == t.Month() && d.day == t.Day() {
			return true
		}
	}
	return false
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }
