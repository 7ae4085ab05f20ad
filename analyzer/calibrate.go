package analyzer

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mathext"
)

// rawNight is the raw weights of one night, less those that were unusual then.
type rawNight struct {
	Day  int
	Nats []float64
}

// tail turns a raw weight into the number of benign rows a night at or above it.
type tail struct {
	o      CalibrationOptions
	sorted []float64 // descending
	nights int
	level  float64 // met Rare times a night
	often  float64 // rows a night at level
	scale  float64
}

// newTail fits the tail to the nights of the history: the level reached Often times
// a night and the one reached Rare times give the scale of an exponential beyond
// the latter, (u_rare - u_often)/ln(often/rare). Fitting above it would fail,
// because attacks live there.
func newTail(o CalibrationOptions, history []rawNight) tail {
	t := tail{o: o, nights: len(history)}
	if t.nights < o.LeastNights {
		return t
	}
	for _, n := range history {
		t.sorted = append(t.sorted, n.Nats...)
	}
	slices.SortFunc(t.sorted, func(a, b float64) int { return -compareFloat(a, b) })
	if len(t.sorted) < 2 {
		t.nights = 0
		return t
	}
	rare := min(len(t.sorted)-2, max(rareLeast, int(o.Rare*float64(t.nights))))
	often := min(len(t.sorted)-1, max(rare+1, int(o.Often*float64(t.nights))))
	t.level, t.often = t.sorted[rare], t.rate(rare)
	t.scale = max(o.LeastScale, (t.level-t.sorted[often])/math.Log(float64(often)/float64(rare)))
	return t
}

// rareLeast is the least number of rows above the fitted level.
const rareLeast = 3

// compareFloat orders numbers, of which none is NaN.
func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// expected is E: how many benign rows a night weigh that much or more. It is above
// zero and falls with the weight.
func (t tail) expected(raw float64) float64 {
	switch {
	case t.nights < t.o.LeastNights:
		return t.o.StartRows * math.Exp(-(raw-t.o.StartLevel)/t.o.StartScale)
	case raw > t.level:
		return t.often * math.Exp(-(raw-t.level)/t.scale)
	}
	above := sort.Search(len(t.sorted), func(i int) bool { return t.sorted[i] < raw })
	return t.rate(max(1, above))
}

// rate is the upper confidence bound on the rows a night where some were seen in
// the history: the gamma quantile that bounds the mean of a Poisson count.
func (t tail) rate(rows int) float64 {
	return mathext.GammaIncRegCompInv(float64(rows)+1, 1-t.o.Confidence) / float64(t.nights)
}

// calibrate fills in E.
func (m *Model) calibrate(night []*judgement) {
	t := newTail(m.options.Calibration, m.state.History)
	for _, j := range night {
		j.expected = t.expected(j.raw)
	}
}
