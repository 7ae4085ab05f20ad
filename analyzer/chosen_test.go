package analyzer

import (
	"reflect"
	"testing"
)

// TestAChoiceIsMadeAgainAsItWas packs the choices of the last nights of an
// organisation and unpacks them, and keeps no walk that nobody will ask for.
func TestAChoiceIsMadeAgainAsItWas(t *testing.T) {
	t.Parallel()
	compared, walked := 0, 0
	nights := testOrganisation(5, 40)
	judgeTogether(t, landed(t, nights), Default(), nights, len(nights), func(m *Model, n Night) {
		day := dayNumber(n.Day)
		facets := m.enter(n.Accesses)
		g := m.meet(facets)
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
	})
	if compared < 100 || walked < 50 {
		t.Errorf("%d choices were compared, %d of them with a walk", compared, walked)
	}
}
