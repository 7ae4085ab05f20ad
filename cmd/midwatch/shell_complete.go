package main

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// keywords that are worth completing.
const keywords = "SELECT FROM WHERE GROUP BY ORDER LIMIT JOIN LEFT USING DISTINCT TIMESTAMP INTERVAL BETWEEN HAVING DESCRIBE SUMMARIZE EXPLAIN CREATE TABLE"

// words are what the shell completes: its own commands and the snapshot's
// vocabulary.
func (s *shell) words(ctx context.Context) []warehouse.Word {
	words, err := s.reader.Vocabulary(ctx)
	if err != nil {
		return nil // completion is a help and no place for errors
	}
	// A column that a PIVOT made of what a log says is not drawn on the terminal.
	words = slices.DeleteFunc(words, func(w warehouse.Word) bool { return report.Inert(w.Name) != w.Name })
	for name := range s.dots() {
		words = append(words, warehouse.Word{Kind: "dot", Name: name})
	}
	return words
}

// completer completes what stands before the cursor.
type completer struct {
	ctx   context.Context
	words func(context.Context) []warehouse.Word
}

// Do implements readline.AutoCompleter: the rest of each candidate, and how many
// characters of it are there.
func (c *completer) Do(line []rune, at int) ([][]rune, int) {
	before := string(line[:at])
	begun := before[lastWord(before):]
	var all [][]rune
	for _, word := range candidates(before, begun, c.words(c.ctx)) {
		all = append(all, []rune(word)[len([]rune(begun)):])
	}
	return all, len([]rune(begun))
}

// lastWord is where the word before the cursor begins.
func lastWord(text string) int {
	i := strings.LastIndexFunc(text, func(r rune) bool {
		return !(unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '.')
	})
	return i + 1
}

// candidates are the words that go on from what is begun: commands at the
// beginning of a line, the arguments of the macro whose parenthesis is open,
// else tables, columns, macros and keywords.
func candidates(before, begun string, words []warehouse.Word) []string {
	var all []string
	add := func(word string) {
		if len(word) > len(begun) && strings.EqualFold(word[:len(begun)], begun) {
			all = append(all, begun+word[len(begun):])
		}
	}
	if strings.TrimSpace(before) == begun && strings.HasPrefix(begun, ".") {
		for _, w := range words {
			if w.Kind == "dot" {
				add(w.Name)
			}
		}
		return sorted(all)
	}
	open := openMacro(before[:len(before)-len(begun)])
	for _, w := range words {
		if w.Kind == "macro" && w.Name == open {
			for _, p := range w.Parameters {
				add(p + " := ")
			}
		}
	}
	if len(all) > 0 {
		return sorted(all) // an argument is what is wanted there
	}
	for _, w := range words {
		switch {
		case w.Kind == "dot":
		case w.Kind == "macro":
			add(w.Name + "(")
		case w.Kind == "column":
			add(w.Name)
			add(w.Name[strings.LastIndex(w.Name, ".")+1:])
		default:
			add(w.Name)
		}
	}
	if begun != "" {
		for _, k := range strings.Fields(keywords) {
			add(k)
		}
	}
	return sorted(all)
}

func sorted(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}

// openMacro is the name before the innermost parenthesis that is not closed.
func openMacro(text string) string {
	depth := 0
	for i := len(text) - 1; i >= 0; i-- {
		switch text[i] {
		case ')':
			depth++
		case '(':
			if depth == 0 {
				return text[lastWord(text[:i]):i]
			}
			depth--
		}
	}
	return ""
}
