// Package gitlab knows how GitLab streams its audit events: one JSON object a
// request, under a form's content type, with the token in a header of its own, and
// never sent again (FORMATS 2.1). collectors/stream receives it.
package gitlab

import (
	"io"
	"net/http"

	"midwatch/collectors"
	"midwatch/collectors/stream"
)

// Format is the mapping that gives the received records their meaning.
const Format = "gitlab_stream"

// TokenHeader is the header in which GitLab proves that it is the sender.
const TokenHeader = "X-Gitlab-Event-Streaming-Token"

// MaxBody is the largest body by default in bytes: an event has one or two KiB.
const MaxBody = 1 << 20

// Dialect is how GitLab speaks.
type Dialect struct{}

var _ stream.Dialect = Dialect{}

// Words are what messages say of GitLab.
func (Dialect) Words() stream.Words {
	return stream.Words{
		Sender: "GitLab", TokenHeader: TokenHeader,
		Token:       "the verification token that GitLab shows for the streaming destination",
		Destination: "in GitLab (Ultimate), name this receiver as a streaming destination and let it stream repository_git_operation",
		Outage:      "GitLab does not send again what it could not deliver",
	}
}

// Purpose tells the health check from events, which may come on any other path.
func (Dialect) Purpose(req *http.Request) stream.Purpose {
	if req.URL.Path == "/health" {
		return stream.Health
	}
	return stream.Events
}

// Token is that of TokenHeader.
func (Dialect) Token(req *http.Request) (string, bool) {
	sent := req.Header.Values(TokenHeader)
	if len(sent) != 1 {
		return "", false
	}
	return sent[0], true
}

// Records reads the one event of a body, whatever its content type says.
func (Dialect) Records(_ *http.Request, body []byte) ([]collectors.Record, error) {
	if len(body) == 0 {
		return nil, nil
	}
	event := stream.Object(body)
	if event == nil {
		return nil, &stream.Refusal{Status: http.StatusBadRequest, Reason: "a body was not a JSON object"}
	}
	return []collectors.Record{event}, nil
}

// Kept answers 200 and no more.
func (Dialect) Kept(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }

// Query answers nothing: GitLab asks for nothing but to be heard.
func (Dialect) Query(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.WriteHeader(http.StatusNotFound)
}

// Healthy answers 200 while events can be kept and 503 while they cannot.
func (Dialect) Healthy(w http.ResponseWriter, ok bool) {
	if !ok {
		http.Error(w, "events cannot be kept", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n")
}

// Refused says why.
func (Dialect) Refused(w http.ResponseWriter, r *stream.Refusal) {
	http.Error(w, r.Reason, r.Status)
}
