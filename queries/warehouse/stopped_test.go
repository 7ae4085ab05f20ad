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

// TestASourceThatStoppedIsSaid has two sources that give a record a day, of which
// one ends earlier: an answer without an end must not read as if both reached to
// its own. The newest day is not over yet and says nothing.
func TestASourceThatStoppedIsSaid(t *testing.T) {
	for _, x := range []struct {
		days int // of the source that stops, of twenty
		want string
	}{
		{20, ""},
		{19, ""},
		{18, "second: blind, 2026-06-19 00:00 to 2026-06-20 00:00: less than a fifth of what is usual"},
		{10, "second: blind, 2026-06-11 00:00 to 2026-06-20 00:00: less than a fifth of what is usual"},
	} {
		r := twoSources(t, 20, x.days)
		w, err := r.Seen(context.Background(), time.Time{}, time.Time{})
		must(t, err)
		if got := strings.Join(w.Unseen(), "; "); got != x.want {
			t.Errorf("%d days: got %q, want %q", x.days, got, x.want)
		}
		if s := w.Sentence(); !strings.Contains(s, "first (github) gave 20 records, 2026-06-01 09:00 to 2026-06-20 10:00") ||
			!strings.Contains(s, fmt.Sprintf("second (github) gave %d records, 2026-06-01 09:00 to 2026-06-%02d 10:00", x.days, x.days)) {
			t.Errorf("%d days: the sentence does not say when each ends: %q", x.days, s)
		}
	}
	// Where the end is named, what lies behind the last record is not collected;
	// it is told once.
	w, err := twoSources(t, 20, 10).Seen(context.Background(), time.Time{}, time.Date(2026, 6, 20, 10, 0, 0, 0, time.UTC))
	must(t, err)
	if got, want := strings.Join(w.Unseen(), "; "), "second: not collected, 2026-06-10 10:00 to 2026-06-20 10:00: after the last record"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// twoSources publishes sources first and second, a record at nine each day from
// 1 June 2026 on.
func twoSources(t *testing.T, days ...int) *Reader {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	w, err := Open(ctx, Options{Path: Fresh(t), Threads: 2})
	must(t, err)
	for i, name := range []string{"first", "second"} {
		var b strings.Builder
		for day := range days[i] {
			at := time.Date(2026, 6, 1+day, 9, 0, 0, 0, time.UTC)
			fmt.Fprintf(&b, `{"@timestamp":%d,"_document_id":"%s-%d","action":"git.fetch","actor":"ana","repo":"acme/api","org":"acme"}`+"\n", at.UnixMilli(), name, day)
		}
		path := filepath.Join(dir, name+".ndjson")
		must(t, os.WriteFile(path, []byte(b.String()), 0o600))
		_, err := w.Load(ctx, Input{Source: name, Format: "github", Name: path, Path: path, CollectedAt: time.Date(2026, 7, 22, 0, 0, 0, 0, time.UTC)})
		must(t, err)
	}
	_, err = w.RollUp(ctx, nil)
	must(t, err)
	path := filepath.Join(dir, "snapshot.duckdb")
	must(t, w.Publish(ctx, path))
	must(t, w.Close())
	r, err := OpenReader(ctx, path, ReadOptions{})
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	return r
}

// TestSomeSaysHowManyMoreThereAre takes twelve for all and thirteen for a part.
func TestSomeSaysHowManyMoreThereAre(t *testing.T) {
	r := incident(t)
	for _, x := range []struct{ list, want string }{
		{"range(12)::VARCHAR[]", `["0" "1" "10" "11" "2" "3" "4" "5" "6" "7" "8" "9"]`},
		{"range(14)::VARCHAR[] || [NULL]", `["0" "1" "10" "11" "12" "13" "2" "3" "4" "5" "6" "7" "... and 2 more"]`},
		{"[NULL, 'b', 'a']", `["a" "b"]`},
		{"NULL::VARCHAR[]", `[]`},
	} {
		if got := answers(t, r, "SELECT investigate.some("+x.list+") AS some"); got != "some\n"+x.want+"\n" {
			t.Errorf("%s: got %s, want %s", x.list, got, x.want)
		}
	}
}

// TestWhatWasNeverBroughtInIsNotKnown: no rows of a question that rests on a file
// say nothing where there is none.
func TestWhatWasNeverBroughtInIsNotKnown(t *testing.T) {
	ctx := context.Background()
	bare, full := published(t, filepath.Join(fixtures, "events.ndjson"), ""), incident(t)
	for _, q := range Questions() {
		for _, need := range q.Needs {
			if withoutIt[need] == "" {
				t.Errorf("%s needs %q, of which there is no word", q.Name, need)
			}
		}
		got, err := bare.Missing(ctx, q)
		must(t, err)
		want := len(q.Needs)
		if q.Name == "context" || q.Name == "network" {
			want = 0 // the log and the networks bring it
		}
		if len(got) != want {
			t.Errorf("%s: got %q, want %d", q.Name, got, want)
		}
		if got, err := full.Missing(ctx, q); err != nil || len(got) > 0 {
			t.Errorf("%s with all files: got %q, %v", q.Name, got, err)
		}
	}
	open := answers(t, bare, "SELECT DISTINCT open_secrets FROM investigate.blast('github:ana')")
	if open != "open_secrets\n<nil>\n" {
		t.Errorf("without alerts blast counts %s", open)
	}
}

// TestOtherIdentities are the person's besides the one that was named.
func TestOtherIdentities(t *testing.T) {
	r := incident(t)
	for _, x := range []struct{ identity, want string }{
		{"github:ana", "Ana Lima [github:ana-admin]"}, {"github:bo", " []"}, {"github:none", " []"},
	} {
		person, others, err := r.OtherIdentities(context.Background(), x.identity)
		must(t, err)
		if got := fmt.Sprint(person, " ", others); got != x.want {
			t.Errorf("%s: got %q, want %q", x.identity, got, x.want)
		}
	}
}

// TestEveryMacroSaysWhatItGives in the database itself: a shell of any client
// shows it, and the dictionary is made of it.
func TestEveryMacroSaysWhatItGives(t *testing.T) {
	words, err := incident(t).Vocabulary(context.Background())
	must(t, err)
	macros := 0
	for _, w := range words {
		if w.Kind != "macro" {
			continue
		}
		macros++
		if len(w.Comment) < 20 {
			t.Errorf("%s says %q", w.Name, w.Comment)
		}
	}
	if macros < 80 {
		t.Errorf("%d macros", macros)
	}
}

// TestReachStaysOnItsKindOfHost: what another host has under the same organisation
// is out of reach.
func TestReachStaysOnItsKindOfHost(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	w, err := Open(ctx, Options{Path: Fresh(t), Threads: 2})
	must(t, err)
	defer w.Close()
	for format, text := range map[string]string{
		"github":   `{"@timestamp":1784541600000,"_document_id":"1","action":"git.fetch","actor":"ana","repo":"acme/api","org":"acme"}` + "\n" + `{"@timestamp":1784541600000,"_document_id":"2","action":"git.fetch","actor":"bo","repo":"acme/web","org":"acme"}` + "\n",
		"gitolite": "2026-07-20.10:00:00\t1\tssh\tARGV=cy\tSOC=git-upload-pack 'acme/tools'\tFROM=192.0.2.1\n2026-07-20.10:00:00\t1\tpre_git\tacme/tools\tcy\tR\tany\trefs/.*\n2026-07-20.10:00:00\t1\tsystem\tgit,shell,-c,git-upload-pack 'acme/tools'\n2026-07-20.10:00:00\t1\tEND\n",
	} {
		path := filepath.Join(dir, format)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := w.Load(ctx, Input{Source: format, Format: format, Name: path, Path: path, CollectedAt: time.Date(2026, 7, 22, 0, 0, 0, 0, time.UTC)})
		must(t, err)
	}
	_, err = w.RollUp(ctx, nil)
	must(t, err)
	if got := answers(t, w.Reader(), "SELECT DISTINCT identity FROM access ORDER BY 1"); got != "identity\ngithub:ana\ngithub:bo\ngitolite:cy\n" {
		t.Fatalf("the logs gave %s", got)
	}
	if got := answers(t, w.Reader(), "SELECT repository, reach FROM investigate.untouched('github:ana')"); got != "repository | reach\nacme/web | same organisation\n" {
		t.Errorf("got %s", got)
	}
}
