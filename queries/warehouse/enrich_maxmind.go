package warehouse

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/oschwald/maxminddb-golang"
)

// maxmind are open files of MaxMind's format; nil where none is configured.
type maxmind struct {
	asn, country *maxminddb.Reader
}

func (m maxmind) close() error {
	var errs []error
	for _, r := range []*maxminddb.Reader{m.asn, m.country} {
		if r != nil {
			errs = append(errs, r.Close())
		}
	}
	return errors.Join(errs...)
}

// openMaxMind opens the files in place of those open before, and returns a
// digest of what they hold, "" for none.
func (w *Warehouse) openMaxMind(files NetworkFiles) (string, error) {
	if err := w.maxmind.close(); err != nil {
		return "", fmt.Errorf("closing the network files: %w", err)
	}
	w.maxmind, w.around = maxmind{}, networkTable{}
	sum := ""
	for _, f := range []struct {
		path, key string
		into      **maxminddb.Reader
	}{{files.ASN, "asn_file", &w.maxmind.asn}, {files.Country, "country_file", &w.maxmind.country}} {
		if f.path == "" {
			continue
		}
		bytes, err := os.ReadFile(filepath.Clean(f.path))
		if err == nil {
			*f.into, err = maxminddb.FromBytes(bytes)
		}
		if err != nil {
			return "", fmt.Errorf("reading %s: %w (name a .mmdb file under enrich.%s, or take the key out)", f.path, err, f.key)
		}
		sum += f.key + digest(string(bytes))
	}
	return sum, nil
}

// Records of the files as MaxMind writes them, and as others do in its format
// ("asn": "AS64500", "country": "DE"): every field is taken as it comes.
type (
	asnRecord struct {
		Number       uint32 `maxminddb:"autonomous_system_number"`
		Organization string `maxminddb:"autonomous_system_organization"`
		ASN          any    `maxminddb:"asn"`
		Name         any    `maxminddb:"as_name"`
	}
	countryRecord struct {
		Country     any `maxminddb:"country"`
		Registered  any `maxminddb:"registered_country"`
		CountryCode any `maxminddb:"country_code"`
	}
)

// fill takes from the files what the table does not say.
func (t networkTable) fill(addr netip.Addr, n network, found bool) (network, bool) {
	ip := net.IP(addr.AsSlice())
	var as asnRecord
	if n.asn == "" && t.asn != nil && t.asn.Lookup(ip, &as) == nil {
		number, name := as.text()
		if number != "" {
			n.asn, found = number, true
			if n.asName == "" {
				n.asName = name
			}
		}
	}
	var at countryRecord
	if n.country == "" && t.country != nil && t.country.Lookup(ip, &at) == nil {
		if code := at.code(); code != "" {
			n.country, found = code, true
		}
	}
	return n, found
}

// text is the number with its "AS", and the name.
func (r asnRecord) text() (number, name string) {
	if r.Number > 0 {
		return fmt.Sprintf("AS%d", r.Number), r.Organization
	}
	written, _ := r.ASN.(string)
	if written == "" {
		return "", ""
	}
	name, _ = r.Name.(string)
	return "AS" + strings.TrimPrefix(strings.ToUpper(written), "AS"), name
}

// code is the two letters of where the network is used, or else of where it is
// registered.
func (r countryRecord) code() string {
	for _, v := range []any{r.Country, r.CountryCode, r.Registered} {
		switch x := v.(type) {
		case string:
			if len(x) == 2 {
				return strings.ToUpper(x)
			}
		case map[string]any:
			if code, ok := x["iso_code"].(string); ok && code != "" {
				return strings.ToUpper(code)
			}
		}
	}
	return ""
}
