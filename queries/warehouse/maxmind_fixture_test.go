package warehouse_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

// writeMaxMind writes two small files as MaxMind would.
func writeMaxMind(t *testing.T, dir string) (asn, country string) {
	t.Helper()
	number := func(n uint32, name string) mmdbtype.DataType {
		return mmdbtype.Map{"autonomous_system_number": mmdbtype.Uint32(n), "autonomous_system_organization": mmdbtype.String(name)}
	}
	in := func(key, code string) mmdbtype.DataType {
		return mmdbtype.Map{mmdbtype.String(key): mmdbtype.Map{"iso_code": mmdbtype.String(code)}}
	}
	asn, country = filepath.Join(dir, "asn.mmdb"), filepath.Join(dir, "country.mmdb")
	writeTree(t, asn, "GeoLite2-ASN", map[string]mmdbtype.DataType{
		"192.0.2.0/24": number(64500, "Example Net"), "198.51.100.0/24": number(64502, "Theirs"),
		"203.0.113.0/24": number(64500, "Example Net"), "2001:db8::/32": number(64501, "Six"),
	})
	writeTree(t, country, "GeoLite2-Country", map[string]mmdbtype.DataType{
		"192.0.2.0/24": in("country", "PT"), "203.0.113.0/24": in("registered_country", "PT"), "198.51.100.0/24": in("country", "FR"),
	})
	return asn, country
}

func writeTree(t *testing.T, path, kind string, rows map[string]mmdbtype.DataType) {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, IncludeReservedNetworks: true, DisableIPv4Aliasing: true})
	if err != nil {
		t.Fatal(err)
	}
	for prefix, data := range rows {
		_, network, err := net.ParseCIDR(prefix)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Insert(network, data); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
