package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"reflect"
	"strings"
	"time"
)

// Cursor is what has rows to print: *sql.Rows, or what is read like it.
type Cursor interface {
	Columns() ([]string, error)
	Next() bool
	Scan(into ...any) error
	Err() error
}

// Rows prints the rows of a query in one of the Formats, as they come where the
// format allows. JSON has the database's own types; the others have text.
func Rows(w io.Writer, rows Cursor, format string) error {
	_, err := CountedRows(w, rows, format)
	return err
}

// CountedRows is Rows and says how many there were.
func CountedRows(w io.Writer, rows Cursor, format string) (int, error) {
	header, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	out, err := newRows(w, format, header)
	if err != nil {
		return 0, err
	}
	values, into := make([]any, len(header)), make([]any, len(header))
	for i := range values {
		into[i] = &values[i]
	}
	count := 0
	for ; rows.Next(); count++ {
		if err := rows.Scan(into...); err != nil {
			return count, err
		}
		if err := writeRow(out, values); err != nil {
			return count, err
		}
	}
	if err := rows.Err(); err != nil {
		return count, err
	}
	return count, out.close()
}

func writeRow(out rows, values []any) error {
	if j, ok := out.(*jsonRows); ok {
		return j.object(values)
	}
	text := make([]string, len(values))
	for i, v := range values {
		text[i] = display(v)
	}
	return out.row(text)
}

// object writes values as one JSON object, keys in the order of the header.
// Names of columns that stand twice are kept twice, as the query gave them.
func (r *jsonRows) object(values []any) error {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(r.header[i])
		if err != nil {
			return err
		}
		value, err := json.Marshal(plainValue(v))
		if err != nil {
			return err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return r.e.Encode(json.RawMessage(b.Bytes()))
}

// plainValue is a database's value as JSON has it: times in RFC 3339, bytes in
// hexadecimal, numbers and lists as they are, anything else as text.
func plainValue(v any) any {
	switch x := v.(type) {
	case nil, bool, string, int8, int16, int32, int64, uint8, uint16, uint32, uint64:
		return x
	case float32, float64:
		if f := reflect.ValueOf(x).Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Sprint(x)
		}
		return x
	case *big.Int:
		return json.Number(x.String())
	case []byte:
		return fmt.Sprintf("%x", x)
	case time.Time:
		return x.UTC().Format(time.RFC3339Nano)
	case []any:
		all := make([]any, len(x))
		for i, each := range x {
			all[i] = plainValue(each)
		}
		return all
	}
	return fmt.Sprint(v)
}

// display writes a database's value as text; NULL is empty, a list is joined.
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
	case []any:
		all := make([]string, len(x))
		for i, each := range x {
			all[i] = display(each)
		}
		return strings.Join(all, "; ")
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
