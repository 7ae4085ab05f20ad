package main

import (
	"context"
	"fmt"
	"time"

	"midwatch/collectors"
	"midwatch/collectors/gitrepo"
	"midwatch/queries/warehouse"
)

// MirrorConfig is a folder of bare mirrors or clones.
type MirrorConfig struct {
	// Path of a repository, or of a folder with repositories in it and below.
	Path string `mapstructure:"path"`
	// Prefix goes before the path below that folder to give the name that events
	// have, such as "acme/".
	Prefix string `mapstructure:"prefix"`
}

// readMirrors brings what is new in the histories of the configured mirrors into
// the database. A repository that cannot be read keeps what is known of it; its
// error is among those returned, and stops no other.
func (c *Config) readMirrors(ctx context.Context, w *warehouse.Warehouse, now time.Time) (problems []error, err error) {
	if len(c.Enrich.Mirrors) == 0 {
		return nil, w.ForgetHistories(ctx)
	}
	for _, mirrors := range c.Enrich.Mirrors {
		found, err := gitrepo.Find(ctx, mirrors.Path, mirrors.Prefix)
		if err != nil {
			problems = append(problems, err)
		}
		for _, m := range found {
			problem, err := readMirror(ctx, w, m, now)
			if err != nil || ctx.Err() != nil {
				return problems, err
			}
			if problem != nil {
				problems = append(problems, problem)
			}
		}
	}
	return problems, nil
}

// readMirror reads one repository. problem is of the repository, err of the
// database.
func readMirror(ctx context.Context, w *warehouse.Warehouse, m gitrepo.Mirror, now time.Time) (problem, err error) {
	var seen gitrepo.Seen
	if seen.Heads, seen.Mailmap, err = w.SeenHistory(ctx, m.Repository); err != nil {
		return nil, err
	}
	h, problem := gitrepo.Read(ctx, m, seen)
	if problem != nil || h.Unchanged {
		return problem, nil
	}
	kept := warehouse.History{Repository: h.Repository, Whole: h.Whole, LastAt: h.LastAt, Heads: h.Seen.Heads, Mailmap: h.Seen.Mailmap}
	for _, k := range h.Contributions {
		kept.Contributions = append(kept.Contributions, warehouse.Contribution(k))
	}
	for _, o := range h.Owners {
		kept.Owners = append(kept.Owners, warehouse.CodeOwner(o))
	}
	return nil, w.SaveHistory(ctx, kept, now)
}

// checkMirrors looks whether the configured mirrors are there and can be read.
func (c *Config) checkMirrors(ctx context.Context) []collectors.Check {
	var checks []collectors.Check
	for _, mirrors := range c.Enrich.Mirrors {
		check := collectors.Check{Name: "mirrors " + mirrors.Path, Status: collectors.Failed,
			Fix: "name a folder with bare mirrors or clones that this user can read under enrich.mirrors"}
		found, err := gitrepo.Find(ctx, mirrors.Path, mirrors.Prefix)
		switch {
		case err != nil:
			check.Detail = err.Error()
		case len(found) == 0:
			check.Detail = "there is no repository in it"
		default:
			check.Status, check.Fix = collectors.OK, ""
			check.Detail = fmt.Sprintf("%d repositories, such as %s", len(found), found[0].Repository)
		}
		checks = append(checks, check)
	}
	return checks
}
