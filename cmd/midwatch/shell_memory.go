package main

import (
	"fmt"
	"syscall"

	"github.com/dustin/go-humanize"
)

// shellMargin is what a shell may take beyond memory_limit: the program itself, and
// what the database does not count. Grouping six million texts took 300 MB more than
// a limit of 500 MB.
const shellMargin = humanize.GiByte

// boundMemory ends the query that takes more memory than the limit and a margin. The
// database keeps to memory_limit in what it sorts, groups and joins, but not in the
// making of one long value: length(repeat('x', 4000000000)) took 7.9 GB under a limit
// of 2 GB. A shell whose configuration has no limit is not bounded.
func boundMemory(limit string) error {
	most, err := humanize.ParseBytes(limit)
	if err != nil {
		return nil // the database says what it does not understand
	}
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_DATA, &now); err != nil {
		return fmt.Errorf("reading how much memory this program may take: %w", err)
	}
	now.Cur = min(now.Cur, now.Max, most+shellMargin)
	if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &now); err != nil {
		return fmt.Errorf("bounding the memory of the shell: %w", err)
	}
	return nil
}
