package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"

	"midwatch/analyzer/report"
)

// paged gives write somewhere to write to: the file of .output, the pager where
// there is more than a screen of it, or the screen.
func (s *shell) paged(write func(io.Writer) error) error {
	switch {
	case s.file != nil:
		return write(s.file)
	case !s.pager:
		return write(s.out)
	}
	return paged(s.out, write)
}

// paged gives write somewhere to write to: the pager where out is a terminal and
// there is more than a screen of it, in length or width, else out.
func paged(out io.Writer, write func(io.Writer) error) error {
	width, height := screenSize(out)
	if height == 0 {
		return write(out)
	}
	p := &pager{screen: bare(out), width: width, height: height}
	if s, is := out.(screen); is {
		p.look = s.look
		// A pager of one's own may show the codes of colours as text.
		p.look.Colour = p.look.Colour && os.Getenv("PAGER") == ""
	}
	return errors.Join(write(p), p.close())
}

// screenSize is the size of a terminal, 0 for anything else.
func screenSize(out io.Writer) (width, height int) {
	f, ok := bare(out).(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, 0
	}
	width, height, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, 0
	}
	return width, height
}

// pager holds what is written until it is more than a screen, and then hands
// all of it to a pager as it comes.
type pager struct {
	screen        io.Writer
	width, height int
	look          report.Look
	held          bytes.Buffer
	// lines that are whole, and characters of the one that is not.
	lines, column int
	command       *exec.Cmd
	to            io.WriteCloser
}

// Fit is for report.Screen.
func (p *pager) Fit(draw func(report.Look) string) error {
	_, err := io.WriteString(p, draw(p.look))
	return err
}

// Write holds text back or passes it on. A pager that was left early is no
// error: the rest is not wanted.
func (p *pager) Write(b []byte) (int, error) {
	taken := len(b)
	if p.to == nil {
		p.held.Write(b)
		if p.fits(b) {
			return taken, nil
		}
		if err := p.start(); err != nil {
			return 0, err
		}
		b = p.held.Bytes()
	}
	if _, err := p.to.Write(b); err != nil && !errors.Is(err, syscall.EPIPE) {
		return 0, err
	}
	return taken, nil
}

// fits says whether the screen has room for more text.
func (p *pager) fits(b []byte) bool {
	for line := range bytes.Lines(b) {
		p.column += text.StringWidthWithoutEscSequences(string(bytes.TrimSuffix(line, []byte{'\n'})))
		if p.width > 0 && p.column > p.width {
			return false
		}
		if bytes.HasSuffix(line, []byte{'\n'}) {
			p.lines, p.column = p.lines+1, 0
		}
	}
	return p.lines < p.height
}

// start runs the person's pager, or less.
func (p *pager) start() error {
	words := strings.Fields(os.Getenv("PAGER"))
	if len(words) == 0 {
		words = []string{"less", "-RS"}
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		p.to = screenOnly{p.screen}
		return nil
	}
	p.command = exec.Command(words[0], words[1:]...) // the person's own choice of program
	p.command.Stdout, p.command.Stderr = os.Stdout, os.Stderr
	var err error
	if p.to, err = p.command.StdinPipe(); err != nil {
		return fmt.Errorf("starting the pager: %w", err)
	}
	if err := p.command.Start(); err != nil {
		return fmt.Errorf("starting the pager %s: %w (.pager off does without)", words[0], err)
	}
	return nil
}

func (p *pager) close() error {
	if p.to == nil {
		_, err := p.screen.Write(p.held.Bytes())
		return err
	}
	err := p.to.Close()
	if p.command == nil {
		return err
	}
	var left *exec.ExitError
	if wait := p.command.Wait(); wait != nil && !errors.As(wait, &left) {
		return fmt.Errorf("the pager: %w", wait)
	}
	return nil
}

// screenOnly is the screen where there is no pager.
type screenOnly struct{ io.Writer }

// Close leaves the screen open.
func (screenOnly) Close() error { return nil }
