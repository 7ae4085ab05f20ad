package analyzer

import (
	"math"
	"testing"
)

func TestGapNats(t *testing.T) {
	t.Parallel()
	near(t, "gap of 0", gapNats(3, 2, 0), 0)
	near(t, "gap of 1 with a=b=1", gapNats(1, 1, 1), math.Ln2)       // B(1,2)/B(1,1) = 1/2
	near(t, "gap of 3 with a=b=1", gapNats(1, 1, 3), math.Log(4))    // B(1,4)/B(1,1) = 1/4
	near(t, "gap of 2 with a=2, b=1", gapNats(2, 1, 2), math.Log(6)) // B(2,3)/B(2,1) = (1/12)/(1/2)
	near(t, "capped history", gapNats(30, 10, 5), gapNats(9, 3, 5))
}

func TestGapNatsRiseWithTheGapAndWithActivity(t *testing.T) {
	t.Parallel()
	for g := 1.; g < 200; g++ {
		if gapNats(8, 3, g+1) <= gapNats(8, 3, g) {
			t.Errorf("a gap of %v days weighs no more than one of %v", g+1, g)
		}
		if gapNats(9, 3, g) <= gapNats(3, 9, g) {
			t.Errorf("a gap of %v days weighs no more for somebody who is always there", g)
		}
	}
}

func TestDormancyEdges(t *testing.T) {
	t.Parallel()
	p := &profile{First: 0, Last: 100, Active: 80}
	if n, g := dormancy(p, 107); n != 0 || g != 7 {
		t.Errorf("a week weighs %v over %d days, want nothing over 7", n, g)
	}
	if n, g := dormancy(p, 108); n <= 0 || g != 8 {
		t.Errorf("eight days weigh %v over %d days", n, g)
	}
	if n, _ := dormancy(p, 100000); n > gapMost {
		t.Errorf("a long absence weighs %v, above the ceiling", n)
	}
	if n, g := dormancy(&profile{Last: -1}, 5); n != 0 || g != -1 {
		t.Errorf("a first night weighs %v over %d days", n, g)
	}
	if b := gapBound(p, .05); gapNats(9.3, 2.7, float64(b)) > 20 || b < 1 || b > 30 {
		t.Errorf("95 %% bound of the gap of a daily worker is %d days", b)
	}
}
