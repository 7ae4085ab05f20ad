package github

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/bradleyfalzon/ghinstallation/v2"
	api "github.com/google/go-github/v60/github"

	"midwatch/collectors"
)

// Error is a refusal or failure of the host, in words.
type Error struct {
	// Status of the answer, zero when there was none.
	Status int
	// Problem says what happened, Fix what to do.
	Problem, Fix string
	cause        error
}

// Error gives both.
func (e *Error) Error() string { return "github: " + e.Problem + "; " + e.Fix }

// Unwrap gives the cause, which may be nil.
func (e *Error) Unwrap() error { return e.cause }

// explain turns the error of a request that will not be repeated into one that
// says what to do. It prints neither URLs nor headers but those named here.
func (c *Collector) explain(response *http.Response, err error) error {
	var app *ghinstallation.HTTPError
	switch {
	case errors.As(err, &app) && response != nil:
		return c.explainApp(response.StatusCode, err)
	case response == nil:
		return c.explainSilence(err)
	case response.StatusCode < 300 && wasCut(err):
		return &Error{response.StatusCode, fmt.Sprintf("the answer for the audit log of %s was cut short, %d times in a row: %s", c.owner(), c.options.Retries+1, reason(err)),
			fmt.Sprintf("see whether a proxy ends long answers, or the timeout of %v does, and run again: ", c.options.Timeout) + goesOn, err}
	case response.StatusCode < 300:
		return &Error{response.StatusCode, "what came for the audit log of " + c.owner() + " is no list of events",
			"check the base URL, and for a proxy that answers in the host's place", err}
	}
	e := &Error{Status: response.StatusCode, cause: err}
	said := fmt.Sprintf(" (%d%s)", response.StatusCode, message(err))
	switch status := response.StatusCode; {
	case status == http.StatusUnauthorized:
		e.Problem = "the token was refused" + said + ": it is wrong, expired or revoked"
		e.Fix = "make a new one as an owner, with the scope read:audit_log (fine-grained: organization permission Administration, read) and give it to this source"
	case status == http.StatusForbidden:
		e.Problem, e.Fix = c.explainForbidden(response.Header, said)
	case status == http.StatusNotFound:
		e.Problem = "there is no audit log of " + c.owner() + " for this token" + said
		e.Fix = "check the spelling of the name; that its plan is Enterprise Cloud (others have no audit-log API); that the token's account is an owner of it; and that the token has the scope read:audit_log"
	case status == http.StatusUnprocessableEntity || status == http.StatusBadRequest:
		e.Problem = "the search was not understood" + said
		e.Fix = fmt.Sprintf("check the configured phrase %q against GitHub's audit-log search syntax", c.options.Phrase)
	case status >= 500:
		e.Problem = fmt.Sprintf("the host failed%s, %d times in a row", said, c.options.Retries+1)
		e.Fix = "see whether it has an incident (github.com: githubstatus.com) and run again later: " + goesOn
	default:
		e.Problem = "the host refused" + said
		e.Fix = "see its documentation of the audit-log API for this answer"
	}
	return e
}

// explainForbidden tells the ways of 403 apart by GitHub's headers.
func (c *Collector) explainForbidden(h http.Header, said string) (problem, fix string) {
	if sso := h.Get("X-GitHub-SSO"); sso != "" {
		return "the token is not authorised for single sign-on" + said + ": X-GitHub-SSO says " + clean(strings.SplitN(sso, "?", 2)[0]),
			"authorise it for " + c.owner() + " under Settings, Developer settings, Configure SSO"
	}
	scopes := "none"
	if has := h.Get("X-OAuth-Scopes"); has != "" {
		scopes = clean(has)
	}
	accepted := "read:audit_log"
	if asked := h.Get("X-Accepted-OAuth-Scopes"); asked != "" {
		accepted = clean(asked)
	}
	return "the token may not read the audit log of " + c.owner() + said + ": its scopes are " + scopes,
		"give it one of " + accepted + " (an app or fine-grained token: organization permission Administration, read), as an owner"
}

