package stream

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"

	"midwatch/collectors"
)

// ServeHTTP takes the events of one request. It answers 2xx only when they are on
// disk, and logs nothing of what was sent. Before the token was shown nothing of
// the body is read, and the connection ends with the answer.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	purpose := r.o.Dialect.Purpose(req)
	if purpose == Health && (req.Method == http.MethodGet || req.Method == http.MethodHead) {
		w.Header().Set("Connection", "close")
		r.health(w)
		return
	}
	if cause, ok := r.authentic(req); !ok {
		r.countWrongToken()
		w.Header().Set("Connection", "close")
		r.o.Dialect.Refused(w, &Refusal{Status: http.StatusUnauthorized, Cause: cause, Reason: "send the token in " + r.words.TokenHeader})
		return
	}
	if why := r.order(w, req, purpose); why != nil {
		r.refuse(w, req, why)
		return
	}
	body, release, err := r.read(req)
	defer release()
	if err == nil && purpose == Asking {
		r.o.Dialect.Query(w, req, body)
		return
	}
	if err == nil {
		err = r.keep(req, body)
	}
	var why *Refusal
	if errors.As(err, &why) {
		r.refuse(w, req, why)
		return
	}
	r.o.Dialect.Kept(w, req)
}

// order says why a request that showed the token has to be refused before its body
// is read; nil where it has not.
func (r *Receiver) order(w http.ResponseWriter, req *http.Request, purpose Purpose) *Refusal {
	if g := r.guard.Load(); g != nil && !g.vouch(req, r.o.MaxConnections) {
		w.Header().Set("Connection", "close")
		return &Refusal{Status: http.StatusServiceUnavailable, Cause: Busy, Reason: "more connections than the receiver serves"}
	}
	switch {
	case purpose == Health:
		w.Header().Set("Allow", "GET, HEAD")
		return &Refusal{Status: http.StatusMethodNotAllowed, Cause: WrongMethod, Reason: "events were sent to the path of the health check: name another path"}
	case req.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		return &Refusal{Status: http.StatusMethodNotAllowed, Cause: WrongMethod, Reason: "events are sent with POST"}
	case !r.rate.Allow():
		return &Refusal{Status: http.StatusTooManyRequests, Cause: Busy, Reason: "more came in a second than the receiver takes: raise max_rate"}
	}
	return nil
}

// tooLarge refuses a body by its size.
func tooLarge() *Refusal {
	return &Refusal{Status: http.StatusRequestEntityTooLarge, Cause: TooLarge, Reason: "a body was larger than the receiver takes: raise max_body"}
}

// read reads a body, decompressed, within the bounds of memory. It waits a little
// for memory that others hold. release gives the memory back, whatever the error.
func (r *Receiver) read(req *http.Request) (body []byte, release func(), err error) {
	release = func() {}
	encoding := strings.ToLower(strings.TrimSpace(req.Header.Get("Content-Encoding")))
	if encoding != "" && encoding != "identity" && encoding != "gzip" {
		return nil, release, &Refusal{Status: http.StatusUnsupportedMediaType, Reason: "a body was compressed otherwise than with gzip"}
	}
	need := req.ContentLength
	if need > r.o.MaxBody {
		return nil, release, tooLarge()
	}
	if need < 0 || encoding == "gzip" {
		need = r.o.MaxBody
	}
	wait, cancel := context.WithTimeout(req.Context(), r.o.Patience)
	defer cancel()
	if r.memory.Acquire(wait, need) != nil {
		return nil, release, &Refusal{Status: http.StatusServiceUnavailable, Cause: Busy, Reason: "too many came at once: raise max_memory"}
	}
	release = func() { r.memory.Release(need) }
	body, err = r.readAll(req, encoding == "gzip")
	return body, release, err
}

// readAll reads a body of at most MaxBody bytes, sent and decompressed.
func (r *Receiver) readAll(req *http.Request, zipped bool) ([]byte, error) {
	var from io.Reader = http.MaxBytesReader(nil, req.Body, r.o.MaxBody)
	var text bytes.Buffer
	if n := req.ContentLength; n > 0 && !zipped {
		text.Grow(int(n) + bytes.MinRead)
	}
	var err error
	if zipped {
		if from, err = gzip.NewReader(from); err == nil {
			from = io.LimitReader(from, r.o.MaxBody+1)
		}
	}
	if err == nil {
		_, err = text.ReadFrom(from)
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large) || int64(text.Len()) > r.o.MaxBody:
		return nil, tooLarge()
	case err != nil && zipped && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &Refusal{Status: http.StatusBadRequest, Reason: "a body was not the gzip that it said it was, or was cut short"}
	case err != nil:
		return nil, &Refusal{Status: http.StatusBadRequest, Reason: "a body was cut short"}
	}
	return text.Bytes(), nil
}

// keep gives a body's records to the committer and waits until they are on disk.
func (r *Receiver) keep(req *http.Request, body []byte) error {
	records, err := r.o.Dialect.Records(req, body)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return &Refusal{Status: http.StatusBadRequest, Cause: Empty, Reason: "a body had no event"}
	}
	for i, record := range records {
		records[i] = collectors.Scrub(bytes.ToValidUTF8(record, []byte("\uFFFD")))
	}
	a := arrival{lines: records, done: make(chan error, 1)}
	r.arrivals <- a
	if err := <-a.done; err != nil {
		return &Refusal{Status: http.StatusServiceUnavailable, Cause: NotKept, Reason: "it could not be written to disk"}
	}
	return nil
}

// Object is a JSON object as one line; nil where the text is anything else.
func Object(text []byte) collectors.Record {
	var compact bytes.Buffer
	compact.Grow(len(text))
	if json.Compact(&compact, text) != nil || compact.Len() == 0 || compact.Bytes()[0] != '{' {
		return nil
	}
	return compact.Bytes()
}

// authentic compares the token in constant time, over hashes so that its length
// does not show either.
func (r *Receiver) authentic(req *http.Request) (Cause, bool) {
	sent, ok := r.o.Dialect.Token(req)
	if !ok {
		return NoToken, false
	}
	hash := sha256.Sum256([]byte(sent))
	return WrongToken, subtle.ConstantTimeCompare(hash[:], r.token[:]) == 1
}

// refuse answers a request with the token that cannot be taken, and remembers that
// its events are lost, where it had any.
func (r *Receiver) refuse(w http.ResponseWriter, req *http.Request, why *Refusal) {
	if req.Method == http.MethodPost && why.Cause != Empty && r.o.Dialect.Purpose(req) != Asking {
		r.mu.Lock()
		if r.refused.count == 0 {
			r.o.Logger.Warn("events are refused", "reason", why.Reason)
		}
		r.refused.add(r.o.Now().UTC(), why.Reason)
		r.mu.Unlock()
	}
	if why.Status == http.StatusTooManyRequests || why.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	r.o.Dialect.Refused(w, why)
}

// countWrongToken remembers a request without the right token: noise from the
// network, or a sender whose events are all lost. `doctor` tells.
func (r *Receiver) countWrongToken() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state.WrongToken == 0 {
		r.o.Logger.Warn("a request came without the right token; `midwatch doctor` tells how many")
	}
	r.state.WrongToken++
	r.state.WrongTokenAt = r.o.Now().UTC()
}

// health says whether events are kept. It says no more, because it asks for no
// token.
func (r *Receiver) health(w http.ResponseWriter) {
	r.mu.Lock()
	failing := r.state.Failing != ""
	r.mu.Unlock()
	r.o.Dialect.Healthy(w, !failing)
}
