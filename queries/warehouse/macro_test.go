package warehouse_test

import (
	"fmt"
	"strings"
	"testing"
)

// Creating a macro does not catch every error in it; describing what it gives
// does. Every macro and view that people call is described here.
func TestEveryMacroCanBeCalled(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	r := w.Reader()
	list := answer(t, r, `SELECT schema_name, function_name, function_type, array_to_string(list_transform(parameter_types, lambda x: coalesce(x, '')), ','),
		len(parameters) FROM duckdb_functions() WHERE NOT internal ORDER BY ALL`)
	tables := 0
	for line := range strings.Lines(list) {
		f := strings.Split(strings.TrimSpace(line), "|")
		call := fmt.Sprintf("%s.%s(%s)", f[0], f[1], nulls(f[3], f[4]))
		if f[2] == "table_macro" {
			tables++
			if columns := answer(t, r, "DESCRIBE FROM "+call); columns == "" {
				t.Errorf("%s gives no columns", call)
			}
			continue
		}
		answer(t, r, "SELECT "+call)
	}
	if tables < 3 {
		t.Errorf("only %d table macros: %s", tables, list)
	}
	for _, view := range strings.Fields(answer(t, r, "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY view_name")) {
		answer(t, r, "DESCRIBE FROM "+view)
		if answer(t, r, "SELECT comment IS NOT NULL FROM duckdb_views() WHERE view_name = '"+view+"'") != "true" {
			t.Errorf("the view %s has no comment", view)
		}
	}
}

// nulls are arguments for a macro, typed where its parameters are.
func nulls(types, count string) string {
	if count == "0" {
		return ""
	}
	var args []string
	for _, kind := range strings.Split(types, ",") {
		null := "NULL"
		if kind != "" {
			null += "::" + kind
		}
		args = append(args, null)
	}
	return strings.Join(args, ", ")
}

// A missing argument must be loud: a macro that takes it for "none" would make a
// missed attack look like a quiet night.
func TestMacrosWithoutArgumentsAreRefused(t *testing.T) {
	t.Parallel()
	r := opened(t, 1).Reader()
	for _, call := range []string{"operation()", "night_access()", "source_coverage()", "operation(DATE '2025-05-01')"} {
		rows, err := r.Query(t.Context(), "FROM "+call)
		if err == nil {
			t.Errorf("%s: no error (%v)", call, rows.Close())
		}
	}
}
