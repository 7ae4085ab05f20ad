package night

import (
	"context"
	"time"

	"midwatch/collectors/gitrepo"
	"midwatch/queries/warehouse"
)

// Surroundings names the files and folders that say what is known around an
// access. What is not named, or no longer, is forgotten.
type Surroundings struct {
	// Networks describe addresses.
	Networks warehouse.NetworkFiles
	// Roster is a CSV of who is behind which identity, Repositories of what
	// matters, Credentials of which should be dead, Secrets of open alerts.
	Roster, Repositories, Credentials, Secrets string
	// Mirrors are folders of repositories whose own history is read.
	Mirrors []Mirrors
}

// Mirrors is a folder of bare mirrors or clones.
type Mirrors struct {
	// Path of a repository, or of a folder with repositories in it and below.
	Path string
	// Prefix goes before the path below that folder to give the name that events
	// have, such as "acme/".
	Prefix string
}

// Read brings the files into the database.
func (s Surroundings) Read(ctx context.Context, w *warehouse.Warehouse) error {
	if err := w.ReadNetworkFiles(ctx, s.Networks); err != nil {
		return err
	}
	for _, read := range []struct {
		file func(context.Context, string) error
		path string
	}{
		{w.ReadRoster, s.Roster}, {w.ReadRepositories, s.Repositories}, {w.ReadCredentials, s.Credentials}, {w.ReadSecrets, s.Secrets},
	} {
		if err := read.file(ctx, read.path); err != nil {
			return err
		}
	}
	return nil
}

// ReadMirrors brings what is new in the histories of the mirrors into the
// database. A repository that cannot be read keeps what is known of it; its error
// is among the problems, and stops no other. err is of the database.
func (s Surroundings) ReadMirrors(ctx context.Context, w *warehouse.Warehouse, now time.Time) (problems []error, err error) {
	if len(s.Mirrors) == 0 {
		return nil, w.ForgetHistories(ctx)
	}
	for _, mirrors := range s.Mirrors {
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
