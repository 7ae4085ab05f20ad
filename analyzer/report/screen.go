package report

import (
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Look is how text is drawn for a screen.
type Look struct {
	// Columns is how many characters a line has room for; 0 is as many as it needs.
	Columns int
	// Colour is true where colours are shown.
	Colour bool
}

// Screen is a writer that knows how wide it is. What is written to any other writer is
// drawn as wide as it needs and without colours.
type Screen interface {
	io.Writer
	// Fit writes what draw gives for this screen.
	Fit(draw func(Look) string) error
}

// fit draws for a writer.
func fit(w io.Writer, draw func(Look) string) error {
	if s, ok := w.(Screen); ok {
		return s.Fit(draw)
	}
	_, err := io.WriteString(w, draw(Look{}))
	return err
}

// The widths of a table's columns, in characters.
const (
	// widestColumn is the most that a column has, however wide the screen is.
	widestColumn = 76
	// leastColumn is the least that a column of longer text is made to have; where even
	// that is too much for the screen, columns are left out.
	leastColumn = 12
	// firstColumn is how much wider than the others the first one is drawn, which says
	// whom or what a row is about.
	firstColumn = 8
	// leastStory is the least that the last column has where it is of whole sentences;
	// with less, each row has its sentences below it.
	leastStory = 45
	// aroundColumn is what the frame takes for each column.
	aroundColumn = 3
)

// leastNeeded are columns of questions that a table does without where there is no room
// for them, the first to go first; the others go from the right, after these.
var leastNeeded = [...]string{
	"agent_sessions", "on_behalf_of", "agent", "asns", "clients", "user_agent", "addresses", "person_never_before", "never_before", "days",
	"identity_name", "identity_kind", "denied", "pushes", "credential", "access_type", "countries", "person", "copy_kind",
}

// places are the columns of a table that a screen has room for, in their order. Columns
// without a value go first.
func (r *tableRows) places(natural []int, columns int) []int {
	var all, goes []int
	for i := range r.header {
		all = append(all, i)
		if !slices.ContainsFunc(r.rows, func(row []string) bool { return row[i] != "" }) {
			goes = append(goes, i)
		}
	}
	for _, name := range leastNeeded {
		if i := slices.Index(r.header, name); i >= 0 {
			goes = append(goes, i)
		}
	}
	slices.Reverse(all)
	goes = append(goes, all...)
	slices.Reverse(all)
	for _, i := range goes {
		if columns <= 0 || len(all) == 1 || leastOf(some(natural, all)) <= columns {
			break
		}
		all = slices.DeleteFunc(all, func(at int) bool { return at == i })
	}
	return all
}

// some are the items at some places.
func some[T any](of []T, places []int) []T {
	var all []T
	for _, i := range places {
		all = append(all, of[i])
	}
	return all
}

// widths are how wide columns are drawn: the narrow ones as they are, and what is left
// of the screen shared by the wide ones.
func widths(natural []int, columns int) []int {
	all := make([]int, len(natural))
	for i, n := range natural {
		all[i] = min(n, widestColumn)
	}
	for columns > 0 && framed(all) > columns {
		widest := 0
		for i := range all {
			room := all[widest]
			if widest == 0 {
				room -= firstColumn
			}
			if i > 0 && all[i] > max(room, leastColumn) {
				widest = i
			}
		}
		if all[widest] <= leastColumn {
			break // one column alone may be wider than the screen
		}
		all[widest]--
	}
	return all
}

// framed is how wide a table of columns is.
func framed(all []int) int {
	sum := 1
	for _, n := range all {
		sum += n + aroundColumn
	}
	return sum
}

// leastOf is the least width of a table.
func leastOf(all []int) int {
	least := make([]int, len(all))
	for i, n := range all {
		least[i] = min(n, leastColumn)
	}
	return framed(least)
}

// draw is the table for a screen, and a line for the columns that it has no room for.
func (r *tableRows) draw(l Look) string {
	natural := make([]int, len(r.header))
	for i, name := range r.header {
		natural[i] = text.StringWidth(name)
		for _, row := range r.rows {
			natural[i] = max(natural[i], text.StringWidth(row[i]))
		}
	}
	if r.isStory(natural, l.Columns) {
		return r.stories(natural, l)
	}
	shown := r.places(natural, l.Columns)
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options.DoNotColorBordersAndSeparators = true
	t.Style().Format.Header = text.FormatDefault
	if l.Colour {
		t.Style().Color.Header = text.Colors{text.Bold}
	}
	var columns []table.ColumnConfig
	for i, width := range widths(some(natural, shown), l.Columns) {
		c := table.ColumnConfig{Number: i + 1, WidthMax: width, WidthMaxEnforcer: text.WrapSoft}
		if r.counts && shown[i] > 0 {
			c.Align, c.AlignHeader = text.AlignRight, text.AlignRight
		}
		if l.Colour {
			c.Transformer = coloured
		}
		columns = append(columns, c)
	}
	t.SetColumnConfigs(columns)
	t.AppendHeader(tableRow(some(r.header, shown)))
	for _, row := range r.rows {
		t.AppendRow(tableRow(some(row, shown)))
	}
	drawn := t.Render() + "\n"
	var left []string
	for i, name := range r.header {
		if !slices.Contains(shown, i) {
			left = append(left, name)
		}
	}
	if len(left) > 0 {
		drawn += wrapped("Not shown, for lack of room: "+strings.Join(left, ", ")+". Add --wide for all columns.", l.Columns, "") + "\n"
	}
	return drawn
}

// isStory is true where the last column is of sentences that the screen has too little
// room for beside the others, and the others fit.
func (r *tableRows) isStory(natural []int, columns int) bool {
	last := len(natural) - 1
	if columns <= 0 || last < 1 || natural[last] <= widestColumn {
		return false
	}
	others := framed(natural[:last])
	return others <= columns && columns-others-aroundColumn < leastStory
}

// stories draws each row in one line, with its sentences below.
func (r *tableRows) stories(natural []int, l Look) string {
	last := len(natural) - 1
	var b strings.Builder
	line := func(row []string, is text.Colors) {
		blank := 0
		for i, cell := range row[:last] {
			if cell != "" {
				b.WriteString(strings.Repeat(" ", blank))
				blank = 0
			}
			blank += natural[i] - text.StringWidth(cell) + len("  ")
			if l.Colour {
				cell = is.Sprint(coloured(cell))
			}
			b.WriteString(cell)
		}
		b.WriteByte('\n')
	}
	line(r.header, text.Colors{text.Bold})
	for _, row := range r.rows {
		line(row, text.Colors{})
		b.WriteString(wrapped("   "+row[last], l.Columns, "   ") + "\n")
	}
	return b.String() + "\n"
}

// coloured gives words that say how bad something is their colour.
func coloured(v any) string {
	word, _ := v.(string)
	switch word {
	case "failed", "critical", "escalated", "theft":
		return text.Colors{text.FgRed, text.Bold}.Sprint(word)
	case "warning", "high", "blind":
		return text.Colors{text.FgYellow}.Sprint(word)
	case "ok":
		return text.Colors{text.FgGreen}.Sprint(word)
	}
	return word
}

// wrapped breaks one line at spaces so that it fits, the lines after the first with an
// indent before them. A word that is longer than a line stays whole.
func wrapped(line string, columns int, indent string) string {
	if columns <= 0 || text.StringWidth(line) <= columns {
		return line
	}
	var b strings.Builder
	at, words := 0, 0 // characters and words that the line has
	for i, word := range strings.Split(line, " ") {
		width := text.StringWidth(word)
		switch {
		case i == 0:
		case at+1+width > columns && words > 0:
			b.WriteString("\n" + indent)
			at, words = len(indent), 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += width
		if width > 0 {
			words++
		}
	}
	return b.String()
}

// Say writes lines of text, each broken where the screen ends.
func Say(w io.Writer, lines string) error {
	return fit(w, func(l Look) string {
		var b strings.Builder
		for line := range strings.Lines(lines) {
			whole := strings.TrimSuffix(line, "\n")
			indent := whole[:len(whole)-len(strings.TrimLeft(whole, " "))]
			b.WriteString(wrapped(whole, l.Columns, indent) + line[len(whole):])
		}
		return b.String()
	})
}
