package evaluate

import "slices"

// Shown is one row of a ranking as a person would meet it: whether it was listed,
// and how many benign rows a night were expected to weigh as much.
type Shown struct {
	Day, Identity string
	Rank          int
	Listed        bool
	Expected      float64
}

// Listing is what a list is worth to the person who reads it every morning.
type Listing struct {
	// Rows and Benign are rows a night, all and those that belong to no campaign.
	Rows, Benign float64
	// Precision is the share of rows that belong to a campaign.
	Precision float64
	// Empty is the share of nights without a row.
	Empty float64
	// Recall is the share of campaigns ever listed, FirstNight the share of those
	// that were on their first, Nights the mean number of nights until then (1 is
	// the first).
	Recall, FirstNight, Nights float64
	// Lost is the mean share of a campaign's touches made by the end of the first
	// night on which it was listed.
	Lost float64
	// Look is the share of look-alikes ever listed.
	Look float64
	// Observed is, for each of Nominal, the benign rows a night whose expectation
	// was at most that.
	Observed [len(Nominal)]float64
}

// Nominal are the expectations at which calibration is looked at.
var Nominal = [...]float64{0.1, 0.2, 0.5, 1, 3}

// List measures what was shown.
func List(rows []Shown, t Truth) Listing {
	var l Listing
	named, aliased := t.malicious()
	nights := float64(t.Nights)
	listed, withRows := map[key]bool{}, map[string]bool{}
	for _, x := range rows {
		if !t.judged(x.Day) {
			continue
		}
		k := key{x.Day, x.Identity}
		isBenign := !named[k] && !aliased[k]
		for i, e := range Nominal {
			if isBenign && x.Expected <= e {
				l.Observed[i] += 1 / nights
			}
		}
		if !x.Listed {
			continue
		}
		listed[k], withRows[x.Day] = true, true
		l.Rows += 1 / nights
		if isBenign {
			l.Benign += 1 / nights
		}
	}
	l.Empty = 1 - float64(len(withRows))/nights
	if l.Rows > 0 {
		l.Precision = 1 - l.Benign/l.Rows
	}
	l.campaigns(t, listed)
	l.lookAlikes(t, listed)
	return l
}

// campaigns fills in what became of the campaigns.
func (l *Listing) campaigns(t Truth, listed map[key]bool) {
	var ever, first, nights, lost []float64
	for _, c := range t.Campaigns {
		days, hit := c.days(), c.firstListed(listed)
		lost = append(lost, c.lost(hit))
		ever = append(ever, share(hit != ""))
		if hit != "" {
			first = append(first, share(hit == days[0]))
			nights = append(nights, float64(daysBetween(days[0], hit)+1))
		}
	}
	l.Recall, l.FirstNight, l.Nights, l.Lost = mean(ever), mean(first), mean(nights), mean(lost)
}

// firstListed is the first day on which the campaign was listed, "" for never.
func (c Campaign) firstListed(listed map[key]bool) string {
	first := ""
	for _, k := range c.keys() {
		if listed[k] && (first == "" || k.day < first) {
			first = k.day
		}
	}
	return first
}

// lookAlikes fills in what became of the look-alikes.
func (l *Listing) lookAlikes(t Truth, listed map[key]bool) {
	var ever []float64
	for _, x := range t.LookAlikes {
		ever = append(ever, share(slices.ContainsFunc(x.Days, func(d Day) bool { return listed[key{d.Day, d.Actor}] })))
	}
	l.Look = mean(ever)
}

func share(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
