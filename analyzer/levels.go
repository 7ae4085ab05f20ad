package analyzer

// NetworkLevel grades how far a network is from what a facet uses.
type NetworkLevel int

// The network levels; a higher one is farther. NetworkUnknown is not assessable.
const (
	NetworkUnknown NetworkLevel = iota - 1
	// KnownNetwork was used before by the facet.
	KnownNetwork
	// KnownBlock is a new network in a block used before.
	KnownBlock
	// KnownSystem is a new block in an autonomous system used before.
	KnownSystem
	// SharedNetwork is a new autonomous system in a country used before, on a
	// block that at least five others use.
	SharedNetwork
	// NewSystem is a new autonomous system in a country used before.
	NewSystem
	// NewCountry is a country never used before.
	NewCountry

	networkLevels = int(NewCountry) + 1
)

// ClientLevel grades how far a client is from what a facet uses.
type ClientLevel int

// The client levels. ClientUnknown is not assessable.
const (
	ClientUnknown ClientLevel = iota - 1
	// KnownClient was used before by the facet.
	KnownClient
	// UpgradedClient is a newer version of a family used before.
	UpgradedClient
	// SharedClient is new to the facet and known to at least three others.
	SharedClient
	// NewClient is known to hardly anybody.
	NewClient

	clientLevels = int(NewClient) + 1
)

// CredentialLevel grades how far a credential is from what a facet uses.
type CredentialLevel int

// The credential levels. CredentialUnknown is not assessable.
const (
	CredentialUnknown CredentialLevel = iota - 1
	// KnownCredential was used before by the facet.
	KnownCredential
	// RotatedCredential is a new one of a type used before, or an old one that lay
	// unused for weeks while its owner worked.
	RotatedCredential
	// NewCredentialType is of a type never used before.
	NewCredentialType

	credentialLevels = int(NewCredentialType) + 1
)

// levelPools count, by kind, the nights by the worst level.
type levelPools struct {
	Network    [networkLevels]float64
	Client     [clientLevels]float64
	Credential [credentialLevels]float64
}

// shareFrom is the share of counts at a level or above, in (0, 1].
func shareFrom(counts []float64, level int) float64 {
	sum, above := 0., 0.
	for i, c := range counts {
		sum += c
		if i >= level {
			above += c
		}
	}
	return above / sum
}

// mixed adds own counts to pooled ones that are scaled to a weight.
func mixed(own, pooled [networkLevels]float64, weight float64) []float64 {
	total := 0.
	for _, c := range pooled {
		total += c
	}
	counts := make([]float64, networkLevels)
	for i := range counts {
		counts[i] = own[i] + weight*pooled[i]/total
	}
	return counts
}

// String says the level in words.
func (l NetworkLevel) String() string {
	switch l {
	case KnownNetwork:
		return "known network"
	case KnownBlock:
		return "new network in a known block"
	case KnownSystem:
		return "new block in a known autonomous system"
	case SharedNetwork:
		return "new block that others use"
	case NewSystem:
		return "new autonomous system"
	case NewCountry:
		return "new country"
	}
	return "not assessable"
}

// String says the level in words.
func (l ClientLevel) String() string {
	switch l {
	case KnownClient:
		return "known client"
	case UpgradedClient:
		return "upgrade of a known client"
	case SharedClient:
		return "new client that others use"
	case NewClient:
		return "new client"
	}
	return "not assessable"
}

// String says the level in words.
func (l CredentialLevel) String() string {
	switch l {
	case KnownCredential:
		return "known credential"
	case RotatedCredential:
		return "new credential of a known type"
	case NewCredentialType:
		return "new type of credential"
	}
	return "not assessable"
}
