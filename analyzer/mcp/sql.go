package mcp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"midwatch/queries/warehouse"
)

// longestQuery is how long one query of a client may run, where Options say nothing.
const longestQuery = 30 * time.Second

// query are the arguments of sql.
type query struct {
	SQL   string `json:"sql"`
	Limit int    `json:"limit"`
}

// addSQL adds the tool that runs one SELECT.
func addSQL(s *mcp.Server, o Options) {
	longest := cmp.Or(o.QueryTime, longestQuery)
	in := object(map[string]*jsonschema.Schema{
		"sql":   textSchema("one SELECT (or FROM ...) in DuckDB's SQL; midwatch://dictionary has the tables, views and macros", 1, 20_000),
		"limit": limitSchema(),
	}, "sql")
	addTool(s, o, "sql", "SQL on the snapshot", fmt.Sprintf("Runs one SELECT on the snapshot, read-only, for %s at most. Its coverage is of all times: narrow it with the tool coverage.", longest),
		in, func(ctx context.Context, r *warehouse.Reader, in query) (a Answer, err error) {
			limited, stop := context.WithTimeout(ctx, longest)
			defer stop()
			rows, err := r.Select(limited, in.SQL)
			if err == nil {
				err = errors.Join(a.take(rows, preset(in.Limit)), rows.Close())
			}
			switch {
			case limited.Err() != nil && ctx.Err() == nil:
				return a, fmt.Errorf("this takes more than %s: ask for less", longest)
			case err != nil:
				return a, err
			}
			return a, a.close(ctx, r, time.Time{}, time.Time{})
		})
}
