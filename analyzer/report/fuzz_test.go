package report_test

import (
	"testing"

	"midwatch/analyzer/report"
)

func FuzzCell(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cell := report.Cell(text)
		if formula(cell) {
			t.Errorf("%q became the formula %q", text, cell)
		}
		inert(t, "a cell", cell)
		if line := report.Inert(text); report.Inert(line) != line {
			t.Errorf("%q is inert and %q is not", text, line)
		}
	})
}
