package warehouse

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/netip"

	"github.com/marcboeker/go-duckdb/v2"
)

// addAddresses gives the stage's new addresses the networks around them. This
// is done in Go because SQL has no parser for IPv6 addresses.
func (w *Warehouse) addAddresses(ctx context.Context) error {
	fresh, err := w.column(ctx,
		`SELECT DISTINCT ip FROM stage
		 WHERE record_class = 'event' AND reason IS NULL AND address_id IS NULL AND ip IS NOT NULL ORDER BY ip`)
	if err != nil || len(fresh) == 0 {
		return err
	}
	var next int32
	if err := w.conn.QueryRowContext(ctx, "SELECT coalesce(max(address_id), 0) FROM address").Scan(&next); err != nil {
		return fmt.Errorf("numbering addresses: %w", err)
	}
	networks, err := w.networks(ctx)
	if err != nil {
		return err
	}
	return w.append("address", func(row func(...driver.Value) error) error {
		for _, ip := range fresh {
			next++
			a := describeAddress(ip, networks)
			if err := row(next, a.ip, a.network, a.block, a.asn, a.asName, a.country, a.kind); err != nil {
				return err
			}
		}
		return nil
	})
}

// described is an address with what is known around it; nil is unknown.
type described struct {
	ip, network, block         string
	asn, asName, country, kind any
}

// describeAddress cuts an address to its /24 and /16 (IPv6: /48 and /32, what a
// site and a provider are commonly given, RFC 6177) and looks it up in the
// networks table. Text that is no address is kept and has no network.
func describeAddress(ip string, networks networkTable) described {
	d := described{ip: ip}
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return d
	}
	addr = addr.Unmap().WithZone("")
	site, provider := 24, 16
	if addr.Is6() {
		site, provider = 48, 32
	}
	d.network, d.block = prefixText(addr, site), prefixText(addr, provider)
	if n, ok := networks.find(addr); ok {
		d.asn, d.asName, d.country, d.kind = orNil(n.asn), orNil(n.asName), orNil(n.country), orNil(n.kind)
	}
	return d
}

func prefixText(addr netip.Addr, bits int) string {
	p, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// column reads one column of text.
func (w *Warehouse) column(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := w.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("reading the database: %w", err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// append writes rows through DuckDB's appender, in the running transaction; to the
// temporary table of the name where there is one.
func (w *Warehouse) append(table string, write func(row func(...driver.Value) error) error) error {
	return w.conn.Raw(func(c any) error {
		a, err := duckdb.NewAppenderFromConn(c.(driver.Conn), "", table)
		if err != nil {
			return fmt.Errorf("writing to %s: %w", table, err)
		}
		err = write(func(v ...driver.Value) error { return a.AppendRow(v...) })
		if cerr := a.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return fmt.Errorf("writing to %s: %w", table, err)
		}
		return nil
	})
}
