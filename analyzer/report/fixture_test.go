package report_test

import (
	"bytes"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

var update = flag.Bool("update", false, "write the golden files, to be read before they are kept")

// golden compares what was written with a file, or writes the file.
func golden(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("../../testdata/reports", name)
	if *update {
		if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: go test ./analyzer/report -update writes it", err)
	}
	if got, want := strings.Split(out.String(), "\n"), strings.Split(string(want), "\n"); out.String() != strings.Join(want, "\n") {
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Fatalf("%s differs from line %d on:\ngot  %.400q\nwant %.400q", name, i+1, at(got, i), at(want, i))
			}
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// tonight is the night of the fixtures, ago a night before it.
var tonight = time.Date(2026, time.July, 21, 0, 0, 0, 0, time.UTC)

func ago(nights int) time.Time { return tonight.AddDate(0, 0, -nights) }

// quietNight has two sources that gave what they usually give, and no finding.
func quietNight() report.Night {
	n := report.Night{Version: "v1.2.3", Judged: 143, Listable: 1}
	n.Night = tonight
	n.Seen = warehouse.Coverage{Night: tonight, Sources: []warehouse.SourceCoverage{
		{Source: "cloud", Format: "github", Records: 2400, Usual: valid(2376), WithAddress: 2400, WithCredential: 2400},
		{Source: "own-git", Format: "gitolite", Records: 240, WithAddress: 0, WithCredential: 240},
	}}
	for i := range 24 {
		at := tonight.Add(time.Duration(i) * time.Hour)
		n.Hours = append(n.Hours,
			warehouse.SourceHour{Source: "cloud", Format: "github", At: at, Records: int64(40 + 120*i/23), Usual: valid(float64(99))},
			warehouse.SourceHour{Source: "own-git", Format: "gitolite", At: at, Records: int64(10 + i%3)})
	}
	for i := range 30 {
		c := warehouse.NightCount{Night: ago(29 - i), Repositories: int64(60 + 7*i%40)}
		if i >= 6 {
			c.Assessed, c.Listed = sql.NullInt64{Int64: 140, Valid: true}, sql.NullInt64{Int64: int64(i * i % 4), Valid: true}
		}
		if i >= 3 {
			c.WithNew = sql.NullInt64{Int64: int64(5 + i*3%7), Valid: true}
		}
		n.Trend = append(n.Trend, c)
	}
	return said(n)
}

// said fills in what the coverage says.
func said(n report.Night) report.Night {
	n.Coverage, n.Blind = n.Seen.Sentence(), n.Seen.Blind()
	return n
}

func valid(x float64) sql.NullFloat64 { return sql.NullFloat64{Float64: x, Valid: true} }

// blindNight is one on which a source was silent, another for some hours, one
// could not be read and one had a gap; nothing is listed.
func blindNight() report.Night {
	n := quietNight()
	n.Seen.Sources[0].Records, n.Seen.Sources[0].Blind = 0, true
	n.Seen.Sources[1].Usual, n.Seen.Sources[1].BlindHours = valid(300), 2
	n.Seen.Quarantined = 17
	n.Seen.Gaps = []string{"own-git from 2026-07-21 02:00 to 2026-07-21 05:00: the receiver was not running"}
	n.Seen.GapSpans = []warehouse.GapSpan{{From: tonight.Add(2 * time.Hour), Until: tonight.Add(5 * time.Hour)}}
	n.Seen.Unread = []string{"source own-git: opening /var/log/gitolite.log: permission denied"}
	for i := range n.Hours {
		h := &n.Hours[i]
		switch {
		case h.Source == "cloud":
			h.Records, h.Blind = 0, true
		case h.At.Hour() == 9 || h.At.Hour() == 10:
			h.Records, h.Usual, h.Blind = 1, valid(25), true
		}
	}
	return said(n)
}

// fullNight has ten findings and one more: a fact, a campaign of three, every
// status; some that are quiet and one that is over.
func fullNight() report.Night {
	n := quietNight()
	n.Findings = []analyzer.Finding{factFinding(), thiefFinding()}
	for i, name := range []string{"carla", "deniz"} {
		f := thiefFinding()
		f.ID, f.Status = fmt.Sprintf("mw-20260721-0000000%d", i+3), analyzer.StatusNew
		f.First, f.Nights, f.PreviousRank = tonight, 1, 0
		a := &f.Assessment
		a.Identity, a.Name, a.Rank, a.Expected, a.Evidence = "github:"+name, name, i+3, 0.3, a.Evidence[1:]
		a.LinkedTo = []analyzer.Link{{Identity: "github:ben", Through: analyzer.SharedByNetwork, Value: "198.51.100.0/24", Day: tonight, Nats: 9.4}}
		n.Findings = append(n.Findings, f)
	}
	for i := range 7 {
		f := insiderFinding()
		f.ID, f.Campaign = fmt.Sprintf("mw-20260719-0000001%d", i), fmt.Sprintf("mw-20260719-0000001%d", i)
		f.Assessment.Identity, f.Assessment.Name, f.Assessment.Rank = fmt.Sprintf("github:emre%d", i), fmt.Sprintf("emre%d", i), i+5
		if i == 0 {
			f.Status = analyzer.StatusEscalated
		}
		n.Findings = append(n.Findings, f)
	}
	n.Findings[4].Assessment.Group = groupOfThree()
	quiet, over := insiderFinding(), insiderFinding()
	quiet.ID, quiet.Last, quiet.Assessment.Identity = "mw-20260715-00000020", ago(1), "github:farid"
	over.ID, over.Status, over.Assessment.Identity, over.Assessment.Name = "mw-20260701-00000021", analyzer.StatusResolved, "github:gita", "gita"
	quiet.Campaign, over.Campaign = quiet.ID, over.ID
	over.First, over.Last, over.Nights, over.PreviousRank = ago(20), ago(15), 4, 2
	n.Before = []report.Earlier{{Finding: quiet, NightsAgo: 1}}
	n.Resolved = []analyzer.Finding{over}
	return n
}

// groupOfThree came the same way as one that is listed.
func groupOfThree() []analyzer.Member {
	var all []analyzer.Member
	for i, name := range []string{"hana", "ivo", "jun"} {
		m := analyzer.Member{Identity: "github:" + name, Name: name, Family: analyzer.Personal, Raw: 7, Operations: 3, Copies: i}
		for k := range i {
			m.NewRepositories = append(m.NewRepositories, analyzer.NewRepository{Repository: fmt.Sprintf("northwind-labs/grouped-%d", k), Surprise: 1.5, InSession: true})
		}
		all = append(all, m)
	}
	return all
}

// factFinding is a canary that was read: no score, and certain.
func factFinding() analyzer.Finding {
	return analyzer.Finding{
		ID: "mw-20260721-00000001", Campaign: "mw-20260721-00000001", Status: analyzer.StatusNew, First: tonight, Last: tonight, Nights: 1,
		Assessment: analyzer.Assessment{
			Identity: "github:old-mirror", Name: "old-mirror", Family: analyzer.DeployKey, Day: tonight, Rank: 144, Listed: true,
			Certain: []analyzer.Fact{{
				Signal: "canary_touched", Night: tonight, Title: "A canary repository was touched", Reason: "northwind-labs/passwords is a canary; it was cloned once",
				Quiet: "whoever set it up, checking that it is there", NextStep: "Revoke the deploy key and ask its owner", Severity: analyzer.SeverityCritical, Technique: "T1213.003",
			}},
		},
	}
}

// thiefFinding is one with every kind of evidence that a page draws.
func thiefFinding() analyzer.Finding {
	f := analyzer.Finding{
		ID: "mw-20260720-00000002", Campaign: "mw-20260720-00000002", Status: analyzer.StatusOngoing, First: ago(1), Last: tonight, Nights: 2, PreviousRank: 3,
		Around: analyzer.Around{Person: "Ben Arslan", Team: "payments", Manager: "Ida Holm", OtherIdentities: []string{"gitlab:benarslan"}, Sensitive: []string{"northwind-labs/keys"}, OpenSecrets: 2, Changes: 1},
		Assessment: analyzer.Assessment{
			Identity: "github:ben", Name: "ben", Family: analyzer.Personal, Kind: analyzer.Human, Day: tonight, Rank: 2, Score: 9.41, Raw: 9.41, Expected: 0.0123, Listed: true,
			Hypothesis: analyzer.Thief, HypothesisNats: 9.2, RunnerUp: analyzer.Insider, RunnerUpNats: -0.3, Sessions: 2,
			Evidence: []analyzer.Evidence{
				{Name: analyzer.EvidenceNewRepositories, Nats: 4.9, Observed: 41, Expected: 6.2, Bound: 14, HistoryDays: 15},
				{Name: analyzer.EvidenceNetwork, Nats: 2.6, Expected: 0.017, HistoryDays: 40, Level: "new autonomous system", Value: "198.51.100.0/24", Others: 1},
				{Name: analyzer.EvidenceReturnAfterGap, Nats: 1.8, Observed: 65, Bound: 5, HistoryDays: 40, Days: 65},
				{Name: analyzer.EvidencePushed, Nats: -0.9, Observed: 2, HistoryDays: 40},
				{Name: analyzer.EvidenceOrdinaryWork, Nats: 0.7, Expected: 0.73, HistoryDays: 40},
				{Name: analyzer.EvidencePrior, Nats: 0.2},
			},
			Session: analyzer.Session{
				Network: "198.51.100.0/24", ASN: "64500", NetworkKind: "hosting", Country: "NL", Agent: "git/2.47.3", Credential: "c2hhMjU2aGFzaA==", AccessType: "Personal access token (classic)",
				First: tonight.Add(3 * time.Hour), Last: tonight.Add(9*time.Hour + 5*time.Minute),
			},
			Operations: 130, Copies: 41, Pushes: 2, Repositories: 44, Baseline: analyzer.Baseline{Days: 40, Median: 8, P95: 10}, NotAssessable: []string{"country"},
		},
	}
	for i := range 41 {
		f.Assessment.NewRepositories = append(f.Assessment.NewRepositories, analyzer.NewRepository{Repository: fmt.Sprintf("northwind-labs/service-%02d", i), Surprise: 3, InSession: true})
	}
	return f
}

// insiderFinding is one with little to say.
func insiderFinding() analyzer.Finding {
	return analyzer.Finding{
		Status: analyzer.StatusOngoing, First: ago(2), Last: tonight, Nights: 3, PreviousRank: 4,
		Assessment: analyzer.Assessment{
			Identity: "github:emre", Name: "emre", Family: analyzer.Personal, Kind: analyzer.Human, Day: tonight, Rank: 5, Score: 5.3, Raw: 5.3, Expected: 0.79, Listed: true,
			Hypothesis: analyzer.Insider, HypothesisNats: 4.9, RunnerUp: analyzer.Jewel, RunnerUpNats: 4.3, Sessions: 1,
			Evidence: []analyzer.Evidence{
				{Name: analyzer.EvidenceNewRepositories, Nats: 5.2, Observed: 3, Expected: 0.16, Bound: 1, HistoryDays: 29},
			},
			Session:    analyzer.Session{Network: "203.0.113.0/24", Agent: "git/2.56.0", AccessType: "SSH key", First: tonight.Add(9 * time.Hour), Last: tonight.Add(16 * time.Hour)},
			Operations: 13, Copies: 3, Repositories: 5, Baseline: analyzer.Baseline{Days: 12, Median: 1, P95: 3},
			NewRepositories: []analyzer.NewRepository{{Repository: "northwind-labs/checkout-deploy", Surprise: 2.2, InSession: true}},
		},
	}
}
