package triage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Ticket is what a link lets its holder answer: one question, about one finding,
// until a time.
type Ticket struct {
	Question string `json:"q"`
	Finding  string `json:"f"`
	// Account and Day say on the page what is asked.
	Account string `json:"a"`
	Day     string `json:"d"`
	// Manager is true where the manager is asked.
	Manager bool `json:"m,omitempty"`
	// Until is in seconds since 1970.
	Until int64 `json:"u"`
}

// What is wrong with a link.
var (
	// ErrForged: it was not made with this key.
	ErrForged = errors.New("this link is not one of ours, or was cut when it was copied")
	// ErrExpired: it was, and its time is over.
	ErrExpired = errors.New("this link has expired")
)

// KeyLeast is how long the key that signs links must be, in bytes.
const KeyLeast = 32

// mac signs a payload. The words before it keep the key's other uses apart.
func mac(key, payload string) []byte {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte("midwatch ask 1\x00" + payload))
	return m.Sum(nil)
}

// Sign makes the last part of a link: the ticket, a full stop and its HMAC-SHA256 under
// the key, both in base64 for addresses.
func (t Ticket) Sign(key string) (string, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return "", fmt.Errorf("making a link for %s: %w", t.Finding, err)
	}
	payload := base64.RawURLEncoding.EncodeToString(text)
	return payload + "." + base64.RawURLEncoding.EncodeToString(mac(key, payload)), nil
}

// OpenTicket gives the ticket of a link's last part. The signature is looked at before
// anything else of it, and its time last: an expired ticket is given with ErrExpired.
func OpenTicket(key, token string, now time.Time) (t Ticket, err error) {
	payload, signature, _ := strings.Cut(token, ".")
	sum, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || !hmac.Equal(sum, mac(key, payload)) {
		return t, ErrForged
	}
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return t, ErrForged
	}
	if err := json.Unmarshal(text, &t); err != nil {
		return t, ErrForged
	}
	if now.Unix() >= t.Until {
		return t, ErrExpired
	}
	return t, nil
}
