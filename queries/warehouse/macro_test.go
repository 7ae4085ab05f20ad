package warehouse_test

import (
	"fmt"
	"strings"
	"testing"

	"midwatch/queries/warehouse"
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
		call := fmt.Sprintf("%s.%s(%s)", f[0], f[1], nulls(f[3], f[4], "NULL::VARCHAR"))
		if f[2] == "table_macro" {
			tables++
			if columns := answer(t, r, "DESCRIBE FROM "+call); columns == "" {
				t.Errorf("%s gives no columns", call)
			}
			continue
		}
		// A parameter without a type takes text, or a number, or some of each.
		err := fmt.Errorf("not called")
		for _, untyped := range []string{"NULL::VARCHAR", "NULL::BIGINT", "NULL"} {
			if err != nil {
				err = tryCall(t, r, fmt.Sprintf("SELECT %s.%s(%s)", f[0], f[1], nulls(f[3], f[4], untyped)))
			}
		}
		if err != nil {
			t.Error(err)
		}
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

// tryCall runs a query to its end.
func tryCall(t *testing.T, r *warehouse.Reader, query string) error {
	t.Helper()
	rows, err := r.Query(t.Context(), query)
	if err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	return rows.Close()
}

// nulls are typed arguments for a macro; a parameter without a type gets
// untyped.
func nulls(types, count, untyped string) string {
	if count == "0" {
		return ""
	}
	var args []string
	for _, kind := range strings.Split(types, ",") {
		if kind == "" {
			args = append(args, untyped)
			continue
		}
		args = append(args, "NULL::"+kind)
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

// TestFewSaysWhatSomeSays of lists of no thing, of as many as are shown, of one
// more, and of many.
func TestFewSaysWhatSomeSays(t *testing.T) {
	t.Parallel()
	got := answer(t, opened(t, 1).Reader(), `SELECT n, counted = listed AS same, len(counted) AS shown, coalesce(counted[-1], '') AS last FROM (
		SELECT n, investigate.some(list(thing)) AS listed, investigate.few(min(thing, 12), count(thing)) AS counted
		FROM (VALUES (0), (1), (12), (13), (40)) AS v(n) LEFT JOIN (SELECT i, printf('t%02d', (i * 7) % 41) AS thing FROM range(41) AS r(i)) ON i < n
		GROUP BY n) ORDER BY n`)
	if want := "0|true|0|\n1|true|1|t00\n12|true|12|t36\n13|true|13|... and 1 more\n40|true|13|... and 28 more\n"; strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}
