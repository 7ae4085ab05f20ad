package analyzer

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

// columns are those of an access that are not to be known.
func (o Options) columns() []string {
	var all []string
	for _, d := range o.Degraded {
		switch d {
		case NoASN:
			all = append(all, "asn", "network_kind")
		case NoAddress:
			all = append(all, "network", "block", "asn", "network_kind")
		case NoToken:
			all = append(all, "credential")
		case NoCountry:
			all = append(all, "country")
		}
	}
	return all
}
