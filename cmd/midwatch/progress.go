package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"midwatch/analyzer/night"
)

// progress shows how far a long step is: a line that is written over on a
// terminal, a plain line now and then elsewhere.
type progress struct {
	out      io.Writer
	terminal bool
	quiet    bool
	what     string
	begun    time.Time
	shown    time.Time
}

// after is how long a step may take before it is worth a word.
const after = 2 * time.Second

func (a *app) progress(out io.Writer, what string) *progress {
	f, ok := out.(*os.File)
	now := time.Now()
	return &progress{out: out, terminal: ok && term.IsTerminal(int(f.Fd())), quiet: a.quiet, what: what, begun: now, shown: now}
}

// At tells how much is done; total 0 is unknown.
func (p *progress) At(done, total int64) {
	every := 10 * time.Second
	if p.terminal {
		every = 200 * time.Millisecond
	}
	now := time.Now()
	if p.quiet || now.Sub(p.begun) < after || now.Sub(p.shown) < every {
		return
	}
	p.shown = now
	text := p.what
	if total > 0 {
		text = fmt.Sprintf("%s %d %%", p.what, 100*done/total)
	}
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%s", text)
		return
	}
	fmt.Fprintln(p.out, text)
}

// Done clears the line.
func (p *progress) Done() {
	if p.terminal && p.shown != p.begun {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// steps shows the steps of a night.
func (a *app) steps(c *cobra.Command) night.Progress {
	return func(what string) night.Step { return a.progress(c.ErrOrStderr(), what) }
}
