package synthetic

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// source gives the random stream of one actor or purpose. Each has its own, so
// that what one does never changes what another does: an organisation with an
// attack and without it differ in the attack alone.
func source(seed uint64, label string) *rand.Rand {
	h := sha256.Sum256([]byte(label))
	return rand.New(rand.NewPCG(seed^binary.LittleEndian.Uint64(h[:8]), binary.LittleEndian.Uint64(h[8:16])))
}

func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

func uniform(r *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }

// whole draws an integer from lo to hi, both included.
func whole(r *rand.Rand, lo, hi int) int { return lo + r.IntN(hi-lo+1) }

func pick[T any](r *rand.Rand, s []T) T { return s[r.IntN(len(s))] }

// sample draws at most n distinct elements in random order; s is left as it is.
func sample[T any](r *rand.Rand, s []T, n int) []T {
	c := append([]T(nil), s...)
	n = max(0, min(n, len(c)))
	for i := range n {
		j := i + r.IntN(len(c)-i)
		c[i], c[j] = c[j], c[i]
	}
	return c[:n]
}

// weighted draws an index with probability in proportion to its weight; the
// weights must not all be zero.
func weighted(r *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := r.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

func poisson(r *rand.Rand, mean float64) int {
	if mean <= 0 {
		return 0
	}
	return int(distuv.Poisson{Lambda: mean, Src: r}.Rand())
}

func normal(r *rand.Rand, mean, sd float64) float64 { return mean + sd*r.NormFloat64() }

func lognormal(r *rand.Rand, median, sigma float64) float64 {
	return median * math.Exp(sigma*r.NormFloat64())
}

func exponential(r *rand.Rand, mean float64) float64 { return mean * r.ExpFloat64() }

// hump draws from 0 to 1, most often about 0.45: work is densest before noon
// and thins out towards the evening.
func hump(r *rand.Rand) float64 {
	const mode = .45
	u := r.Float64()
	if u < mode {
		return math.Sqrt(u * mode)
	}
	return 1 - math.Sqrt((1-u)*(1-mode))
}
