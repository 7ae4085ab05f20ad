package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestHelpHasPlainWords keeps the words of testdata/reports/words.txt out of every
// help text. Only the ingredients that backtest can leave out have the model's names.
func TestHelpHasPlainWords(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../testdata/reports/words.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, regexp.QuoteMeta(line))
		}
	}
	forbidden := regexp.MustCompile(`(?i)\b(` + strings.Join(all, "|") + `)\b`)
	looked := 0
	check := func(where, text string) {
		looked++
		if word := forbidden.FindString(text); word != "" {
			t.Errorf("%s says %q: %s", where, word, text)
		}
	}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		check(c.CommandPath(), c.Short)
		check(c.CommandPath(), c.Long)
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "without" {
				check(c.CommandPath()+" --"+f.Name, f.Usage)
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot())
	if looked < 100 {
		t.Errorf("only %d texts were looked at", looked)
	}
}
