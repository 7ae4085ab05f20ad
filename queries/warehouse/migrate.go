package warehouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"midwatch/queries"
)

// migration is one numbered step of the schema; it is never edited once
// released.
type migration struct {
	version int
	script  queries.Script
}

// digest tells a migration from every other.
func (m migration) digest() string { return digest(m.script.SQL) }

// schema is what a binary brings a database to: the tables by numbered steps, and
// the views and macros on them, which are installed anew where they differ.
type schema struct {
	steps  []migration
	macros []queries.Script
}

// embedded is the schema of this binary. Reading it takes as long as opening a file, so
// that it is read once; who wants another one adds to a copy.
var embedded = sync.OnceValue(func() schema { return schema{slices.Clip(migrations()), slices.Clip(repeatable())} })

// newest is the version of the last step.
func (s schema) newest() int { return s.steps[len(s.steps)-1].version }

// migrations returns the numbered scripts of queries/schema in order.
func migrations() []migration {
	var all []migration
	for _, s := range queries.Scripts("schema") {
		if len(s.Name) < 5 {
			continue
		}
		if v, err := strconv.Atoi(s.Name[:4]); err == nil {
			all = append(all, migration{v, s})
		}
	}
	return all
}

// migrate brings the file to a schema, tables and macros in one transaction: it has
// all of it afterwards, or is what it was and opens with the binary that wrote it.
// A file from a newer version, or one that is not ours, is left as it is.
func (w *Warehouse) migrate(ctx context.Context, s schema) error {
	have, err := w.schemaVersion(ctx, s)
	if err != nil {
		return err
	}
	stale, err := w.macrosDiffer(ctx, s, have)
	if err != nil || (have == s.newest() && !stale) {
		return err
	}
	err = w.inTransaction(ctx, func() error {
		for _, m := range s.steps {
			if m.version <= have {
				continue
			}
			if err := w.apply(ctx, m); err != nil {
				return fmt.Errorf("schema %d (%s): %w", m.version, m.script.Name, err)
			}
		}
		return w.installMacros(ctx, s)
	})
	switch {
	case err != nil && have == 0:
		return fmt.Errorf("making the tables of %s: %w", w.path, err)
	case err != nil:
		return fmt.Errorf("bringing %s from schema %d to %d: nothing was changed, and it opens with the midwatch that wrote it as before: %w", w.path, have, s.newest(), err)
	}
	return nil
}

func (w *Warehouse) apply(ctx context.Context, m migration) error {
	if m.version == 1 {
		const made = "CREATE TABLE migration (version INTEGER NOT NULL, name VARCHAR NOT NULL, digest VARCHAR NOT NULL)"
		if _, err := w.conn.ExecContext(ctx, made); err != nil {
			return err
		}
	}
	if _, err := w.conn.ExecContext(ctx, m.script.SQL); err != nil {
		return err
	}
	_, err := w.conn.ExecContext(ctx, "INSERT INTO migration VALUES (?, ?, ?)", m.version, m.script.Name, m.digest())
	return err
}

// schemaVersion is 0 for an empty file and an error for a file with other
// people's tables, from a newer version, or with steps that are not those of s.
func (w *Warehouse) schemaVersion(ctx context.Context, s schema) (int, error) {
	var ours, others int
	const count = "SELECT count(*) FILTER (WHERE table_name = 'migration'), count(*) FROM duckdb_tables() WHERE NOT internal AND NOT temporary"
	if err := w.conn.QueryRowContext(ctx, count).Scan(&ours, &others); err != nil {
		return 0, fmt.Errorf("reading what %s holds: %w", w.path, err)
	}
	if ours == 0 {
		if others > 0 {
			return 0, fmt.Errorf("%s is a DuckDB database of something else (%d tables): name another file under `database`", w.path, others)
		}
		return 0, nil
	}
	taken, err := w.stepsTaken(ctx)
	if err != nil {
		return 0, fmt.Errorf("%s has a table `migration` that is not ours: name another file under `database`: %w", w.path, err)
	}
	for _, m := range s.steps {
		if have, ok := taken[m.version]; ok && have != m.digest() {
			return 0, fmt.Errorf("%s was made by a midwatch that was never released, and its tables differ from those of this one (schema %d): use the midwatch that made it, or name a new file under `database` and collect again (nothing was changed)", w.path, m.version)
		}
	}
	have := 0
	for v := range taken {
		have = max(have, v)
	}
	if have > s.newest() {
		return 0, fmt.Errorf("%s has schema %d and this midwatch knows up to %d: it was written by a newer version; use that version (nothing was changed)", w.path, have, s.newest())
	}
	return have, nil
}

// stepsTaken are the digests of the steps that a file has taken, by version.
func (w *Warehouse) stepsTaken(ctx context.Context) (map[int]string, error) {
	rows, err := w.conn.QueryContext(ctx, "SELECT version, digest FROM migration")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	taken := map[int]string{}
	for rows.Next() {
		var v int
		var d string
		if err := rows.Scan(&v, &d); err != nil {
			return nil, err
		}
		taken[v] = d
	}
	return taken, rows.Err()
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
