package warehouse

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
)

// explained is an error in a person's words, without what the database prints
// for its own developers.
type explained struct {
	text  string
	cause error
}

func (e *explained) Error() string { return e.text }

func (e *explained) Unwrap() error { return e.cause }

// InWords adds to an error what to do where it comes of a damaged file, of a full
// disk or of the memory limit; path is the database. Others are left as they are.
func InWords(path string, err error) error {
	var done *explained
	if err == nil || errors.As(err, &done) {
		return err
	}
	msg := plain(err.Error())
	switch {
	case damaged(msg) && !strings.Contains(msg, "or it is damaged"):
		return explainOpen(path, err)
	case IsOutOfMemory(err) && !strings.Contains(msg, "raise memory_limit"):
		return &explained{msg + " (raise memory_limit in the configuration; 2GB is its default)", err}
	case isFull(err, msg) && !strings.Contains(msg, "make room"):
		return &explained{msg + " (make room and run again: nothing was half-written)", err}
	case msg != err.Error():
		return &explained{msg, err}
	}
	return err
}

// IsOutOfMemory tells whether an error is that memory_limit was too little.
func IsOutOfMemory(err error) bool {
	return err != nil && strings.Contains(err.Error(), "Out of Memory Error")
}

// isFull tells errors of a disk, a quota or a limit on the size of files that
// left no room.
func isFull(err error, message string) bool {
	for _, e := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, e) || strings.Contains(strings.ToLower(message), e.Error()) {
			return true
		}
	}
	return false
}

// noise is what the database and its driver print for those who write programs:
// stack traces, advice on SET and on versions, and where in them an error arose.
var noise = regexp.MustCompile(`\n+Stack Trace:\n(\n*[^\n]*\[0x[0-9a-f]+\])*\n?` +
	`|\n+Possible solutions:(\n\*[^\n]*)*(\n+See also [^\n]*)?` +
	`|\nThe database file was created with an? (newer|older) version of DuckDB\.[^\x00]*` +
	`|database/sql/driver: could not connect to database: `)

// plain is a message without noise.
func plain(message string) string { return noise.ReplaceAllString(message, "") }

// explainOpen says in words what to do about a file that does not open.
func explainOpen(path string, err error) error {
	msg := plain(err.Error())
	say := func(format string) error { return &explained{fmt.Sprintf(format, path) + ": " + msg, err} }
	switch {
	case strings.Contains(msg, "sqlite_scanner"):
		// It would fetch what reads such files, and says only that it could not.
		return &explained{path + " is a database of SQLite: name another file under `database`", err}
	case strings.Contains(msg, "with version number"):
		return say("%s was written by another version of DuckDB: use the midwatch that wrote it, or name another file under `database`")
	case isEmpty(path):
		return say("%s is empty and no database: remove it, or name another file under `database`")
	case strings.Contains(msg, "not a valid DuckDB database"), damaged(msg):
		return say("%s is not a database, or it is damaged: put a backup or the newest snapshot in its place with `midwatch restore`, or name another file under `database`")
	case strings.Contains(msg, "Is a directory"):
		return say("%s is a folder: name a file under `database`")
	case strings.Contains(msg, "set lock on file"):
		return say("%s is in use by another program: close it, or read the published snapshot instead")
	case strings.Contains(msg, "ermission"):
		return say("%s may not be opened by this user: run as its owner")
	}
	return InWords(path, fmt.Errorf("opening the database %s: %w", path, err))
}

func isEmpty(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() == 0
}

// damaged tells errors that only a file that lost or changed bytes gives.
func damaged(message string) bool {
	return strings.Contains(message, "Could not read enough bytes") || strings.Contains(message, "Corrupt database") ||
		strings.Contains(message, "checksum")
}
