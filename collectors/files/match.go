package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// validPath says what is wrong with a path as it was configured.
func validPath(path string) error {
	if path == "" || strings.ContainsRune(path, 0) {
		return &problem{what: fmt.Sprintf("%q is no path", path), fix: "give a file, folder, pattern or -"}
	}
	if !doublestar.ValidatePathPattern(path) {
		return &problem{what: fmt.Sprintf("%q is no pattern", path), fix: "close its [ or {, or put a backslash before one that is meant"}
	}
	return nil
}

// logs are the files that the paths stand for, each once and sorted, and what
// was wrong with the rest.
func (c *Collector) logs(ctx context.Context) ([]string, []error) {
	var all []string
	var problems []error
	for _, path := range c.paths {
		matches, wrong := expand(ctx, path)
		problems = append(problems, wrong...)
		all = append(all, matches...)
	}
	slices.Sort(all)
	return distinct(all), problems
}

// distinct leaves each file once: under the first of its names in order, when
// links give it several.
func distinct(paths []string) []string {
	seen := map[string]bool{}
	var once []string
	for _, path := range paths {
		target := path
		if real, err := filepath.EvalSymlinks(path); err == nil && path != Stdin {
			target = real
		}
		if !seen[target] {
			seen[target] = true
			once = append(once, path)
		}
	}
	return once
}

// expand is what one configured path stands for, and what was wrong with it:
// there may be both.
func expand(ctx context.Context, path string) ([]string, []error) {
	if path == Stdin {
		return []string{Stdin}, nil
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, []error{&problem{"cannot make " + path + " absolute", err, "run from a folder that exists"}}
	}
	info, err := os.Stat(absolute)
	switch {
	case err == nil && info.IsDir():
		return folder(ctx, absolute)
	case err == nil:
		return []string{absolute}, nil
	case !errors.Is(err, os.ErrNotExist):
		return nil, []error{explain(absolute, err)}
	case !strings.ContainsAny(path, `*?[{\`):
		return nil, []error{&problem{absolute + " is not there", err, "check the spelling, and that its disk or share is mounted"}}
	}
	return pattern(absolute)
}

// pattern lists the files that match. Folders that could not be looked into
// hide none of the others.
func pattern(path string) ([]string, []error) {
	options := []doublestar.GlobOption{doublestar.WithFilesOnly(), doublestar.WithNoFollow()}
	matches, err := doublestar.FilepathGlob(path, options...)
	if err != nil {
		return nil, []error{&problem{"cannot search for " + path, err, "check the pattern"}}
	}
	matches = slices.DeleteFunc(matches, isFolder) // links to them
	// The first search passes over what it may not see; the second stops there.
	if _, err := doublestar.FilepathGlob(path, append(options, doublestar.WithFailOnIOErrors())...); err != nil {
		return matches, []error{&problem{"not every folder could be searched for " + path, err, "let the account this runs as list it"}}
	}
	if len(matches) == 0 {
		return nil, []error{&problem{what: "no file matches " + path, fix: "check the spelling, and that logs are still written there"}}
	}
	return matches, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// folder lists the files in a folder and below it.
func folder(ctx context.Context, root string) (found []string, problems []error) {
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			problems = append(problems, explain(path, err))
		case path != root && passedOver(entry.Name()):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case isFile(path, entry):
			found = append(found, path)
		case !entry.IsDir() && !isFolder(path):
			problems = append(problems, readable(path)) // a pipe, a socket or a device
		}
		return nil
	})
	if err != nil {
		problems = append(problems, &problem{"cannot list " + root, err, "run again"})
	}
	if len(found) == 0 && len(problems) == 0 {
		problems = append(problems, &problem{what: "folder " + root + " holds no log",
			fix: "check that it is the right one, and that logs are still written there"})
	}
	return found, problems
}

// passedOver holds for the names in a folder that are no finished log.
func passedOver(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return true
	}
	return slices.Contains([]string{".tmp", ".part", ".swp"}, filepath.Ext(name))
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
