package warehouse

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/oschwald/maxminddb-golang"
)

// network is what the networks table says of a prefix.
type network struct{ asn, asName, country, kind string }

// networkTable answers the longest prefix around an address, and what the
// table leaves open from the files of MaxMind's format.
type networkTable struct {
	prefixes     map[netip.Prefix]network
	asn, country *maxminddb.Reader
}

// find says what is known of the network around an address.
func (t networkTable) find(addr netip.Addr) (network, bool) {
	n, found := t.prefix(addr)
	return t.fill(addr, n, found)
}

func (t networkTable) prefix(addr netip.Addr) (network, bool) {
	for bits := addr.BitLen(); bits >= 0; bits-- {
		p, err := addr.Prefix(bits)
		if err != nil {
			return network{}, false
		}
		if n, ok := t.prefixes[p]; ok {
			return n, true
		}
	}
	return network{}, false
}

// networkHeader is the first line of a networks file.
var networkHeader = []string{"prefix", "asn", "as_name", "country", "kind"}

// NetworkFiles are what networks around addresses are known from; each may be
// empty.
type NetworkFiles struct {
	// Table is a CSV of prefixes with the header
	// prefix,asn,as_name,country,kind; kind is one of isp, mobile, business, vpn,
	// hosting, cloud-runner or "". What it says goes before what the others say.
	Table string
	// ASN and Country are files in MaxMind's format (.mmdb), such as GeoLite2-ASN
	// and GeoLite2-Country.
	ASN, Country string
}

// ReadNetworks loads the networks table alone; see ReadNetworkFiles.
func (w *Warehouse) ReadNetworks(ctx context.Context, path string) error {
	return w.ReadNetworkFiles(ctx, NetworkFiles{Table: path})
}

// ReadNetworkFiles loads the table into the database, keeps the other files open
// for the addresses that come, and describes all known addresses anew when any
// of them changed. Errors name the file, and for the table the line.
func (w *Warehouse) ReadNetworkFiles(ctx context.Context, files NetworkFiles) error {
	var rows [][]string
	sum := ""
	if files.Table != "" {
		text, err := os.ReadFile(filepath.Clean(files.Table))
		if err != nil {
			return fmt.Errorf("reading the networks file: %w (name one under enrich.networks, or take the key out)", err)
		}
		if rows, err = parseNetworks(files.Table, string(text)); err != nil {
			return err
		}
		sum = digest(string(text))
	}
	more, err := w.openMaxMind(files)
	if err != nil {
		return err
	}
	if more != "" {
		sum = digest(sum + more)
	}
	if have, err := w.installed(ctx, "networks"); err != nil || have == sum {
		return err
	}
	return w.inTransaction(ctx, func() error { return w.replaceNetworks(ctx, rows, sum) })
}

// parseNetworks reads the file's rows, each with its prefix in normal form.
func parseNetworks(path, text string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	head, err := r.Read()
	if err != nil || strings.Join(head, ",") != strings.Join(networkHeader, ",") {
		return nil, fmt.Errorf("%s line 1: the header must be %s", path, strings.Join(networkHeader, ","))
	}
	var rows [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil { // it names the line
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		line, _ := r.FieldPos(0)
		p, err := netip.ParsePrefix(strings.TrimSpace(row[0]))
		if err != nil {
			return nil, fmt.Errorf("%s line %d, field prefix: %q is no CIDR such as 192.0.2.0/24", path, line, row[0])
		}
		row[0] = p.Masked().String()
		rows = append(rows, row)
	}
}
