package warehouse

import (
	"context"
	"fmt"
)

// Word is something that SQL on a snapshot can name.
type Word struct {
	// Kind is table, view, column or macro.
	Kind string
	// Name in full: access, access.day, investigate.who.
	Name string
	// Parameters of a macro.
	Parameters []string
	// Comment is what the database says of it.
	Comment string
}

// Vocabulary is what people can name: tables, views, their columns, and table
// macros, in the order of their names; the analyst's own of scratch with them.
func (r *Reader) Vocabulary(ctx context.Context) ([]Word, error) {
	rows, err := r.conn.QueryContext(ctx, `
		FROM (
			SELECT 'view' AS kind, view_name AS name, NULL::VARCHAR[] AS parameters, comment FROM duckdb_views() WHERE NOT internal
			UNION ALL
			SELECT 'table', CASE WHEN database_name = 'scratch' THEN 'scratch.' ELSE '' END || table_name, NULL, comment FROM duckdb_tables() WHERE NOT internal
			UNION ALL
			SELECT 'column', CASE WHEN database_name = 'scratch' THEN 'scratch.' ELSE '' END || table_name || '.' || column_name, NULL, comment
			FROM duckdb_columns() WHERE NOT internal
			UNION ALL
			SELECT 'macro', CASE WHEN schema_name = 'main' THEN '' ELSE schema_name || '.' END || function_name, parameters, comment
			FROM duckdb_functions() WHERE NOT internal AND function_type = 'table_macro'
		) ORDER BY kind, name`)
	if err != nil {
		return nil, fmt.Errorf("reading what %s has: %w", r.path, err)
	}
	defer rows.Close()
	var all []Word
	for rows.Next() {
		var w Word
		var parameters, comment any
		if err := rows.Scan(&w.Kind, &w.Name, &parameters, &comment); err != nil {
			return nil, fmt.Errorf("reading what %s has: %w", r.path, err)
		}
		if list, ok := parameters.([]any); ok {
			for _, p := range list {
				w.Parameters = append(w.Parameters, fmt.Sprint(p))
			}
		}
		w.Comment, _ = comment.(string)
		all = append(all, w)
	}
	return all, rows.Err()
}
