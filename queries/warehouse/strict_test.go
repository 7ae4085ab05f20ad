package warehouse

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// strictRead is the least that reading an audit log can be: DuckDB's own strict
// reader, every field of the record typed, into a plain table, nothing looked
// at. `make bench` measures collect against it.
const strictRead = `CREATE TABLE plain AS SELECT * FROM read_json(?::VARCHAR, format = 'newline_delimited', columns = {
	"@timestamp": 'BIGINT', "_document_id": 'VARCHAR', "action": 'VARCHAR', "actor": 'VARCHAR', "actor_id": 'BIGINT',
	"actor_ip": 'VARCHAR', "actor_is_bot": 'BOOLEAN', "actor_location": 'STRUCT(country_code VARCHAR)', "business": 'VARCHAR',
	"business_id": 'BIGINT', "created_at": 'BIGINT', "external_identity_nameid": 'VARCHAR', "hashed_token": 'VARCHAR',
	"org": 'VARCHAR', "org_id": 'BIGINT', "programmatic_access_type": 'VARCHAR', "repo": 'VARCHAR', "repository": 'VARCHAR',
	"repository_id": 'BIGINT', "repository_public": 'BOOLEAN', "token_id": 'BIGINT', "transport_protocol": 'BIGINT',
	"transport_protocol_name": 'VARCHAR', "user": 'VARCHAR', "user_agent": 'VARCHAR', "user_id": 'BIGINT'})`

// BenchmarkStrictRead reads the log that MIDWATCH_BENCH_LOG names.
func BenchmarkStrictRead(b *testing.B) {
	log := os.Getenv("MIDWATCH_BENCH_LOG")
	if log == "" {
		b.Skip("MIDWATCH_BENCH_LOG names no log; make bench does")
	}
	ctx := context.Background()
	for range b.N {
		folder := b.TempDir()
		db, conn, err := dial(ctx, filepath.Join(folder, "plain.duckdb"), "", nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := conn.ExecContext(ctx, strictRead, log); err != nil {
			b.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
