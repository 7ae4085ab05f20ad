package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestExamplesAreCalls reads every example in a help text as the program would:
// the command exists, its flags do, and it takes that many arguments.
func TestExamplesAreCalls(t *testing.T) {
	t.Parallel()
	examples := 0
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		for _, line := range strings.Split(strings.ReplaceAll(c.Example, " && ", "\n"), "\n") {
			if words := callOf(line); words != nil {
				examples++
				if err := readsAs(words); err != nil {
					t.Errorf("the example of %s, %q: %v", c.CommandPath(), strings.TrimSpace(line), err)
				}
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot())
	if examples < 40 {
		t.Errorf("only %d examples were found", examples)
	}
}

// callOf are the words behind "midwatch" in a line of a shell, without what it
// is fed and what it feeds; nil where it calls something else.
func callOf(line string) []string {
	line, _, _ = strings.Cut(line, " #")
	line, _, _ = strings.Cut(line, " | ")
	line, _, _ = strings.Cut(line, " < ")
	line, _, _ = strings.Cut(line, " > ")
	var words []string
	quote, word, in := rune(0), "", false
	for _, r := range strings.TrimSpace(line) + " " {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, in = r, true
		case quote == 0 && r == ' ':
			if in {
				words = append(words, word)
			}
			word, in = "", false
		default:
			word, in = word+string(r), true
		}
	}
	if len(words) == 0 || words[0] != "midwatch" {
		return nil
	}
	return words[1:]
}

// readsAs reads the words as the program does, short of running the command.
func readsAs(words []string) error {
	found, args, err := newRoot().Find(words)
	if err != nil {
		return err
	}
	if err := found.ParseFlags(args); err != nil {
		return err
	}
	return found.ValidateArgs(found.Flags().Args())
}
