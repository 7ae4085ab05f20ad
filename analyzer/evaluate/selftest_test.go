package evaluate

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/queries/warehouse"
)

func TestCaughtIsTheFirstNightListed(t *testing.T) {
	p := Planted{Campaign: Campaign{Days: []Day{{"2026-05-01", "ana", 2}, {"2026-05-03", "ana", 1}, {"2026-05-03", "ben", 1}, {"2026-05-04", "ana", 4}}}}
	got := p.caught(map[key]Shown{
		{"2026-05-01", "ana"}: {"2026-05-01", "ana", 2, false, 2},
		{"2026-05-02", "ana"}: {"2026-05-02", "ana", 1, true, .1}, // nothing was planted that day
		{"2026-05-03", "ana"}: {"2026-05-03", "ana", 9, true, .9},
		{"2026-05-03", "ben"}: {"2026-05-03", "ben", 4, true, .4},
		{"2026-05-04", "ana"}: {"2026-05-04", "ana", 1, true, .1},
	})
	if !got.Listed || got.On != "2026-05-03" || got.Night != 3 || got.Rank != 4 || got.Expected != .4 || got.Best != 1 || got.Lost != .5 {
		t.Errorf("caught %+v", got)
	}
	never := p.caught(map[key]Shown{{"2026-05-01", "ana"}: {"2026-05-01", "ana", 12, false, 9}})
	if never.Listed || never.Best != 12 || never.Lost != 1 || never.Night != 0 {
		t.Errorf("what was never listed is %+v", never)
	}
}

// TestWhoIsNamedInAListedRowIsListed: two that came the same way are one row.
func TestWhoIsNamedInAListedRowIsListed(t *testing.T) {
	night := time.Date(2026, 8, 6, 0, 0, 0, 0, time.UTC)
	shown := map[key]Shown{}
	note(shown, analyzer.Scored{Night: night, Assessments: []analyzer.Assessment{
		{Identity: "a", Rank: 1, Listed: true, Group: []analyzer.Member{{Identity: "b"}}},
		{Identity: "b", Rank: 2},
		{Identity: "c", Rank: 3, Group: []analyzer.Member{{Identity: "d"}}},
		{Identity: "d", Rank: 4},
	}})
	for identity, want := range map[string]bool{"a": true, "b": true, "c": false, "d": false} {
		if got := shown[key{"2026-08-06", identity}].Listed; got != want {
			t.Errorf("%s: listed is %t", identity, got)
		}
	}
}

func TestSummaryCountsByScenario(t *testing.T) {
	campaign := func(listed bool, night, rank int, lost float64) Caught {
		return Caught{Planted: Planted{Campaign: Campaign{Scenario: "crown_jewel"}}, Listed: listed, Night: night, Rank: rank, Lost: lost}
	}
	not := Caught{Planted: Planted{Campaign: Campaign{Scenario: "crown_jewel"}, Not: "nobody fit"}}
	for _, s := range Summarise([]Caught{campaign(true, 1, 7, .5), campaign(true, 2, 3, .3), campaign(false, 0, 0, 1), not}) {
		if s.Scenario != "crown_jewel" {
			if s.Planted != 0 {
				t.Errorf("%+v was planted", s)
			}
			continue
		}
		if s.Planted != 3 || s.Listed != 2 || s.FirstNight != 1 || s.Rank != 3 || s.Lost < .599 || s.Lost > .601 || s.Not != "nobody fit" {
			t.Errorf("summary is %+v", s)
		}
	}
}

func TestPlantingNeedsDataBeforeIt(t *testing.T) {
	c := copyOf(t)
	_, err := SelfTest(context.Background(), c, analyzer.Run{Options: analyzer.Default(), Version: "test"}, 1, 1)
	if err == nil || !strings.Contains(err.Error(), "planting needs at least 45 days") {
		t.Errorf("36 days of data give %v", err)
	}
}

func TestPlantedActsAreSeenAsAnyOther(t *testing.T) {
	ctx := context.Background()
	c := copyOf(t)
	night := time.Date(2026, 6, 2, 0, 0, 0, 0, time.UTC)
	planted, err := Plan(ctx, c, 1, 1, night, night)
	if err != nil {
		t.Fatal(err)
	}
	acts := planted[0].acts
	if planted[0].Not != "" || len(acts) == 0 {
		t.Fatalf("nothing was planned: %+v", planted[0])
	}
	if err := c.Plant(ctx, acts); err != nil {
		t.Fatal(err)
	}
	rows, err := c.Reader().Query(ctx, "SELECT count(*), count(DISTINCT repository), min(network_kind) FROM access WHERE identity = '"+acts[0].Identity+"' AND day = DATE '2026-06-02' AND copies > 0 AND user_agent = 'git/2.43.0'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var n, repositories int
	var kind string
	if !rows.Next() || rows.Scan(&n, &repositories, &kind) != nil || repositories != planted[0].Repositories || kind != "hosting" {
		t.Errorf("the roll-up has %d rows of %d repositories from %s, want %d from hosting", n, repositories, kind, planted[0].Repositories)
	}
	bad := acts[0]
	bad.ID, bad.Identity = "planted:x", "github:nobody"
	if err := c.Plant(ctx, []warehouse.PlantedAct{bad}); err == nil || !strings.Contains(err.Error(), "0 of 1 acts") {
		t.Errorf("planting for an unknown identity gives %v", err)
	}
}

// copyOf is a copy of the sample's snapshot.
func copyOf(t *testing.T) *warehouse.Copy {
	t.Helper()
	ctx := context.Background()
	snapshot := filepath.Join(t.TempDir(), "snapshot.duckdb")
	if err := landed(t).Publish(ctx, snapshot); err != nil {
		t.Fatal(err)
	}
	c, err := warehouse.OpenCopy(ctx, snapshot, warehouse.Options{Path: filepath.Join(t.TempDir(), "copy.duckdb"), MemoryLimit: "500MB", Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}
