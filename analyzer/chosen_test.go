package analyzer

import (
	"reflect"
	"testing"
)

// TestAChoiceIsMadeAgainAsItWas packs the choices of the last nights of an
// organisation and unpacks them, and keeps no walk that nobody will ask for.
func TestAChoiceIsMadeAgainAsItWas(t *testing.T) {
	t.Parallel()
	m := New(Default())
	compared, walked := 0, 0
	for _, n := range testOrganisation(5, 40) {
		day := dayNumber(n.Day)
		if m.state.Last < 0 {
			m.state.Start = day
		}
		facets := m.enter(n.Accesses, day)
		g := m.meet(facets, day)
		w := newWalker(m.state.Profiles, len(m.state.Repositories), day, 40, m.options.Which.HalfLife)
		for _, f := range facets {
			j := &judgement{facetNight: f}
			if j.novelties, j.chosen = m.novelties(f, g, w, day); j.chosen == nil {
				continue
			}
			if !m.teachesOpenness(f, day) && len(j.chosen.near) > 0 {
				t.Errorf("%s keeps a walk that teaches nothing", f.name)
			}
			c, _ := m.choose(f, j.novelties, w, day)
			j.chosen = c.keep(true)
			if again := m.again(j, day); !reflect.DeepEqual(again, c) {
				t.Errorf("%s on %s: made again it is\n%+v, was\n%+v", f.name, n.Day, again, c)
			}
			compared++
			if c.near != nil {
				walked++
			}
		}
		m.Advance(n)
	}
	if compared < 100 || walked < 50 {
		t.Errorf("%d choices were compared, %d of them with a walk", compared, walked)
	}
}
