package warehouse

import (
	"bytes"
	"context"
	"fmt"

	"github.com/bits-and-blooms/bloom/v3"

	"midwatch/collectors"
)

const (
	// mistaken is the share of lines that are mapped in vain.
	mistaken = 0.001
	// mostIDs bounds the filter's memory (36 MB); of more ids more lines are
	// mapped in vain.
	mostIDs = 20_000_000
)

// idFilter passes over lines that say of themselves that they are another record
// than those looked for: where the id of a record stands in a field of it, most
// of a log need not be mapped. It lets lines through that it should not, and
// holds none back that has a wanted id in that field or no such field.
type idFilter struct {
	field []byte
	ids   *bloom.BloomFilter
}

// filter is of all that is looked for.
func (s *search) filter(ctx context.Context, field string) (*idFilter, error) {
	f := &idFilter{[]byte(`"` + field + `"`), bloom.NewWithEstimates(uint(min(max(1, s.wanted), mostIDs)), mistaken)}
	rows, err := s.conn.QueryContext(ctx, "SELECT event_id FROM wanted")
	if err != nil {
		return nil, fmt.Errorf("reading which records are looked for: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("reading which records are looked for: %w", err)
		}
		f.ids.AddString(id)
	}
	return f, rows.Err()
}

// passes tells whether a line may be wanted. Within a text of JSON the field's
// name would have its quotes escaped, so that what stands there is never taken
// for the field.
func (f *idFilter) passes(line []byte) bool {
	named := false
	for {
		i := bytes.Index(line, f.field)
		if i < 0 {
			return !named
		}
		line = line[i+len(f.field):]
		id, isText := textValue(line)
		if isText && f.mayBe(id) {
			return true
		}
		named = named || isText
	}
}

// mayBe tells whether an id may be wanted as it stands in a line: written with
// escapes, or like a token, which one of some million ids by chance is and which
// the database then has without it.
func (f *idFilter) mayBe(id []byte) bool {
	return f.ids.Test(id) || bytes.IndexByte(id, '\\') >= 0 || !bytes.Equal(collectors.Scrub(id), id)
}

// textValue is the text that follows a field's name, as it is written.
func textValue(line []byte) ([]byte, bool) {
	line, hasValue := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte(":"))
	line, isText := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte(`"`))
	text, _, isWhole := bytes.Cut(line, []byte(`"`))
	return text, hasValue && isText && isWhole
}
