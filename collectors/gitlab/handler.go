package gitlab

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"midwatch/collectors"
)

// ServeHTTP takes one event, on any path but /health. It answers 2xx only when
// the event is on disk, and logs nothing of what was sent.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.URL.Path == "/health" {
		r.health(w)
		return
	}
	if !r.authentic(req) {
		r.countWrongToken()
		http.Error(w, "send the streaming token in "+TokenHeader, http.StatusUnauthorized)
		return
	}
	if req.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "events are sent with POST", http.StatusMethodNotAllowed)
		return
	}
	if !r.rate.Allow() {
		r.refuse(w, http.StatusTooManyRequests, "more came in a second than the receiver takes: raise max_rate")
		return
	}
	r.take(w, req)
}

// take reads an event within the bounds of memory and waits until it is kept.
func (r *Receiver) take(w http.ResponseWriter, req *http.Request) {
	need := req.ContentLength
	if need > r.o.MaxBody {
		r.refuse(w, http.StatusRequestEntityTooLarge, "a body was larger than the receiver takes: raise max_body")
		return
	}
	if need < 0 {
		need = r.o.MaxBody
	}
	if !r.memory.TryAcquire(need) {
		r.refuse(w, http.StatusServiceUnavailable, "too many came at once: raise max_memory")
		return
	}
	defer r.memory.Release(need)
	line, status, why := readLine(http.MaxBytesReader(w, req.Body, r.o.MaxBody))
	if status != 0 {
		r.refuse(w, status, why)
		return
	}
	a := arrival{line: line, done: make(chan error, 1)}
	r.arrivals <- a
	if err := <-a.done; err != nil {
		r.refuse(w, http.StatusServiceUnavailable, "it could not be written to disk")
		return
	}
	w.WriteHeader(http.StatusOK)
}

// readLine reads a body as one line of JSON with its secrets scrubbed, whatever
// its content type says: GitLab sends JSON as a form (FORMATS 2.1). A status
// other than zero refuses it.
func readLine(body io.Reader) (line []byte, status int, why string) {
	text, err := io.ReadAll(body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, http.StatusRequestEntityTooLarge, "a body was larger than the receiver takes: raise max_body"
	case err != nil:
		return nil, http.StatusBadRequest, "a body was cut short"
	}
	var compact bytes.Buffer
	if json.Compact(&compact, text) != nil || compact.Len() == 0 || compact.Bytes()[0] != '{' {
		return nil, http.StatusBadRequest, "a body was no JSON object"
	}
	return collectors.Scrub(bytes.ToValidUTF8(compact.Bytes(), []byte("\uFFFD"))), 0, ""
}

// refuse answers an authentic request that cannot be taken, and remembers that
// its event is lost.
func (r *Receiver) refuse(w http.ResponseWriter, status int, why string) {
	r.mu.Lock()
	if r.refused.count == 0 {
		r.o.Logger.Warn("events are refused", "reason", why)
	}
	r.refused.add(r.o.Now().UTC(), why)
	r.mu.Unlock()
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	http.Error(w, why, status)
}

// countWrongToken remembers a request without the right token: noise from the
// network, or a GitLab whose events are all lost. `doctor` tells.
func (r *Receiver) countWrongToken() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state.WrongToken == 0 {
		r.o.Logger.Warn("a request came without the right token; `midwatch doctor` tells how many")
	}
	r.state.WrongToken++
	r.state.WrongTokenAt = r.o.Now().UTC()
}

// health answers 200 while events are kept and 503 while they are not. It says
// no more, because it asks for no token.
func (r *Receiver) health(w http.ResponseWriter) {
	r.mu.Lock()
	failing := r.state.Failing != ""
	r.mu.Unlock()
	if failing {
		http.Error(w, "events cannot be kept", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n")
}

// takeGaps hands over the gaps that are not sealed yet.
func (r *Receiver) takeGaps() []collectors.Gap {
	r.mu.Lock()
	defer r.mu.Unlock()
	gaps := append(r.state.Gaps, r.refused.take()...)
	r.state.Gaps = nil
	return gaps
}

// alive writes the status, with the gaps that are not sealed yet.
func (r *Receiver) alive() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.AliveAt = r.o.Now().UTC()
	now := r.state
	open := r.refused
	now.Gaps = append(append([]collectors.Gap(nil), now.Gaps...), open.take()...)
	if err := now.write(r.o.Dir); err != nil {
		r.o.Logger.Warn("the receiver's status could not be written", "error", err)
	}
}
