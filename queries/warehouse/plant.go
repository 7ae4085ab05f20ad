package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"time"

	"midwatch/queries"
)

// Copy is a warehouse that is a copy of a published snapshot: the only kind that
// anything may be planted into.
type Copy struct{ *Warehouse }

// OpenCopy copies a snapshot to a file that is not there yet, mode 0600, and opens
// the copy. The snapshot is read as a file and not opened.
func OpenCopy(ctx context.Context, snapshot string, o Options) (*Copy, error) {
	err := copyFile(snapshot, o.Path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no snapshot %s yet: `midwatch nightly` publishes it", snapshot)
	}
	if err != nil {
		return nil, fmt.Errorf("copying the snapshot: %w (name another folder with --keep)", err)
	}
	w, err := Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return &Copy{w}, nil
}

// PlantingFacet is a facet that something can be planted for; empty text is not given.
type PlantingFacet struct {
	Identity, Name, Family string
	Machine                bool
	// RecentDays it was active on in the last 30, LastDay before the night.
	RecentDays int
	LastDay    time.Time
	// TonightAt is its own first act of the night; zero where there is none.
	TonightAt time.Time
	// Known are its private repositories, in order.
	Known []string
	// UsualHour is when its day begins, UTC, Hours how long it lasts.
	UsualHour, Hours int
	// What it mostly came with.
	AccessType, Credential, IP, Country, Agent string
}

// PlantingFacets are the facets known before a night, in order.
func (c *Copy) PlantingFacets(ctx context.Context, night time.Time) ([]PlantingFacet, error) {
	var all []PlantingFacet
	err := c.each(ctx, func(scan Scan) error {
		var s PlantingFacet
		var known []any
		var tonight sql.NullTime
		var credential, ip, country, agent sql.NullString
		row := duckList{&known}
		err := scan(&s.Identity, &s.Name, &s.Family, &s.Machine, &s.RecentDays, &s.LastDay, &tonight, &row, &s.UsualHour, &s.Hours,
			&s.AccessType, &credential, &ip, &country, &agent)
		for _, k := range known {
			s.Known = append(s.Known, fmt.Sprint(k))
		}
		s.TonightAt, s.Credential, s.IP, s.Country, s.Agent = tonight.Time, credential.String, ip.String, country.String, agent.String
		all = append(all, s)
		return err
	}, "FROM planting.subject(?::DATE)", night)
	return all, err
}

// duckList reads a LIST column.
type duckList struct{ into *[]any }

// Scan takes the driver's value.
func (l *duckList) Scan(v any) error {
	list, ok := v.([]any)
	if !ok {
		return fmt.Errorf("a list was expected and %T came", v)
	}
	*l.into = list
	return nil
}

// PrivateRepository is one that was there before a night.
type PrivateRepository struct {
	Name string
	// Readers are the people who read it in the 180 days before.
	Readers  int
	FirstDay time.Time
}

// PrivateRepositories are those known before a night, in order.
func (c *Copy) PrivateRepositories(ctx context.Context, night time.Time) ([]PrivateRepository, error) {
	var all []PrivateRepository
	err := c.each(ctx, func(scan Scan) error {
		var r PrivateRepository
		err := scan(&r.Name, &r.Readers, &r.FirstDay)
		all = append(all, r)
		return err
	}, "FROM planting.repository(?::DATE)", night)
	return all, err
}

// Prefix is a row of the networks table.
type Prefix struct{ Prefix, Country, Kind string }

// Prefixes is the networks table, in order; empty where none was given.
func (c *Copy) Prefixes(ctx context.Context) ([]Prefix, error) {
	var all []Prefix
	err := c.each(ctx, func(scan Scan) error {
		var p Prefix
		err := scan(&p.Prefix, &p.Country, &p.Kind)
		all = append(all, p)
		return err
	}, "SELECT prefix, coalesce(country, ''), coalesce(kind, '') FROM network_prefix ORDER BY prefix")
	return all, err
}

// PlantedAct is one act to be planted. Identity, access type with family, and
// repository must be known to the copy; empty text is not given.
type PlantedAct struct {
	ID                                       string
	At                                       time.Time
	Action                                   string
	Identity, AccessType, Family, Credential string
	Repository, IP, Country, Agent           string
}

// Plant adds acts to the copy and rolls up the days they fall on.
func (c *Copy) Plant(ctx context.Context, acts []PlantedAct) error {
	err := c.inTransaction(ctx, func() error { return c.plant(ctx, acts) })
	if err != nil {
		return fmt.Errorf("planting into %s: %w", c.path, err)
	}
	_, err = c.RollUp(ctx, nil)
	return err
}

func (c *Copy) plant(ctx context.Context, acts []PlantedAct) error {
	const table = `CREATE OR REPLACE TEMP TABLE planted (event_id VARCHAR, occurred_at TIMESTAMP, action VARCHAR, identity VARCHAR, access_type VARCHAR,
		family VARCHAR, credential VARCHAR, repository VARCHAR, ip VARCHAR, country VARCHAR, agent VARCHAR)`
	if _, err := c.conn.ExecContext(ctx, table); err != nil {
		return err
	}
	err := c.append("planted", func(row func(...driver.Value) error) error {
		for _, a := range acts {
			if err := row(a.ID, a.At, a.Action, a.Identity, a.AccessType, a.Family, a.Credential, a.Repository, a.IP, a.Country, a.Agent); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := c.plantAddresses(ctx); err != nil {
		return err
	}
	if _, err := c.run(ctx, "known"); err != nil {
		return err
	}
	done, err := c.run(ctx, "event")
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != int64(len(acts)) {
		return errors.Join(err, fmt.Errorf("%d of %d acts could be planted: the others name what the copy does not know", n, len(acts)))
	}
	return nil
}

// run runs a script of queries/planting.
func (c *Copy) run(ctx context.Context, name string) (sql.Result, error) {
	s, err := queries.Lookup("planting", name)
	if err != nil {
		return nil, err
	}
	return c.conn.ExecContext(ctx, s.SQL)
}

// plantAddresses describes the addresses that the copy does not know.
func (c *Copy) plantAddresses(ctx context.Context) error {
	fresh, err := c.column(ctx, "SELECT DISTINCT ip FROM planted WHERE ip <> '' AND ip NOT IN (SELECT ip FROM address) ORDER BY ip")
	if err != nil || len(fresh) == 0 {
		return err
	}
	networks, err := c.networks(ctx)
	if err != nil {
		return err
	}
	var next int32
	if err := c.conn.QueryRowContext(ctx, "SELECT coalesce(max(address_id), 0) FROM address").Scan(&next); err != nil {
		return fmt.Errorf("numbering addresses: %w", err)
	}
	return c.append("address", func(row func(...driver.Value) error) error {
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
