package analyzer

import (
	"reflect"
	"testing"

	"midwatch/queries/warehouse/warehousetest"
)

// returned counts those told to be back after a gap on each night.
func returned(nights [][]Assessment, night int) int {
	n := 0
	for _, a := range nights[night] {
		for _, e := range a.Evidence {
			if e.Name == EvidenceReturnAfterGap {
				n++
			}
		}
	}
	return n
}

// hole is the test organisation with fifteen nights of which nothing came in,
// after which everybody reads something new.
func hole(change func(*Night)) []Night {
	nights := testOrganisation(7, 60)
	for i := 40; i < 55; i++ {
		nights[i].Accesses = nil
		change(&nights[i])
	}
	for p := range testPeople {
		nights[55].Accesses = append(nights[55].Accesses, theft(p, nights[55].Day, 2)...)
	}
	return nights
}

func TestAMissingDayIsNotDormancy(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	quiet := advance(t, Default(), hole(func(*Night) {}))
	if n := returned(quiet, 55); n < 10 {
		t.Fatalf("only %d are back after fifteen quiet nights: the test says nothing", n)
	}
	missing := advance(t, Default(), hole(func(n *Night) { n.Unseen, n.Dark = []string{"github"}, true }))
	if n := returned(missing, 55); n != 0 {
		t.Errorf("%d are back after a gap in which nobody was looked at", n)
	}
	other := advance(t, Default(), hole(func(n *Night) { n.Unseen = []string{"gitlab"} }))
	if !reflect.DeepEqual(other[55], quiet[55]) {
		t.Error("days on which another forge was missing change something")
	}
}

func TestOnlyMissingDaysWithinAGapAreTakenOff(t *testing.T) {
	t.Parallel()
	m := newModel(Default())
	who := m.state.Names.Identities.number("github:ana")
	p := &profile{Identity: who, First: 0, Last: 100, Active: 80}
	for _, day := range []int{99, 100, 101, 104, 110} {
		m.state.Unseen = append(m.state.Unseen, unseenDay{Day: day, Forge: "github"})
	}
	m.state.Unseen = append(m.state.Unseen, unseenDay{Day: 103, Forge: "gitlab"})
	if got := m.unseenSince(p, 110); got != 2 {
		t.Errorf("%d days are taken off, want those of 101 and 104", got)
	}
	if got := m.unseenSince(&profile{Identity: who, Last: -1}, 110); got != 0 {
		t.Errorf("%d days are taken off a first night", got)
	}
}

func TestADeadCollectorIsNotAQuietNight(t *testing.T) {
	warehousetest.Long(t)
	t.Parallel()
	full := hole(func(n *Night) { n.Dark = true })
	dark := advance(t, Default(), full)
	without := advance(t, Default(), append(full[:40:40], full[55:]...))
	for i := range dark[55] {
		if dark[55][i].Expected <= 0 || i < len(without[40]) && dark[55][i].Raw == without[40][i].Raw && dark[55][i].Expected != without[40][i].Expected {
			t.Errorf("E of row %d is %v with nights that were not seen and %v without them", i, dark[55][i].Expected, without[40][i].Expected)
		}
	}
	quiet := advance(t, Default(), hole(func(*Night) {}))
	if reflect.DeepEqual(quiet[55], dark[55]) {
		t.Error("fifteen quiet nights teach nothing: the test says nothing")
	}
}
