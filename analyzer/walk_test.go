package analyzer

import (
	"math"
	"testing"
)

// testWalker has persons 0 to 3 (identities 1 to 4) on repositories 1 to 5:
// person 0 on 1; person 1 on 1 and 2; person 2 on 2 and 3; person 3 on 4 and 5.
func testWalker() *walker {
	var people []*profile
	for i, repos := range [][]int{{1}, {1, 2}, {2, 3}, {4, 5}} {
		p := newProfile(i+1, Personal)
		for _, r := range repos {
			p.remember(touch{Repository: r, Weight: 1, Day: 0, Nights: 1})
		}
		people = append(people, p)
	}
	return newWalker(people, 6, 0, 30, 60)
}

func TestWalk(t *testing.T) {
	t.Parallel()
	w := testWalker()
	if !w.spread([]arc{{1, 1}}, 1) {
		t.Fatal("the walk from repository 1 reaches nobody")
	}
	got := w.near([]int{2, 3, 4, 5}) // only person 1 is reached, and lands on 2
	for i, want := range []float64{1, 0, 0, 0} {
		near(t, "near", got[i], want)
	}
	w.spread([]arc{{2, 1}}, 1) // persons 1 and 2, half each, then 1 2 and 2 3
	got = w.near([]int{1, 2, 3})
	for i, want := range []float64{.25, .5, .25} {
		near(t, "near", got[i], want)
	}
	if w.spread([]arc{{4, 1}}, 4) {
		t.Error("a walk returns to the identity that it starts from")
	}
	w.spread([]arc{{4, 1}}, 1)
	if w.near([]int{1, 2, 3}) != nil {
		t.Error("a walk that lands on no candidate says something")
	}
}

func TestPeopleOnMostRepositoriesAreLeftOut(t *testing.T) {
	t.Parallel()
	p, q := newProfile(1, Personal), newProfile(2, Personal)
	for r := 1; r < 5; r++ {
		p.remember(touch{Repository: r, Weight: 1, Day: 0, Nights: 1})
	}
	q.remember(touch{Repository: 1, Weight: 1, Day: 0, Nights: 1})
	if w := newWalker([]*profile{p, q}, 5, 0, 4, 60); !w.spread([]arc{{1, 1}}, 2) {
		t.Error("somebody on as many repositories as are common is left out")
	}
	if w := newWalker([]*profile{p, q}, 5, 0, 3, 60); w.spread([]arc{{1, 1}}, 2) {
		t.Error("somebody on more repositories than are common is not left out")
	}
}

func TestCoherenceIsAWalkWithoutTheRepositoryItself(t *testing.T) {
	t.Parallel()
	w := testWalker()
	fresh, candidates := []int{1, 2, 3, 4}, []int{1, 2, 3, 4, 5}
	got := w.coherence(nil, fresh, candidates, 9)
	for i, r := range fresh {
		var from []arc
		for _, x := range fresh {
			if x != r {
				from = append(from, arc{x, 1})
			}
		}
		w.spread(from, 9)
		near(t, "coherence", got[i], w.near(candidates)[r-1])
	}
	if share := w.coherence(nil, []int{4}, candidates, 4); share[0] != -1 {
		t.Errorf("a lone repository of one's own hangs together with nothing: %v", share)
	}
}

func TestWeightsDecay(t *testing.T) {
	t.Parallel()
	p := newProfile(1, Personal)
	p.remember(touch{Repository: 3, Weight: 3.5, Day: 60})
	p.remember(touch{Repository: 1, Weight: 1, Day: 60})
	p.remember(touch{Repository: 7, Weight: 9, Day: 60})
	p.remember(touch{Repository: 7, Weight: 2, Day: 120}) // as of a later night
	row := p.arcs(120, 60)
	if len(row) != 3 || row[0].to != 1 || row[1].to != 3 || row[2].to != 7 {
		t.Fatalf("arcs are %v, want those to 1, 3 and 7", row)
	}
	near(t, "arc", row[1].share, math.Sqrt(1.75))
	near(t, "arc of tonight", row[2].share, math.Sqrt(2))
	m := newProfile(2, App)
	m.remember(touch{Repository: 3})
	if !m.knows(3) || len(m.arcs(0, 60)) != 0 {
		t.Error("a machine's repositories are known but no arcs")
	}
}
