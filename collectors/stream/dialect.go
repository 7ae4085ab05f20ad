package stream

import (
	"net/http"

	"midwatch/collectors"
)

// Dialect is how one kind of sender speaks. It knows paths, headers and bodies; the
// receiver keeps order: who may ask, how much, and when an answer may be given.
type Dialect interface {
	// Words are what messages say of the sender.
	Words() Words
	// Purpose is what a request is for, by its path alone.
	Purpose(req *http.Request) Purpose
	// Token is the one token that a request shows; false where it shows none, or
	// several.
	Token(req *http.Request) (string, bool)
	// Records reads a body, decompressed, as records of one line of JSON each. A
	// body that is not what the sender sends is a *Refusal, and nothing of it is
	// kept.
	Records(req *http.Request, body []byte) ([]collectors.Record, error)
	// Query answers a request of purpose Asking, which has shown the token.
	Query(w http.ResponseWriter, req *http.Request, body []byte)
	// Kept answers a request whose records are on disk.
	Kept(w http.ResponseWriter, req *http.Request)
	// Healthy answers a request of purpose Health.
	Healthy(w http.ResponseWriter, ok bool)
	// Refused answers a request that is not taken.
	Refused(w http.ResponseWriter, r *Refusal)
}

// Words are what messages say of a sender.
type Words struct {
	// Sender is its name, such as "GitLab".
	Sender string
	// Token says where its token is found, TokenHeader where a request shows it.
	Token, TokenHeader string
	// Destination says how it is told where to send.
	Destination string
	// Outage says what becomes of events that could not be delivered.
	Outage string
}

// Purpose is what a request is for.
type Purpose int

// The purposes: to deliver events, to ask whether the receiver is healthy, and to
// ask something else that needs the token.
const (
	Events Purpose = iota
	Health
	Asking
)

// Refusal is why a request is not taken.
type Refusal struct {
	// Status is that of the answer.
	Status int
	// Reason in words, without anything of what was sent.
	Reason string
	// Cause tells refusals of one status apart.
	Cause Cause
	// Number of the first record that is wrong, counted from zero.
	Number int
}

func (r *Refusal) Error() string { return r.Reason }

// Cause is the kind of a Refusal.
type Cause int

// The causes of refusals.
const (
	// Malformed: the body is not what the sender sends.
	Malformed Cause = iota
	// Empty: there is no body.
	Empty
	// NoEvent: a record of the body has no event.
	NoEvent
	// BlankEvent: a record of the body has an event without anything in it.
	BlankEvent
	// NoToken: the request shows no token, or several.
	NoToken
	// WrongToken: the request shows another token.
	WrongToken
	// NoChannel and BadChannel: the request needs a channel.
	NoChannel
	BadChannel
	// WrongMethod: Status is 405.
	WrongMethod
	// TooLarge: the body is larger than is taken.
	TooLarge
	// Busy: more came than is taken; the sender may try again.
	Busy
	// NotKept: it could not be written to disk; the sender may try again.
	NotKept
)
