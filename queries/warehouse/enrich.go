package warehouse

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/netip"
)

// replaceNetworks stores the networks table and describes all addresses anew.
// Roll-ups hold addresses and not networks, so only the digests that scoring
// compares must be made again.
func (w *Warehouse) replaceNetworks(ctx context.Context, rows [][]string, sum string) error {
	w.around = networkTable{}
	if _, err := w.conn.ExecContext(ctx, "DELETE FROM network_prefix"); err != nil {
		return fmt.Errorf("storing the networks table: %w", err)
	}
	err := w.append("network_prefix", func(row func(...driver.Value) error) error {
		for _, r := range rows {
			if err := row(r[0], r[1], r[2], r[3], r[4]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.describeAgain(ctx); err != nil {
		return err
	}
	return w.setInstalled(ctx, "networks", sum)
}

// describeAgain fills the columns of every address that come from the table.
func (w *Warehouse) describeAgain(ctx context.Context) error {
	ips, err := w.column(ctx, "SELECT ip FROM address ORDER BY address_id")
	if err != nil {
		return err
	}
	networks, err := w.networks(ctx)
	if err != nil {
		return err
	}
	if _, err := w.conn.ExecContext(ctx, "DELETE FROM address"); err != nil {
		return fmt.Errorf("describing addresses: %w", err)
	}
	return w.append("address", func(row func(...driver.Value) error) error {
		for i, ip := range ips {
			a := describeAddress(ip, networks)
			if err := row(int32(i+1), a.ip, a.network, a.block, a.asn, a.asName, a.country, a.kind); err != nil {
				return err
			}
		}
		return nil
	})
}

// networks gives the stored table, which is empty where none was given, and the
// open files beside it.
func (w *Warehouse) networks(ctx context.Context) (networkTable, error) {
	if w.around.prefixes != nil {
		return w.around, nil
	}
	t, err := w.readNetworks(ctx)
	if err == nil {
		w.around = t
	}
	return t, err
}

func (w *Warehouse) readNetworks(ctx context.Context) (networkTable, error) {
	t := networkTable{prefixes: map[netip.Prefix]network{}, asn: w.maxmind.asn, country: w.maxmind.country}
	rows, err := w.conn.QueryContext(ctx,
		"SELECT prefix, coalesce(asn, ''), coalesce(as_name, ''), coalesce(country, ''), coalesce(kind, '') FROM network_prefix")
	if err != nil {
		return t, fmt.Errorf("reading the networks table: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var prefix string
		var n network
		if err := rows.Scan(&prefix, &n.asn, &n.asName, &n.country, &n.kind); err != nil {
			return t, fmt.Errorf("reading the networks table: %w", err)
		}
		p, err := netip.ParsePrefix(prefix)
		if err != nil {
			return t, fmt.Errorf("the stored networks table has %q: load the file again: %w", prefix, err)
		}
		t.prefixes[p] = n
	}
	return t, rows.Err()
}
