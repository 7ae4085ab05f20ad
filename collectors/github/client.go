package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/bradleyfalzon/ghinstallation/v2"
	api "github.com/google/go-github/v60/github"
)

// client asks one host with one credential.
type client struct {
	http *http.Client
	base *url.URL // with the slash at its end that go-github asks for
}

// errNoList says that a good answer had no list in it. go-github takes an empty
// body for an empty answer, and null is no list either.
var errNoList = errors.New("the answer is empty: it was cut short")

// errRedirect says that the token was to be sent elsewhere.
var errRedirect = errors.New("the host redirects to another one, which is not given the token")

// tokenError is an error of Options.Token.
type tokenError struct{ error }

func (e tokenError) Unwrap() error { return e.error }

// newClient makes the client that the options describe.
func newClient(o Options) (*client, error) {
	base, err := baseURL(o.BaseURL)
	if err != nil {
		return nil, err
	}
	transport := o.Transport
	if transport == nil {
		transport = http.DefaultTransport // honours the proxy of the environment
	}
	signed, err := signing(o, base, transport)
	if err != nil {
		return nil, err
	}
	return &client{base: base, http: &http.Client{
		Transport: signed, Timeout: o.Timeout, CheckRedirect: sameHost,
	}}, nil
}

// baseURL is where the API of a host is.
func baseURL(configured string) (*url.URL, error) {
	if configured == "" {
		return api.NewClient(nil).BaseURL, nil
	}
	parsed, err := url.Parse(configured)
	if err != nil {
		return nil, errors.New("github: the base URL is no URL: give it like https://github.example.com")
	}
	if err := checkBaseURL(parsed); err != nil {
		return nil, err
	}
	enterprise, err := api.NewClient(nil).WithEnterpriseURLs(configured, configured)
	if err != nil {
		return nil, fmt.Errorf("github: base URL of %s: %w", parsed.Host, err)
	}
	return enterprise.BaseURL, nil
}

// signing adds the credential to each request.
func signing(o Options, base *url.URL, next http.RoundTripper) (http.RoundTripper, error) {
	if o.App == nil {
		return &bearer{token: o.Token, next: next}, nil
	}
	app, err := ghinstallation.New(next, o.App.ID, o.App.InstallationID, o.App.PrivateKey)
	if err != nil {
		return nil, errors.New("github: the private key of the app cannot be read: give the .pem file that GitHub made, whole and unchanged")
	}
	app.BaseURL = strings.TrimSuffix(base.String(), "/")
	return app, nil
}

// bearer signs requests with a personal token.
type bearer struct {
	token func(context.Context) (string, error)
	next  http.RoundTripper
}

func (b *bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	token, err := b.token(r.Context())
	if err == nil && strings.TrimSpace(token) == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, tokenError{err}
	}
	signed := r.Clone(r.Context())
	signed.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
	return b.next.RoundTrip(signed)
}

// sameHost lets redirects through (a renamed organisation gives one) unless the
// credential would leave the host or its encryption.
func sameHost(r *http.Request, via []*http.Request) error {
	first := via[0].URL
	if r.URL.Host != first.Host || r.URL.Scheme != first.Scheme {
		return errRedirect
	}
	if len(via) >= 10 {
		return errors.New("ten redirects in a row")
	}
	return nil
}

// page is one answer of the audit log.
type page struct {
	entries []json.RawMessage
	header  http.Header
	after   string // cursor of the next page, on github.com
	number  int    // of the next page, on Enterprise Server
	last    int    // number of the last page, where the host tells it
}

// get asks once. Each request has a go-github client of its own, because one
// that saw a rate limit refuses by the system's clock to go on.
func (c *client) get(ctx context.Context, path string, query url.Values) (page, *http.Response, error) {
	asking := api.NewClient(c.http)
	asking.BaseURL = c.base
	asking.UserAgent = "midwatch"
	request, err := asking.NewRequest(http.MethodGet, path+"?"+query.Encode(), nil)
	if err != nil {
		return page{}, nil, err
	}
	var p page
	response, err := asking.Do(ctx, request, &p.entries)
	if response == nil {
		return page{}, nil, err
	}
	if err == nil && p.entries == nil {
		err = errNoList
	}
	if err != nil {
		return page{}, response.Response, err
	}
	p.header, p.after, p.number, p.last = response.Header, response.After, response.NextPage, response.LastPage
	return p, response.Response, nil
}
