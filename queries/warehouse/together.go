package warehouse

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// together reads several files as one text, each decompressed by itself and
// without a last line that has no end yet: formats whose records are told by the
// lines of several logs need them at once.
type together struct {
	paths []string
	// state tells this set of files from another, and from itself after a change.
	state string
	size  int64

	file *os.File
	text *text
	rest []byte
}

// openTogether looks at the files and opens none of them yet.
func openTogether(paths []string) (*together, error) {
	t := &together{paths: paths}
	sum := sha256.New()
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("looking at %s, which is read with others: %w", path, err)
		}
		t.size += info.Size()
		fmt.Fprintf(sum, "%s\x00%d\x00%d\x00", path, info.Size(), info.ModTime().UnixNano())
	}
	t.state = hex.EncodeToString(sum.Sum(nil))
	return t, nil
}

// Read gives whole lines, of one file after the other.
func (t *together) Read(p []byte) (int, error) {
	for len(t.rest) == 0 {
		if err := t.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// next reads a line, from the next file where one has ended; io.EOF after all.
func (t *together) next() error {
	if t.text == nil {
		if len(t.paths) == 0 {
			return io.EOF
		}
		if err := t.open(t.paths[0]); err != nil {
			return err
		}
	}
	line, err := t.text.r.ReadBytes('\n')
	switch {
	case err == nil:
		t.rest = line
		return nil
	case errors.Is(err, io.EOF), isCutShort(err):
		t.paths = t.paths[1:]
		return t.Close()
	}
	return fmt.Errorf("reading %s: %w", t.paths[0], err)
}

func (t *together) open(path string) error {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return fmt.Errorf("opening %s, which is read with others: %w", path, err)
	}
	text, err := openText(f, 0)
	if err != nil {
		return errors.Join(fmt.Errorf("reading %s: %w", path, err), f.Close())
	}
	t.file, t.text = f, text
	return nil
}

// Close closes the file that is open.
func (t *together) Close() error {
	if t.text == nil {
		return nil
	}
	err := errors.Join(t.text.close(), t.file.Close())
	t.text, t.file = nil, nil
	return err
}

// findTogether returns what is known of a set of files: nothing is to be read
// where none of them has changed.
func (w *Warehouse) findTogether(ctx context.Context, now landing, in Input, t *together) (landing, error) {
	now.headDigest = t.state
	before, err := w.landingNamed(ctx, now.source, in.Name)
	if errors.Is(err, sql.ErrNoRows) {
		now.id, err = w.nextLanding(ctx)
		return now, err
	}
	if err != nil {
		return landing{}, fmt.Errorf("reading what is known of %s: %w", in.Name, err)
	}
	now.id = before.id
	now.unchanged = before.complete && before.headDigest == t.state
	return now, nil
}
