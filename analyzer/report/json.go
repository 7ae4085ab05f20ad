package report

import "io"

// JSON writes a value as indented JSON that is inert to a person too.
func JSON(w io.Writer, v any) error {
	e := newEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
