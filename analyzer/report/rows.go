package report

import (
	"database/sql"
	"fmt"
	"io"
	"strings"
	"time"
)

// Rows prints the rows of a query in one of the Formats, as they come where the
// format allows.
func Rows(w io.Writer, rows *sql.Rows, format string) error {
	header, err := rows.Columns()
	if err != nil {
		return err
	}
	out, err := newRows(w, format, header)
	if err != nil {
		return err
	}
	values, into := make([]any, len(header)), make([]any, len(header))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		text := make([]string, len(values))
		for i, v := range values {
			text[i] = display(v)
		}
		if err := out.row(text); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return out.close()
}

// display writes a database's value as text; NULL is empty.
func display(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case time.Time:
		if x.Equal(x.Truncate(24 * time.Hour)) {
			return x.UTC().Format(time.DateOnly)
		}
		return x.UTC().Format("2006-01-02 15:04:05.999")
	case []byte:
		return fmt.Sprintf("%x", x)
	}
	return fmt.Sprint(v)
}

// Lines makes text inert and keeps its line ends.
func Lines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = Inert(l)
	}
	return strings.Join(lines, "\n")
}
