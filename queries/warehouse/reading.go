package warehouse

import (
	"strings"

	"midwatch/queries"
)

const (
	// longestText is what DuckDB is told a line may be long; the chunker lets none
	// through that is longer than longestLine.
	longestText = "33554432"
	// textBuffer is what it reads at once. By itself it would ask for sixteen times
	// longestText, which a small memory_limit does not have.
	textBuffer = "67108864"
)

// textLines reads a chunk of lines of text, numbered in their order from one.
const textLines = `SELECT record, row_number() OVER () AS number FROM read_csv($1::VARCHAR, columns = {'record': 'VARCHAR'}, delim = E'\x01',
	quote = '', escape = '', header = false, auto_detect = false, null_padding = true, max_line_size = ` + longestText + `, buffer_size = ` + textBuffer + `, parallel = false)`

// siftedLines is textLines for lines that are known to be JSON objects.
const siftedLines = "SELECT record FROM (" + textLines + ")"

// stageStatement wraps a mapping: the records it reads before it, and behind it
// what holds for every format.
func (l *loading) stageStatement(sifted bool) string {
	body := strings.TrimPrefix(statement(l.w.text("landing", "stage")), "WITH ")
	return "CREATE OR REPLACE TEMP TABLE stage AS WITH landed AS (" + landed(l.mapping, sifted) + "), told AS (" +
		meaning(l.mapping) + "), " + body
}

// meaning is the statement that gives records their meaning. A format of requests over
// HTTP only takes its records apart; what requests mean is the same for all of them.
func meaning(mapping queries.Script) string {
	own := statement(mapping.SQL)
	if mapping.Keys["means"] != "requests" {
		return own
	}
	return "WITH request AS (" + own + "), " + strings.TrimPrefix(statement(scriptText("landing", "request")), "WITH ")
}

// landed is the relation a mapping reads. A mapping whose header names fields is
// read by DuckDB's own JSON reader, every field as text; that reader says of a
// line it cannot read only that there is nothing, and passes over what follows
// an object on its line, so a chunk in which anything is odd is sifted and read
// once more, with the text of each record at hand. It takes objects of 16 MiB;
// told to take longer ones it gets new memory for every block it reads.
func landed(mapping queries.Script, sifted bool) string {
	fields := mapping.List("fields")
	switch {
	case mapping.Keys["records"] == "text":
		return textLines
	case len(fields) == 0:
		return "SELECT coalesce(TRY_CAST(record AS JSON), to_json(record)) AS record FROM (" + siftedLines + ")"
	case sifted:
		return "SELECT record, f.* FROM (SELECT record, TRY(from_json(record, '{" + columns(fields, `"VARCHAR"`) + "}')) AS f FROM (" + siftedLines + "))"
	}
	return "SELECT NULL::VARCHAR AS record, * FROM read_json($1::VARCHAR, format = 'newline_delimited', ignore_errors = true, columns = {" + columns(fields, "'VARCHAR'") + "})"
}

// columns spells fields and one type as DuckDB wants a structure spelt. The
// names come from a header of ours.
func columns(fields []string, kind string) string {
	parts := make([]string, 0, len(fields))
	for _, f := range fields {
		parts = append(parts, `"`+f+`": `+kind)
	}
	return strings.Join(parts, ", ")
}

// readsDirectly is true where a chunk may be read as it lies: only a format that
// names its fields, whose odd chunks are found out and sifted.
func (l *loading) readsDirectly() bool {
	return l.mapping.Keys["records"] != "text" && len(l.mapping.List("fields")) > 0
}

// statement is a script from its first WITH on, without the header.
func statement(text string) string { return text[strings.Index(text, "WITH "):] }
