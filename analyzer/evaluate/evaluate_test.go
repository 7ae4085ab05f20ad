package evaluate

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/queries/warehouse"
)

const sample = "../../testdata/evaluate"

func TestMarketRulesSayWhatTheKitSays(t *testing.T) {
	var want, got []string
	for _, r := range table(t, "rules.csv") {
		score, err := strconv.ParseFloat(r[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, line(r[0], r[1], r[2], score))
	}
	for _, m := range market(t) {
		for _, r := range m.Rows {
			got = append(got, line(m.Rule, r.Day, r.Identity, r.Score))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the rules say\n%s\nwant\n%s", strings.Join(missing(got, want), "\n"), strings.Join(missing(want, got), "\n"))
	}
}

func line(rule, day, identity string, score float64) string {
	return strings.Join([]string{rule, day, identity, decimals(score, 4)}, " ")
}

// missing are the lines of a that b lacks.
func missing(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func TestJudgeMeasuresWhatTheKitMeasures(t *testing.T) {
	truth, err := ReadTruth(filepath.Join(sample, "truth"))
	if err != nil {
		t.Fatal(err)
	}
	of := map[string][]Row{}
	for _, m := range market(t) {
		of[m.Rule] = m.Rows
	}
	for _, want := range table(t, "judged.csv") {
		got := []string{want[0]}
		for _, m := range (Ranked{want[0], Judge(of[want[0]], truth)}).measures() {
			got = append(got, decimals(m.value, m.digits))
		}
		// The kit's columns have AP behind lost@5, as ours have.
		if !slices.Equal(got, want) {
			t.Errorf("measured %v, want %v", got, want)
		}
	}
}

func TestEqualScoresEarnNoLuck(t *testing.T) {
	truth := Truth{From: "2026-05-01", Until: "2026-05-01", Nights: 1, Campaigns: []Campaign{{ID: "a", Days: []Day{{"2026-05-01", "ana", 1}}}}}
	rows := []Row{{"2026-05-01", "ana", 1}, {"2026-05-01", "ben", 1}, {"2026-05-01", "cyd", 1}}
	first := Judge(rows, truth)
	slices.Reverse(rows)
	if again := Judge(rows, truth); again != first {
		t.Errorf("another order of the same rows gives %+v, not %+v", again, first)
	}
}

func TestListIsMeasuredByHand(t *testing.T) {
	truth := Truth{
		From: "2026-05-02", Until: "2026-05-05", Nights: 4,
		Campaigns: []Campaign{
			{ID: "a", Days: []Day{{"2026-05-02", "ana", 3}, {"2026-05-03", "ana", 1}}},
			{ID: "b", Aliases: []string{"ip:9"}, Days: []Day{{"2026-05-03", "ben", 2}, {"2026-05-04", "ben", 6}}},
			{ID: "c", Days: []Day{{"2026-05-05", "cyd", 5}}},
		},
		LookAlikes: []LookAlike{{ID: "n", Days: []Day{{"2026-05-04", "kit", 1}}}, {ID: "m", Days: []Day{{"2026-05-05", "jon", 1}}}},
	}
	got := List([]Shown{
		{"2026-05-01", "eve", 1, true, .1}, // before the judged nights
		{"2026-05-02", "ana", 1, true, .1},
		{"2026-05-03", "ben", 1, false, 2},
		{"2026-05-04", "ip:9", 1, true, .3},
		{"2026-05-04", "kit", 2, true, .4},
		{"2026-05-04", "dan", 3, false, 3},
		{"2026-05-04", "fay", 4, false, 3.1},
	}, truth)
	want := Listing{
		Rows: .75, Benign: .25, Precision: 2. / 3, Empty: .5, Recall: 2. / 3, FirstNight: .5, Nights: 1.5,
		Lost: (.75 + 1 + 1) / 3, Look: .5, Observed: [len(Nominal)]float64{0, 0, .25, .25, .5},
	}
	for i, x := range [][2]float64{
		{got.Rows, want.Rows}, {got.Benign, want.Benign}, {got.Precision, want.Precision}, {got.Empty, want.Empty}, {got.Recall, want.Recall},
		{got.FirstNight, want.FirstNight}, {got.Nights, want.Nights}, {got.Lost, want.Lost}, {got.Look, want.Look},
	} {
		if math.Abs(x[0]-x[1]) > 1e-12 {
			t.Errorf("measure %d is %v, want %v", i, x[0], x[1])
		}
	}
	if got.Observed != want.Observed {
		t.Errorf("calibration is %v, want %v", got.Observed, want.Observed)
	}
}

func TestTraceMeasuresOursBesideTheMarket(t *testing.T) {
	truth, err := ReadTruth(filepath.Join(sample, "truth"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Trace(context.Background(), "sample", analyzer.Run{Warehouse: landed(t), Options: analyzer.Default(), Version: "test"}, truth)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rankings) != 12 || r.Rankings[0].Name != Ours || r.Rankings[0].RowsANight < 5 {
		t.Errorf("rankings are %+v", r.Rankings)
	}
	header, rows := Long([]Result{r, r})
	if len(header) != 7 || len(rows) != 12*9+9+len(Nominal) {
		t.Errorf("%d columns, %d rows", len(header), len(rows))
	}
	for _, row := range rows {
		if row[5] != row[6] || row[3] != row[5] || strings.Trim(row[4], "0.") != "" {
			t.Errorf("two equal traces give %v", row)
		}
	}
}

func TestTruthSaysWhatIsWrongWithIt(t *testing.T) {
	dir := t.TempDir()
	check := func(want string) {
		t.Helper()
		if _, err := ReadTruth(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want one with %q", err, want)
		}
	}
	check("a trace is a folder with")
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("meta.json", `{"end":"2026-05-02"}`)
	check("eval_from, end and nights are needed")
	put("meta.json", `{"eval_from":"2026-05-01","end":"2026-05-02","nights":2}`)
	put("labels.ndjson", "{}\n{\"days\":1}\n")
	put("benign_lookalikes.ndjson", "")
	check("labels.ndjson, object 2")
}

// landed is a warehouse with the sample.
func landed(t *testing.T) *warehouse.Warehouse {
	t.Helper()
	ctx := context.Background()
	w, err := warehouse.Open(ctx, warehouse.Options{Path: filepath.Join(t.TempDir(), "w.duckdb"), MemoryLimit: "500MB", Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := w.ReadNetworks(ctx, filepath.Join(sample, "netinfo.csv")); err != nil {
		t.Fatal(err)
	}
	in := warehouse.Input{Source: "sample", Format: "github", Name: "log", Path: filepath.Join(sample, "events.ndjson"), CollectedAt: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}
	if _, err := w.Load(ctx, in); err != nil {
		t.Fatal(err)
	}
	if _, err := w.RollUp(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return w
}

func market(t *testing.T) []MarketRule {
	t.Helper()
	truth, err := ReadTruth(filepath.Join(sample, "truth"))
	if err != nil {
		t.Fatal(err)
	}
	from, until, err := truth.span()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Market(context.Background(), landed(t), from, until)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// table reads a CSV of the sample without its header.
func table(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(sample, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}
