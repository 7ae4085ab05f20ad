package synthetic

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"
)

// What a label says is what its records are.
func TestTruthMatchesTheRecords(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	if len(d.labels) != len(Attacks()) || d.summary.Attacks != len(d.labels) {
		t.Fatalf("%d labels, summary %d, want %d", len(d.labels), d.summary.Attacks, len(Attacks()))
	}
	total := 0
	for _, l := range d.labels {
		days, actors, repos := map[string]truthDay{}, map[string]bool{}, map[string]bool{}
		private := map[string]map[string]bool{}
		for _, id := range l.DocumentIDs {
			r := d.byID[id]
			if r == nil {
				t.Fatalf("%s names a record %s that is not there", l.Campaign, id)
			}
			k := isoDay(r.day()) + r.Actor
			x := days[k]
			x.Day, x.Actor = isoDay(r.day()), r.Actor
			x.Events++
			if private[k] == nil {
				private[k] = map[string]bool{}
			}
			if r.Repo != "" && !(r.Public != nil && *r.Public) && !(r.PublicWeb != nil && *r.PublicWeb) {
				private[k][r.Repo] = true
			}
			x.PrivateRepos = len(private[k])
			days[k], actors[r.Actor], repos[r.Repo] = x, true, true
			if r.At < d.summary.EvalFrom.UnixMilli() {
				t.Errorf("%s has a record in the warm-up", l.Campaign)
			}
		}
		total += len(l.DocumentIDs)
		if len(l.Days) != len(days) || len(l.Actors) != len(actors) || l.Repos != len(repos) || l.Events != len(l.DocumentIDs) || l.Actor != l.Actors[0] {
			t.Errorf("%s: label %+v does not match its %d records", l.Campaign, l, len(l.DocumentIDs))
		}
		for _, x := range l.Days {
			if days[x.Day+x.Actor] != x {
				t.Errorf("%s: day %+v, records say %+v", l.Campaign, x, days[x.Day+x.Actor])
			}
		}
		first, last := d.byID[l.DocumentIDs[0]], d.byID[l.DocumentIDs[len(l.DocumentIDs)-1]]
		if l.Start != isoTime(first.At) || l.End != isoTime(last.At) {
			t.Errorf("%s: from %s to %s, records from %s to %s", l.Campaign, l.Start, l.End, isoTime(first.At), isoTime(last.At))
		}
	}
	if d.summary.AttackEvents != int64(total) {
		t.Errorf("summary counts %d attack events, labels %d", d.summary.AttackEvents, total)
	}
}

func TestMetaSaysWhatIsJudged(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	var m truthMeta
	if err := json.Unmarshal(d.meta.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	want := truthMeta{"2026-08-31", "2026-11-13", "2026-09-25", 50, d.summary.Events, 1}
	if m != want {
		t.Errorf("meta %+v, want %+v", m, want)
	}
}

var (
	documentIDField = regexp.MustCompile(`"_document_id":"[^"]*",`)
	fieldName       = regexp.MustCompile(`"[a-z_@]+":`)
)

// Nothing but behaviour tells an attack: taken out, it leaves the very log of
// the organisation to which it did not happen, identifiers aside.
func TestAttacksChangeNothingElse(t *testing.T) {
	t.Parallel()
	with := generate(t, small())
	o := small()
	o.Attacks = []string{}
	without := generate(t, o)
	planted := map[string]bool{}
	for line := range bytes.Lines(with.labels.Bytes()) {
		var l truthLabel
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		for _, id := range l.DocumentIDs {
			planted[id] = true
		}
	}
	var rest [][]byte
	for line := range bytes.Lines(with.events.Bytes()) {
		id := documentIDField.Find(line)
		if !planted[string(id[16:38])] {
			rest = append(rest, documentIDField.ReplaceAll(line, nil))
		}
	}
	i := 0
	for line := range bytes.Lines(without.events.Bytes()) {
		if i >= len(rest) || !bytes.Equal(rest[i], documentIDField.ReplaceAll(line, nil)) {
			t.Fatalf("record %d differs:\n%s%s", i, rest[min(i, len(rest)-1)], line)
		}
		i++
	}
	if i != len(rest) || len(planted) == 0 || without.labels.Len() != 0 {
		t.Errorf("%d records without attacks, %d with the %d planted ones taken out", i, len(rest), len(planted))
	}
}

// No field, and no set of fields, occurs in attacks alone.
func TestAttackRecordsHaveTheShapeOfOthers(t *testing.T) {
	t.Parallel()
	d := sampleOrganisation()
	shapes := map[bool]map[string]bool{true: {}, false: {}}
	seen, i := map[string]bool{}, 0
	for line := range bytes.Lines(d.events.Bytes()) {
		r := &d.records[i]
		i++
		kind := r.Action
		if r.Access != nil {
			kind += *r.Access
		}
		if planted := d.marked[r.ID]; planted || !seen[kind] {
			seen[kind] = seen[kind] || !planted
			shapes[planted][r.Action+string(bytes.Join(fieldName.FindAll(line, -1), nil))] = true
		}
	}
	for shape := range shapes[true] {
		if !shapes[false][shape] {
			t.Errorf("only attacks have records with %s", shape)
		}
	}
}
