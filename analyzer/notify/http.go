package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// The headers of a webhook. The signature is "v1=" and, in hexadecimal, the
// HMAC-SHA256 under the secret of the timestamp, a full stop and the body as sent.
// A receiver refuses a timestamp that is more than five minutes off, and takes an
// idempotency key only once.
const (
	headerTimestamp   = "X-Midwatch-Timestamp"
	headerSignature   = "X-Midwatch-Signature"
	headerIdempotency = "Idempotency-Key"
)

// Sign is the signature of a body that is sent at a time, in seconds since 1970.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

// ParseTemplate reads the template of a webhook's body. The function json writes a
// value as JSON: {"title": {{json .Subject}}}.
func ParseTemplate(text string) (*template.Template, error) {
	return template.New("body").Option("missingkey=error").Funcs(template.FuncMap{"json": func(v any) (string, error) {
		b, err := json.Marshal(v)
		return string(b), err
	}}).Parse(text)
}

// body is what an HTTP channel sends.
func (c Channel) body(m Message) ([]byte, error) {
	switch c.Kind {
	case Slack:
		return json.Marshal(map[string]any{"text": slackText(m)})
	case Teams:
		return json.Marshal(teamsCard(m))
	case Splunk:
		return json.Marshal(map[string]any{"time": m.At.Unix(), "source": "midwatch", "sourcetype": "midwatch:" + m.Kind, "event": m})
	case PagerDuty:
		return json.Marshal(c.pagerDutyEvent(m))
	}
	if c.Template == nil {
		return json.Marshal(m)
	}
	var b bytes.Buffer
	if err := c.Template.Execute(&b, m); err != nil {
		return nil, fmt.Errorf("filling in the template: %w", err)
	}
	if !json.Valid(b.Bytes()) {
		return nil, errors.New(`the template does not give JSON: write values with {{json .Subject}}`)
	}
	return b.Bytes(), nil
}

// slackText escapes what Slack would take for markup.
func slackText(m Message) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(m.Text())
}

// teamsCard is an Adaptive Card, as a Teams workflow takes it.
func teamsCard(m Message) map[string]any {
	var blocks []map[string]any
	for i, part := range strings.Split(strings.TrimSpace(m.Text()), "\n") {
		block := map[string]any{"type": "TextBlock", "text": teamsEscape(part), "wrap": true}
		if i == 0 {
			block["weight"] = "Bolder"
		}
		blocks = append(blocks, block)
	}
	return map[string]any{"type": "message", "attachments": []map[string]any{{
		"contentType": "application/vnd.microsoft.card.adaptive",
		"content": map[string]any{
			"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": blocks,
		},
	}}}
}

// teamsEscape keeps text from being a link or markup.
func teamsEscape(text string) string {
	return strings.NewReplacer("[", "\\[", "]", "\\]", "*", "\\*", "_", "\\_", "<", "&lt;").Replace(text)
}

// pagerDutyEvent is an event of the Events API v2; its severities are its own.
func (c Channel) pagerDutyEvent(m Message) map[string]any {
	severity := map[string]string{"critical": "critical", "high": "error", "medium": "warning"}[m.worst()]
	if severity == "" {
		severity = "info"
	}
	return map[string]any{
		"routing_key": c.Secret, "event_action": "trigger", "dedup_key": shortKey(m.Key), "client": "Midwatch",
		"payload": map[string]any{
			"summary": clipped(m.Subject, 1024), "source": "midwatch", "severity": severity, "timestamp": m.At.Format(time.RFC3339), "class": m.Kind, "custom_details": m,
		},
	}
}

// shortKey fits what PagerDuty and HTTP headers bear: 255 printable bytes.
func shortKey(key string) string {
	plain := !strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' })
	if plain && len(key) <= 200 {
		return key
	}
	return "sha256:" + digest(key)
}

func clipped(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}

// request makes the request of a message. at is when it is sent.
func (c Channel) request(ctx context.Context, m Message, at time.Time) (*http.Request, []byte, error) {
	body, err := c.body(m)
	if err != nil {
		return nil, nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint(), bytes.NewReader(body))
	if err != nil {
		return nil, nil, errors.New("url cannot be used: see `midwatch notify --dry-run`")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "midwatch")
	r.Header.Set(headerIdempotency, shortKey(m.Key))
	switch {
	case c.Kind == Splunk:
		r.Header.Set("Authorization", "Splunk "+c.Secret)
	case c.Kind == Webhook && c.Auth == Bearer:
		r.Header.Set("Authorization", "Bearer "+c.Secret)
	case c.Kind == Webhook && c.Auth == Basic:
		r.SetBasicAuth(c.Username, c.Secret)
	case c.Kind == Webhook:
		timestamp := strconv.FormatInt(at.Unix(), 10)
		r.Header.Set(headerTimestamp, timestamp)
		r.Header.Set(headerSignature, Sign(c.Secret, timestamp, body))
	}
	return r, body, nil
}

// refusedError is an answer that the same request would get again.
type refusedError string

// Error says what was answered, and what to do.
func (r refusedError) Error() string { return string(r) }

// answerMost is how much of an answer is read.
const answerMost = 64 << 10

// post sends a message by HTTP and takes nothing but 2xx for delivered.
func (c Channel) post(ctx context.Context, m Message) error {
	r, _, err := c.request(ctx, m, time.Now())
	if err != nil {
		return err
	}
	answer, err := c.client().Do(r)
	if err != nil {
		return c.failed(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, answerMost)); err != nil {
		return c.failed(err)
	}
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		return refusedError("the receiver redirects elsewhere, and redirects are not followed: put its final address into the configuration")
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return refusedError(fmt.Sprintf("the receiver answered %d: check the secret", code))
	case code == http.StatusNotFound || code == http.StatusGone:
		return refusedError(fmt.Sprintf("the receiver answered %d: check the url", code))
	case code < 500 && code != http.StatusRequestTimeout && code != http.StatusTooManyRequests:
		return refusedError(fmt.Sprintf("the receiver answered %d and does not take this message: look at it with `midwatch notify --dry-run`", code))
	default:
		return fmt.Errorf("the receiver answered %d: it is tried again in the next run", code)
	}
}

// failed is an error of a connection without the address it was of, which may be a
// secret.
func (c Channel) failed(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("the receiver did not answer in time: check that it can be reached from here, or raise timeout")
	}
	return fmt.Errorf("the receiver could not be reached, or refused: %s", c.hide(err.Error()))
}

// preview is the request of a message as text, with secrets as stars.
func (c Channel) preview(m Message) (string, error) {
	r, body, err := c.request(context.Background(), m, m.At)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "POST %s://%s%s\n", r.URL.Scheme, r.URL.Host, c.shownPath(r.URL))
	var names []string
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := c.hide(r.Header.Get(name))
		if name == "Authorization" {
			value = strings.Fields(value)[0] + " ***"
		}
		fmt.Fprintf(&b, "%s: %s\n", name, value)
	}
	fmt.Fprintf(&b, "\n%s\n", c.hide(string(body)))
	return b.String(), nil
}

// shownPath hides the path of services whose address is the secret.
func (c Channel) shownPath(u *url.URL) string {
	if c.Kind == Slack || c.Kind == Teams {
		return "/***"
	}
	return u.EscapedPath()
}
