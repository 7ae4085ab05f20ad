package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"midwatch/queries"
)

// repeatable are the scripts that are installed anew whenever their text
// differs from what the database has: words, views, comments, and the macros that
// build on them, each after what it calls.
func repeatable() []queries.Script {
	all := append(mappingWords(), schemaScripts("agents", "views", "comments", "comments_tables", "comments_surroundings")...)
	for _, folder := range []string{"rollups", "baselines", "signals", "reports", "market", "planting"} {
		for _, s := range queries.Scripts(folder) {
			if strings.Contains(s.SQL, "CREATE OR REPLACE MACRO") {
				all = append(all, s)
			}
		}
	}
	return queries.InOrder(append(all, queries.Scripts("investigations")...))
}

// mappingWords are the macros that mappings of records build on.
func mappingWords() []queries.Script {
	return queries.InOrder(schemaScripts("words", "times", "names", "addresses", "lines", "wire", "targets", "requests"))
}

// schemaScripts are scripts of the folder schema by name. A name that is not there is a
// mistake in this file, which every test would tell.
func schemaScripts(names ...string) []queries.Script {
	var all []queries.Script
	for _, name := range names {
		s, err := queries.Lookup("schema", name)
		if err != nil {
			panic(err)
		}
		all = append(all, s)
	}
	return all
}

// schemas are where the macros live; files of older versions lack some.
const schemas = "CREATE SCHEMA IF NOT EXISTS signal; CREATE SCHEMA IF NOT EXISTS baseline; " +
	"CREATE SCHEMA IF NOT EXISTS market; CREATE SCHEMA IF NOT EXISTS planting;"

// macrosDigest tells one set of views and macros from another. The DuckDB that stored
// them is part of it: what 1.4.3 stores, 1.4.1 takes for tables that are not there.
func (s schema) macrosDigest() string {
	var text strings.Builder
	text.WriteString(EngineVersion())
	for _, m := range s.macros {
		text.WriteString(m.SQL)
	}
	return digest(text.String())
}

// macrosDiffer tells whether a file has other views and macros than a schema, or
// none.
func (w *Warehouse) macrosDiffer(ctx context.Context, s schema, version int) (bool, error) {
	if version == 0 {
		return true, nil
	}
	have, err := w.installed(ctx, "macros")
	return have != s.macrosDigest(), err
}

// installMacros puts the views and macros into the file, so that they can be
// called from any DuckDB shell without this program. It runs in a transaction.
func (w *Warehouse) installMacros(ctx context.Context, s schema) error {
	if _, err := w.conn.ExecContext(ctx, schemas); err != nil {
		return fmt.Errorf("making room for the macros: %w", err)
	}
	for _, m := range s.macros {
		if _, err := w.conn.ExecContext(ctx, m.SQL); err != nil {
			return fmt.Errorf("installing %s/%s.sql: %w", m.Folder, m.Name, err)
		}
		if err := w.describe(ctx, m); err != nil {
			return err
		}
	}
	return w.setInstalled(ctx, "macros", s.macrosDigest())
}

// describe keeps what a question asks, a signal observes or a baseline gives
// beside its macro. The text comes from this program's own files.
func (w *Warehouse) describe(ctx context.Context, s queries.Script) error {
	for _, m := range s.TableMacros() {
		text := m.Comment
		if s.Keys["question"] != "" {
			text = s.Keys["question"] + " " + text
		}
		what := "COMMENT ON MACRO TABLE " + m.Name + " IS " + literal(text)
		if _, err := w.conn.ExecContext(ctx, what); err != nil {
			return fmt.Errorf("describing the macro %s: %w", m.Name, err)
		}
	}
	return nil
}

// installed returns the digest of what was installed last under a name, "" for
// nothing.
func (w *Warehouse) installed(ctx context.Context, name string) (string, error) {
	var have string
	err := w.conn.QueryRowContext(ctx, "SELECT digest FROM installed WHERE name = ?", name).Scan(&have)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("reading which %s %s has: %w", name, w.path, err)
	}
	return have, nil
}

// setInstalled records the digest of what was installed under a name.
func (w *Warehouse) setInstalled(ctx context.Context, name, digest string) error {
	if _, err := w.conn.ExecContext(ctx, "DELETE FROM installed WHERE name = ?", name); err != nil {
		return fmt.Errorf("recording the %s: %w", name, err)
	}
	if _, err := w.conn.ExecContext(ctx, "INSERT INTO installed VALUES (?, ?)", name, digest); err != nil {
		return fmt.Errorf("recording the %s: %w", name, err)
	}
	return nil
}
