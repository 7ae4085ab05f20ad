package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newMan writes the manual pages that the packages hold.
func newMan() *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Short:  "Write the manual pages into a folder",
		Hidden: true,
		Long: `Writes the manual page of each command into a folder that is there. Their date is
that of SOURCE_DATE_EPOCH, else today's.`,
		Example: "  midwatch man /usr/local/share/man/man1",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			root.DisableAutoGenTag = true
			eachCommand(root, func(c *cobra.Command) { c.Long = manMarkdown(c.Long) })
			header := &doc.GenManHeader{Section: "1", Source: "midwatch " + release, Manual: "Midwatch"}
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				return fmt.Errorf("writing manual pages into %s: %w", args[0], err)
			}
			return nil
		},
	}
}

// eachCommand visits a command and all below it.
func eachCommand(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		eachCommand(sub, visit)
	}
}

// plain keeps what is no markup in a help text from being read as such.
var plain = strings.NewReplacer("<", `\<`, ">", `\>`, "*", `\*`, "_", `\_`)

// manMarkdown is a help text as the Markdown that manual pages are made from:
// indented lines keep their breaks, and nothing else is markup.
func manMarkdown(help string) string {
	var b strings.Builder
	inBlock := false
	for line := range strings.Lines(help) {
		indented := strings.HasPrefix(line, "  ")
		if indented != inBlock {
			b.WriteByte('\n')
		}
		inBlock = indented
		if indented {
			b.WriteString("\t" + line)
		} else {
			b.WriteString(plain.Replace(line))
		}
	}
	return b.String()
}
