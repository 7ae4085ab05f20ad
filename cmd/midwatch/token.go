package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// longestToken is far above any token there is.
const longestToken = 64 << 10

// hashToken reads a token, without echo on a terminal, and returns what GitHub
// logs of it: base64 of its SHA-256. The token is read into one piece of memory,
// which neither grows nor is copied, and overwritten there.
func hashToken(in io.Reader, prompt io.Writer) (string, error) {
	token := make([]byte, longestToken)
	defer clear(token)
	n, err := readToken(in, prompt, token)
	switch {
	case err != nil:
		return "", fmt.Errorf("reading the token from standard input: %w", err)
	case n == len(token):
		return "", usageError{fmt.Errorf("standard input has %d bytes or more: give one token alone", n)}
	}
	trimmed := bytes.TrimSpace(token[:n])
	switch {
	case len(trimmed) == 0:
		return "", usageError{errors.New("standard input has no token")}
	case bytes.ContainsAny(trimmed, " \t\r\n"):
		return "", usageError{errors.New("standard input has more than one word: give one token alone, or the hash is of none")}
	}
	sum := sha256.Sum256(trimmed)
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}

// readToken fills a buffer from a terminal, up to the end of a line and without
// echo, or from anything else up to its end.
func readToken(in io.Reader, prompt io.Writer, into []byte) (int, error) {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		n, err := io.ReadFull(in, into)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil
		}
		return n, err
	}
	before, err := term.MakeRaw(int(f.Fd()))
	if err != nil {
		return 0, err
	}
	fmt.Fprint(prompt, "Token (not shown): ")
	n, err := readHidden(f, into)
	fmt.Fprint(prompt, "\r\n")
	return n, errors.Join(err, term.Restore(int(f.Fd()), before))
}

// Keys as a terminal sends them where nothing is done for the program.
const (
	keyInterrupt = 3
	keyEnd       = 4
	keyBackspace = 8
	keyKill      = 21
	keyDelete    = 127
)

// readHidden reads a line from a terminal in raw mode, key by key.
func readHidden(f io.Reader, into []byte) (n int, err error) {
	for n < len(into) {
		if _, err := io.ReadFull(f, into[n:n+1]); err != nil {
			return n, err
		}
		switch into[n] {
		case '\r', '\n', keyEnd:
			return n, nil
		case keyInterrupt:
			return 0, usageError{errors.New("stopped: nothing was asked")}
		case keyKill:
			n = 0
		case keyBackspace, keyDelete:
			n = max(0, n-1)
		default:
			n++
		}
	}
	return n, nil
}
