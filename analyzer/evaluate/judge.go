package evaluate

import (
	"cmp"
	"crypto/md5" // breaks ties as eval/score.py does; nothing depends on its strength
	"encoding/hex"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// Row is one identity on one day of a ranking; a higher score is worse.
type Row struct {
	Day, Identity string
	Score         float64
}

// Measures are what a ranking reaches, as eval/score.py defines them.
type Measures struct {
	// RowsANight that the ranking has.
	RowsANight float64
	// Recall at places: the share of campaigns with one of their days among a
	// night's first K rows, for K in Places.
	Recall [len(Places)]float64
	// Lost is the mean share of a campaign's touches of private repositories made
	// by the end of the first day on which it was among the first five.
	Lost float64
	// AP is the average precision over all judged days of identities.
	AP float64
	// Look is the share of look-alikes among a night's first five.
	Look float64
	// Beaten is the share of pairs in which a look-alike's best place is better
	// than the campaign's.
	Beaten float64
}

// Places are the K of recall at K.
var Places = [...]int{1, 3, 5, 10}

// lookPlace is the K of Lost and Look.
const lookPlace = 5

// unranked is the place of what never stands in a ranking.
const unranked = 1001

// ranking is a ranking in the order in which it is judged.
type ranking struct {
	truth  Truth
	nights map[string][]placed
	place  map[key]int
}

type placed struct {
	Row
	tie string
}

// Judge measures a ranking. Only rows of judged days count; equal scores are
// ordered by a hash, so that they earn no luck.
func Judge(rows []Row, t Truth) Measures {
	r := rank(rows, t)
	m := Measures{AP: r.averagePrecision(), RowsANight: float64(r.size()) / float64(t.Nights)}
	campaigns, looks := r.best()
	for i, k := range Places {
		m.Recall[i] = shareWithin(campaigns, k)
	}
	m.Look, m.Beaten = shareWithin(looks, lookPlace), beaten(campaigns, looks)
	var lost []float64
	for _, c := range t.Campaigns {
		lost = append(lost, c.lost(r.firstWithin(c, lookPlace)))
	}
	m.Lost = mean(lost)
	return m
}

func rank(rows []Row, t Truth) ranking {
	r := ranking{truth: t, nights: map[string][]placed{}, place: map[key]int{}}
	for _, x := range rows {
		if t.judged(x.Day) {
			sum := md5.Sum([]byte(x.Day + x.Identity))
			r.nights[x.Day] = append(r.nights[x.Day], placed{x, hex.EncodeToString(sum[:])})
		}
	}
	for day, list := range r.nights {
		slices.SortFunc(list, before)
		for i, x := range list {
			k := key{day, x.Identity}
			if _, ok := r.place[k]; !ok {
				r.place[k] = i + 1
			}
		}
	}
	return r
}

// before orders rows by score, ties by hash and name.
func before(a, b placed) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.tie, b.tie), strings.Compare(a.Day, b.Day), strings.Compare(a.Identity, b.Identity))
}

func (r ranking) size() int {
	n := 0
	for _, list := range r.nights {
		n += len(list)
	}
	return n
}

// days are a campaign's days in order, each once.
func (c Campaign) days() []string {
	var days []string
	for _, d := range c.Days {
		days = append(days, d.Day)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// keys are all names and days under which an alert counts for the campaign.
func (c Campaign) keys() []key {
	var all []key
	for _, d := range c.Days {
		all = append(all, key{d.Day, d.Actor})
	}
	for _, day := range c.days() {
		for _, a := range c.Aliases {
			all = append(all, key{day, a})
		}
	}
	return all
}

// firstWithin is the first day on which the campaign stood among the first k, ""
// for never.
func (r ranking) firstWithin(c Campaign, k int) string {
	first := ""
	for _, x := range c.keys() {
		if p, ok := r.place[x]; ok && p <= k && (first == "" || x.day < first) {
			first = x.day
		}
	}
	return first
}

// lost is the share of the campaign's touches made by the end of a day; all of
// them where there was no such day.
func (c Campaign) lost(first string) float64 {
	made, total := 0, 0
	for _, d := range c.Days {
		total += d.PrivateRepositories
		if d.Day <= first {
			made += d.PrivateRepositories
		}
	}
	if first == "" || total == 0 {
		return 1
	}
	return float64(made) / float64(total)
}

// best gives the best place of each campaign and look-alike.
func (r ranking) best() (campaigns, looks []int) {
	for _, c := range r.truth.Campaigns {
		campaigns = append(campaigns, r.bestOf(c.keys()))
	}
	for _, l := range r.truth.LookAlikes {
		var keys []key
		for _, d := range l.Days {
			keys = append(keys, key{d.Day, d.Actor})
		}
		looks = append(looks, r.bestOf(keys))
	}
	return campaigns, looks
}

func (r ranking) bestOf(keys []key) int {
	best := unranked
	for _, k := range keys {
		if p, ok := r.place[k]; ok {
			best = min(best, p)
		}
	}
	return best
}

// averagePrecision is the mean over judged malicious days of the precision at
// their place in the whole of the ranking; one that is not ranked earns nothing.
func (r ranking) averagePrecision() float64 {
	var all []placed
	for _, list := range r.nights {
		all = append(all, list...)
	}
	slices.SortFunc(all, before)
	named, _ := r.truth.malicious()
	judged := 0
	for k := range named {
		if r.truth.judged(k.day) {
			judged++
		}
	}
	hits, sum := 0, 0.
	for i, x := range all {
		if named[key{x.Day, x.Identity}] {
			hits++
			sum += float64(hits) / float64(i+1)
		}
	}
	return sum / float64(max(1, judged))
}

// shareWithin is the share of places that are at most k.
func shareWithin(places []int, k int) float64 {
	n := 0
	for _, p := range places {
		if p <= k {
			n++
		}
	}
	return float64(n) / float64(max(1, len(places)))
}

// beaten is the share of pairs in which the look-alike stands higher.
func beaten(campaigns, looks []int) float64 {
	n := 0
	for _, c := range campaigns {
		for _, l := range looks {
			if l < c {
				n++
			}
		}
	}
	return float64(n) / float64(max(1, len(campaigns)*len(looks)))
}

// mean is 0 of nothing.
func mean(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	return stat.Mean(x, nil)
}
