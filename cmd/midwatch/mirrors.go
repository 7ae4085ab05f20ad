package main

import (
	"context"
	"fmt"

	"midwatch/collectors"
	"midwatch/collectors/gitrepo"
)

// MirrorConfig is a folder of bare mirrors or clones.
type MirrorConfig struct {
	// Path of a repository, or of a folder with repositories in it and below.
	Path string `mapstructure:"path"`
	// Prefix goes before the path below that folder to give the name that events
	// have, such as "acme/".
	Prefix string `mapstructure:"prefix"`
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
