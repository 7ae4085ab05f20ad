package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// exitCodes closes every help text.
const exitCodes = `
Exit codes: 0 done, 1 error, 2 wrong usage or configuration, 3 done but not
everything could be seen (a source failed, a gap) or delivered, 4 findings
were listed (only with --exit-findings).`

// systemConfig is where the packages put the configuration, set when a release is
// built. Any other build knows of none.
var systemConfig = ""

// app is what the commands share: the flags of the root.
type app struct {
	configPath string
	quiet      bool
	// wide draws tables as wide as they need, on a terminal too.
	wide bool
	// named is the flag --config. Where it was not given and configPath does not
	// exist, system is read; nil means that only configPath is ever read.
	named  *pflag.Flag
	system string
}

// config is the configuration to read: the one that --config names, else
// midwatch.yaml in this folder, else that of an installed package. A folder that
// cannot be looked into has none: `sudo -u midwatch` is called from such.
func (a *app) config() string {
	if a.system == "" || a.named == nil || a.named.Changed {
		return a.configPath
	}
	if _, err := os.Stat(a.configPath); err == nil {
		return a.configPath
	}
	if _, err := os.Stat(a.system); errors.Is(err, os.ErrNotExist) {
		return a.configPath
	}
	return a.system
}

// newRoot returns the whole command tree. It is the list of commands.
func newRoot() *cobra.Command {
	a := &app{system: systemConfig}
	root := &cobra.Command{
		Use:   "midwatch",
		Short: "Ranks unusual access to source repositories",
		Long: `Midwatch reads who cloned and fetched which source repository, learns what is
normal for each identity, and every night ranks the accesses that are not.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		Args:          noSuchCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.PersistentFlags().StringVar(&a.configPath, "config", "midwatch.yaml", "configuration file")
	a.named = root.PersistentFlags().Lookup("config")
	root.PersistentFlags().BoolVar(&a.quiet, "quiet", false, "no progress, warnings and errors only")
	root.PersistentFlags().BoolVar(&a.wide, "wide", false, "all columns of a table, also where the terminal is narrower")
	root.PersistentPreRun = func(c *cobra.Command, _ []string) { a.lookAtScreen(c) }
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w (see: %s --help)", err, c.CommandPath())}
	})
	root.AddCommand(
		newInit(a), newDoctor(a), newReceive(a), newCollect(a), newAnalyze(a), newReport(a), newNightly(a), newTriage(a), newAsk(a), newNotify(a),
		newBacktest(a), newEvaluate(a), newExplain(a), newInvestigate(a), newContain(a), newCase(a), newSQL(a), newMCP(a), newBackup(a), newRestore(a), newDictionary(), newSimulate(a), newDemo(a), newMan(), newVersion(),
	)
	for _, c := range root.Commands() {
		finish(c)
	}
	return root
}

// noSuchCommand makes a misspelt command a mistake in usage, with those that it
// may have meant.
func noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	meant := ""
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		meant = "; perhaps " + strings.Join(near, " or ")
	}
	return usageError{fmt.Errorf("there is no command %q%s (see: %s --help)", args[0], meant, c.CommandPath())}
}

// finish gives a command what all have: the exit codes in its help and usage
// errors for wrong arguments.
func finish(c *cobra.Command) {
	if c.Long == "" {
		c.Long = c.Short + "."
	}
	c.Long = strings.TrimRight(c.Long, "\n") + "\n" + exitCodes
	check := c.Args
	if check == nil {
		check = cobra.NoArgs
	}
	c.Args = func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError{fmt.Errorf("%w (see: %s --help)", err, c.CommandPath())}
		}
		return nil
	}
}

// log writes to standard error: plain lines, with the level in front.
func (a *app) log(c *cobra.Command) *slog.Logger {
	level := slog.LevelInfo
	if a.quiet {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: level}))
}