// explainApp is about what GitHub said to the app itself.
func (c *Collector) explainApp(status int, err error) error {
	e := &Error{Status: status, cause: err}
	switch {
	case status == http.StatusUnauthorized:
		e.Problem = "the app could not sign in (401)"
		e.Fix = "check that the app id belongs to the private key, that the key was not deleted, and that this machine's clock is right"
	case status == http.StatusNotFound:
		e.Problem = fmt.Sprintf("the app has no installation %d (404)", c.options.App.InstallationID)
		e.Fix = "take the number at the end of the URL of the installation's settings, and check that the app is still installed on " + c.owner()
	default:
		e.Problem = fmt.Sprintf("the app was given no token (%d)", status)
		e.Fix = "check that its installation on " + c.owner() + " is not suspended"
	}
	return e
}

// explainSilence is about requests without an answer.
func (c *Collector) explainSilence(err error) error {
	var untrusted *tls.CertificateVerificationError
	var token tokenError
	switch {
	case errors.As(err, &token):
		return &Error{0, fmt.Sprintf("the token could not be had: %v", token.error), "check where this source's token is configured to come from", err}
	case errors.Is(err, errRedirect):
		return &Error{0, errRedirect.Error(), "check the base URL: give the host where its API is", err}
	case errors.As(err, &untrusted):
		return &Error{0, fmt.Sprintf("the certificate of %s is not trusted: %v", c.client.base.Host, untrusted.Err),
			"install its authority on this machine (SSL_CERT_FILE names a file of them)", err}
	}
	if isTimeout(err) {
		return &Error{0, fmt.Sprintf("%s did not answer within %v, %d times in a row", c.client.base.Host, c.options.Timeout, c.options.Retries+1),
			"see whether it has an incident (github.com: githubstatus.com), check HTTPS_PROXY, or give it a longer timeout, and run again: " + goesOn, err}
	}
	return &Error{0, fmt.Sprintf("%s cannot be reached: %s", c.client.base.Host, reason(err)),
		"check the network, name resolution and HTTPS_PROXY, and run again: " + goesOn, err}
}

// goesOn is what a person need not fear.
const goesOn = "what was sealed stays, and the run goes on from there"

// isTimeout holds where the host took longer than Options.Timeout.
func isTimeout(err error) bool {
	var failed net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &failed) && failed.Timeout()
}

// wasCut holds for an answer that began well and did not end.
func wasCut(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) || isTimeout(err) }

// reason is what an error says without the address that was asked.
func reason(err error) string {
	var asking *url.Error
	var refused *api.ErrorResponse
	switch {
	case errors.As(err, &refused) && refused.Response != nil:
		return fmt.Sprintf("%d%s", refused.Response.StatusCode, message(err))
	case errors.As(err, &asking):
		return clean(asking.Err.Error())
	}
	return clean(err.Error())
}

// message is what the host said, made fit to print: after a comma, or empty.
func message(err error) string {
	var refused *api.ErrorResponse
	var primary *api.RateLimitError
	var secondary *api.AbuseRateLimitError
	text := ""
	switch {
	case errors.As(err, &refused):
		text = refused.Message
	case errors.As(err, &primary):
		text = primary.Message
	case errors.As(err, &secondary):
		text = secondary.Message
	}
	if text == "" {
		return ""
	}
	return ", " + clean(text)
}

// longestMessage bounds what is printed of a host's words.
const longestMessage = 200

// clean makes a host's words safe for a terminal: no secret, no control
// character, not long.
func clean(text string) string {
	text = string(collectors.Scrub(collectors.Record(text)))
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f {
			return '?'
		}
		return r
	}, text)
	return text[:min(len(text), longestMessage)]
}

// isCut holds for answers that may come whole at the next try.
func isCut(err error) bool {
	var wrongType *json.UnmarshalTypeError
	return !errors.As(err, &wrongType)
}
