package report

import (
	"math"

	"midwatch/analyzer"
)

// ocsfAnomaly says whose activity was compared, what was seen and what is usual.
type ocsfAnomaly struct {
	Targets   []ocsfTarget  `json:"analysis_targets"`
	Anomalies []ocsfPattern `json:"anomalies"`
	Baselines []ocsfPattern `json:"baselines,omitempty"`
}

type ocsfTarget struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// ocsfPattern is one thing that was counted, with what was observed of it.
type ocsfPattern struct {
	Parameter    string            `json:"observation_parameter"`
	Type         string            `json:"observation_type"`
	Observations []ocsfObservation `json:"observations"`
}

type ocsfObservation struct {
	Value string `json:"value"`
	Count *int   `json:"count,omitempty"`
}

// ocsfTactic is the tactic of an ATT&CK technique.
type ocsfTactic struct {
	UID  string `json:"uid"`
	Name string `json:"name"`
}

// ocsfUIDType is a credential by its hash or id, with its kind.
type ocsfUIDType struct {
	Type string `json:"type,omitempty"`
	UID  string `json:"uid"`
}

// tactics are those of the techniques that findings name; a technique of several
// tactics has the one that a theft of source code is at. One that is not here is
// written without a tactic.
var tactics = map[string]ocsfTactic{
	"T1213": {"TA0009", "Collection"},
	"T1119": {"TA0009", "Collection"},
	"T1078": {"TA0001", "Initial Access"},
	"T1550": {"TA0008", "Lateral Movement"},
}

// ocsfAnomalies are the pieces of evidence of a finding's reason, each with what was
// seen and what is usual; none where only facts list it.
func ocsfAnomalies(a analyzer.Assessment) []ocsfAnomaly {
	all := ocsfAnomaly{Targets: []ocsfTarget{{a.Identity, "User Account"}}}
	for _, e := range a.For() {
		parameter, kind := string(e.Name), analysisType(e.Name)
		seen := ocsfObservation{Value: e.Clause()}
		if kind == volume {
			seen.Count = whole(e.Observed)
		}
		all.Anomalies = append(all.Anomalies, ocsfPattern{parameter, kind, []ocsfObservation{seen}})
		var usual []ocsfObservation
		if e.Expected > 0 {
			usual = append(usual, ocsfObservation{Value: "expected " + significant(e.Expected)})
		}
		if e.Bound > 0 {
			usual = append(usual, ocsfObservation{Value: "in 95 % of cases at most " + significant(e.Bound)})
		}
		if len(usual) > 0 {
			all.Baselines = append(all.Baselines, ocsfPattern{parameter, kind, usual})
		}
	}
	if len(all.Anomalies) == 0 {
		return nil
	}
	return []ocsfAnomaly{all}
}

// volume is OCSF's word for what is counted.
const volume = "Volume Analysis"

// analysisType is OCSF's word for how a piece of evidence is weighed.
func analysisType(name analyzer.EvidenceName) string {
	switch name {
	case analyzer.EvidenceNewRepositories, analyzer.EvidenceCopiedAgain, analyzer.EvidenceHoarded, analyzer.EvidenceLinked:
		return volume
	case analyzer.EvidenceHourOfDay, analyzer.EvidenceReturnAfterGap, analyzer.EvidenceLowAndSlow, analyzer.EvidenceTwoCountries:
		return "Time Pattern Analysis"
	}
	return "Frequency Analysis"
}

// whole is a count; nil where it is none.
func whole(x float64) *int {
	if x < 0 || x != math.Trunc(x) || x > math.MaxInt32 {
		return nil
	}
	n := int(x)
	return &n
}

// confidenceScore places a finding between 0 and 100: a third for each of low, medium
// and high confidence, and within the third by the expected false alarms. A fact has
// 100.
func confidenceScore(a analyzer.Assessment) int {
	if len(a.Certain) > 0 {
		return 100
	}
	from := map[analyzer.Confidence]float64{analyzer.ConfidenceMedium: 33, analyzer.ConfidenceHigh: 66}[analyzer.ConfidenceOf(a)]
	return int(math.Round(from + 33/(1+max(0, a.Expected))))
}

// withCredential moves the credential of the actor to where 1.6 and later have it.
func (v *ocsfEvent) withCredential(s analyzer.Session) {
	if s.Credential == "" {
		return
	}
	user := &v.Evidences[0].Actor.User
	user.CredentialUID, user.Credentials = "", []ocsfUIDType{{s.AccessType, s.Credential}}
	for i := range v.Observables {
		if o := &v.Observables[i]; o.Name == "evidences[0].actor.user.credential_uid" {
			o.Name = "evidences[0].actor.user.programmatic_credentials[0].uid"
		}
	}
}
