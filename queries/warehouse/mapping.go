package warehouse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/marcboeker/go-duckdb/v2"

	"midwatch/queries"
)

// CheckMappings holds that mappings only map: each is one SELECT of what it is
// handed, and reads no file, no other table and no network. Those of the binary
// are held to it by a test. It must be called before a mapping from elsewhere runs,
// because what runs it may read files.
func CheckMappings(ctx context.Context, mappings []queries.Script) (err error) {
	var others []queries.Script
	for _, m := range mappings {
		if own, err := queries.Lookup(m.Folder, m.Name); err != nil || own.SQL != m.SQL {
			others = append(others, m)
		}
	}
	if len(others) == 0 {
		return nil
	}
	set := []string{"SET threads = 1", "SET enable_external_access = false", "SET lock_configuration = true"}
	db, conn, err := dial(ctx, "", "", set)
	if err != nil {
		return err
	}
	r := &Reader{db: db, conn: conn}
	defer func() { err = errors.Join(err, r.Close()) }()
	for _, w := range mappingWords() {
		if _, err := conn.ExecContext(ctx, w.SQL); err != nil {
			return fmt.Errorf("preparing to check formats: %w", err)
		}
	}
	for _, m := range others {
		if err := r.checkMapping(ctx, m); err != nil {
			return fmt.Errorf("the format %s: %w (a mapping is one SELECT of landed and landing_now, and reads nothing else)", m.Name, err)
		}
	}
	return nil
}

// landingNow is what a mapping is told of the log that it maps.
const landingNow = "landing_id INTEGER, source_id SMALLINT, collected_at TIMESTAMP, source VARCHAR, zone VARCHAR"

// checkMapping binds a mapping where nothing but what it is handed can be read.
func (r *Reader) checkMapping(ctx context.Context, m queries.Script) error {
	columns := "record JSON"
	switch fields := m.List("fields"); {
	case m.Keys["records"] == "text":
		columns = "record VARCHAR, number BIGINT"
	case len(fields) > 0:
		columns = "record VARCHAR"
		for _, f := range fields {
			if strings.ContainsAny(f, `"'\\`) {
				return fmt.Errorf("its header names the field %s: a field has no quotes and no backslash here", f)
			}
			columns += ", \"" + f + "\" VARCHAR"
		}
	}
	for _, s := range []string{"CREATE OR REPLACE TABLE landing_now (" + landingNow + ")", "CREATE OR REPLACE TABLE landed (" + columns + ")"} {
		if _, err := r.conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	kind, err := r.statementType(statement(m.SQL))
	if err == nil && kind != duckdb.STATEMENT_TYPE_SELECT {
		err = errors.New("it is no single SELECT")
	}
	if err == nil && m.Keys["means"] == "requests" {
		// What requests mean reads columns that a mapping of requests must give.
		_, err = r.statementType(meaning(m))
	}
	return err
}
