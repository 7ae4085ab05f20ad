package main

import (
	"strings"

	"github.com/spf13/cobra"

	"midwatch/analyzer/casework"
)

const noFiles = cobra.ShellCompDirectiveNoFileComp

// longestOffered is the longest name that completion offers.
const longestOffered = 200

// completeSubject completes names of some kinds from the snapshot; without one
// it completes nothing.
func (a *app) completeSubject(kinds []string) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
		if len(kinds) == 0 || len(args) > 0 {
			return nil, noFiles
		}
		return a.offers(c, text, kinds...), noFiles
	}
}

// offers are the names of some kinds that go on from a text. Completion is a
// help and no place for errors.
func (a *app) offers(c *cobra.Command, text string, kinds ...string) []string {
	r, err := a.openSnapshot(c.Context())
	if err != nil {
		return nil
	}
	defer r.Close()
	found, err := r.Complete(c.Context(), text, kinds...)
	if err != nil {
		return nil
	}
	var names []string
	for _, s := range found {
		// What would do something in a shell is not offered to it.
		if len(s.Name) <= longestOffered && !strings.ContainsFunc(s.Name, unsafeInShell) {
			names = append(names, s.Name+"\t"+s.Kind)
		}
	}
	return names
}

// completeCase completes the name of a case, and behind it subjects where more
// is asked for.
func (a *app) completeCase(kinds ...string) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) == 0:
			return a.cases(text), noFiles
		case len(args) == 1 && len(kinds) > 0:
			return a.offers(c, text, kinds...), noFiles
		}
		return nil, noFiles
	}
}

// cases are the names of cases that begin with a text.
func (a *app) cases(text string) []string {
	cfg, err := a.loadConfig()
	if err != nil {
		return nil
	}
	all, err := casework.Folder(cfg.Cases).Names()
	if err != nil {
		return nil
	}
	var names []string
	for _, name := range all {
		if strings.HasPrefix(name, text) {
			names = append(names, name)
		}
	}
	return names
}

// unsafeInShell is true for anything but what plain names are made of.
func unsafeInShell(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/:+=@[]", r))
}
