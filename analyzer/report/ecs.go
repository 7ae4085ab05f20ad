package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"midwatch/analyzer"
)

// ecsVersion is the release of the Elastic Common Schema that the fields are of.
const ecsVersion = "8.17.0"

// ecsEvent is a finding in the fields of the Elastic Common Schema. What has no field
// there is under midwatch.
type ecsEvent struct {
	At       string   `json:"@timestamp"`
	Message  string   `json:"message"`
	ECS      ecsRef   `json:"ecs"`
	Event    ecsMeta  `json:"event"`
	Rule     ecsRule  `json:"rule"`
	User     ecsUser  `json:"user"`
	Related  ecsNames `json:"related"`
	Source   *ecsFrom `json:"source,omitempty"`
	Agent    *ecsName `json:"user_agent,omitempty"`
	Threat   *ecsTTP  `json:"threat,omitempty"`
	Observer ecsBox   `json:"observer"`
	Midwatch ecsOwn   `json:"midwatch"`
}

type ecsRef struct {
	Version string `json:"version"`
}

// ecsMeta is an alert about access to source code. Severity is 21, 47, 73 or 99, as
// Elastic's own rules have it.
type ecsMeta struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Category []string `json:"category"`
	Type     []string `json:"type"`
	Module   string   `json:"module"`
	Dataset  string   `json:"dataset"`
	Severity int      `json:"severity"`
	Start    string   `json:"start,omitempty"`
	End      string   `json:"end,omitempty"`
	Reason   string   `json:"reason"`
}

type ecsRule struct {
	Name string `json:"name"`
}

type ecsUser struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

type ecsNames struct {
	User []string `json:"user"`
}

type ecsFrom struct {
	AS  *ecsAS  `json:"as,omitempty"`
	Geo *ecsGeo `json:"geo,omitempty"`
}

type ecsAS struct {
	Organization ecsName `json:"organization"`
}

type ecsGeo struct {
	Country string `json:"country_iso_code"`
}

type ecsName struct {
	Original string `json:"original,omitempty"`
	Name     string `json:"name,omitempty"`
}

type ecsTTP struct {
	Framework string   `json:"framework"`
	Technique ecsTechs `json:"technique"`
}

type ecsTechs struct {
	ID []string `json:"id"`
}

type ecsBox struct {
	Vendor  string `json:"vendor"`
	Product string `json:"product"`
	Version string `json:"version"`
}

type ecsOwn struct {
	Finding    string   `json:"finding_id"`
	Night      string   `json:"night"`
	Status     string   `json:"status"`
	Severity   string   `json:"severity"`
	Confidence string   `json:"confidence"`
	Expected   *float64 `json:"expected_false_alarms,omitempty"`
	Network    string   `json:"network,omitempty"`
	RuleOut    string   `json:"rule_out_first"`
	DoNext     string   `json:"do_next"`
	Repository []string `json:"repositories,omitempty"`
	Coverage   string   `json:"coverage"`
}

// ECS writes one alert a line in the Elastic Common Schema: what is told of earlier
// nights, then what is listed.
func ECS(w io.Writer, n Night) error {
	e := newEncoder(w)
	return n.each(func(of Night, f analyzer.Finding) error {
		if err := e.Encode(ecsOf(of, f)); err != nil {
			return fmt.Errorf("writing the finding %s: %w", f.ID, err)
		}
		return nil
	})
}

func ecsOf(n Night, f analyzer.Finding) ecsEvent {
	a, advice := f.Assessment, analyzer.Advise(f.Assessment)
	severity := analyzer.SeverityOf(a)
	v := ecsEvent{
		At: n.Night.AddDate(0, 0, 1).UTC().Format(time.RFC3339), Message: advice.Title, ECS: ecsRef{ecsVersion},
		Event: ecsMeta{
			ID: f.ID + ":" + date(n.Night), Kind: "alert", Category: []string{"intrusion_detection"}, Type: []string{"info"}, Module: "midwatch", Dataset: "midwatch.finding",
			Severity: map[analyzer.Severity]int{analyzer.SeverityLow: 21, analyzer.SeverityMedium: 47, analyzer.SeverityHigh: 73, analyzer.SeverityCritical: 99}[severity],
			Start:    at(a.Session.First), End: at(a.Session.Last), Reason: why(f),
		},
		Rule: ecsRule{ocsfAnalyticOf(a).Name}, User: ecsUser{a.Identity, a.Name}, Related: ecsNames{[]string{a.Identity}},
		Observer: ecsBox{"Midwatch", "Midwatch", n.Version},
		Midwatch: ecsOwn{
			Finding: f.ID, Night: date(n.Night), Status: string(f.Status), Severity: string(severity), Confidence: string(analyzer.ConfidenceOf(a)),
			Network: a.Session.Network, RuleOut: advice.Twin, DoNext: advice.Action, Coverage: n.Coverage,
		},
	}
	for _, m := range a.Group {
		v.Related.User = append(v.Related.User, m.Identity)
	}
	if a.Judged() {
		v.Midwatch.Expected = &a.Expected
	}
	for _, r := range a.NewRepositories[:min(ocsfResources, len(a.NewRepositories))] {
		v.Midwatch.Repository = append(v.Midwatch.Repository, r.Repository)
	}
	v.origin(a.Session)
	if len(advice.Techniques) > 0 {
		v.Threat = &ecsTTP{"MITRE ATT&CK", ecsTechs{advice.Techniques}}
	}
	return v
}

// origin fills in where a session came from, as far as it is known.
func (v *ecsEvent) origin(s analyzer.Session) {
	var from ecsFrom
	if s.ASN != "" {
		from.AS = &ecsAS{ecsName{Name: "AS" + strings.TrimPrefix(s.ASN, "AS")}}
	}
	if s.Country != "" {
		from.Geo = &ecsGeo{s.Country}
	}
	if from.AS != nil || from.Geo != nil {
		v.Source = &from
	}
	if s.Agent != "" {
		v.Agent = &ecsName{Original: s.Agent}
	}
}
