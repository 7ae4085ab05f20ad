package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"midwatch/collectors/gitlab"
	"midwatch/queries/warehouse"
)

// sender is a way of sending requests, each with the events that it carries.
type sender struct {
	name, kind string
	request    func(url, token string, n int) *http.Request
	events     func(n int) []int
}

// senders are GitLab, GitHub as to a Splunk HEC and GitHub as to an HTTPS collector.
var senders = []sender{
	{"gitlab", "gitlab", gitlabRequest, func(n int) []int { return []int{n} }},
	{"hec", "hec", hecRequest("/services/collector", `{"time":1,"event":%s}`), func(n int) []int { return []int{n, n + receiveRequests} }},
	{"https", "hec", hecRequest("/audit", "%s\n"), func(n int) []int { return []int{n, n + receiveRequests} }},
}

func gitlabRequest(url, token string, n int) *http.Request {
	body := fmt.Sprintf(`{"id":%q,"author_id":7,"author_name":"ana","entity_path":"acme/r%d","ip_address":"192.0.2.7",`+
		`"created_at":"2026-11-20T10:00:00.%03dZ","event_type":"repository_git_operation",`+
		`"details":{"author_class":"User","custom_message":{"protocol":"http","action":"git-upload-pack"}}}`, eventID(n), n%50, n%1000)
	req := newPost(url+"/", []byte(body))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set(gitlab.TokenHeader, token)
	return req
}

// hecRequest sends two events as one gzip-ed batch, each within an envelope.
func hecRequest(path, envelope string) func(url, token string, n int) *http.Request {
	return func(url, token string, n int) *http.Request {
		var body bytes.Buffer
		z := gzip.NewWriter(&body)
		for _, event := range []int{n, n + receiveRequests} {
			fmt.Fprintf(z, envelope, fmt.Sprintf(`{"@timestamp":%d,"_document_id":%q,"action":"git.clone","actor":"ana","actor_ip":"192.0.2.7","repo":"acme/r%d","org":"acme"}`,
				1763632800000+event, eventID(event), event%50))
		}
		_ = z.Close()
		req := newPost(url+path, body.Bytes())
		req.Header.Set("Content-Encoding", "gzip")
		req.Header.Set("Authorization", "Splunk "+token)
		return req
	}
}

func newPost(url string, body []byte) *http.Request {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	return req
}

// eventID is the id that event n is sent with.
func eventID(n int) string { return fmt.Sprintf("e%05d", n) }

// newReceiverProcess writes a configuration with a free port of loopback.
func newReceiverProcess(t *testing.T, kind string) *receiverProcess {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &receiverProcess{config: filepath.Join(t.TempDir(), "midwatch.yaml"), address: l.Addr().String()}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("sources:\n  - {name: stream, kind: %s, listen: %q, token_env: %s}\n", kind, r.address, receiveTokenEnv)
	if err := os.WriteFile(r.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

// asDial is true where no connection was made, so that nothing was sent.
func asDial(err error, op **net.OpError) bool {
	return errors.As(err, op) && (*op).Op == "dial"
}

// storedEvents counts each event by the id it was sent with, and the gaps.
func storedEvents(t *testing.T, database string) (events map[string]int, gaps int) {
	t.Helper()
	w, err := warehouse.Open(t.Context(), warehouse.Options{Path: database, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	rows, err := w.Reader().Query(t.Context(), "SELECT event_id FROM event UNION ALL SELECT 'gap' FROM gap")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	events = map[string]int{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		if id == "gap" {
			gaps++
			continue
		}
		// The id stands in it whatever the mapping puts around it.
		at := strings.Index(id, "e0")
		if at < 0 || len(id) < at+6 {
			t.Fatalf("an event with the id %q", id)
		}
		events[id[at:at+6]]++
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return events, gaps
}
