package analyzer

import "time"

// Family is the kind of access a facet is made of. A person's own tokens and
// keys are one family; an app that acts as the person is another, because such
// apps move on their own and would drown what the person does (one published
// case: 1,661 clones of one repository in two days, openai/codex issue 25726).
type Family string

// The access-type families.
const (
	// Personal is a person's own token, key, password or session.
	Personal Family = "personal"
	// Delegated is an app acting as a person (a user-to-server token).
	Delegated Family = "delegated"
	// App is an app acting as itself (a server-to-server or installation token).
	App Family = "app"
	// DeployKey is a key that belongs to a repository.
	DeployKey Family = "deploy_key"
	// DeployToken is a token that belongs to a project or group.
	DeployToken Family = "deploy_token"
	// Anonymous is access without any credential.
	Anonymous Family = "anonymous"
)

// Access is one row of the nightly reduction (queries/rollups): all that one
// facet did to one repository on one UTC day from one network with one client,
// credential and access type. A field the host did not give is empty, which is
// neither zero nor usual.
type Access struct {
	// Identity is the key of who is held responsible, such as "github:alice".
	Identity string
	// Name is the identity as the source printed it.
	Name string
	// Family, with Identity, makes the facet.
	Family Family
	// AccessType is the credential type in the host's words.
	AccessType string
	// Bot is true where the host says the identity is a bot or an app.
	Bot bool
	// Credential is the hash or id of a long-lived credential; empty where the
	// host gives none or the credential lives for an hour (installation tokens).
	Credential string
	// Repository is the full path, lower case.
	Repository string
	// Public is true where the host says that anybody may read the repository.
	Public bool
	// Network is the /24 (IPv4) or /48 (IPv6) the access came from.
	Network string
	// Block is the /16 (IPv4) or /32 (IPv6) around Network.
	Block string
	// ASN is the autonomous system, such as "AS64500"; empty without a table.
	ASN string
	// NetworkKind is isp, mobile, business, vpn, hosting or cloud-runner; empty
	// without a table.
	NetworkKind string
	// Country is the two-letter code; empty where unknown.
	Country string
	// Agent is the client as it names itself.
	Agent string
	// Operations counts acts, Copies full clones and archives among them, Pushes
	// writes.
	Operations, Copies, Pushes int
	// First and Last bound the acts, UTC, within the night.
	First, Last time.Time
	// Hours has bit h set where there was an act in UTC hour h.
	Hours uint32

	facet, repository int // numbers in the database
}

// Night is one UTC day to be judged, with its accesses in a fixed order
// (identity, family, repository, network, agent, credential, ...). It may have
// none.
type Night struct {
	// Day is midnight UTC at which the night begins.
	Day time.Time
	// Accesses of the night.
	Accesses []Access
	// Unseen are forges ("github") whose records of the night are missing: who is
	// not there may have been active. Dark is true where most records are missing,
	// so that the night says nothing of what is usual.
	Unseen []string
	Dark   bool
}
