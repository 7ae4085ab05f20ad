package analyzer

import (
	"math"
	"testing"
)

// testChoice is a choice of four repositories with a walk that prefers the first.
func testChoice() *choice {
	return &choice{
		o: Default().Which, open: true, candidates: []int{2, 3, 5, 7},
		near: []float64{.7, .3, 0, 0}, popularity: []float64{.4, .2, .2, .2},
		seen: []openness{{}, {Seen: 3, Expected: 3}, {Seen: 0, Expected: 9}, {NearExpected: 50}},
	}
}

func TestProbabilitiesSumToOneAndFollowTheEvidence(t *testing.T) {
	t.Parallel()
	c := testChoice()
	p := c.probabilities()
	sum := 0.
	for _, x := range p {
		sum += x
		if x <= 0 {
			t.Errorf("probabilities %v, want all above zero", p)
		}
	}
	near(t, "sum", sum, 1)
	if !(p[0] > p[1] && p[1] > p[3] && p[3] > p[2]) {
		t.Errorf("probabilities %v, want the walk's first and the guarded one last", p)
	}
	c.open = false
	p = c.probabilities()
	near(t, "P without openness", p[0], .5*.7+.3*.4+.2/4)
	c.near = nil
	p = c.probabilities()
	near(t, "P without a walk", p[1], .6*.2+.4/4)
}

func TestSurprise(t *testing.T) {
	t.Parallel()
	near(t, "surprise of the uniform", surprise(10, .1), 0)
	near(t, "surprise of half as likely", surprise(10, .05), math.Ln2)
	near(t, "surprise of twice as likely", surprise(10, .2), -math.Ln2)
	near(t, "surprise of the impossible", surprise(10, 0), math.Log(1e8))
}

func TestPopular(t *testing.T) {
	t.Parallel()
	p := popular([]float64{0, 0, .7}, []float64{0, 1, 0}, 3)
	near(t, "nobody", p[0], .3/4.6)
	near(t, "one of this week", p[1], 3.3/4.6)
	near(t, "some of the past", p[2], 1/4.6)
}

func TestThiefGoesWhereNobodyOnlyReads(t *testing.T) {
	t.Parallel()
	c := testChoice()
	c.readers = []float64{.4, 1.3, 9.3, 9.3}
	c.owed = []float64{.4, 0, 0, 0}
	w := c.thiefShares()
	total := math.Pow(.7, -1.5) + math.Pow(2, -1.5) + 2*math.Pow(10, -1.5)
	near(t, "share of the guarded", w[0], math.Pow(.7, -1.5)/total)
	near(t, "share of the open", w[2], math.Pow(10, -1.5)/total)
	near(t, "jewel ratio", jewelRatio(.2, .1), math.Ln2)
}

func TestOpenness(t *testing.T) {
	t.Parallel()
	o := Default().Which
	near(t, "ratio at first", openness{}.ratio(o), .7)
	near(t, "ratio of the guarded", openness{Expected: 6}.ratio(o), .1)
	near(t, "near ratio at first", openness{}.nearRatio(), 1)
	near(t, "near ratio's floor", openness{NearExpected: 100}.nearRatio(), .3)
	near(t, "near ratio's ceiling", openness{NearSeen: 100}.nearRatio(), 2)
	near(t, "any of none", anyOf(.3, 0), 0)
	near(t, "any of two", anyOf(.3, 2), .51)
	near(t, "any of the certain", anyOf(1, 1), .99)
}

func TestChoiceTeachesOpenness(t *testing.T) {
	t.Parallel()
	c := testChoice()
	tonight := make([]openness, 8)
	c.learn(tonight, []int{2, 7}, map[int]bool{}, 1)
	near(t, "expected at 5", tonight[5].Expected, anyOf(c.outside(2, true), 2))
	near(t, "seen at 5", tonight[5].Seen, 0)
	near(t, "seen at 7, which the walk does not explain", tonight[7].Seen, 1)
	near(t, "seen at 2", tonight[2].Seen+tonight[2].NearSeen, 1)
	if tonight[2].NearSeen < tonight[2].Seen {
		t.Errorf("a newcomer whom the walk explains counts as outsider: %+v", tonight[2])
	}
	pushed := make([]openness, 8)
	c.learn(pushed, []int{7}, map[int]bool{7: true}, 1)
	near(t, "outsiders at 7 who pushed", pushed[7].Seen, 0)
	distrusted := make([]openness, 8)
	c.learn(distrusted, []int{7}, map[int]bool{}, .1)
	near(t, "seen at 7, little trusted", distrusted[7].Seen, .1)
	near(t, "expected there all the same", distrusted[7].Expected, anyOf(c.outside(c.position(7), true), 1))
}
