package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"midwatch/queries"
	"midwatch/queries/warehouse"
)

//go:generate go run . dictionary --out ../../queries/README.md

// newDictionary writes queries/README.md from what a database says of itself.
func newDictionary() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:    "dictionary",
		Short:  "Write the data dictionary from the comments in a new database",
		Hidden: true,
		RunE: func(c *cobra.Command, _ []string) error {
			text, err := dictionary(c.Context())
			if err != nil {
				return err
			}
			if out == "" {
				_, err = fmt.Fprint(c.OutOrStdout(), text)
				return err
			}
			return os.WriteFile(filepath.Clean(out), []byte(text), 0o644)
		},
	}
	c.Flags().StringVar(&out, "out", "", "file to write to")
	return c
}

const dictionaryHead = `# Queries

The SQL of Midwatch: what records mean, what is normal, what can be asked. This
page is generated from the comments that the database itself carries
(` + "`make generate`" + `; a test fails when it is stale).

Analysts open the published snapshot, with ` + "`midwatch sql`" + ` or any DuckDB client of
version 1.4 or later: ` + "`duckdb -readonly midwatch-snapshot.duckdb`" + `. Open the file
itself, or say USE after an ATTACH: macros look names up in the database in use.
Times are UTC. Not seen is not "not accessed": ` + "`FROM investigate.coverage()`" + ` says when
Midwatch was blind, and page views in a browser are in no git host's log.

| folder | holds |
|---|---|
| schema | tables, views, words, comments |
| sources | what a record means, one file a log format |
| landing, rollups, baselines | the way from records to nights |
| investigations | the questions of an incident |

`

// dictionary is the whole page.
func dictionary(ctx context.Context) (text string, err error) {
	dir, err := os.MkdirTemp("", "midwatch-dictionary-")
	if err != nil {
		return "", fmt.Errorf("making a folder for an empty database: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	w, err := warehouse.Open(ctx, warehouse.Options{Path: filepath.Join(dir, "empty.duckdb"), Command: "midwatch dictionary"})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	words, err := w.Reader().Vocabulary(ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(dictionaryHead)
	dictionaryQuestions(&b, words)
	dictionaryMacros(&b, words)
	dictionaryColumns(&b, words, "view", "Views")
	dictionaryColumns(&b, words, "table", "Tables")
	b.WriteString("## Twenty worked examples\n\nOn the sample organisation of `midwatch demo`; `.examples` shows them in the shell.\n")
	for _, e := range queries.Examples() {
		fmt.Fprintf(&b, "\n%s:\n```sql\n%s\n```\n", e.Title, e.SQL)
	}
	return b.String(), nil
}

// dictionaryQuestions lists the questions by number, with their command.
func dictionaryQuestions(b *strings.Builder, words []warehouse.Word) {
	b.WriteString("## Questions\n\n| question | command | macro | answers |\n|---|---|---|---|\n")
	for _, q := range numbered() {
		macro := ""
		if q.Name != "" {
			macro = fmt.Sprintf("`investigate.%s(%s)`", q.Name, parameters(words, "investigate."+q.Name))
		}
		fmt.Fprintf(b, "| %s | `midwatch %s` | %s | %s |\n", q.Asked, q.Command, macro, cell(q.Summary))
	}
	b.WriteString("\n")
}

// numbered are the questions of an incident in the order of their numbers: those
// with a macro, and the one that a command answers without.
func numbered() []warehouse.Question {
	pack := queries.Question{
		Number: "Q17", Asked: "Q17 Give me an evidence pack with hashes", Command: "case export",
		Summary: "Everything asked in a case, with the records as received",
	}
	all := append(warehouse.Questions(), warehouse.Question{Question: pack})
	slices.SortFunc(all, func(a, b warehouse.Question) int { return queries.CompareNumbers(a.Number, b.Number) })
	return all
}

func parameters(words []warehouse.Word, macro string) string {
	for _, w := range words {
		if w.Kind == "macro" && w.Name == macro {
			return strings.Join(w.Parameters, ", ")
		}
	}
	return ""
}

// dictionaryMacros lists the macros that are no questions.
func dictionaryMacros(b *strings.Builder, words []warehouse.Word) {
	b.WriteString("## Other macros\n\n| macro | what |\n|---|---|\n")
	for _, w := range words {
		name := strings.TrimPrefix(w.Name, "investigate.")
		q, err := warehouse.QuestionNamed(name)
		if w.Kind != "macro" || err == nil && w.Name == "investigate."+q.Name {
			continue
		}
		fmt.Fprintf(b, "| `%s(%s)` | %s |\n", w.Name, strings.Join(w.Parameters, ", "), cell(w.Comment))
	}
	b.WriteString("\n")
}

// dictionaryColumns lists tables or views, with those columns that say more than
// their name.
func dictionaryColumns(b *strings.Builder, words []warehouse.Word, kind, title string) {
	fmt.Fprintf(b, "## %s\n\n", title)
	for _, w := range words {
		if w.Kind != kind {
			continue
		}
		fmt.Fprintf(b, "**%s**: %s\n\n", w.Name, cell(w.Comment))
		var names []string
		commented := false
		for _, c := range words {
			if c.Kind != "column" || !strings.HasPrefix(c.Name, w.Name+".") {
				continue
			}
			name := "`" + strings.TrimPrefix(c.Name, w.Name+".") + "`"
			if c.Comment != "" {
				commented = true
				name += ": " + c.Comment
			}
			names = append(names, name)
		}
		if commented {
			b.WriteString("- " + strings.Join(names, "\n- ") + "\n\n")
		} else {
			b.WriteString(strings.Join(names, ", ") + "\n\n")
		}
	}
}

// cell is text for a table of Markdown.
func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }
