package analyzer

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

// stateBytes gives the bytes of a model's state.
func stateBytes(t *testing.T, m *Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSavedAndLoadedGoesOnAsIfNothingHappened(t *testing.T) {
	t.Parallel()
	nights := eventful()
	straight := New(Default())
	broken := New(Default())
	for i, n := range nights {
		want, got := straight.Advance(n), broken.Advance(n)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("night %d differs after a reload", i)
		}
		data := stateBytes(t, broken)
		if !bytes.Equal(data, stateBytes(t, straight)) {
			t.Fatalf("night %d: the state's bytes differ after a reload", i)
		}
		m, err := Load(bytes.NewReader(data), Default())
		if err != nil {
			t.Fatal(err)
		}
		if !m.Last().Equal(n.Day) {
			t.Fatalf("latest night is %v, want %v", m.Last(), n.Day)
		}
		broken = m
	}
}

func TestNewStateIsSavedToo(t *testing.T) {
	t.Parallel()
	m, err := Load(bytes.NewReader(stateBytes(t, New(Default()))), Default())
	if err != nil {
		t.Fatal(err)
	}
	if !m.Last().IsZero() || len(m.Advance(testOrganisation(1, 1)[0])) == 0 {
		t.Error("a state saved before any night cannot be gone on from")
	}
}

func TestHostileNamesSurviveSaving(t *testing.T) {
	t.Parallel()
	n := testOrganisation(1, 1)[0]
	for i := range n.Accesses {
		n.Accesses[i].Agent, n.Accesses[i].Name = "\xff\x00\"\u202e", "\xc3("
	}
	m := New(Default())
	m.Advance(n)
	got, err := Load(bytes.NewReader(stateBytes(t, m)), Default())
	if err != nil {
		t.Fatal(err)
	}
	if agents := got.state.Names.Agents.Names; agents[1] != "\xff\x00\"\u202e" {
		t.Errorf("agent %q came back", agents[1])
	}
}

func TestDamagedStatesAreRefused(t *testing.T) {
	t.Parallel()
	m := New(Default())
	m.Advance(testOrganisation(1, 1)[0])
	good := stateBytes(t, m)
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	tests := map[string][]byte{
		"empty":    nil,
		"cut off":  good[:len(good)-100],
		"one bit":  flipped,
		"other":    []byte("\x01"),
		"nonsense": []byte(strings.Repeat("midwatch", 9)),
	}
	for name, data := range tests {
		if _, err := Load(bytes.NewReader(data), Default()); err == nil || !strings.Contains(err.Error(), "rebuild") {
			t.Errorf("%s: error %v, want one that says what to do", name, err)
		}
	}
}

func TestPastIsBoundedAndSummed(t *testing.T) {
	t.Parallel()
	p := newProfile(1, Personal, 0)
	for day := range 300 {
		p.file(pastNight{Day: day, New: day%3 - 1, Repositories: []int{day}})
	}
	if len(p.Past) != pastMost || p.Older.Nights != 114 || p.Older.WithNew != 57 {
		t.Errorf("%d nights kept, %+v summed, want %d, 114 and 57", len(p.Past), p.Older, pastMost)
	}
	kept := 0
	for _, n := range p.Past {
		if n.Repositories != nil {
			kept++
		}
	}
	if kept != slowMost {
		t.Errorf("repositories of %d nights are kept, want those of %d", kept, slowMost)
	}
}
