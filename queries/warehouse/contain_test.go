package warehouse

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// TestWatchDead records each credential once, by the first time; a later use is
// then an answer of the question revoked.
func TestWatchDead(t *testing.T) {
	ctx := context.Background()
	w, err := Open(ctx, Options{Path: Fresh(t), Threads: 2})
	must(t, err)
	defer w.Close()
	_, err = w.Load(ctx, Input{Source: "acme", Format: "github", Name: "events", Path: filepath.Join(fixtures, "events.ndjson"), CollectedAt: time.Date(2026, 7, 22, 0, 0, 0, 0, time.UTC)})
	must(t, err)
	at := time.Date(2026, 7, 20, 11, 30, 0, 0, time.UTC)
	dead := []DeadCredential{{Credential: "ANATOKEN0000000000000000000000000000000000000", Forge: "github", Since: at, Owner: "ana"}, {Credential: "';DROP TABLE event;--", Since: at}}
	for _, want := range []int{2, 0} {
		n, err := w.WatchDead(ctx, dead)
		must(t, err)
		if n != want {
			t.Errorf("recorded %d, want %d", n, want)
		}
		dead[0].Since = at.Add(24 * time.Hour)
	}
	r := w.Reader()
	want := "n | earliest\n2 | 2026-07-20 11:30:00.000\n"
	if got := answers(t, r, "SELECT count(*) AS n, min(dead_at) AS earliest FROM credential_fact WHERE source = 'contain'"); got != want {
		t.Errorf("got %s", got)
	}
	want = "credential | first_use_after | records\nANATOKEN0000000000000000000000000000000000000 | 2026-07-20 12:00:00.000 | 1\n"
	if got := answers(t, r, "SELECT credential, first_use_after, records FROM investigate.revoked()"); got != want {
		t.Errorf("got %s", got)
	}
}
