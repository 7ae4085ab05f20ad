package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"midwatch/analyzer/report"
)

// screen is a terminal, with what is drawn on it.
type screen struct {
	io.Writer
	look report.Look
}

// Fit is for report.Screen.
func (s screen) Fit(draw func(report.Look) string) error {
	_, err := io.WriteString(s, draw(s.look))
	return err
}

// bare is a writer without what is known of how it draws.
func bare(out io.Writer) io.Writer {
	if s, is := out.(screen); is {
		return s.Writer
	}
	return out
}

// lookAtScreen makes a command draw for the terminal that it writes to: as wide as that
// is, and with colours where NO_COLOR (no-color.org) and TERM let it.
func (a *app) lookAtScreen(c *cobra.Command) {
	out := c.OutOrStdout()
	width, _ := screenSize(out)
	if width == 0 {
		return
	}
	l := report.Look{Columns: width, Colour: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
	if a.wide {
		l.Columns = 0
	}
	c.Root().SetOut(screen{out, l})
}

// onTerminal says whether a stream is a terminal.
func onTerminal(stream any) bool {
	if out, is := stream.(io.Writer); is {
		stream = bare(out)
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
