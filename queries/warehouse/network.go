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
)

// network is what the networks table says of a prefix.
type network struct{ asn, asName, country, kind string }

// networkTable answers the longest prefix around an address.
type networkTable map[netip.Prefix]network

func (t networkTable) find(addr netip.Addr) (network, bool) {
	for bits := addr.BitLen(); bits >= 0; bits-- {
		p, err := addr.Prefix(bits)
		if err != nil {
			return network{}, false
		}
		if n, ok := t[p]; ok {
			return n, true
		}
	}
	return network{}, false
}

// networkHeader is the first line of a networks file.
var networkHeader = []string{"prefix", "asn", "as_name", "country", "kind"}

// ReadNetworks loads a CSV of prefixes with the header
// prefix,asn,as_name,country,kind into the database, and describes all known
// addresses anew when the table changed. kind is one of isp, mobile, business,
// vpn, hosting, cloud-runner or "". Errors name the file and line.
func (w *Warehouse) ReadNetworks(ctx context.Context, path string) error {
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return fmt.Errorf("reading the networks file: %w (name one under enrich.networks, or take the key out)", err)
	}
	rows, err := parseNetworks(path, string(text))
	if err != nil {
		return err
	}
	sum := digest(string(text))
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
