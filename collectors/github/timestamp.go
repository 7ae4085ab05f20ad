package github

import (
	"encoding/json"
	"strconv"
	"time"
)

// earliest is before anything GitHub recorded (it opened in 2008), in epoch
// milliseconds: a time before it was not read rightly.
const earliest = 1199145600000

// eventTime reads when an entry happened, in epoch milliseconds: @timestamp,
// else created_at, each as seconds or milliseconds, whole, float or text, or as
// ISO 8601. It gives false for what cannot be read or is not before latest, so
// that no odd entry moves a checkpoint.
func eventTime(entry json.RawMessage, latest int64) (int64, bool) {
	var times struct {
		Timestamp json.RawMessage `json:"@timestamp"`
		CreatedAt json.RawMessage `json:"created_at"`
	}
	if json.Unmarshal(entry, &times) != nil {
		return 0, false
	}
	for _, raw := range []json.RawMessage{times.Timestamp, times.CreatedAt} {
		if ms, ok := epoch(raw); ok && ms >= earliest && ms < latest {
			return ms, true
		}
	}
	return 0, false
}

// secondsBelow tells seconds from milliseconds: as seconds it is the year 5138,
// as milliseconds 1973.
const secondsBelow = 1e11

// epoch reads a JSON number or string as a time.
func epoch(raw json.RawMessage) (int64, bool) {
	text := string(raw)
	if json.Unmarshal(raw, &text) == nil { // it was a string
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return t.UnixMilli(), true
		}
	}
	value, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || !(value > 0 && value < 1e15):
		return 0, false
	case value < secondsBelow:
		return int64(value * 1000), true
	}
	return int64(value), true
}
