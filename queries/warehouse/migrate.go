package warehouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"midwatch/queries"
)

// migration is one numbered step of the schema; it is never edited once
// released.
type migration struct {
	version int
	script  queries.Script
}

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

// migrate brings the file to this binary's schema, one transaction a step. A
// file from a newer version, or one that is not ours, is left as it is.
func (w *Warehouse) migrate(ctx context.Context) error {
	have, err := w.schemaVersion(ctx)
	if err != nil {
		return err
	}
	all := migrations()
	newest := all[len(all)-1].version
	if have > newest {
		return fmt.Errorf("%s has schema %d and this midwatch knows up to %d: it was written by a newer version; use that version (nothing was changed)", w.path, have, newest)
	}
	for _, m := range all {
		if m.version <= have {
			continue
		}
		err := w.inTransaction(ctx, func() error { return w.apply(ctx, m) })
		if err != nil {
			return fmt.Errorf("bringing %s to schema %d (%s): %w", w.path, m.version, m.script.Name, err)
		}
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
	_, err := w.conn.ExecContext(ctx, "INSERT INTO migration VALUES (?, ?, ?)", m.version, m.script.Name, digest(m.script.SQL))
	return err
}

// schemaVersion is 0 for an empty file and an error for a file with other
// people's tables.
func (w *Warehouse) schemaVersion(ctx context.Context) (int, error) {
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
	var v int
	err := w.conn.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM migration").Scan(&v)
	if err != nil {
		return 0, fmt.Errorf("%s has a table `migration` that is not ours: name another file under `database`: %w", w.path, err)
	}
	return v, nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
