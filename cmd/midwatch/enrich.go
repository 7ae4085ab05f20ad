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
	for _, read := range []struct {
		file func(context.Context, string) error
		path string
	}{
		{w.ReadRoster, e.Roster}, {w.ReadRepositories, e.Repositories}, {w.ReadCredentials, e.Credentials}, {w.ReadSecrets, e.Secrets},
	} {
		if err := read.file(ctx, read.path); err != nil {
			return err
		}
	}
	return nil
}
