package warehouse

import (
	"net/netip"
	"strings"
	"testing"
)

func FuzzNetworks(f *testing.F) {
	head := strings.Join(networkHeader, ",") + "\n"
	for _, text := range []string{"", head, head + "192.0.2.0/24,AS1,A,DE,isp\n", head + "\"2001:db8::/32\",,,,\n", head + "x\n", "\xef\xbb\xbf" + head, head + "192.0.2.1/33,,,,\n", head + "\"192.0.2.0/24\"x,,,,\n", head + "192.0.2.0/24,\"\n", head + "a,b\n", head + "::ffff:192.0.2.0/120,,,,"} {
		f.Add(text, "192.0.2.7")
	}
	f.Fuzz(func(t *testing.T, text, ip string) {
		rows, err := parseNetworks("n.csv", text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "n.csv") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		table := networkTable{prefixes: map[netip.Prefix]network{}}
		for _, r := range rows {
			p, err := netip.ParsePrefix(r[0])
			if err != nil || p != p.Masked() || len(r) != len(networkHeader) {
				t.Fatalf("row %q: %v", r, err)
			}
			table.prefixes[p] = network{asn: r[1], asName: r[2], country: r[3], kind: r[4]}
		}
		describeAddress(ip, table)
	})
}

func FuzzAddress(f *testing.F) {
	for _, text := range []string{"192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7", "fe80::1%eth0", "", "x", "192.0.2.07", "192.0.2.7:80", "[::1]"} {
		f.Add(text)
	}
	table := networkTable{prefixes: map[netip.Prefix]network{netip.MustParsePrefix("192.0.2.0/24"): {asn: "1"}, netip.MustParsePrefix("::/0"): {asn: "6"}}}
	f.Fuzz(func(t *testing.T, ip string) {
		d := describeAddress(ip, table)
		addr, err := netip.ParseAddr(ip)
		if d.ip != ip || (err != nil) != (d.network == "") || (err != nil) != (d.block == "") {
			t.Fatalf("%q: %+v", ip, d)
		}
		if err != nil {
			return
		}
		for _, text := range []string{d.network, d.block} {
			p, err := netip.ParsePrefix(text)
			if err != nil || !p.Contains(addr.Unmap().WithZone("")) {
				t.Errorf("%q is said to lie in %q", ip, text)
			}
		}
	})
}
