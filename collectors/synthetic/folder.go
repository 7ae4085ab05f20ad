package synthetic

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Folder is where an organisation is kept as files, readable by their owner
// only: events.ndjson (or events.ndjson.gz), netinfo.csv, and truth/ with
// labels.ndjson, benign_lookalikes.ndjson and meta.json.
type Folder struct {
	// Path is made if it is not there; files in it are replaced.
	Path string
	// Compress gzips the events: a tenth of the size, about half the speed.
	Compress bool
	// Day, where set, is as in Writers.
	Day func(done, all int) error
}

// Events is the path of the log.
func (f Folder) Events() string {
	if f.Compress {
		return filepath.Join(f.Path, "events.ndjson.gz")
	}
	return filepath.Join(f.Path, "events.ndjson")
}

// Networks is the path of the address table.
func (f Folder) Networks() string { return filepath.Join(f.Path, "netinfo.csv") }

// Truth is the path of the folder a judge reads and a detector never does.
func (f Folder) Truth() string { return filepath.Join(f.Path, "truth") }

// Write generates the organisation into the folder. On an error what is there
// is incomplete and must not be used.
func (f Folder) Write(o Options) (s Summary, err error) {
	if err := os.MkdirAll(f.Truth(), 0o700); err != nil {
		return Summary{}, fmt.Errorf("making the folder of the synthetic organisation: %w", err)
	}
	var open closers
	defer func() { err = errors.Join(err, open.close()) }()
	w := Writers{Day: f.Day}
	for _, x := range []struct {
		path string
		to   *io.Writer
	}{
		{f.Events(), &w.Events},
		{f.Networks(), &w.Networks},
		{filepath.Join(f.Truth(), "labels.ndjson"), &w.Labels},
		{filepath.Join(f.Truth(), "benign_lookalikes.ndjson"), &w.LookAlikes},
		{filepath.Join(f.Truth(), "meta.json"), &w.Meta},
	} {
		if *x.to, err = open.create(x.path); err != nil {
			return Summary{}, fmt.Errorf("making a file of the synthetic organisation: %w", err)
		}
	}
	if f.Compress {
		w.Events = open.gzip(w.Events)
	}
	return Generate(o, w)
}

// closers are closed in the reverse order of opening.
type closers []io.Closer

func (c *closers) create(path string) (io.Writer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	*c = append(*c, f)
	return f, nil
}

func (c *closers) gzip(to io.Writer) io.Writer {
	b := bufio.NewWriterSize(to, 1<<20)
	z, _ := gzip.NewWriterLevel(b, gzip.BestSpeed) // fails for an unknown level only
	*c = append(*c, flusher{b}, z)
	return z
}

type flusher struct{ *bufio.Writer }

func (f flusher) Close() error { return f.Flush() }

func (c *closers) close() error {
	var err error
	for i := len(*c) - 1; i >= 0; i-- {
		err = errors.Join(err, (*c)[i].Close())
	}
	return err
}
