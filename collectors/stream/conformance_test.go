package stream

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"midwatch/collectors"
	"midwatch/collectors/collectortest"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// left makes a journal as a dead receiver leaves it.
func left(t *testing.T, dir string, number uint64, lines ...string) {
	t.Helper()
	text := ""
	for _, l := range lines {
		text += l + "\n"
	}
	if err := os.WriteFile(journalPath(dir, number), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	collectortest.Run(t, func(t *testing.T) collectortest.Source {
		dir := t.TempDir()
		var want []string
		for n := range 4 {
			want = append(want, fmt.Sprintf(`{"id":%d}`, n))
		}
		left(t, dir, 1, want[:2]...)
		left(t, dir, 2, want[2:]...)
		if err := (status{AliveAt: noon, Running: true}).write(dir); err != nil {
			t.Fatal(err)
		}
		return collectortest.Source{
			New: func(t *testing.T) collectors.Collector {
				c, err := New(CollectorOptions{Words: plain{}.Words(), Dir: dir, Address: "127.0.0.1:1"})
				if err != nil {
					t.Fatal(err)
				}
				return c
			},
			Now: noon.Add(time.Hour), Want: want,
			Grow: func(t *testing.T) []string {
				left(t, dir, 3, `{"id":9}`)
				return []string{`{"id":9}`}
			},
		}
	})
}

func TestCollectSaysSinceWhenNobodyReceived(t *testing.T) {
	dir := t.TempDir()
	c, err := New(CollectorOptions{Words: plain{}.Words(), Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Collect(t.Context(), "", noon, &collectortest.Landing{}); !errors.Is(err, errNeverRan) {
		t.Errorf("never started: %v", err)
	}
	if err := (status{AliveAt: noon, Running: true}).write(dir); err != nil {
		t.Fatal(err)
	}
	landing := &collectortest.Landing{}
	out, err := c.Collect(t.Context(), "", noon.Add(silent-time.Second), landing)
	if err != nil || len(out.Gaps) != 0 || landing.Calls() != 0 {
		t.Errorf("a running receiver: %+v, %v, %d landed", out, err, landing.Calls())
	}
	until := noon.Add(silent)
	out, err = c.Collect(t.Context(), "", until, landing)
	if err != nil || len(out.Gaps) != 1 || !out.Gaps[0].From.Equal(noon) || !out.Gaps[0].Until.Equal(until) {
		t.Fatalf("a dead receiver: %+v, %v", out, err)
	}
	if s := landing.Segments(); len(s) != 1 || len(s[0].Gaps) != 1 {
		t.Errorf("the gap was not sealed: %+v", s)
	}
}
