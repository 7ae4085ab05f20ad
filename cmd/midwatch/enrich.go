package main

import (
	"context"

	"midwatch/queries/warehouse"
)

// enrich brings what is known around an access into the database, from the files
// that the configuration names. What it names no longer is forgotten.
func (c *Config) enrich(ctx context.Context, w *warehouse.Warehouse) error {
	e := c.Enrich
	err := w.ReadNetworkFiles(ctx, warehouse.NetworkFiles{Table: e.Networks, ASN: e.ASNFile, Country: e.CountryFile})
	if err != nil {
		return err
	}
	for _, f := range []struct {
		path string
		read func(context.Context, string) error
	}{
		{e.Roster, w.ReadRoster}, {e.Repositories, w.ReadRepositories}, {e.Credentials, w.ReadCredentials}, {e.Secrets, w.ReadSecrets},
	} {
		if err := f.read(ctx, f.path); err != nil {
			return err
		}
	}
	return nil
}
