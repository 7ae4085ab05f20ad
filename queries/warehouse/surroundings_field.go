package warehouse

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"midwatch/collectors"
)

func readText(text string) (driver.Value, error) { return text, nil }

func readLower(text string) (driver.Value, error) { return strings.ToLower(text), nil }

// forged is an identity with its forge, as events have it.
var forged = regexp.MustCompile(`^[a-z0-9_]+:.+$`)

// readIdentity takes an identity as events have it. An address, by which the
// histories of repositories know people, is kept as its hash (email:...).
func readIdentity(text string) (driver.Value, error) {
	lower := strings.ToLower(text)
	if !forged.MatchString(lower) {
		return nil, fmt.Errorf("%q names no forge: write the identity as reports have it, such as github:ana or gitlab:ana", text)
	}
	if address, is := strings.CutPrefix(lower, "email:"); is && strings.Contains(address, "@") {
		return "email:" + collectors.ContributorID(address), nil
	}
	return lower, nil
}

// readRepository brings a path to the form that events have: lower case, no
// slash at either end, no ".git".
func readRepository(text string) (driver.Value, error) {
	path := strings.Trim(strings.TrimSuffix(strings.ToLower(text), ".git"), "/")
	if path == "" || strings.Contains(path, "://") {
		return nil, fmt.Errorf("%q is no full path of a repository such as acme/payments", text)
	}
	return path, nil
}

var tiers = []string{"crown jewel", "high", "normal", "low"}

func readTier(text string) (driver.Value, error) {
	tier := strings.ReplaceAll(strings.ToLower(text), "_", " ")
	if !slices.Contains(tiers, tier) {
		return nil, fmt.Errorf("%q is not one of: %s", text, strings.Join(tiers, ", "))
	}
	return tier, nil
}

var states = []string{"open", "resolved"}

func readState(text string) (driver.Value, error) {
	if s := strings.ToLower(text); slices.Contains(states, s) {
		return s, nil
	}
	return nil, fmt.Errorf("%q is not one of: %s", text, strings.Join(states, ", "))
}

func readBool(text string) (driver.Value, error) {
	switch strings.ToLower(text) {
	case "yes":
		return true, nil
	case "no":
		return false, nil
	}
	b, err := strconv.ParseBool(strings.ToLower(text))
	if err != nil {
		return nil, fmt.Errorf("%q is neither true nor false", text)
	}
	return b, nil
}

func readDate(text string) (driver.Value, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil, fmt.Errorf("%q is no day: write it as 2026-07-22", text)
	}
	return day, nil
}

// timeForms are how a time may be written; without a zone it is UTC.
var timeForms = []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly}

func readInstant(text string) (driver.Value, error) {
	for _, form := range timeForms {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC(), nil
		}
	}
	return nil, fmt.Errorf("%q is no time: write it as 2026-07-22T14:30:00Z (UTC)", text)
}

func readZone(text string) (driver.Value, error) {
	if _, err := time.LoadLocation(text); err != nil || text == "Local" {
		return nil, fmt.Errorf("%q is no time zone such as Europe/Berlin", text)
	}
	return text, nil
}

// readCredential refuses a raw secret without repeating it: credentials are
// known by hash or id only. A SHA-256 in hexadecimal is brought to the base64
// that GitHub writes.
func readCredential(text string) (driver.Value, error) {
	if string(collectors.Scrub(collectors.Record(text))) != text {
		return nil, fmt.Errorf("this looks like the secret itself, which is never stored: write its hash as the forge's log has it (GitHub: printf %%s TOKEN | openssl dgst -sha256 -binary | base64), and take the secret out of the file")
	}
	if hash, err := hex.DecodeString(text); err == nil && len(hash) == sha256.Size {
		return base64.StdEncoding.EncodeToString(hash), nil
	}
	return text, nil
}
