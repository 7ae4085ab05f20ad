package main

import (
	"midwatch/analyzer/night"
	"midwatch/queries/warehouse"
)

// surroundings are the files and mirrors that the configuration names.
func (c *Config) surroundings() night.Surroundings {
	e := c.Enrich
	s := night.Surroundings{
		Networks: warehouse.NetworkFiles{Table: e.Networks, ASN: e.ASNFile, Country: e.CountryFile},
		Roster:   e.Roster, Repositories: e.Repositories, Credentials: e.Credentials, Secrets: e.Secrets,
	}
	for _, m := range e.Mirrors {
		s.Mirrors = append(s.Mirrors, night.Mirrors(m))
	}
	return s
}
