package warehouse_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

var coverageNight = time.Date(2026, 7, 21, 0, 0, 0, 0, time.UTC) // a Tuesday

// rhythm is a source of an hour table: what an hour gave in each week before
// (0 is the night's own) and which share has an address.
type rhythm struct {
	name    string
	weeks   int
	days    int // instead of weeks, where it is younger
	records func(week, weekday, hour int) int
	address func(week int) float64
}

// hourly fills a warehouse with sources.
func hourly(t *testing.T, sources ...rhythm) *warehouse.Warehouse {
	t.Helper()
	w := openSignals(t, "")
	for i, s := range sources {
		install(t, w, fmt.Sprintf("INSERT INTO source VALUES (%d, '%s', 'github')", i+1, s.name))
		var rows []string
		for day := max(7*s.weeks, s.days); day >= 0; day-- {
			at := coverageNight.AddDate(0, 0, -day)
			for hour := range 24 {
				week := (day + 6) / 7
				n := s.records(week, int(at.Weekday()), hour)
				if n == 0 {
					continue
				}
				with := 0
				if s.address != nil {
					with = int(s.address(week) * float64(n))
				}
				rows = append(rows, fmt.Sprintf("(TIMESTAMP '%s', %d, %d, %d, %d)", at.Add(time.Duration(hour)*time.Hour).Format(time.DateTime), i+1, n, with, n))
			}
		}
		install(t, w, "INSERT INTO source_hour VALUES "+strings.Join(rows, ","))
	}
	return w
}

// always gives the same each hour, and another number in the night itself.
func always(usual, tonight int) func(week, weekday, hour int) int {
	return func(week, _, _ int) int {
		if week == 0 {
			return tonight
		}
		return usual
	}
}

func TestBlindHoursAndDaysHaveSharpEdges(t *testing.T) {
	for _, c := range []struct {
		name   string
		source rhythm
		hours  int
		blind  bool
		want   string // in the reasons; "" for none
	}{
		{"as usual", rhythm{weeks: 8, records: always(30, 30)}, 0, false, ""},
		{"exactly a fifth", rhythm{weeks: 8, records: always(30, 6)}, 0, false, ""},
		{"less than a fifth", rhythm{weeks: 8, records: always(30, 5)}, 24, true, "gave 120 records of 2026-07-21, less than a fifth of the usual 720"},
		{"nothing", rhythm{weeks: 8, records: always(30, 0)}, 24, true, "gave nothing of 2026-07-21; about 720 records are usual"},
		{"an hour of twenty", rhythm{weeks: 8, records: hourOf(20)}, 1, false, "less than a fifth of what is usual in 1 hours"},
		{"an hour of nineteen", rhythm{weeks: 8, records: hourOf(19)}, 0, false, ""},
		{"a small source that always gave something", rhythm{weeks: 2, records: atNoon(1, 0)}, 0, true, "gave nothing of 2026-07-21; about 1 records are usual"},
		{"a small source that gives something", rhythm{weeks: 2, records: atNoon(1, 1)}, 0, false, ""},
		{"a small source that was silent on one Tuesday", rhythm{weeks: 8, records: silentTuesday}, 0, false, ""},
		{"a source of office days on a day off", rhythm{weeks: 8, records: notOnTuesdays}, 0, false, ""},
		{"a source of three days that always gave something", rhythm{days: 3, records: always(9, 0)}, 0, true, "gave nothing of 2026-07-21"},
		{"a source of two days", rhythm{days: 2, records: always(9, 0)}, 0, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.source.name = "s"
			w := hourly(t, c.source, rhythm{name: "other", weeks: 8, records: always(1, 1)})
			got, err := w.Coverage(context.Background(), coverageNight)
			if err != nil {
				t.Fatal(err)
			}
			s := got.Sources[1]
			if s.Source != "s" || s.BlindHours != c.hours || s.Blind != c.blind {
				t.Errorf("%d blind hours, blind %v, want %d and %v (%+v)", s.BlindHours, s.Blind, c.hours, c.blind, s)
			}
			reasons := strings.Join(got.Blind(), "\n")
			if c.want == "" && reasons != "" || !strings.Contains(reasons, c.want) {
				t.Errorf("it says %q, want %q", reasons, c.want)
			}
			if said := strings.Contains(got.Sentence(), "NOT SEEN"); said != (c.want != "") {
				t.Errorf("the sentence is %q", got.Sentence())
			}
		})
	}
}

// hourOf gives n at noon and nothing then in the night itself; 30 at nine always.
func hourOf(n int) func(week, weekday, hour int) int {
	return func(week, _, hour int) int {
		switch {
		case hour == 9:
			return 30
		case hour == 12 && week > 0:
			return n
		}
		return 0
	}
}

