// Package files names logs that are to be read where they lie: files, folders,
// patterns and standard input. It opens a log only to see that it can be read;
// what was read already is the warehouse's to know, so there is no checkpoint.
package files

import (
	"context"
	"errors"
	"fmt"
	"time"

	"midwatch/collectors"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Options say which logs there are.
type Options struct {
	// Paths, of which there must be one or more, each one of:
	//
	//   - a file;
	//   - a folder: all files in it and below, but for hidden ones (a name or
	//     folder that begins with a dot), those being written (.tmp, .part, .swp
	//     or ~ at the end), and what is not a regular file. Links are followed,
	//     but for those back to a folder that was come through; a file is read
	//     once, whatever links lead to it;
	//   - a pattern of files with *, ?, [a-z], {a,b} and ** for any folders
	//     between, which follows links in the same way. What exists under the
	//     very name of a pattern is meant itself;
	//   - "-", standard input.
	Paths []string
}

// Collector names logs. It is safe to use again.
type Collector struct {
	paths []string
}

var _ collectors.Collector = (*Collector)(nil)

// New checks that there are paths and that patterns are well-formed. It does not
// look whether anything is there.
func New(o Options) (*Collector, error) {
	if len(o.Paths) == 0 {
		return nil, errors.New("files: no log is named: give a file, folder, pattern or -")
	}
	for _, path := range o.Paths {
		if err := validPath(path); err != nil {
			return nil, err
		}
	}
	return &Collector{paths: append([]string(nil), o.Paths...)}, nil
}

// Collect names each log once, by its absolute path and in the order of the
// paths' bytes; standard input comes first. The checkpoint and the time are not
// used. What matches nothing, has vanished or may not be read is named by the
// error after the others were landed; an error of to ends it at once.
func (c *Collector) Collect(ctx context.Context, _ collectors.Checkpoint, _ time.Time, to collectors.Landing) (collectors.Outcome, error) {
	logs, problems := c.logs(ctx)
	for _, path := range logs {
		if err := ctx.Err(); err != nil {
			return collectors.Outcome{}, fmt.Errorf("files: stopped before %s: %w", path, err)
		}
		if err := readable(path); err != nil {
			problems = append(problems, err)
			continue
		}
		if err := to.Log(ctx, collectors.Log{Path: path}); err != nil {
			return collectors.Outcome{}, errors.Join(append(problems, fmt.Errorf("files: land %s: %w", path, err))...)
		}
	}
	if err := ctx.Err(); err != nil {
		return collectors.Outcome{}, fmt.Errorf("files: stopped: %w", err)
	}
	return collectors.Outcome{}, errors.Join(problems...)
}
