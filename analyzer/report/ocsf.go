package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"midwatch/analyzer"
)

// The versions of the Open Cybersecurity Schema Framework that findings can be written
// in. OCSF14 is the first with is_alert (THREATS 4); OCSF18 (March 2026) adds what
// was measured and what is usual (anomaly_analyses), the tactic and a confidence score.
const (
	OCSF14 = "1.4.0"
	OCSF18 = "1.8.0"
)

// OCSFVersions are those that can be written, the default first.
var OCSFVersions = []string{OCSF18, OCSF14}

// The numbers of the class Detection Finding and of what may happen to a finding.
const (
	ocsfFindings  = 2
	ocsfDetection = 2004
	ocsfCreate    = 1
	ocsfUpdate    = 2
	ocsfClose     = 3
)

// ocsfResources is how many repositories an event names; finding_repos.csv has all.
const ocsfResources = 100

// ocsfEvent is a Detection Finding with the attributes that Midwatch can fill.
// What has no attribute there stands in unmapped.
type ocsfEvent struct {
	ActivityID   int    `json:"activity_id"`
	ActivityName string `json:"activity_name"`
	CategoryUID  int    `json:"category_uid"`
	CategoryName string `json:"category_name"`
	ClassUID     int    `json:"class_uid"`
	ClassName    string `json:"class_name"`
	TypeUID      int    `json:"type_uid"`
	TypeName     string `json:"type_name"`
	Time         int64  `json:"time"`
	StartTime    int64  `json:"start_time,omitempty"`
	EndTime      int64  `json:"end_time,omitempty"`
	SeverityID   int    `json:"severity_id"`
	Severity     string `json:"severity"`
	ConfidenceID int    `json:"confidence_id"`
	Confidence   string `json:"confidence"`
	StatusID     int    `json:"status_id"`
	Status       string `json:"status"`
	// ConfidenceScore and Anomalies are written from 1.8 on.
	ConfidenceScore *int             `json:"confidence_score,omitempty"`
	Anomalies       []ocsfAnomaly    `json:"anomaly_analyses,omitempty"`
	IsAlert         bool             `json:"is_alert"`
	Message         string           `json:"message"`
	Metadata        ocsfMetadata     `json:"metadata"`
	FindingInfo     ocsfFindingInfo  `json:"finding_info"`
	Evidences       []ocsfEvidence   `json:"evidences,omitempty"`
	Resources       []ocsfResource   `json:"resources,omitempty"`
	Observables     []ocsfObservable `json:"observables,omitempty"`
	Remediation     *ocsfText        `json:"remediation,omitempty"`
	Unmapped        ocsfUnmapped     `json:"unmapped"`
}

type ocsfMetadata struct {
	Version        string      `json:"version"`
	UID            string      `json:"uid"`
	CorrelationUID string      `json:"correlation_uid"`
	Product        ocsfProduct `json:"product"`
}

type ocsfProduct struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	Version    string `json:"version"`
}

type ocsfFindingInfo struct {
	UID           string       `json:"uid"`
	Title         string       `json:"title"`
	Desc          string       `json:"desc"`
	CreatedTime   int64        `json:"created_time"`
	ModifiedTime  int64        `json:"modified_time"`
	FirstSeenTime int64        `json:"first_seen_time"`
	LastSeenTime  int64        `json:"last_seen_time"`
	Analytic      ocsfAnalytic `json:"analytic"`
	Attacks       []ocsfAttack `json:"attacks,omitempty"`
}

