package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"midwatch/collectors/gitlab"
)

const (
	receiveRequests = 5000
	receiveClients  = 16
	receiveKills    = 10
	receiveToken    = "the-token-of-this-test-only"
)

// TestReceiverProcess is the receiver that TestReceiverKilled kills: this test
// binary, run again.
func TestReceiverProcess(t *testing.T) {
	config := os.Getenv("MIDWATCH_TEST_RECEIVE")
	if config == "" {
		return // run by itself there is nothing to do
	}
	os.Exit(run([]string{"--quiet", "--config", config, "receive", "--plain-http"}))
}

// receiving is a receiver in a process of its own.
type receiving struct {
	config, address string
	cmd             *exec.Cmd
	stderr          bytes.Buffer
}

func (r *receiving) start(t *testing.T) {
	t.Helper()
	r.cmd = exec.Command(os.Args[0], "-test.run=^TestReceiverProcess$")
	r.cmd.Env = append(os.Environ(), "MIDWATCH_TEST_RECEIVE="+r.config, "GITLAB_STREAM_TOKEN="+receiveToken)
	r.cmd.Stderr = &r.stderr
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 600 {
		if resp, err := http.Get("http://" + r.address + "/health"); err == nil {
			_ = resp.Body.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the receiver does not answer:\n%s", r.stderr.String())
}

// kill ends the process the hard way and waits for it.
func (r *receiving) kill(t *testing.T) {
	t.Helper()
	if err := r.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = r.cmd.Wait()
}

// answers are what became of each request: its status, 0 where the connection
// broke and nobody can say.
type answers struct {
	status [receiveRequests]int
	sent   atomic.Int64
	taken  atomic.Int64
}

// send posts event n until somebody answers or the connection breaks after it
// was made. Every fiftieth has a wrong token.
func (a *answers) send(client *http.Client, address string, n int) {
	body := fmt.Sprintf(`{"id":"e%05d","author_id":7,"author_name":"ana","entity_path":"acme/r%d","ip_address":"192.0.2.7",`+
		`"created_at":"2026-11-20T10:00:00.%03dZ","event_type":"repository_git_operation",`+
		`"details":{"author_class":"User","custom_message":{"protocol":"http","action":"git-upload-pack"}}}`, n, n%50, n%1000)
	for {
		req, err := http.NewRequest(http.MethodPost, "http://"+address+"/", bytes.NewReader([]byte(body)))
		if err != nil {
			panic(err)
		}
		req.GetBody = nil // the client itself must not send again
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set(gitlab.TokenHeader, receiveToken)
		if n%50 == 0 {
			req.Header.Set(gitlab.TokenHeader, "not-"+receiveToken)
		}
		resp, err := client.Do(req)
		var op *net.OpError
		if err != nil && asDial(err, &op) {
			time.Sleep(5 * time.Millisecond) // it is being started again
			continue
		}
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			a.status[n] = resp.StatusCode
			if resp.StatusCode == http.StatusOK {
				a.taken.Add(1)
			}
		}
		a.sent.Add(1)
		return
	}
}

// TestReceiverKilled: 5,000 requests from 16 clients, the receiver killed ten
// times among them. Every event that was answered 2xx is in the database once,
// none that was refused is.
func TestReceiverKilled(t *testing.T) {
	r := newReceiving(t)
	r.start(t)
	var a answers
	next := make(chan int)
	var clients sync.WaitGroup
	for range receiveClients {
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}, Timeout: time.Minute}
		clients.Go(func() {
			for n := range next {
				a.send(client, r.address, n)
			}
		})
	}
	go func() {
		for n := range receiveRequests {
			next <- n
		}
		close(next)
	}()
	for k := range receiveKills {
		for a.sent.Load() < int64((k+1)*receiveRequests/(receiveKills+2)) {
			time.Sleep(time.Millisecond)
		}
		r.kill(t)
		r.start(t)
	}
	clients.Wait()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Wait(); err != nil {
		t.Fatalf("a graceful end: %v\n%s", err, r.stderr.String())
	}
	// Ten times it was not there, and that is to be said.
	t.Setenv("GITLAB_STREAM_TOKEN", receiveToken)
	if code := run([]string{"--quiet", "--config", r.config, "collect"}); code != exitDone && code != exitBlind {
		t.Fatalf("collect ended with %d", code)
	}
	a.compare(t, filepath.Join(filepath.Dir(r.config), "midwatch.duckdb"))
}

// compare holds what the database has against what was answered.
func (a *answers) compare(t *testing.T, database string) {
	t.Helper()
	stored, gaps := storedEvents(t, database)
	var taken, refused, unsaid int
	for n, status := range a.status {
		times := stored[fmt.Sprintf("e%05d", n)]
		switch {
		case status == http.StatusOK:
			taken++
			if times != 1 {
				t.Errorf("event %d was answered 200 and is stored %d times", n, times)
			}
		case status != 0:
			refused++
			if times != 0 {
				t.Errorf("event %d was refused with %d and is stored", n, status)
			}
		default:
			unsaid++
			if times > 1 {
				t.Errorf("event %d is stored %d times", n, times)
			}
		}
	}
	t.Logf("%d taken, %d refused, %d with a broken connection, %d gaps", taken, refused, unsaid, gaps)
	if taken < receiveRequests*4/5 || refused < receiveRequests/100 {
		t.Errorf("too few were taken or refused for the test to say anything")
	}
	if gaps < receiveKills {
		t.Errorf("%d gaps are known, and it was killed %d times", gaps, receiveKills)
	}
}
