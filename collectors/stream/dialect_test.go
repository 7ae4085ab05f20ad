package stream

import (
	"io"
	"net/http"

	"midwatch/collectors"
)

// plain is the simplest dialect: a token in a header, an object as the body.
type plain struct{}

const plainToken = "X-Token"

func (plain) Words() Words {
	return Words{Sender: "the sender", Token: "a token", TokenHeader: plainToken, Destination: "name it", Outage: "it is lost"}
}

func (plain) Purpose(req *http.Request) Purpose {
	switch req.URL.Path {
	case "/health":
		return Health
	case "/ask":
		return Asking
	}
	return Events
}

func (plain) Token(req *http.Request) (string, bool) {
	sent := req.Header.Values(plainToken)
	if len(sent) != 1 {
		return "", false
	}
	return sent[0], true
}

func (plain) Records(_ *http.Request, body []byte) ([]collectors.Record, error) {
	if len(body) == 0 {
		return nil, nil
	}
	if object := Object(body); object != nil {
		return []collectors.Record{object}, nil
	}
	return nil, &Refusal{Status: http.StatusBadRequest, Reason: "not an object"}
}

func (plain) Query(w http.ResponseWriter, _ *http.Request, body []byte) { _, _ = w.Write(body) }

func (plain) Kept(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }

func (plain) Healthy(w http.ResponseWriter, ok bool) {
	if !ok {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "ok\n")
}

func (plain) Refused(w http.ResponseWriter, r *Refusal) { http.Error(w, r.Reason, r.Status) }
