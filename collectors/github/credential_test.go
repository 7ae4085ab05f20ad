package github_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"midwatch/collectors/collectortest"
	"midwatch/collectors/github"
)

func TestTheTokenGoesNowhereElse(t *testing.T) {
	t.Parallel()
	var got []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Authorization"))
		fmt.Fprint(w, "[]")
	}))
	t.Cleanup(elsewhere.Close)
	h := newHost(t, 3)
	h.before = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
		return true
	}
	_, err := newCollector(t, h.options()).Collect(t.Context(), "", now, &collectortest.Landing{})
	expectError(t, err, "redirects to another one")
	if len(got) != 0 || len(h.asked()) != 1 {
		t.Errorf("the other host got %d requests, this one %d", len(got), len(h.asked()))
	}
	// A renamed organisation redirects on the same host.
	h.before = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if strings.Contains(r.URL.Path, "/old/") {
			http.Redirect(w, r, strings.Replace(r.URL.String(), "/old/", "/example-org/", 1), http.StatusMovedPermanently)
			return true
		}
		return false
	}
	o := h.options()
	o.Organization = "old"
	landing, _ := mustCollect(t, o, "", now)
	if len(landing.Records()) != 7 {
		t.Errorf("%d records through a redirect", len(landing.Records()))
	}
}

func TestTokenThatCannotBeHad(t *testing.T) {
	t.Parallel()
	h := newHost(t, 3)
	o := h.options()
	for _, test := range []struct {
		token string
		err   error
		want  string
	}{{"", errors.New("no such variable"), "no such variable"}, {" \n", nil, "it is empty"}} {
		o.Token = func(context.Context) (string, error) { return test.token, test.err }
		_, err := newCollector(t, o).Collect(t.Context(), "", now, &collectortest.Landing{})
		expectError(t, err, "the token could not be had", test.want)
	}
	if len(h.asked()) != 0 {
		t.Error("asked without a token")
	}
}

func TestUntrustedCertificate(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	clock := &fakeClock{}
	o := (&host{Server: server}).options()
	o.Clock = clock
	_, err := newCollector(t, o).Collect(t.Context(), "", now, &collectortest.Landing{})
	expectError(t, err, "certificate", "SSL_CERT_FILE")
	if len(clock.slept) != 0 {
		t.Error("tried again")
	}
}

// appKey makes the private key of an app.
func appKey(t *testing.T) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

func TestApp(t *testing.T) {
	t.Parallel()
	const installed = "ghs_0123456789abcdefghijklmnopqrstuvwxyz"
	key := appKey(t)
	tests := []struct {
		name   string
		status int
		want   []string
	}{
		{"signs in", http.StatusCreated, nil},
		{"wrong key", http.StatusUnauthorized, []string{"could not sign in", "clock is right"}},
		{"no such installation", http.StatusNotFound, []string{"no installation 7", "organisation example-org"}},
		{"suspended", http.StatusForbidden, []string{"suspended"}},
		{"host failed", http.StatusBadGateway, []string{"no token (502)"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, 100)
			h.before = func(w http.ResponseWriter, r *http.Request, _ int) bool {
				if r.URL.Path == "/api/v3/app/installations/7/access_tokens" && strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ey") {
					w.WriteHeader(test.status)
					fmt.Fprintf(w, `{"token":%q,"expires_at":"2099-01-01T00:00:00Z"}`, installed)
					return true
				}
				if r.Header.Get("Authorization") == "token "+installed {
					r.Header.Set("Authorization", "Bearer "+token)
				}
				return false
			}
			o := h.options()
			o.Token, o.App = nil, &github.App{ID: 5, InstallationID: 7, PrivateKey: key}
			landing := &collectortest.Landing{}
			_, err := newCollector(t, o).Collect(t.Context(), "", now, landing)
			if test.want != nil {
				expectError(t, err, test.want...)
			} else if err != nil || len(landing.Records()) != 7 {
				t.Errorf("%v, %d records", err, len(landing.Records()))
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	given := func(context.Context) (string, error) { return token, nil }
	good := github.Options{Organization: "example-org", Token: given}
	if _, err := github.New(good); err != nil {
		t.Errorf("good options: %v", err)
	}
	tests := map[string]func(*github.Options){
		"no owner":              func(o *github.Options) { o.Organization = "" },
		"two owners":            func(o *github.Options) { o.Enterprise = "example-inc" },
		"a path":                func(o *github.Options) { o.Organization = "a/../b" },
		"no credential":         func(o *github.Options) { o.Token = nil },
		"two credentials":       func(o *github.Options) { o.App = &github.App{} },
		"no key":                func(o *github.Options) { o.Token, o.App = nil, &github.App{PrivateKey: []byte("x")} },
		"include":               func(o *github.Options) { o.Include = "most" },
		"created in phrase":     func(o *github.Options) { o.Phrase = "created:2026-01-01" },
		"overlap too long":      func(o *github.Options) { o.Overlap = 7 * 24 * time.Hour },
		"negative overlap":      func(o *github.Options) { o.Overlap = -1 },
		"http":                  func(o *github.Options) { o.BaseURL = "http://github.example.com" },
		"no host":               func(o *github.Options) { o.BaseURL = "github.example.com" },
		"login in the URL":      func(o *github.Options) { o.BaseURL = "https://" + token + "@github.example.com" },
		"no URL":                func(o *github.Options) { o.BaseURL = "https://" + token + ":x@[" },
		"the page, not the API": func(o *github.Options) { o.BaseURL = "https://github.com/" },
	}
	for name, change := range tests {
		o := good
		change(&o)
		_, err := github.New(o)
		if err == nil {
			t.Errorf("%s: taken", name)
		} else if strings.Contains(err.Error(), token) {
			t.Errorf("%s: the token is in %v", name, err)
		}
	}
}
