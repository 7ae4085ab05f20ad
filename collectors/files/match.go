package files

import (
	"context"
	"errors"
	"fmt"
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
	return pattern(ctx, absolute)
}

// pattern lists the files that match. Folders that could not be looked into
// hide none of the others.
func pattern(ctx context.Context, path string) ([]string, []error) {
	above, ok := aboveAnyFolders(path)
	list := func() ([]string, []error) { return glob(path) }
	if ok {
		list = func() ([]string, []error) { return below(ctx, above, path) }
	}
	matches, problems := list()
	if len(matches) == 0 && len(problems) == 0 {
		return nil, []error{&problem{what: "no file matches " + path, fix: "check the spelling, and that logs are still written there"}}
	}
	return matches, problems
}

// glob lists the files that a pattern without ** matches. Its depth is bounded, so
// links to folders are followed as a shell does.
func glob(path string) ([]string, []error) {
	matches, err := doublestar.FilepathGlob(path)
	if err != nil {
		return nil, []error{&problem{"cannot search for " + path, err, "check the pattern"}}
	}
	matches = slices.DeleteFunc(matches, isFolder)
	// The first search passes over what it may not see; the second stops there.
	if _, err := doublestar.FilepathGlob(path, doublestar.WithFailOnIOErrors(), doublestar.WithFilesOnly(), doublestar.WithNoFollow()); err != nil {
		return matches, []error{&problem{"not every folder could be searched for " + path, err, "let the account this runs as list it"}}
	}
	return matches, nil
}

// aboveAnyFolders is the part of a pattern before the one that stands for any
// folders, and whether there is such a part.
func aboveAnyFolders(path string) (string, bool) {
	above := ""
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if strings.Contains(part, "**") || strings.ContainsAny(part, "{}") {
			return above + "/", strings.Contains(path, "**")
		}
		above += "/" + part
	}
	return "", false
}

// below lists the files that a pattern with ** matches, in the folders that the part
// above it matches.
func below(ctx context.Context, above, path string) (found []string, problems []error) {
	roots, err := doublestar.FilepathGlob(above)
	if err != nil {
		return nil, []error{&problem{"cannot search for " + path, err, "check the pattern"}}
	}
	for _, root := range roots {
		if !isFolder(root) {
			continue
		}
		w := &walk{take: func(file string) bool { ok, err := doublestar.PathMatch(path, file); return ok && err == nil }}
		w.from(ctx, filepath.Clean(root))
		found, problems = append(found, w.found...), append(problems, w.problems...)
	}
	return found, problems
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// folder lists the files in a folder and below it.
func folder(ctx context.Context, root string) (found []string, problems []error) {
	w := &walk{enters: func(name string) bool { return !passedOver(name) }, complains: true}
	w.from(ctx, root)
	if len(w.found) == 0 && len(w.problems) == 0 {
		w.problems = append(w.problems, &problem{what: "folder " + root + " holds no log",
			fix: "check that it is the right one, and that logs are still written there"})
	}
	return w.found, w.problems
}

// passedOver holds for the names in a folder that are no finished log.
func passedOver(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return true
	}
	return slices.Contains([]string{".tmp", ".part", ".swp"}, filepath.Ext(name))
}
