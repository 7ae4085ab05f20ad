package hec

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"midwatch/collectors"
	"midwatch/collectors/stream"
)

// events reads a batch: JSON objects one after the other, with or without space
// between, or lists of them. Of an envelope ({"event": …, "time": …, …}) the event is
// the record, because what GitHub says of it stands within. With strict, which is
// what a HEC is, whatever is not an envelope is refused; without, it is a record
// itself.
func events(body []byte, strict bool) ([]collectors.Record, error) {
	var all []collectors.Record
	read := json.NewDecoder(bytes.NewReader(body))
	for {
		var one json.RawMessage
		err := read.Decode(&one)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, refused(stream.Malformed, "a body was not JSON", len(all))
		}
		each := []json.RawMessage{one}
		if one[0] == '[' {
			if err := json.Unmarshal(one, &each); err != nil {
				return nil, refused(stream.Malformed, "a body was not JSON", len(all))
			}
		}
		for _, text := range each {
			record, err := event(text, strict, len(all))
			if err != nil {
				return nil, err
			}
			all = append(all, record)
		}
	}
}

// event is the record within one object.
func event(text json.RawMessage, strict bool, number int) (collectors.Record, error) {
	var envelope struct {
		Event json.RawMessage `json:"event"`
	}
	if text[0] != '{' || json.Unmarshal(text, &envelope) != nil {
		return nil, refused(stream.Malformed, "an event was not a JSON object", number)
	}
	within := envelope.Event
	switch {
	case within == nil && strict:
		return nil, refused(stream.NoEvent, `an object had no field "event"`, number)
	case within == nil:
		within = text
	case string(within) == `""` || string(within) == "null" || string(within) == "{}":
		return nil, refused(stream.BlankEvent, `the field "event" of an object was blank`, number)
	}
	return withoutUsage(oneLine(within)), nil
}

// withoutUsage is a record without what a person asked an assistant and what it
// answered: GitHub sends records of Copilot's usage in the same stream, which have an
// endpoint and a body and no action. Of such a record its id and its endpoint are kept,
// for the mapping to count it among what is ignored (queries/sources/github.sql).
func withoutUsage(record collectors.Record) collectors.Record {
	if !bytes.Contains(record, []byte(`"body"`)) {
		return record
	}
	var usage struct {
		Action   any             `json:"action,omitempty"`
		ID       json.RawMessage `json:"event_id"`
		Endpoint json.RawMessage `json:"endpoint"`
		Body     json.RawMessage `json:"body"`
	}
	if json.Unmarshal(record, &usage) != nil || usage.Action != nil || usage.ID == nil || usage.Endpoint == nil || usage.Body == nil {
		return record
	}
	usage.Body = json.RawMessage(`"not kept"`)
	kept, err := json.Marshal(usage)
	if err != nil {
		return record // never: each part was JSON before
	}
	return kept
}

// oneLine is a value as a record of one line: the object itself, also where a
// sender wrote it as a string; anything else as it is, for the mapping to put aside.
func oneLine(value json.RawMessage) collectors.Record {
	var written string
	if value[0] == '"' && json.Unmarshal(value, &written) == nil {
		if object := stream.Object([]byte(written)); object != nil {
			return object
		}
	}
	var compact bytes.Buffer
	if json.Compact(&compact, value) != nil {
		return collectors.Record(value)
	}
	return compact.Bytes()
}

// rawRecords are the lines of a body that is no batch; a line that is not a JSON
// object is kept as a string.
func rawRecords(body []byte) []collectors.Record {
	var all []collectors.Record
	for _, line := range bytes.Split(body, []byte{'\n'}) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		object := stream.Object(line)
		if object == nil {
			object, _ = json.Marshal(string(line)) // a string always marshals
		}
		all = append(all, withoutUsage(object))
	}
	return all
}

func refused(cause stream.Cause, reason string, number int) *stream.Refusal {
	return &stream.Refusal{Status: http.StatusBadRequest, Cause: cause, Reason: reason, Number: number}
}
