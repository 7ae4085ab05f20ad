// Command midwatch reads who cloned and fetched which source repository, learns
// what is normal for each identity, and ranks the accesses that are not.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"midwatch/analyzer/casework"
	"midwatch/analyzer/night"
)

// The exit codes, the same in every help text.
const (
	exitDone     = 0
	exitError    = 1
	exitUsage    = 2
	exitBlind    = 3
	exitFindings = 4
)

// usageError is a mistake in how the program was called or configured.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// findingsError says that findings were listed; only with --exit-findings.
type findingsError struct{ count int }

func (f findingsError) Error() string { return fmt.Sprintf("%d findings listed", f.count) }

func main() { os.Exit(run(os.Args[1:])) }

// run is the whole program; it returns the exit code.
func run(args []string) int {
	// What is written is for its owner only, whatever the shell's umask.
	syscall.Umask(0o077)
	// A limit on the size of files is told like a full disk, and is no crash.
	signal.Ignore(syscall.SIGXFSZ)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal ends a run in order; a second one at once.
	context.AfterFunc(ctx, stop)
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "midwatch: "+said(ctx, err))
	}
	return exitCode(err)
}

// said is what is printed of an error. What a stopped database says of itself
// would read like a fault; who knows better what was stopped has said so.
func said(ctx context.Context, err error) string {
	interrupted := errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "INTERRUPT Error")
	if ctx.Err() == nil || !interrupted || strings.HasPrefix(err.Error(), "stopped") {
		return err.Error()
	}
	return "stopped: what was done before is kept, and nothing is half-written; run it again to go on"
}

func exitCode(err error) int {
	var usage usageError
	var surroundings night.SurroundingsError
	var mistake casework.UsageError
	var blind night.BlindError
	var undelivered night.UndeliveredError
	var findings findingsError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage), errors.As(err, &surroundings), errors.As(err, &mistake):
		return exitUsage
	case errors.As(err, &blind), errors.As(err, &undelivered):
		return exitBlind
	case errors.As(err, &findings):
		return exitFindings
	}
	return exitError
}
