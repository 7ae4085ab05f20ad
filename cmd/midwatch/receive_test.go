package main

import (
	"bytes"
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

	"midwatch/queries/warehouse/warehousetest"
)

const (
	receiveRequests = 5000
	receiveClients  = 16
	receiveKills    = 10
	receiveTokenEnv = "MIDWATCH_TEST_STREAM_TOKEN"
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

// receiverProcess is a receiver in a process of its own.
type receiverProcess struct {
	config, address string
	cmd             *exec.Cmd
	stderr          bytes.Buffer
}

func (r *receiverProcess) start(t *testing.T) {
	t.Helper()
	r.cmd = exec.Command(os.Args[0], "-test.run=^TestReceiverProcess$")
	r.cmd.Env = append(os.Environ(), "MIDWATCH_TEST_RECEIVE="+r.config, receiveTokenEnv+"="+receiveToken)
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
func (r *receiverProcess) kill(t *testing.T) {
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

// send posts request n until somebody answers or the connection breaks after it
// was made. Every fiftieth has a wrong token, and every tenth that was taken is sent
// once more, as senders do that did not hear the answer.
func (a *answers) send(client *http.Client, sender sender, address string, n int) {
	a.status[n] = a.sendOnce(client, sender, address, n)
	if a.status[n] == http.StatusOK {
		a.taken.Add(1)
		if n%10 == 0 {
			_ = a.sendOnce(client, sender, address, n)
		}
	}
	a.sent.Add(1)
}

// sendOnce gives the status of the answer, 0 where the connection broke.
func (a *answers) sendOnce(client *http.Client, sender sender, address string, n int) int {
	for {
		token := receiveToken
		if n%50 == 0 {
			token = "not-" + receiveToken
		}
		req := sender.request("http://"+address, token, n)
		req.GetBody = nil // the client itself must not send again
		resp, err := client.Do(req)
		var op *net.OpError
		if err != nil && asDial(err, &op) {
			time.Sleep(5 * time.Millisecond) // it is being started again
			continue
		}
		if err != nil {
			return 0
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return resp.StatusCode
	}
}

// TestReceiverKilled: 5,000 requests from 16 clients, the receiver killed ten times
// among them, for each way of sending. Every event that was answered 2xx is in the
// database once, however often it was sent, and none that was refused is.
func TestReceiverKilled(t *testing.T) {
	warehousetest.Long(t)
	for _, sender := range senders {
		t.Run(sender.name, func(t *testing.T) { receiverKilled(t, sender) })
	}
}

func receiverKilled(t *testing.T, sender sender) {
	r := newReceiverProcess(t, sender.kind)
	r.start(t)
	var a answers
	next := make(chan int)
	var clients sync.WaitGroup
	for range receiveClients {
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}, Timeout: time.Minute}
		clients.Go(func() {
			for n := range next {
				a.send(client, sender, r.address, n)
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
	t.Setenv(receiveTokenEnv, receiveToken)
	if code := run([]string{"--quiet", "--config", r.config, "collect"}); code != exitDone && code != exitBlind {
		t.Fatalf("collect ended with %d", code)
	}
	a.compare(t, sender, filepath.Join(filepath.Dir(r.config), "midwatch.duckdb"))
}

// compare holds what the database has against what was answered.
func (a *answers) compare(t *testing.T, sender sender, database string) {
	t.Helper()
	stored, gaps := storedEvents(t, database)
	var taken, refused, unsaid int
	for n, status := range a.status {
		switch status {
		case http.StatusOK:
			taken++
		case 0:
			unsaid++
		default:
			refused++
		}
		for _, event := range sender.events(n) {
			times := stored[eventID(event)]
			switch {
			case status == http.StatusOK && times != 1:
				t.Errorf("event %d was answered 200 and is stored %d times", event, times)
			case status == 0 && times > 1:
				t.Errorf("event %d is stored %d times", event, times)
			case status != http.StatusOK && status != 0 && times != 0:
				t.Errorf("event %d was refused with %d and is stored", event, status)
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
