package warehouse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/queries"
)

// cases is where inputs lie that people saved or shipped in usual ways, and that were
// read wrongly once, each with the events that it must give.
const cases = "../../testdata/cases"

// TestCases holds each case to what stands beside it: the format that it is taken for,
// counts, events, and reasons of what is in quarantine. Nothing of it is lost in
// silence: what is no event of somebody's makes the run say so.
func TestCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(cases, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, ".events.tsv") || strings.HasSuffix(path, ".md") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) { checkCase(t, path) })
	}
}

func checkCase(t *testing.T, path string) {
	w := openTest(t)
	formats := queries.Scripts("sources")
	guesses, err := Recognise(Input{Path: path}, formats)
	if err != nil {
		t.Fatal(err)
	}
	format, err := Take(path, guesses)
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.Load(context.Background(), Input{Source: "case", Format: format.Name, Name: path, Path: path, CollectedAt: time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%s: records %d, events %d, repeated %d, control %d, ignored %d, quarantined %d, missed %d, unfinished %q\n",
		format.Name, out.Records, out.New, out.Duplicate, out.Control, out.Ignored, out.Quarantined, out.Missed, out.Unfinished)
	got += table(t, w, `SELECT occurred_at, action, action_basis, outcome, identity, identity_kind, credential_kind, credential, repository, ip, user_agent, native_action
		FROM event ORDER BY occurred_at, event_id`)
	got += table(t, w, "SELECT 'quarantine', reason, line, left(record, 60) FROM quarantine ORDER BY line, record")
	golden := path + ".events.tsv"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s does not give the events of %s:\n%s", path, golden, difference(string(want), got))
	}
	if out.Records != out.New+out.Duplicate+out.Control+out.Ignored+out.Quarantined {
		t.Errorf("not every record is counted once: %+v", out)
	}
}
