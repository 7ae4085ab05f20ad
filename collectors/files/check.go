package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"midwatch/collectors"
)

// stale is how old the newest log of a path may be before Check says so: a day
// of rotation and a day of nobody at work.
const stale = 48 * time.Hour

// Check looks at each path: whether it stands for files that can be read, how
// large and how new they are, and whether they are compressed as their names
// say. Its error is only ever that of ctx.
func (c *Collector) Check(ctx context.Context, now time.Time) ([]collectors.Check, error) {
	var checks []collectors.Check
	for _, path := range c.paths {
		matches, problems := expand(ctx, path)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("files: check %s: %w", path, ctx.Err())
		}
		checks = append(checks, checkPath(path, matches, problems, now)...)
	}
	return checks, nil
}

// checkPath sums up what a path stands for, after a check for each thing that is
// wrong with it.
func checkPath(path string, matches []string, problems []error, now time.Time) []collectors.Check {
	name := "log " + path
	if path == Stdin {
		return []collectors.Check{{Name: name, Status: collectors.OK, Detail: "standard input, read when collecting"}}
	}
	var checks []collectors.Check
	for _, err := range problems {
		checks = append(checks, failed(name, err))
	}
	var sum summary
	for _, match := range matches {
		format, err := sum.look(match)
		if err != nil {
			checks = append(checks, failed("log "+match, err))
		} else if check, wrong := checkCompression(match, format); wrong {
			checks = append(checks, check)
		}
	}
	if sum.files == 0 {
		return checks
	}
	return append(checks, sum.check(name, now))
}

// failed is the check of a problem.
func failed(name string, err error) collectors.Check {
	check := collectors.Check{Name: name, Status: collectors.Failed, Detail: err.Error(), Fix: "check the path"}
	var p *problem
	if errors.As(err, &p) {
		check.Detail, check.Fix = p.detail(), p.fix
	}
	return check
}

// summary adds up the logs of a path.
type summary struct {
	files, gzip, zstd int
	bytes             int64
	newest            time.Time
}

// look adds a log to the sum and says how it is compressed by its first bytes.
func (s *summary) look(path string) (format string, err error) {
	if err := readable(path); err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", explain(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", explain(path, err)
	}
	var head [6]byte
	n, err := io.ReadFull(f, head[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", explain(path, err)
	}
	s.add(info, compression(head[:n]))
	return compression(head[:n]), nil
}

func (s *summary) add(info os.FileInfo, format string) {
	s.files++
	s.bytes += info.Size()
	if info.ModTime().After(s.newest) {
		s.newest = info.ModTime()
	}
	switch format {
	case "gzip":
		s.gzip++
	case "zstd":
		s.zstd++
	}
}

// check tells the sum, and warns when the newest log is old.
func (s *summary) check(name string, now time.Time) collectors.Check {
	detail := fmt.Sprintf("%d files, %d bytes, %d gzip, %d zstd, newest of %s",
		s.files, s.bytes, s.gzip, s.zstd, s.newest.UTC().Format(time.RFC3339))
	if now.Sub(s.newest) > stale {
		return collectors.Check{Name: name, Status: collectors.Warning, Detail: detail,
			Fix: "nothing was written for more than 48 hours: check that the host still logs here, or ignore this for logs of the past"}
	}
	return collectors.Check{Name: name, Status: collectors.OK, Detail: detail}
}

// compressions are known by how a file begins (RFC 1952, RFC 8878, and the
// format descriptions of the others), and by the ending they go by. Only gzip
// and zstd can be read.
var compressions = []struct{ format, magic, suffix string }{
	{"gzip", "\x1f\x8b", ".gz"},
	{"zstd", "\x28\xb5\x2f\xfd", ".zst"},
	{"xz", "\xfd7zXZ\x00", ".xz"},
	{"bzip2", "BZh", ".bz2"},
	{"zip", "PK\x03\x04", ".zip"},
}

// compression is the name of the format that a file begins like, or "plain".
func compression(head []byte) string {
	for _, c := range compressions {
		if bytes.HasPrefix(head, []byte(c.magic)) {
			return c.format
		}
	}
	return "plain"
}

// checkCompression compares what a log is with what its name says.
func checkCompression(path, format string) (check collectors.Check, wrong bool) {
	named := "plain"
	suffix := ""
	for _, c := range compressions {
		if strings.HasSuffix(path, c.suffix) {
			named = c.format
		}
		if c.format == format {
			suffix = c.suffix
		}
	}
	check = collectors.Check{Name: "log " + path, Status: collectors.Failed}
	switch {
	case format != "plain" && format != "gzip" && format != "zstd":
		check.Detail = "it is compressed with " + format + ", which cannot be read"
		check.Fix = "decompress it, or pipe it in as standard input"
	case format != named && suffix != "":
		check.Detail = "it is compressed with " + format + " and its name does not say so"
		check.Fix = "rename it to end in " + suffix
	case format != named:
		check.Detail = "its name says " + named + " and it is not compressed so: cut short, empty or misnamed"
		check.Fix = "rename it, or copy it here again"
	default:
		return collectors.Check{}, false
	}
	return check, true
}
