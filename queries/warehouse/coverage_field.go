package warehouse

import (
	"database/sql"
	"fmt"
)

// MissingField is a field that most records of a source do not have.
type MissingField struct {
	// Name of the field, what was seen, and what to do.
	Name, Detail, Fix string
	// Lost is true where records usually have it, false where they never did.
	Lost bool
}

// field is one that a host may leave out.
type field struct {
	name, fix string
	with      int64
	usual     sql.NullFloat64
}

func (s SourceCoverage) fields() []field {
	return []field{
		{"an address", "let the host log addresses (GitHub: turn on the disclosure of IP addresses, which is not retroactive; GitLab and proxies: pass the client's address on)",
			s.WithAddress, s.UsualAddress},
		{"a credential", "let the host log token hashes or key ids where it can; without them what one token did cannot be told",
			s.WithCredential, s.UsualCredential},
	}
}

// The thresholds of a field that went missing: fewer records than leastRecords
// say nothing, and what half of the records or fewer had was never to be relied
// on.
const (
	leastRecords = 20
	reliedOn     = 0.5
)

// lost says whether less than half as many records have a field as usual.
func (f field) lost(records int64) bool {
	return records >= leastRecords && f.usual.Valid && f.usual.Float64 > reliedOn && float64(f.with) < f.usual.Float64/2*float64(records)
}

// MissingFields are the fields that less than half of the day's records have.
func (s SourceCoverage) MissingFields() []MissingField {
	var all []MissingField
	for _, f := range s.fields() {
		if s.Records == 0 || f.with*2 >= s.Records {
			continue
		}
		m := MissingField{Name: f.name, Fix: f.fix, Lost: f.lost(s.Records), Detail: fmt.Sprintf("%d of %d records have one", f.with, s.Records)}
		if f.usual.Valid {
			m.Detail += fmt.Sprintf(", %.0f %% are usual", 100*f.usual.Float64)
		}
		all = append(all, m)
	}
	return all
}

// NeverSays is what the host does not record at all, by the header of its format.
func (s SourceCoverage) NeverSays() string { return neverSays(s.Format) }
