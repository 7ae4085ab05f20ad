package analyzer

import "slices"

// Degradation names what a host may not give, for studies of what is lost
// without it.
type Degradation string

// The degradations.
const (
	// NoASN leaves out autonomous systems and kinds of network, as without a table.
	NoASN Degradation = "asn"
	// NoAddress leaves out everything that an address tells but the country, which
	// hosts give apart.
	NoAddress Degradation = "address"
	// NoToken leaves out which credential it was.
	NoToken Degradation = "token"
	// NoCountry leaves out countries.
	NoCountry Degradation = "country"
)

// Degradations lists them in the order of the documentation.
func Degradations() []Degradation { return []Degradation{NoASN, NoAddress, NoToken, NoCountry} }

// degrade leaves out of an access what is not to be known.
func (a *Access) degrade(list []Degradation) {
	if slices.Contains(list, NoASN) || slices.Contains(list, NoAddress) {
		a.ASN, a.NetworkKind = "", ""
	}
	if slices.Contains(list, NoAddress) {
		a.Network, a.Block = "", ""
	}
	if slices.Contains(list, NoToken) {
		a.Credential = ""
	}
	if slices.Contains(list, NoCountry) {
		a.Country = ""
	}
}
