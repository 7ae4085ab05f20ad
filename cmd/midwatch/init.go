package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

//go:embed midwatch.yaml
var exampleConfig []byte

func newInit(a *app) *cobra.Command {
	var show bool
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a commented configuration",
		Long: `Writes a commented configuration to the file that --config names (midwatch.yaml),
or with --print to standard output. A file that is there is never overwritten.`,
		Example: "  midwatch init\n  midwatch init --print",
		RunE: func(c *cobra.Command, _ []string) error {
			if show {
				_, err := c.OutOrStdout().Write(exampleConfig)
				return err
			}
			f, err := os.OpenFile(a.configPath, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if errors.Is(err, os.ErrExist) {
				return usageError{fmt.Errorf("%s is there already and is left as it is; name another with --config, or look at `midwatch init --print`", a.configPath)}
			}
			if err != nil {
				return fmt.Errorf("writing the configuration: %w", err)
			}
			if _, err = f.Write(exampleConfig); err != nil {
				return errors.Join(fmt.Errorf("writing the configuration: %w", err), f.Close())
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "Wrote %s. Name your source in it, then: midwatch doctor\n", a.configPath)
			return errors.Join(err, f.Close())
		},
	}
	c.Flags().BoolVar(&show, "print", false, "print it instead of writing it")
	return c
}
