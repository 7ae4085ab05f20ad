package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"
)

// TestTheConfigurationOfAPackage is read where nothing else was named or is there.
func TestTheConfigurationOfAPackage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	here, none, system := filepath.Join(dir, "midwatch.yaml"), filepath.Join(dir, "none.yaml"), filepath.Join(dir, "system.yaml")
	check(t, os.WriteFile(here, nil, 0o600))
	check(t, os.WriteFile(system, nil, 0o600))
	flag, named := &pflag.Flag{}, &pflag.Flag{Changed: true}
	for name, x := range map[string]struct {
		app  app
		want string
	}{
		"the folder has one":         {app{configPath: here, named: flag, system: system}, here},
		"the folder has none":        {app{configPath: none, named: flag, system: system}, system},
		"another was named":          {app{configPath: none, named: named, system: system}, none},
		"only the one that is named": {app{configPath: none, system: system}, none},
		"the package's is missing":   {app{configPath: none, named: flag, system: filepath.Join(dir, "gone.yaml")}, none},
		"no package":                 {app{configPath: none, named: flag}, none},
	} {
		if got := x.app.config(); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}
