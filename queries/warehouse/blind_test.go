package warehouse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestBlindHoursHaveTheirEdge gives 20 records in an hour of four Mondays: in a
// fifth one 3 are blind and 4, a fifth of 20, are not.
func TestBlindHoursHaveTheirEdge(t *testing.T) {
	for _, x := range []struct {
		records int
		blind   bool
	}{{3, true}, {4, false}} {
		var b strings.Builder
		monday := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
		for week := range 6 {
			n := 20
			if week == 4 {
				n = x.records
			}
			for i := range n {
				at := monday.AddDate(0, 0, 7*week).Add(time.Duration(i) * time.Minute)
				fmt.Fprintf(&b, `{"@timestamp":%d,"_document_id":"%d-%d","action":"git.fetch","actor":"ana","repo":"acme/api","org":"acme"}`+"\n", at.UnixMilli(), week, i)
			}
		}
		path := filepath.Join(t.TempDir(), "events.ndjson")
		must(t, os.WriteFile(path, []byte(b.String()), 0o600))
		r := published(t, path, "")
		w, err := r.Seen(context.Background(), time.Time{}, time.Time{})
		must(t, err)
		got := strings.Join(w.Unseen(), "\n")
		want := ""
		if x.blind {
			want = "acme: blind, 2026-06-29 10:00 to 2026-06-29 11:00: less than a fifth of what is usual"
		}
		if got != want {
			t.Errorf("%d records: got %q, want %q", x.records, got, want)
		}
		if s := w.Sentence(); strings.Contains(s, "no gap known") == x.blind || strings.Contains(s, "not accessed") {
			t.Errorf("%d records: the sentence is %q", x.records, s)
		}
	}
}

// TestASpanWithoutARecordIsNotSeen never reads as quiet.
func TestASpanWithoutARecordIsNotSeen(t *testing.T) {
	r := incident(t)
	w, err := r.Seen(context.Background(), time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 2, 0, 0, 0, 0, time.UTC))
	must(t, err)
	if got := strings.Join(w.Unseen(), "; "); got != "acme: nothing, 2026-05-01 00:00 to 2026-05-02 00:00: no record in this window" {
		t.Errorf("got %q", got)
	}
}
