package synthetic

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

// record is one line of the log, decoded.
type record struct {
	At       int64  `json:"@timestamp"`
	Created  int64  `json:"created_at"`
	ID       string `json:"_document_id"`
	Action   string `json:"action"`
	Actor    string `json:"actor"`
	ActorID  int64  `json:"actor_id"`
	IP       string `json:"actor_ip"`
	Bot      *bool  `json:"actor_is_bot"`
	Location struct {
		Country string `json:"country_code"`
	} `json:"actor_location"`
	NameID    string  `json:"external_identity_nameid"`
	Token     *string `json:"hashed_token"`
	Access    *string `json:"programmatic_access_type"`
	Org       string  `json:"org"`
	Repo      string  `json:"repo"`
	Public    *bool   `json:"repository_public"`
	PublicWeb *bool   `json:"public_repo"`
	Protocol  string  `json:"transport_protocol_name"`
	Agent     string  `json:"user_agent"`
	URLPath   string  `json:"url_path"`
}

// output is a generated organisation.
type output struct {
	events, networks, labels, looks, meta bytes.Buffer
	summary                               Summary
}

func generate(t testing.TB, o Options) *output {
	t.Helper()
	var out output
	var err error
	out.summary, err = Generate(o, Writers{Events: &out.events, Networks: &out.networks, Labels: &out.labels, LookAlikes: &out.looks, Meta: &out.meta})
	if err != nil {
		t.Fatalf("Generate(%+v): %v", o, err)
	}
	return &out
}

// small is an organisation that generates in a few hundredths of a second.
func small() Options {
	o := Default()
	o.People, o.Repositories, o.EventsPerDay, o.Days = 50, 60, 900, 45
	return o
}

// sampleOrganisation is the default one, generated and decoded once.
var sampleOrganisation = sync.OnceValue(func() *decoded {
	var out output
	var err error
	if out.summary, err = Generate(Default(), Writers{Events: &out.events, Networks: &out.networks, Labels: &out.labels, LookAlikes: &out.looks, Meta: &out.meta}); err != nil {
		panic(err)
	}
	d := &decoded{output: &out, byID: map[string]*record{}, kinds: map[netip.Prefix]string{}, providers: map[netip.Prefix]string{}}
	d.load()
	return d
})

type decoded struct {
	*output
	records   []record
	byID      map[string]*record
	labels    []truthLabel
	looks     []truthLookAlike
	marked    map[string]bool
	kinds     map[netip.Prefix]string
	providers map[netip.Prefix]string
}

func (d *decoded) load() {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	d.records = make([]record, 0, d.summary.Events)
	for line := range bytes.Lines(d.events.Bytes()) {
		var r record
		must(json.Unmarshal(line, &r))
		d.records = append(d.records, r)
	}
	for i := range d.records {
		d.byID[d.records[i].ID] = &d.records[i]
	}
	for line := range bytes.Lines(d.output.labels.Bytes()) {
		var l truthLabel
		must(json.Unmarshal(line, &l))
		d.labels = append(d.labels, l)
	}
	for line := range bytes.Lines(d.output.looks.Bytes()) {
		var l truthLookAlike
		must(json.Unmarshal(line, &l))
		d.looks = append(d.looks, l)
	}
	d.marked = map[string]bool{}
	for _, l := range d.labels {
		for _, id := range l.DocumentIDs {
			d.marked[id] = true
		}
	}
	rows, err := csv.NewReader(bufio.NewReader(&d.networks)).ReadAll()
	must(err)
	for _, row := range rows[1:] {
		p := netip.MustParsePrefix(row[0])
		d.kinds[p], d.providers[p] = row[4], row[2]
	}
}

// attack gives the label and records of the only campaign of that name.
func (d *decoded) attack(t *testing.T, name string) (truthLabel, []*record) {
	t.Helper()
	for _, l := range d.labels {
		if l.Scenario == name {
			var all []*record
			for _, id := range l.DocumentIDs {
				all = append(all, d.byID[id])
			}
			return l, all
		}
	}
	t.Fatalf("no label for %s", name)
	return truthLabel{}, nil
}

func (d *decoded) prefix(ip string) netip.Prefix {
	return netip.PrefixFrom(netip.MustParseAddr(ip), 16).Masked()
}

func (r *record) day() int64 { return r.At / oneDay }

func (r *record) isGit() bool { return strings.HasPrefix(r.Action, "git.") }

// ordinary calls f for every record of an actor that belongs to no attack.
func (d *decoded) ordinary(actor string, f func(*record)) {
	for i := range d.records {
		if r := &d.records[i]; r.Actor == actor && !d.marked[r.ID] {
			f(r)
		}
	}
}
