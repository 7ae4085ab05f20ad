package files

import (
	"errors"
	"fmt"
	"os"
)

// problem is something wrong with a path: what, why, and what to do about it.
type problem struct {
	what  string
	cause error // nil when what says it all
	fix   string
}

func (p *problem) Error() string { return "files: " + p.detail() + "; " + p.fix }

func (p *problem) Unwrap() error { return p.cause }

// detail is what is wrong, without the advice.
func (p *problem) detail() string {
	if p.cause == nil {
		return p.what
	}
	return fmt.Sprintf("%s: %v", p.what, p.cause)
}

// readable says whether a log can be opened, and what to do when it cannot. A
// pipe or device is refused before opening it, which could wait for ever.
func readable(path string) error {
	if path == Stdin {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return &problem{what: path + " is a " + kind(info.Mode()) + " and not a regular file",
			fix: "to read a pipe, give it as standard input and name the log -"}
	}
	if err == nil {
		var f *os.File
		if f, err = os.Open(path); err == nil {
			err = f.Close()
		}
	}
	if err != nil {
		return explain(path, err)
	}
	return nil
}

// explain adds to a file's error what to do about it.
func explain(path string, err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return &problem{path + " has vanished since it was listed", err,
			"when it was rotated away, the next run finds it under its new name if a path or pattern covers that"}
	case errors.Is(err, os.ErrPermission):
		return &problem{path + " may not be read", err,
			"let the account this runs as read it (a group such as adm, or an ACL)"}
	}
	return &problem{path + " cannot be read", err, "check the disk or share it lies on"}
}

// kind names what is not a regular file.
func kind(mode os.FileMode) string {
	switch {
	case mode&os.ModeNamedPipe != 0:
		return "pipe"
	case mode&os.ModeSocket != 0:
		return "socket"
	case mode.IsDir():
		return "folder"
	}
	return "device"
}
