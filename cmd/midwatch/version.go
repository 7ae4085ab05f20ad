package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"midwatch/queries/warehouse"
)

// release is the version of the program, set when it is built.
var release = "dev"

// version names the release and, where the build knows it, the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return release + "+" + s.Value[:12]
		}
	}
	return release
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and that of the DuckDB inside",
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(c.OutOrStdout(), "midwatch %s (DuckDB %s)\n", version(), warehouse.EngineVersion())
			return err
		},
	}
}
