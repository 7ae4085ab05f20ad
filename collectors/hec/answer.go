package hec

import (
	"encoding/json"
	"net/http"

	"midwatch/collectors/stream"
)

// reply is an answer of a HEC.
type reply struct {
	Text   string  `json:"text"`
	Code   int     `json:"code"`
	Number *int    `json:"invalid-event-number,omitempty"`
	AckID  *uint64 `json:"ackId,omitempty"`
}

// The texts and numbers of answers are Splunk's ("Possible error codes").
var (
	success   = reply{Text: "Success", Code: 0}
	healthy   = reply{Text: "HEC is healthy", Code: 17}
	unhealthy = reply{Text: "HEC is unhealthy, queues are full", Code: 18}
)

// refusedAs gives a cause its answer.
func refusedAs(cause stream.Cause) reply {
	switch cause {
	case stream.NoToken:
		return reply{Text: "Token is required", Code: 2}
	case stream.WrongToken:
		return reply{Text: "Invalid token", Code: 4}
	case stream.Empty:
		return reply{Text: "No data", Code: 5}
	case stream.NotKept:
		return reply{Text: "Internal server error", Code: 8}
	case stream.Busy:
		return reply{Text: "Server is busy", Code: 9}
	case stream.NoChannel:
		return reply{Text: "Data channel is missing", Code: 10}
	case stream.BadChannel:
		return reply{Text: "Invalid data channel", Code: 11}
	case stream.NoEvent:
		return reply{Text: "Event field is required", Code: 12}
	case stream.BlankEvent:
		return reply{Text: "Event field cannot be blank", Code: 13}
	case stream.TooLarge:
		return reply{Text: "Request entity too large", Code: 27}
	}
	return reply{Text: "Invalid data format", Code: 6}
}

// Kept answers with the number of the request in its channel, where it named one.
func (d *Dialect) Kept(w http.ResponseWriter, req *http.Request) {
	answer := success
	if name, _ := channelOf(req); name != "" {
		number := d.channels.number(name)
		answer.AckID = &number
	}
	write(w, http.StatusOK, answer)
}

// Query answers which requests of a channel are kept.
func (d *Dialect) Query(w http.ResponseWriter, req *http.Request, body []byte) {
	name, ok := channelOf(req)
	switch {
	case !ok:
		d.Refused(w, &stream.Refusal{Status: http.StatusBadRequest, Cause: stream.BadChannel})
		return
	case name == "":
		d.Refused(w, &stream.Refusal{Status: http.StatusBadRequest, Cause: stream.NoChannel})
		return
	}
	answer, ok := d.channels.acks(name, body)
	if !ok {
		d.Refused(w, &stream.Refusal{Status: http.StatusBadRequest})
		return
	}
	write(w, http.StatusOK, struct {
		Acks map[string]bool `json:"acks"`
	}{answer})
}

// Healthy answers 200 while events can be kept and 503 while they cannot.
func (*Dialect) Healthy(w http.ResponseWriter, ok bool) {
	if !ok {
		write(w, http.StatusServiceUnavailable, unhealthy)
		return
	}
	write(w, http.StatusOK, healthy)
}

// Refused answers with the text and number of the cause, and where one record of a
// batch is wrong, with which.
func (*Dialect) Refused(w http.ResponseWriter, r *stream.Refusal) {
	answer, status := refusedAs(r.Cause), r.Status
	switch r.Cause {
	case stream.WrongToken:
		status = http.StatusForbidden // as Splunk answers
	case stream.NoEvent, stream.BlankEvent:
		answer.Number = &r.Number
	case stream.NotKept:
		status = http.StatusServiceUnavailable // so that senders try again
	case stream.WrongMethod:
		answer.Text = r.Reason
	}
	write(w, status, answer)
}

func write(w http.ResponseWriter, status int, answer any) {
	text, err := json.Marshal(answer)
	if err != nil { // numbers and texts always marshal
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n'))
}
