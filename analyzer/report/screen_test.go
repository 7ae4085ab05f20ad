package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
)

// terminal is a screen of a test.
type terminal struct {
	bytes.Buffer
	look Look
}

func (t *terminal) Fit(draw func(Look) string) error {
	_, err := t.WriteString(draw(t.look))
	return err
}

// drawn is a table on a screen.
func drawn(t *testing.T, l Look, header []string, rows ...[]string) string {
	t.Helper()
	screen := &terminal{look: l}
	if err := Table(screen, "table", header, rows); err != nil {
		t.Fatal(err)
	}
	return screen.String()
}

func widest(drawn string) int {
	most := 0
	for line := range strings.Lines(drawn) {
		most = max(most, text.StringWidthWithoutEscSequences(strings.TrimSuffix(line, "\n")))
	}
	return most
}

// A table fits the screen: columns share what is left, the least needed go where that is
// not enough, and those are named. Nothing is lost on a screen that has room.
func TestTableFits(t *testing.T) {
	t.Parallel()
	header := []string{"identity", "person", "operations", "clients", "first_at"}
	row := []string{"github:somebody-with-a-name", "", "12", strings.Repeat("git/2.47 ", 6), "2026-07-20 10:00:00"}
	for columns, want := range map[int]string{0: "", 140: "", 100: "", 60: "Not shown, for lack of room: person. Add", 50: "person, clients."} {
		got := drawn(t, Look{Columns: columns}, header, row)
		if columns > 0 && widest(got) > columns {
			t.Errorf("%d columns have %d:\n%s", columns, widest(got), got)
		}
		if !strings.Contains(strings.Join(strings.Fields(got), " "), want) || (want == "") == strings.Contains(got, "Not shown") {
			t.Errorf("%d columns, want %q:\n%s", columns, want, got)
		}
	}
}

// Sentences that have too little room beside the other columns come below them, whole.
func TestSentencesComeBelow(t *testing.T) {
	t.Parallel()
	why := strings.TrimSpace(strings.Repeat("Read 3 private repositories. ", 5))
	header, row := []string{"#", "finding", "why"}, []string{"1", strings.Repeat("f", 40), why}
	got := drawn(t, Look{Columns: 80}, header, row)
	if strings.Contains(got, "│") || widest(got) > 80 || !strings.Contains(strings.Join(strings.Fields(got), " "), why) {
		t.Errorf("%s", got)
	}
	if got := drawn(t, Look{Columns: 120}, header, row); !strings.Contains(got, "│") || widest(got) > 120 {
		t.Errorf("%s", got)
	}
}

// Colours are shown only where they are wanted, and to a file never.
func TestColours(t *testing.T) {
	header, row := []string{"status"}, []string{"failed"}
	text.EnableColors()
	if got := drawn(t, Look{Columns: 80, Colour: true}, header, row); !strings.Contains(got, "\x1b[31;1mfailed") {
		t.Errorf("%q", got)
	}
	var file bytes.Buffer
	if err := Table(&file, "table", header, [][]string{row}); err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{drawn(t, Look{Columns: 80}, header, row), file.String()} {
		if strings.Contains(got, "\x1b") || !strings.Contains(got, "│ failed │") {
			t.Errorf("%q", got)
		}
	}
	// What a log says has no colour of its own.
	if got := drawn(t, Look{Columns: 80, Colour: true}, header, []string{"\x1b[32mok"}); strings.Contains(got, "\x1b[32m") {
		t.Errorf("%q", got)
	}
}

func TestWrapped(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		line    string
		columns int
		want    string
	}{
		"fits to the edge":        {"one two", 7, "one two"},
		"one less":                {"one two", 6, "one\n  two"},
		"as wide as it needs":     {"one two", 0, "one two"},
		"a word that is too long": {"a abcdefghij b", 6, "a\n  abcdefghij\n  b"},
		"an indent of its own":    {"  one two", 6, "  one\n  two"},
	} {
		if got := wrapped(x.line, x.columns, "  "); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
