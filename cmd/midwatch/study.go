package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
)

// study is what a backtest leaves out to see what it is worth.
type study struct{ without, degrade []string }

// flags registers them on a command.
func (s *study) flags(c *cobra.Command) {
	c.Flags().StringArrayVar(&s.without, "without", nil, "leave an ingredient of the score out: "+list(analyzer.Ingredients()))
	c.Flags().StringArrayVar(&s.degrade, "degrade", nil, "treat as not given: "+list(analyzer.Degradations()))
	_ = c.RegisterFlagCompletionFunc("without", cobra.FixedCompletions(texts(analyzer.Ingredients()), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("degrade", cobra.FixedCompletions(texts(analyzer.Degradations()), cobra.ShellCompDirectiveNoFileComp))
}

// check refuses names that nothing has, because a study that leaves nothing out
// would look like one that shows no effect.
func (s *study) check() error {
	for _, name := range s.without {
		if !slices.Contains(analyzer.Ingredients(), analyzer.Ingredient(name)) {
			return usageError{fmt.Errorf("--without %q is no ingredient: %s", name, list(analyzer.Ingredients()))}
		}
	}
	for _, name := range s.degrade {
		if !slices.Contains(analyzer.Degradations(), analyzer.Degradation(name)) {
			return usageError{fmt.Errorf("--degrade %q is nothing a host gives: %s", name, list(analyzer.Degradations()))}
		}
	}
	return nil
}

// options are the configured ones less what is left out.
func (s *study) options(cfg *Config) analyzer.Options {
	o := cfg.options()
	for _, name := range s.without {
		o.Without = append(o.Without, analyzer.Ingredient(name))
	}
	for _, name := range s.degrade {
		o.Degraded = append(o.Degraded, analyzer.Degradation(name))
	}
	return o
}

func texts[T ~string](names []T) []string {
	var all []string
	for _, n := range names {
		all = append(all, string(n))
	}
	return all
}

func list[T ~string](names []T) string { return strings.Join(texts(names), ", ") }