// ocsfAnalytic is what gave the finding: a statistical hypothesis (type 3), or a
// rule (type 1) that saw a fact.
type ocsfAnalytic struct {
	Name   string `json:"name"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
}

type ocsfAttack struct {
	Tactic       *ocsfTactic `json:"tactic,omitempty"`
	Technique    ocsfUID     `json:"technique"`
	SubTechnique *ocsfUID    `json:"sub_technique,omitempty"`
	Version      string      `json:"version"`
}

type ocsfUID struct {
	UID string `json:"uid"`
}

type ocsfText struct {
	Desc string `json:"desc"`
}

type ocsfResource struct {
	UID  string `json:"uid"`
	Name string `json:"name"`
	Type string `json:"type"`
}

type ocsfUnmapped struct {
	Night          string   `json:"night"`
	RunID          string   `json:"run_id"`
	Nights         int      `json:"nights_listed"`
	Rank           int      `json:"rank,omitempty"`
	Score          *float64 `json:"score,omitempty"`
	ExpectedBenign *float64 `json:"expected_benign,omitempty"`
	Hypothesis     string   `json:"hypothesis,omitempty"`
	RunnerUp       string   `json:"runner_up,omitempty"`
	Against        string   `json:"evidence_against,omitempty"`
	BenignTwin     string   `json:"benign_twin,omitempty"`
	NotAssessable  []string `json:"not_assessable,omitempty"`
	NewToIdentity  int      `json:"repos_new_to_identity,omitempty"`
	Query          string   `json:"query,omitempty"`
	Coverage       string   `json:"coverage"`
}

// OCSF writes one Detection Finding a line: what is told of earlier nights, what is listed, then what is over with
// this night. The time of each is the end of the night, never the clock's. Text is
// as it came, in JSON's own escapes where it could not be seen.
// version is one of OCSFVersions.
func OCSF(w io.Writer, n Night, version string) error {
	if !slices.Contains(OCSFVersions, version) {
		return fmt.Errorf("there is no OCSF version %q here: name one of %s", version, strings.Join(OCSFVersions, ", "))
	}
	e := newEncoder(w)
	write := func(of Night, f analyzer.Finding) error {
		if err := e.Encode(ocsfOf(of, f, version)); err != nil {
			return fmt.Errorf("writing the finding %s: %w", f.ID, err)
		}
		return nil
	}
	if err := n.each(write); err != nil {
		return err
	}
	for _, f := range n.Resolved {
		if err := write(n, f); err != nil {
			return err
		}
	}
	return nil
}

func ocsfOf(n Night, f analyzer.Finding, version string) ocsfEvent {
	a := f.Assessment
	advice := analyzer.Advise(a)
	end := n.Night.AddDate(0, 0, 1)
	v := ocsfEvent{
		CategoryUID: ocsfFindings, CategoryName: "Findings", ClassUID: ocsfDetection, ClassName: "Detection Finding",
		Time: end.UnixMilli(), Message: advice.Title,
		Metadata: ocsfMetadata{version, f.ID + ":" + date(n.Night), f.Campaign, ocsfProduct{"Midwatch", "Midwatch", n.Version}},
		FindingInfo: ocsfFindingInfo{
			UID: f.ID, Title: advice.Title, Desc: why(f), CreatedTime: f.First.AddDate(0, 0, 1).UnixMilli(), ModifiedTime: end.UnixMilli(),
			FirstSeenTime: f.First.UnixMilli(), LastSeenTime: f.Last.UnixMilli(), Analytic: ocsfAnalyticOf(a), Attacks: ocsfAttacks(advice.Techniques, version),
		},
		Unmapped: ocsfUnmapped{Night: date(n.Night), RunID: n.RunID(), Nights: f.Nights, Hypothesis: string(a.Hypothesis), Coverage: n.Coverage},
	}
	v.activity(f.Status)
	if version == OCSF18 {
		score := confidenceScore(a)
		v.ConfidenceScore = &score
	}
	v.SeverityID, v.Severity = ocsfSeverity(analyzer.SeverityOf(a))
	v.ConfidenceID, v.Confidence = ocsfConfidence(analyzer.ConfidenceOf(a))
	if f.Status == analyzer.StatusResolved {
		v.FindingInfo.Desc = fmt.Sprintf("Not listed since %s, for %d nights. It is closed because it stayed quiet; nobody has said that it was harmless. When it was last listed: %s",
			date(f.Last), analyzer.NightsToResolved(), a.Reason())
		return v
	}
	v.fill(a, advice)
	if version == OCSF18 {
		v.Anomalies = ocsfAnomalies(a)
		v.withCredential(a.Session)
	}
	return v
}

// activity says what happened to the finding. A status that is neither new nor
// decided by a person is "other", in our own word.
func (v *ocsfEvent) activity(s analyzer.Status) {
	v.StatusID = 99
	switch s {
	case analyzer.StatusNew:
		v.ActivityID, v.ActivityName, v.StatusID, v.Status, v.IsAlert = ocsfCreate, "Create", 1, "New", true
	case analyzer.StatusEscalated:
		v.ActivityID, v.ActivityName, v.Status, v.IsAlert = ocsfUpdate, "Update", "escalated", true
	case analyzer.StatusResolved:
		v.ActivityID, v.ActivityName, v.Status = ocsfClose, "Close", "quiet"
	default:
		v.ActivityID, v.ActivityName, v.Status = ocsfUpdate, "Update", "ongoing"
	}
	v.TypeUID, v.TypeName = ocsfDetection*100+v.ActivityID, v.ClassName+": "+v.ActivityName
}

// fill adds what is known of a finding that is listed tonight.
func (v *ocsfEvent) fill(a analyzer.Assessment, advice analyzer.Advice) {
	if a.Judged() {
		v.StartTime, v.EndTime = milliseconds(a.Session.First), milliseconds(a.Session.Last)
		v.Unmapped.Score, v.Unmapped.ExpectedBenign = &a.Score, &a.Expected
	}
	v.Remediation = &ocsfText{advice.Action}
	v.Unmapped.Rank, v.Unmapped.RunnerUp, v.Unmapped.BenignTwin = a.Rank, string(a.RunnerUp), advice.Twin
	v.Unmapped.Against, v.Unmapped.NotAssessable = evidenceAgainst(a), a.NotAssessable
	v.Unmapped.NewToIdentity, v.Unmapped.Query = len(a.NewRepositories), a.Query()
	for _, r := range a.NewRepositories[:min(ocsfResources, len(a.NewRepositories))] {
		v.Resources = append(v.Resources, ocsfResource{r.Repository, r.Repository, "source repository"})
	}
	v.Evidences, v.Observables = ocsfEvidences(a), ocsfObservables(a, v.Resources)
}

// milliseconds is a time since 1970, 0 for none.
func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func ocsfSeverity(s analyzer.Severity) (id int, caption string) {
	switch s {
	case analyzer.SeverityLow:
		return 2, "Low"
	case analyzer.SeverityMedium:
		return 3, "Medium"
	case analyzer.SeverityHigh:
		return 4, "High"
	case analyzer.SeverityCritical:
		return 5, "Critical"
	}
	return 0, "Unknown"
}

func ocsfConfidence(c analyzer.Confidence) (id int, caption string) {
	switch c {
	case analyzer.ConfidenceLow:
		return 1, "Low"
	case analyzer.ConfidenceMedium:
		return 2, "Medium"
	case analyzer.ConfidenceHigh:
		return 3, "High"
	}
	return 0, "Unknown"
}

func ocsfAnalyticOf(a analyzer.Assessment) ocsfAnalytic {
	if len(a.Certain) > 0 {
		return ocsfAnalytic{a.Certain[0].Signal, 1, "Rule"}
	}
	return ocsfAnalytic{string(a.Hypothesis), 3, "Statistical"}
}

func ocsfAttacks(techniques []string, version string) []ocsfAttack {
	var all []ocsfAttack
	for _, id := range techniques {
		technique, _, isSub := strings.Cut(id, ".")
		attack := ocsfAttack{Technique: ocsfUID{technique}, Version: analyzer.AttackVersion}
		if tactic, known := tactics[technique]; known && version == OCSF18 {
			attack.Tactic = &tactic
		}
		if isSub {
			attack.SubTechnique = &ocsfUID{id}
		}
		all = append(all, attack)
	}
	return all
}
