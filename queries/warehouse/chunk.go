package warehouse

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"midwatch/collectors"
)

const (
	// chunkBytes bounds a batch: large enough that its fixed cost is nothing,
	// small enough that a stage of it fits easily in memory.
	chunkBytes = 48 << 20
	// longestLine is what one record may be long; DuckDB is told the same.
	longestLine = 16 << 20
	// readBytes is how much is read at a time.
	readBytes = 1 << 20
	// wholeBytes bounds a batch of a format whose lines belong together.
	wholeBytes = 512 << 20
)

// chunk is a batch of whole lines in a file of its own.
type chunk struct {
	path string
	// lines in it, blank ones included, and the number of the first.
	lines, firstLine int64
	// end is how many bytes of text were read up to and with this chunk.
	end int64
	// last is true for the chunk after which nothing whole is left.
	last bool
	// odd is true where a line may hold more than one object, or one that is
	// nearly as long as any may be.
	odd bool
}

// unfinished says why a text was not read to its end.
type unfinished struct{ reason string }

func (u *unfinished) Error() string { return u.reason }

// chunker cuts a text into chunks.
type chunker struct {
	text *text
	path string
	// limit is how many bytes fill a chunk; json is true where records are JSON objects,
	// and else they are lines of text, which may be JSON too.
	limit  int
	json   bool
	carry  []byte
	lines  int64
	bytes  int64
	values *values
	closed bool
}

// next writes the next chunk to its file; io.EOF when there is none. An
// *unfinished error comes with the last chunk that could be read.
func (c *chunker) next() (chunk, error) {
	if c.closed {
		return chunk{}, io.EOF
	}
	f, err := os.OpenFile(filepath.Clean(c.path), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return chunk{}, fmt.Errorf("making the work file: %w", err)
	}
	ch := chunk{path: c.path, firstLine: c.lines + 1}
	if c.text.array {
		err = c.copyValues(f, &ch)
	} else {
		err = c.copyLines(f, &ch)
	}
	if cerr := f.Close(); cerr != nil && err == nil {
		err = fmt.Errorf("writing the work file: %w", cerr)
	}
	c.lines += ch.lines
	ch.end = c.bytes
	if ch.lines == 0 && err == nil && ch.last {
		return ch, io.EOF
	}
	return ch, err
}

// copyLines copies whole lines until the chunk is full.
func (c *chunker) copyLines(f *os.File, ch *chunk) error {
	for written := 0; written < c.limit; {
		kept := len(c.carry)
		c.carry = slices.Grow(c.carry, readBytes)
		n, err := c.text.r.Read(c.carry[kept : kept+readBytes])
		block := c.carry[:kept+n]
		cut := bytes.LastIndexByte(block, '\n') + 1
		if werr := c.write(f, ch, block[:cut]); werr != nil {
			return werr
		}
		written += cut
		c.carry = block[:copy(block, block[cut:])]
		ch.odd = ch.odd || len(c.carry) > longestLine/2
		if isEmptied(c.carry) {
			c.bytes += int64(len(c.carry))
			c.carry = c.carry[:0]
		}
		if len(c.carry) > longestLine {
			if err := c.skipLongLine(f, ch); err != nil {
				return err
			}
		}
		if err != nil {
			return c.finish(f, ch, err)
		}
	}
	return nil
}

// isEmptied is true for a long run of NULs and nothing else: a hole that a log has
// where it was cut while its writer went on, or after a crash.
func isEmptied(carry []byte) bool {
	return len(carry) >= sniffed && len(bytes.Trim(carry, "\x00")) == 0
}

func (c *chunker) write(f *os.File, ch *chunk, lines []byte) error {
	if len(lines) == 0 {
		return nil
	}
	c.bytes += int64(len(lines))
	if c.json {
		ch.odd = ch.odd || !looksPlain(lines) || bytes.IndexByte(lines, 0) >= 0
	} else {
		lines = peelLines(plainLines(lines))
	}
	ch.lines += int64(bytes.Count(lines, []byte("\n")))
	if _, err := f.Write(collectors.ScrubLines(lines)); err != nil {
		return fmt.Errorf("writing the work file %s: %w (make room, or point the database elsewhere)", c.path, err)
	}
	return nil
}

// skipLongLine passes over a line that no record can be, and leaves its start
// in its place, where it cannot be read as JSON and goes to quarantine.
func (c *chunker) skipLongLine(f *os.File, ch *chunk) error {
	stub := append([]byte("a line over 16 MiB beginning: "), c.carry[:1024]...)
	passed := int64(len(c.carry))
	for {
		rest, err := c.text.r.ReadSlice('\n')
		passed += int64(len(rest))
		if err == nil || !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
	}
	c.carry = nil
	c.bytes += passed - int64(len(stub)) - 1
	return c.write(f, ch, append(bytes.ReplaceAll(stub, []byte("\n"), nil), '\n'))
}

// finish ends a text of lines: the line after the last line end is whole when
// it is a JSON object, and else is left for the next run.
func (c *chunker) finish(f *os.File, ch *chunk, cause error) error {
	ch.last, c.closed = true, true
	rest := bytes.TrimSpace(c.carry)
	if len(rest) > 0 && (c.json || rest[0] == '{') && endsWhole(rest) && errors.Is(cause, io.EOF) {
		return c.write(f, ch, append(c.carry, '\n'))
	}
	switch {
	case isCutShort(cause):
		return &unfinished{"the compressed file ends too early; the rest is read once it is whole"}
	case !errors.Is(cause, io.EOF):
		return &unfinished{fmt.Sprintf("reading stopped: %v", cause)}
	case len(rest) > 0:
		return &unfinished{"its last line has no end yet; it is read once it has"}
	}
	return nil
}

// copyValues writes each JSON object of a text on a line of its own, also where objects
// are spread over several lines or are in arrays. Text that is not an object becomes a
// line too, which goes to quarantine.
func (c *chunker) copyValues(f *os.File, ch *chunk) error {
	if c.values == nil {
		c.values = newValues(c.text.r)
	}
	for written := 0; written < c.limit; {
		piece, _, err := c.values.next()
		if err != nil {
			return c.finishValues(ch, err)
		}
		line := append(oneLine(piece), '\n')
		written += len(line)
		ch.odd = ch.odd || len(line) > longestLine/2
		if err := c.write(f, ch, line); err != nil {
			return err
		}
	}
	return nil
}

func (c *chunker) finishValues(ch *chunk, err error) error {
	ch.last, c.closed = true, true
	if errors.Is(err, io.EOF) && c.values.lists <= 0 {
		return nil
	}
	if errors.Is(err, io.EOF) {
		err = errors.New("its list has no end")
	}
	return &unfinished{fmt.Sprintf("its JSON ends too early after record %d (%v); what stands before is read", c.lines+ch.lines, err)}
}

// endsWhole is true where a text is JSON objects, the last of which has its end.
func endsWhole(text []byte) bool {
	v := newValues(bufio.NewReader(bytes.NewReader(text)))
	for {
		_, isObject, err := v.next()
		if err != nil || !isObject {
			return errors.Is(err, io.EOF) && v.lists == 0
		}
	}
}
