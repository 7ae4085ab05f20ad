package report

import (
	"fmt"
	"io"
	"strings"
)

//go:generate go test -count=1 -run TestColumnsAreDocumented -update .

// Columns writes what each column of findings.csv and findings_full.csv says, in
// Markdown.
func Columns(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# The columns of findings.csv and findings_full.csv\n\n" +
		"Generated from the code (`make generate`). Both files have one row a finding, those of earlier nights first, and the same header on every night. Columns are only ever added, at the end.\n")
	for _, file := range []struct {
		name, says string
		columns    []column
	}{
		{"findings.csv", "For a person, in the order in which one decides. Fill in the verdict and give the file to `midwatch triage --from`.", leadColumns()},
		{"findings_full.csv", "For programs: the same rows with everything that is known. `midwatch report --format csv` prints it.", fullColumns()},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| column | says |\n|---|---|\n", file.name, file.says)
		for _, c := range file.columns {
			fmt.Fprintf(&b, "| `%s` | %s |\n", c.name, c.says)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
