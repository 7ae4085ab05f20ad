package queries

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

//go:generate go test -count=1 -run TestCatalogIsFresh -update .

// catalogued are the folders of the catalogue, with what each holds. One that the
// binary was built without is left out.
var catalogued = []struct{ folder, title, about string }{
	{"signals", "Signals", "What was unusual on a night. Each is a table macro: `FROM signal.NAME(TIMESTAMP 'day after the night')`, with `WHERE`, `ORDER BY` and named arguments as needed. Every signal gives first `night, identity, identity_name, family, observed, expected, bound, history_days, reason`, then columns of its own. Where `observed` is NULL it could not be judged, and `reason` says why."},
	{"investigations", "Investigations", "Questions of an incident."},
	{"baselines", "Baselines", "What is normal, as of the night and strictly before it where nothing else is said. Signals stand on them."},
	{"sources", "Formats", "What the records of a log mean."},
}

// Catalog is the text of CATALOG.md: every script that people call, by its header.
func Catalog() string {
	var b strings.Builder
	b.WriteString("# Catalogue\n\nGenerated from the headers of the SQL files by `make generate`; do not edit.\n")
	for _, c := range catalogued {
		if _, err := fs.ReadDir(files, c.folder); err != nil {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", c.title, c.about)
		for _, s := range Scripts(c.folder) {
			b.WriteString(s.entry())
		}
	}
	return b.String()
}

// catalogKeys are the header's keys in the order of an entry.
var catalogKeys = []string{"question", "command", "severity", "technique", "hypotheses", "quiet on", "certain", "needs", "next step", "records", "recognised by", "source"}

// entry is a script in the catalogue.
func (s Script) entry() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n%s\n", s.Name, s.Summary)
	for _, call := range s.Signatures() {
		fmt.Fprintf(&b, "\n    %s\n", call)
	}
	var lines []string
	for _, k := range catalogKeys {
		if v := s.Keys[k]; v != "" {
			lines = append(lines, fmt.Sprintf("- %s: %s", k, v))
		}
	}
	if len(lines) > 0 {
		b.WriteString("\n" + strings.Join(lines, "\n") + "\n")
	}
	if s.Prose != "" {
		b.WriteString("\n" + s.Prose + "\n")
	}
	return b.String()
}

var (
	signature = regexp.MustCompile(`(?s)CREATE OR REPLACE MACRO ([a-z_.]+) ?\((.*?)\)\s+AS\b`)
	spaces    = regexp.MustCompile(`\s+`)
)

// Signatures are the calls of the script's macros with their arguments.
func (s Script) Signatures() []string {
	var all []string
	for _, m := range signature.FindAllStringSubmatch(s.SQL, -1) {
		all = append(all, m[1]+"("+strings.TrimSpace(spaces.ReplaceAllString(m[2], " "))+")")
	}
	return all
}
