package warehouse_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"midwatch/queries/warehouse"
)

// written to a file of its own.
func csvFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSurroundingsAreKeptAsTheirFilesSay(t *testing.T) {
	ctx := context.Background()
	w := openSignals(t, "")
	for _, c := range []struct {
		name, text string
		read       func(context.Context, string) error
		query      string
		want       [][]string
	}{
		{"roster.csv", "\ufeffPerson , identity,leave_date,time_zone\nAna Lima,GitHub:Ana,2026-07-01,Europe/Lisbon\n\"Lima, Ana\", gitlab:ana.lima ,,\n",
			w.ReadRoster, "FROM roster_entry ORDER BY ALL", [][]string{
				{"github:ana", "Ana Lima", "", "", "", "2026-07-01", "Europe/Lisbon"},
				{"gitlab:ana.lima", "Lima, Ana", "", "", "", "", ""},
			}},
		{"repositories.csv", "repository,tier,owner,canary\n/Acme/Honey.git,Crown_Jewel,secops,YES\nacme/site,,,\n",
			w.ReadRepositories, "FROM repository_fact ORDER BY ALL", [][]string{
				{"acme/honey", "crown jewel", "secops", "true"}, {"acme/site", "", "", "false"},
			}},
		{"credentials.csv", "credential,dead_at,purpose\nid:7,2026-07-01T12:00:00+02:00,old CI\n" + strings.Repeat("00", 32) + ",2026-07-02,\n",
			w.ReadCredentials, "FROM credential_fact ORDER BY ALL", [][]string{
				{"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "", "2026-07-02", "", "", "credentials file"},
				{"id:7", "", "2026-07-01 10:00:00", "", "old CI", "credentials file"},
			}},
		{"secrets.csv", "repository,secret_type,state\nacme/a,aws_key,Resolved\nacme/a,aws_key,\n",
			w.ReadSecrets, "FROM secret_alert ORDER BY ALL", [][]string{
				{"acme/a", "aws_key", "", "", "open"}, {"acme/a", "aws_key", "", "", "resolved"},
			}},
	} {
		path := csvFile(t, c.name, c.text)
		for range 2 { // the second time nothing has changed
			if err := c.read(ctx, path); err != nil {
				t.Fatal(err)
			}
		}
		if got := ask(t, w, c.query)[1:]; !slices.EqualFunc(got, c.want, slices.Equal) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if err := c.read(ctx, ""); err != nil {
			t.Fatal(err)
		}
		if got := ask(t, w, c.query)[1:]; len(got) != 0 {
			t.Errorf("%s: after the key is taken out there is still %q", c.name, got)
		}
	}
}

func TestFactsThatPeopleAddedOutliveTheFile(t *testing.T) {
	ctx := context.Background()
	w := openSignals(t, "")
	install(t, w, "INSERT INTO credential_fact VALUES ('id:1', 'github', TIMESTAMP '2026-07-01', NULL, NULL, 'contain')")
	for _, path := range []string{csvFile(t, "c.csv", "credential\nid:2\n"), ""} {
		if err := w.ReadCredentials(ctx, path); err != nil {
			t.Fatal(err)
		}
	}
	if got := ask(t, w, "SELECT credential, source FROM credential_fact")[1:]; len(got) != 1 || got[0][1] != "contain" {
		t.Errorf("there is %q", got)
	}
}

func TestWrongSurroundingsNameFileLineAndField(t *testing.T) {
	ctx := context.Background()
	w := openSignals(t, "")
	for _, c := range []struct {
		read       func(context.Context, string) error
		text, want string
	}{
		{w.ReadRoster, "", "x.csv line 1: it is empty: begin it with the header identity,person,team"},
		{w.ReadRoster, "identity,team\n", "x.csv line 1: the column person is missing"},
		{w.ReadRoster, "identity,person,boss\n", `x.csv line 1: the column "boss" is unknown`},
		{w.ReadRoster, "identity,person,person\n", `x.csv line 1: the column "person" is unknown or there twice`},
		{w.ReadRoster, "identity,person\ngithub:a,A\nbob,B\n", `x.csv line 3, field identity: "bob" names no forge`},
		{w.ReadRoster, "identity,person\ngithub:a,\n", "x.csv line 2, field person: it is empty"},
		{w.ReadRoster, "identity,person\ngithub:a,A\n\nGITHUB:A,B\n", "x.csv line 4, field identity: the same as on line 2"},
		{w.ReadRoster, "identity,person,leave_date\ngithub:a,A,1.7.2026\n", `x.csv line 2, field leave_date: "1.7.2026" is no day`},
		{w.ReadRoster, "identity,person,time_zone\ngithub:a,A,CEST+1\n", `x.csv line 2, field time_zone: "CEST+1" is no time zone`},
		{w.ReadRoster, "identity,person\ngithub:a\n", "x.csv: record on line 2: wrong number of fields"},
		{w.ReadRepositories, "repository,tier\nacme/a,gold\n", `x.csv line 2, field tier: "gold" is not one of: crown jewel, high`},
		{w.ReadRepositories, "repository,canary\nacme/a,maybe\n", `x.csv line 2, field canary: "maybe" is neither true nor false`},
		{w.ReadRepositories, "repository\nhttps://git.example/acme/a\n", "x.csv line 2, field repository:"},
		{w.ReadCredentials, "credential,dead_at\nid:1,yesterday\n", `x.csv line 2, field dead_at: "yesterday" is no time`},
		{w.ReadSecrets, "repository,secret_type,state\nacme/a,k,closed\n", `x.csv line 2, field state: "closed" is not one of: open, resolved`},
	} {
		path := csvFile(t, "x.csv", c.text)
		err := c.read(ctx, path)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	if err := w.ReadRoster(ctx, "/nowhere/r.csv"); err == nil || !strings.Contains(err.Error(), "enrich.roster") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestARawSecretIsRefusedAndNotRepeated(t *testing.T) {
	const raw = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
	w := openSignals(t, "")
	err := w.ReadCredentials(context.Background(), csvFile(t, "c.csv", "credential\n"+raw+"\n"))
	if err == nil || !strings.Contains(err.Error(), "c.csv line 2, field credential") || strings.Contains(err.Error(), raw[4:]) {
		t.Errorf("%v", err)
	}
}

func TestMaxMindFilesFillWhatTheTableLeavesOpen(t *testing.T) {
	ctx := context.Background()
	w := openSignals(t, "")
	dir := t.TempDir()
	asn, country := writeMaxMind(t, dir)
	table := csvFile(t, "n.csv", "prefix,asn,as_name,country,kind\n192.0.2.0/24,,,,business\n198.51.100.0/24,AS1,Ours,DE,business\n")
	install(t, w, `INSERT INTO address SELECT row_number() OVER (), ip, '', '', NULL, NULL, NULL, NULL
		FROM (VALUES ('192.0.2.7'), ('198.51.100.7'), ('203.0.113.7'), ('2001:db8::7'), ('10.0.0.1')) AS t (ip)`)
	files := warehouse.NetworkFiles{Table: table, ASN: asn, Country: country}
	if err := w.ReadNetworkFiles(ctx, files); err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"10.0.0.1", "", "", "", ""},
		{"192.0.2.7", "AS64500", "Example Net", "PT", "business"},
		{"198.51.100.7", "AS1", "Ours", "DE", "business"},
		{"2001:db8::7", "AS64501", "Six", "", ""},
		{"203.0.113.7", "AS64500", "Example Net", "PT", ""},
	}
	const query = "SELECT ip, asn, as_name, network_country, network_kind FROM address ORDER BY ip"
	if got := ask(t, w, query)[1:]; !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%q, want %q", got, want)
	}
	if err := w.ReadNetworkFiles(ctx, warehouse.NetworkFiles{}); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, w, query)[3]; got[1] != "" {
		t.Errorf("after the files are taken out there is still %q", got)
	}
	err := w.ReadNetworkFiles(ctx, warehouse.NetworkFiles{ASN: table})
	if err == nil || !strings.Contains(err.Error(), "enrich.asn_file") {
		t.Errorf("a file of another kind: %v", err)
	}
}
