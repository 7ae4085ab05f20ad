package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/mcp"
	"midwatch/queries/warehouse"
)

// shortestToken is how long the token of the HTTP server must be.
const shortestToken = 32

func newMCP(a *app) *cobra.Command {
	var address, tokenFile string
	c := &cobra.Command{
		Use:   "mcp",
		Short: "Answer the questions for an agent (Model Context Protocol), read-only",
		Long: `Serves the questions of investigate, contain (the list alone), explain, findings,
coverage and SQL to an agent by the Model Context Protocol: on standard input and
output, or with --http on a port of this machine alone, to who sends the token of
--token-file as a bearer token.

Everything is read from the published snapshot, and no tool writes, revokes or
sends anything. Each answer says what could be seen and what not. Names out of
logs come apart as data from outside, bounded and inert. At most ` + "1000" + ` rows and
200 kB an answer; a query of the tool sql ends after 30 seconds.`,
		Example: `  claude mcp add midwatch -- midwatch --config /srv/midwatch/midwatch.yaml mcp
  midwatch mcp --http 127.0.0.1:8808 --token-file /etc/midwatch/mcp-token`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			server := mcp.New(mcp.Options{
				Version: version(),
				Open: func(ctx context.Context) (*warehouse.Reader, error) {
					return warehouse.OpenReader(ctx, cfg.Snapshot, cfg.reading())
				},
				Dictionary: dictionary,
			})
			switch {
			case address == "" && tokenFile != "":
				return usageError{errors.New("--token-file is for --http")}
			case address == "":
				return mcp.Stdio(c.Context(), server, c.InOrStdin(), c.OutOrStdout())
			}
			token, err := readServingToken(tokenFile)
			if err != nil {
				return err
			}
			return serveLoopback(c, address, mcp.Handler(server, token))
		},
	}
	c.Flags().StringVar(&address, "http", "", "serve by HTTP on this address of the loopback, as in 127.0.0.1:8808, instead of standard input and output")
	c.Flags().StringVar(&tokenFile, "token-file", "", fmt.Sprintf("file with the token that HTTP clients must send, at least %d characters, readable by its owner only", shortestToken))
	return c
}

// readServingToken reads the token of the HTTP server.
func readServingToken(path string) (string, error) {
	if path == "" {
		return "", usageError{errors.New("--http needs --token-file: any program on this machine can reach the port; make one with: (umask 077; openssl rand -hex 32 > FILE)")}
	}
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return "", fmt.Errorf("reading the token: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("reading the token: %w", err)
	}
	token := strings.TrimSpace(string(text))
	switch {
	case info.Mode().Perm()&0o077 != 0:
		return "", usageError{fmt.Errorf("%s can be read by others than its owner: chmod 600 %s", path, path)}
	case len(token) < shortestToken:
		return "", usageError{fmt.Errorf("the token of %s has %d characters: it must have at least %d", path, len(token), shortestToken)}
	}
	return token, nil
}

// serveLoopback serves until the program is told to stop.
func serveLoopback(c *cobra.Command, address string, h http.Handler) error {
	if err := mcp.Loopback(address); err != nil {
		return usageError{err}
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", address, err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10}
	defer context.AfterFunc(c.Context(), func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(c.Context()), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(stop)
	})()
	fmt.Fprintf(c.ErrOrStderr(), "serving http://%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", address, err)
	}
	return nil
}