func atNoon(usual, tonight int) func(week, weekday, hour int) int {
	return func(week, weekday, hour int) int {
		if hour != 12 {
			return 0
		}
		return always(usual, tonight)(week, weekday, hour)
	}
}

func silentTuesday(week, weekday, hour int) int {
	if weekday == int(time.Tuesday) && week == 3 {
		return 0
	}
	return atNoon(2, 0)(week, weekday, hour)
}

func notOnTuesdays(_, weekday, _ int) int {
	if weekday == int(time.Tuesday) {
		return 0
	}
	return 50
}

func TestFieldsThatGoMissingAreTold(t *testing.T) {
	for _, c := range []struct {
		name        string
		before, now float64
		blind       bool
		sentence    string
	}{
		{"always there", 1, 1, false, "s gave 720 records; no gap known"},
		{"half as many", 1, .5, false, "s gave 720 records; no gap known"},
		{"fewer than half", 1, .4, true, "s gave 720 records, most without an address; NOT SEEN"},
		{"gone", .9, 0, true, "s gave 720 records, none with an address; NOT SEEN"},
		{"never there, as a policy", 0, 0, false, "s gave 720 records, none with an address; no gap known"},
		{"on half of them, and gone", .5, 0, false, "s gave 720 records, none with an address; no gap known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := hourly(t, rhythm{name: "s", weeks: 8, records: always(30, 30), address: func(week int) float64 {
				if week == 0 {
					return c.now
				}
				return c.before
			}})
			got, err := w.Coverage(context.Background(), coverageNight)
			if err != nil {
				t.Fatal(err)
			}
			if blind := len(got.Blind()) > 0; blind != c.blind || !strings.Contains(got.Sentence(), c.sentence) {
				t.Errorf("blind %v: %s", blind, got.Sentence())
			}
			if !strings.Contains(got.Sentence(), "never say: page views") {
				t.Errorf("the sentence does not say what the host never does: %s", got.Sentence())
			}
		})
	}
}

func TestAGapIsToldOnceForEachNightItTouches(t *testing.T) {
	ctx := context.Background()
	w := hourly(t, rhythm{name: "s", weeks: 2, records: always(1, 1)})
	begin := coverageNight.Add(20 * time.Hour)
	for _, until := range []time.Time{coverageNight.AddDate(0, 0, 1), coverageNight.AddDate(0, 0, 2).Add(time.Hour)} {
		if err := w.RecordGap(ctx, "s", "github", begin, until, "nobody listened", until); err != nil {
			t.Fatal(err)
		}
	}
	for day, want := range map[int]int{-1: 0, 0: 1, 1: 1, 2: 1, 3: 0} {
		got, err := w.Coverage(ctx, coverageNight.AddDate(0, 0, day))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Gaps) != want {
			t.Errorf("%d days after: %q", day, got.Gaps)
		}
		if want == 1 && got.Gaps[0] != "s from 2026-07-21 20:00 to 2026-07-23 01:00: nobody listened" {
			t.Errorf("it says %q", got.Gaps[0])
		}
	}
}

func TestWhatWasNotSeenIsKnownByForge(t *testing.T) {
	ctx := context.Background()
	w := hourly(t, rhythm{name: "hub", weeks: 8, records: always(30, 0)}, rhythm{name: "lab", weeks: 8, records: always(10, 10)})
	last := coverageNight.Add(-time.Hour).Format(time.DateTime)
	install(t, w, `INSERT INTO landing SELECT 1, 1, 'x', 0, '', 0, NULL, 0, 0, true, TIMESTAMP '2026-07-21', TIMESTAMP '2026-07-21'`)
	install(t, w, `INSERT INTO identity_form VALUES (1, 'github:ana', 'human', 'ana', '')`)
	install(t, w, `INSERT INTO access_form VALUES (1, '', 'none', 'personal')`)
	install(t, w, `INSERT INTO repository_form VALUES (1, 'acme/a', 'acme')`)
	install(t, w, `INSERT INTO event_fact SELECT TIMESTAMP '`+last+`', 'e', 1, 'fetch', 'reported', '', 'ok', 1, 1, NULL, 1, NULL, NULL, '', NULL, '', NULL, NULL, NULL, 'unknown', '', NULL, ''`)
	got, err := w.Unseen(ctx, coverageNight)
	if err != nil || !slices.Equal(got.Forges, []string{"github"}) || !got.Dark {
		t.Errorf("the night the hub gave nothing: %+v, %v", got, err)
	}
	got, err = w.Unseen(ctx, coverageNight.AddDate(0, 0, -1))
	if err != nil || len(got.Forges) != 0 || got.Dark {
		t.Errorf("the night before: %+v, %v", got, err)
	}
}
