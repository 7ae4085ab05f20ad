package files

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// walk lists the files in a folder and below it. Links to folders are followed, each
// once and none to a folder that was come through, so that a loop of links ends.
type walk struct {
	// enters says by its name whether a file or folder is looked at; nil: all are.
	enters func(name string) bool
	// take says by its path whether a file is wanted; nil: all are.
	take func(path string) bool
	// complains is whether a pipe, a socket or a device is a problem.
	complains bool

	found    []string
	problems []error
	waiting  []way
	// followed are the links that were, by their paths without other links.
	followed map[string]bool
}

// way is a link to a folder, and the folders that were come through to it, by their
// paths without links.
type way struct {
	link    string
	through []string
}

// from lists what is in a folder and below it.
func (w *walk) from(ctx context.Context, root string) {
	w.followed = map[string]bool{}
	w.waiting = []way{{link: root}}
	for len(w.waiting) > 0 {
		next := w.waiting[0]
		w.waiting = w.waiting[1:]
		real, err := filepath.EvalSymlinks(next.link)
		if err != nil {
			w.problems = append(w.problems, explain(next.link, err))
			continue
		}
		if next.leadsBack(real) {
			continue
		}
		if err := w.below(ctx, next, real); err != nil {
			w.problems = append(w.problems, &problem{"cannot list " + next.link, err, "run again"})
			return
		}
	}
}

// leadsBack holds for a link to a folder that was come through, or to one above it.
func (y way) leadsBack(real string) bool {
	return slices.ContainsFunc(y.through, func(before string) bool {
		return strings.HasPrefix(before+"/", strings.TrimSuffix(real, "/")+"/")
	})
}

// below lists the folder that a link leads to, real without links, and remembers the
// links to other folders in it.
func (w *walk) below(ctx context.Context, by way, real string) error {
	return filepath.WalkDir(real, func(at string, entry fs.DirEntry, err error) error {
		within, _ := filepath.Rel(real, at) // at is below real
		name := filepath.Join(by.link, within)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			w.problems = append(w.problems, explain(name, err))
		case within != "." && w.enters != nil && !w.enters(entry.Name()):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type()&fs.ModeSymlink != 0 && isFolder(at):
			if !w.followed[at] {
				w.followed[at] = true
				w.waiting = append(w.waiting, way{name, append(slices.Clone(by.through), filepath.Dir(at))})
			}
		case entry.IsDir(), w.take != nil && !w.take(name):
		case isFile(at, entry):
			w.found = append(w.found, name)
		case w.complains:
			w.problems = append(w.problems, readable(name)) // a pipe, a socket or a device
		}
		return nil
	})
}

// isFile holds for regular files and links to them. A link that leads nowhere
// counts too, for the opening to complain about.
func isFile(path string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.Type().IsRegular()
	}
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}
