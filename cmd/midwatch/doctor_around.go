package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"midwatch/collectors"
	"midwatch/queries/warehouse"
)

// around is the name that checks of the surroundings go by.
const around = "enrich"

// lookAround checks the files that say what is known around an access by reading
// them into a database that is thrown away, and the mirrors.
func (c *Config) lookAround(ctx context.Context) []looked {
	var all []looked
	for _, f := range c.Enrich.files() {
		if f.path == "" {
			continue
		}
		check := collectors.Check{Name: f.key, Status: collectors.OK, Detail: f.path + " can be read"}
		if err := f.check(ctx); err != nil {
			check.Status, check.Detail, check.Fix = collectors.Failed, err.Error(), "fix the file, or take enrich."+f.key+" out"
		}
		all = append(all, looked{around, check})
	}
	for _, k := range c.checkMirrors(ctx) {
		all = append(all, looked{around, k})
	}
	return all
}

// surroundingsFile is one file of the surroundings.
type surroundingsFile struct {
	key, path string
	read      func(w *warehouse.Warehouse, ctx context.Context, path string) error
}

// files are those that the configuration may name.
func (e EnrichConfig) files() []surroundingsFile {
	networks := func(of func(path string) warehouse.NetworkFiles) func(*warehouse.Warehouse, context.Context, string) error {
		return func(w *warehouse.Warehouse, ctx context.Context, path string) error {
			return w.ReadNetworkFiles(ctx, of(path))
		}
	}
	return []surroundingsFile{
		{"networks", e.Networks, networks(func(p string) warehouse.NetworkFiles { return warehouse.NetworkFiles{Table: p} })},
		{"asn_file", e.ASNFile, networks(func(p string) warehouse.NetworkFiles { return warehouse.NetworkFiles{ASN: p} })},
		{"country_file", e.CountryFile, networks(func(p string) warehouse.NetworkFiles { return warehouse.NetworkFiles{Country: p} })},
		{"roster", e.Roster, (*warehouse.Warehouse).ReadRoster},
		{"repositories", e.Repositories, (*warehouse.Warehouse).ReadRepositories},
		{"credentials", e.Credentials, (*warehouse.Warehouse).ReadCredentials},
		{"secrets", e.Secrets, (*warehouse.Warehouse).ReadSecrets},
	}
}

// check reads the file into a database of its own.
func (f surroundingsFile) check(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "midwatch-doctor-")
	if err != nil {
		return fmt.Errorf("making a folder to read it in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	w, err := warehouse.Open(ctx, warehouse.Options{Path: dir + "/doctor.duckdb", Command: "midwatch doctor"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return f.read(w, ctx, f.path)
}

// lookLately checks in the published snapshot what each source gave on the last
// whole day against its own rhythm. Without a snapshot there is nothing to check
// yet.
func (c *Config) lookLately(ctx context.Context, now time.Time) (all []looked, err error) {
	if _, err := os.Stat(c.Snapshot); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	r, err := warehouse.OpenSnapshot(ctx, c.Snapshot, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	day := now.Truncate(24*time.Hour).AddDate(0, 0, -1)
	coverage, err := r.Coverage(ctx, day)
	if err != nil {
		return nil, err
	}
	for _, s := range coverage.Sources {
		if !c.hasSource(s.Source) {
			continue
		}
		checks := append(checkRhythm(s, day), checkFields(s)...)
		for _, k := range append(checks, checkHost(s)...) {
			all = append(all, looked{s.Source, k})
		}
	}
	return all, nil
}

func (c *Config) hasSource(name string) bool {
	for _, s := range c.Sources {
		if s.Name == name {
			return true
		}
	}
	return false
}

// checkRhythm says what a source gave on a day.
func checkRhythm(s warehouse.SourceCoverage, day time.Time) []collectors.Check {
	check := collectors.Check{Name: "records of " + day.Format(time.DateOnly), Status: collectors.OK, Detail: fmt.Sprintf("%d in the snapshot", s.Records)}
	if s.Usual.Valid {
		check.Detail += fmt.Sprintf(", %.0f are usual", s.Usual.Float64)
	}
	switch {
	case s.Blind:
		check.Status = collectors.Failed
		check.Fix = "look whether the host still logs and the log still arrives, then `midwatch collect`; what the host no longer has is a gap"
	case s.BlindHours > 0:
		check.Status, check.Detail = collectors.Warning, check.Detail+fmt.Sprintf("; %d hours gave less than a fifth", s.BlindHours)
		check.Fix = "look for an outage of the host or of what carries its log in these hours (coverage.csv of the night has them)"
	}
	return []collectors.Check{check}
}

// checkFields says which fields records do not have, as a policy of the host or
// since lately.
func checkFields(s warehouse.SourceCoverage) []collectors.Check {
	var checks []collectors.Check
	for _, f := range s.MissingFields() {
		check := collectors.Check{Name: f.Name, Status: collectors.Warning, Detail: f.Detail, Fix: f.Fix}
		if f.Lost {
			check.Status = collectors.Failed
		}
		checks = append(checks, check)
	}
	return checks
}

// checkHost says what a host never does: nothing to fix, and to be known.
func checkHost(s warehouse.SourceCoverage) []collectors.Check {
	never := s.NeverSays()
	if never == "" {
		return nil
	}
	return []collectors.Check{{Name: "never says", Status: collectors.OK, Detail: never}}
}
