package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"midwatch/queries/warehouse"
)

// newReceiving writes a configuration with a free port of loopback.
func newReceiving(t *testing.T) *receiving {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &receiving{config: filepath.Join(t.TempDir(), "midwatch.yaml"), address: l.Addr().String()}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("sources:\n  - {name: gitlab, kind: gitlab, listen: %q, token_env: GITLAB_STREAM_TOKEN}\n", r.address)
	if err := os.WriteFile(r.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

// asDial is true where no connection was made, so that nothing was sent.
func asDial(err error, op **net.OpError) bool {
	return errors.As(err, op) && (*op).Op == "dial"
}

// storedEvents counts each event of GitLab by its id, and the gaps.
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
