package queries

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Formats returns the mappings of log formats: those of the binary, and those of
// a folder outside of it where one is named. A file of the folder must not have
// the name of one of the binary's.
func Formats(folder string) ([]Script, error) {
	all := Scripts("sources")
	if folder == "" {
		return all, nil
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*.sql"))
	if err != nil {
		return nil, fmt.Errorf("looking for formats in %s: %w", folder, err)
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("the folder %s holds no format: put <format>.sql files there, as queries/sources/README.md says", folder)
	}
	for _, path := range paths {
		text, err := os.ReadFile(filepath.Clean(path))
		if err != nil {
			return nil, fmt.Errorf("reading the format %s: %w", path, err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".sql")
		if _, err := Named(all, name); err == nil {
			return nil, fmt.Errorf("%s: there is a format %s already: give the file another name", path, name)
		}
		s := Parse("sources", name, string(text))
		if mistakes := Check(s); len(mistakes) > 0 {
			mistakes[0].File = path
			return nil, fmt.Errorf("reading a format: %w", mistakes[0])
		}
		all = append(all, s)
	}
	return all, nil
}

// Named returns the script of a name, or an error naming those there are.
func Named(all []Script, name string) (Script, error) {
	var names []string
	for _, s := range all {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Script{}, fmt.Errorf("no source named %q; there are: %s", name, strings.Join(names, ", "))
}
