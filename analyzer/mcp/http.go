package mcp

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Loopback checks that an address to listen on is of this machine alone.
func Loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is not an address to listen on: write 127.0.0.1:8808: %w", address, err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%q is not on this machine alone: the snapshot is served on loopback only, as in 127.0.0.1:8808", address)
	}
	return nil
}

// Handler serves by HTTP to who has the token: the SDK refuses what was sent
// under another host's name (DNS rebinding), and pages of other origins.
func Handler(s *mcp.Server, token string) http.Handler {
	want := sha256.Sum256([]byte(token))
	check := func(_ context.Context, given string, _ *http.Request) (*auth.TokenInfo, error) {
		got := sha256.Sum256([]byte(given))
		if token == "" || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			return nil, auth.ErrInvalidToken
		}
		return &auth.TokenInfo{UserID: "midwatch"}, nil
	}
	served := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true})
	guarded := auth.RequireBearerToken(check, &auth.RequireBearerTokenOptions{AllowMissingExpiration: true})(served)
	return http.NewCrossOriginProtection().Handler(guarded)
}

// Stdio serves one client by a pair of streams, until the client leaves.
func Stdio(ctx context.Context, s *mcp.Server, in io.Reader, out io.Writer) error {
	if err := s.Run(ctx, &mcp.IOTransport{Reader: io.NopCloser(in), Writer: unclosed{out}}); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("serving by standard input and output: %w", err)
	}
	return nil
}

// unclosed is a stream that is not ours to close.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }
