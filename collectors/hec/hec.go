// Package hec speaks Splunk's HTTP Event Collector (HEC), as one of the endpoints
// that GitHub streams an enterprise's audit log to, and beside it the plain
// collector that GitHub names an "HTTPS Event Collector": the same token, any other
// path, and JSON as the body. collectors/stream receives it.
//
// Paths, tokens, channels, acknowledgements and the numbers of answers are those of
// Splunk's manual, "Get data in: HTTP Event Collector" ("Format events", "About HTTP
// Event Collector Indexer Acknowledgment", "Troubleshoot: possible error codes").
// One thing is stricter: an answer of 200 means that the events are on disk, so
// whatever has an acknowledgement number is acknowledged.
package hec

import (
	"encoding/base64"
	"net/http"
	"strings"

	"midwatch/collectors"
	"midwatch/collectors/stream"
)

// Format is the mapping that gives the received records their meaning, unless the
// configuration names another.
const Format = "github"

// MaxBody is the largest body by default, sent and decompressed, in bytes. Splunk's
// own bound is 800 MB, and a sender's batch is a few MB at most.
const MaxBody = 8 << 20

// ChannelHeader names the channel of a request; the parameter "channel" may instead.
const ChannelHeader = "X-Splunk-Request-Channel"

// Dialect is how senders speak to a HEC. Make it with New.
type Dialect struct {
	channels *channels
}

var _ stream.Dialect = (*Dialect)(nil)

// New makes a Dialect that knows no channel yet.
func New() *Dialect { return &Dialect{channels: newChannels(mostChannels)} }

// Words are what messages say of the sender.
func (*Dialect) Words() stream.Words {
	return stream.Words{
		Sender: "GitHub", TokenHeader: `Authorization, as "Splunk TOKEN" or "Bearer TOKEN"`,
		Token:       "a token of 16 random characters or more (openssl rand -hex 24), and the same to GitHub",
		Destination: "in the enterprise's settings (Audit log, Log streaming), name this receiver as a Splunk or HTTPS Event Collector destination with this source's token",
		Outage:      "GitHub sends again what it could not deliver for some days only",
	}
}

// The paths of a HEC; all that is below them is one too, such as event/1.0.
const (
	pathCollector = "/services/collector"
	pathRaw       = pathCollector + "/raw"
	pathAck       = pathCollector + "/ack"
	pathHealth    = pathCollector + "/health"
)

// isBelow says whether a request's path is this one or one below it.
func isBelow(req *http.Request, path string) bool {
	return req.URL.Path == path || strings.HasPrefix(req.URL.Path, path+"/")
}

// Purpose tells events, the health check and the question for acknowledgements
// apart.
func (*Dialect) Purpose(req *http.Request) stream.Purpose {
	switch {
	case isBelow(req, pathHealth), req.URL.Path == "/health":
		return stream.Health
	case isBelow(req, pathAck):
		return stream.Asking
	}
	return stream.Events
}

// Token is that of the Authorization header: "Splunk" or "Bearer" and the token, or
// Basic with the token as the password. One in the address would be written into
// the logs of proxies and is not read.
func (*Dialect) Token(req *http.Request) (string, bool) {
	sent := req.Header.Values("Authorization")
	if len(sent) != 1 {
		return "", false
	}
	scheme, token, ok := strings.Cut(strings.TrimSpace(sent[0]), " ")
	token = strings.TrimSpace(token)
	switch strings.ToLower(scheme) {
	case "splunk", "bearer":
		return token, ok && token != ""
	case "basic":
		plain, err := base64.StdEncoding.DecodeString(token)
		_, password, found := strings.Cut(string(plain), ":")
		return password, err == nil && found && password != ""
	}
	return "", false
}

// Records reads a body by its path.
func (*Dialect) Records(req *http.Request, body []byte) ([]collectors.Record, error) {
	if _, ok := channelOf(req); !ok {
		return nil, &stream.Refusal{Status: http.StatusBadRequest, Cause: stream.BadChannel, Reason: "a channel was not one that can be kept"}
	}
	switch {
	case isBelow(req, pathRaw):
		return rawRecords(body), nil
	case isBelow(req, pathCollector):
		return events(body, true)
	}
	return events(body, false)
}
