package warehouse

import bindings "github.com/duckdb/duckdb-go-bindings"

// EngineVersion is the version of the DuckDB library inside, such as "v1.4.3".
func EngineVersion() string { return bindings.LibraryVersion() }
