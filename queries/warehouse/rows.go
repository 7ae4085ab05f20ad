package warehouse

import (
	"context"
	"fmt"

	"github.com/georgysavva/scany/v2/sqlscan"
)

// rowsInto reads the rows of a query into structs by the names of their columns.
func rowsInto[T any](ctx context.Context, w *Warehouse, query string, args ...any) ([]T, error) {
	var all []T
	if err := sqlscan.Select(ctx, w.conn, &all, query, args...); err != nil {
		return nil, fmt.Errorf("reading %s: %w", w.path, err)
	}
	return all, nil
}
