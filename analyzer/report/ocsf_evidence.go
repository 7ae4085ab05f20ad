package report

import "midwatch/analyzer"

// ocsfEvidence is who acted, or one piece of evidence in data.
type ocsfEvidence struct {
	Actor *ocsfActor `json:"actor,omitempty"`
	Data  any        `json:"data,omitempty"`
}

type ocsfActor struct {
	User ocsfUser `json:"user"`
}

// ocsfUser has type 1 for a person and 3 (system) for a machine; its credential is
// a hash or an id, as everywhere.
type ocsfUser struct {
	Name          string `json:"name"`
	UID           string `json:"uid"`
	TypeID        int    `json:"type_id"`
	CredentialUID string `json:"credential_uid,omitempty"`
	// Credentials is its place from 1.8 on.
	Credentials []ocsfUIDType `json:"programmatic_credentials,omitempty"`
}

type ocsfSession struct {
	AccessType  string `json:"access_type,omitempty"`
	Network     string `json:"network,omitempty"`
	ASN         string `json:"asn,omitempty"`
	NetworkKind string `json:"network_kind,omitempty"`
	Country     string `json:"country,omitempty"`
	Client      string `json:"client,omitempty"`
	Operations  int    `json:"operations"`
	Copies      int    `json:"full_copies"`
	Pushes      int    `json:"pushes"`
}

type ocsfPiece struct {
	Signal      string  `json:"signal"`
	Text        string  `json:"text"`
	Nats        float64 `json:"nats"`
	Observed    float64 `json:"observed"`
	Expected    float64 `json:"expected"`
	Bound       float64 `json:"bound,omitempty"`
	HistoryDays int     `json:"history_days"`
}

type ocsfFact struct {
	Signal string `json:"signal"`
	Text   string `json:"text"`
	Night  string `json:"night"`
}

// ocsfEvidences are who it was and from where, the facts, and the pieces of
// evidence for and against that can be said, the heaviest first.
func ocsfEvidences(a analyzer.Assessment) []ocsfEvidence {
	s := a.Session
	user := ocsfUser{Name: a.Name, UID: a.Identity, CredentialUID: s.Credential}
	switch a.Kind {
	case analyzer.Human:
		user.TypeID = 1
	case analyzer.Machine:
		user.TypeID = 3
	}
	if user.Name == "" {
		user.Name = a.Identity
	}
	all := []ocsfEvidence{{Actor: &ocsfActor{user}}}
	if a.Judged() {
		all[0].Data = ocsfSession{s.AccessType, s.Network, s.ASN, s.NetworkKind, s.Country, s.Agent, a.Operations, a.Copies, a.Pushes}
	}
	for _, f := range a.Certain {
		all = append(all, ocsfEvidence{Data: ocsfFact{f.Signal, f.Reason, date(f.Night)}})
	}
	for _, e := range a.Evidence {
		if text := e.Clause(); text != "" {
			all = append(all, ocsfEvidence{Data: ocsfPiece{string(e.Name), text, e.Nats, e.Observed, e.Expected, e.Bound, e.HistoryDays}})
		}
	}
	return all
}

// ocsfObservable points at an attribute of the event and repeats its value, so
// that it can be searched for.
type ocsfObservable struct {
	Name   string `json:"name"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

func ocsfObservables(a analyzer.Assessment, resources []ocsfResource) []ocsfObservable {
	var all []ocsfObservable
	for _, o := range []ocsfObservable{
		{"evidences[0].actor.user.name", 4, "User Name", ocsfEvidences(a)[0].Actor.User.Name},
		{"evidences[0].actor.user.credential_uid", 19, "User Credential ID", a.Session.Credential},
		{"evidences[0].data.network", 12, "Subnet", a.Session.Network},
		{"evidences[0].data.country", 14, "Country", a.Session.Country},
		{"evidences[0].data.client", 99, "Client", a.Session.Agent},
	} {
		if o.Value != "" {
			all = append(all, o)
		}
	}
	for _, r := range resources {
		all = append(all, ocsfObservable{"resources.uid", 10, "Resource UID", r.UID})
	}
	return all
}
