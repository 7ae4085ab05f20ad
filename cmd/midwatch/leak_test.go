package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestARawTokenIsNotInTheProcess stops the program where it has read the token
// and answers, and looks for it in its arguments, its environment and its
// memory, which is what a core would have. That the hash is found there shows
// that the search finds.
func TestARawTokenIsNotInTheProcess(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	config := incidentFolder(t)
	const hash = "zUdzlhwtkDOM32mfh71pXsEuVvEcm1dVLX3CepY+7d8="
	for _, token := range []string{rawToken1 + "\n", "  " + rawToken1 + strings.Repeat(" ", 2000) + "\n"} {
		read, write := fullPipe(t)
		c := exec.Command("midwatch", "--config", config, "investigate", "credential", "--raw", "-", "--explain")
		c.Stdin, c.Stdout = strings.NewReader(token), write
		check(t, c.Start())
		check(t, write.Close())
		waitForWrite(t, c.Process.Pid)
		for _, name := range []string{"cmdline", "environ"} {
			text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", c.Process.Pid, name))
			check(t, err)
			if bytes.Contains(text, []byte(rawToken1[4:])) {
				t.Errorf("%s has the token", name)
			}
		}
		found := inMemory(t, c.Process.Pid, rawToken1[4:], hash)
		if !found[hash] {
			t.Error("the hash was not found in memory: the search is broken")
		}
		if found[rawToken1[4:]] {
			t.Error("the token is in memory after it was hashed")
		}
		out, err := io.ReadAll(read)
		check(t, errors.Join(err, read.Close(), c.Wait()))
		if !bytes.Contains(out, []byte(hash)) || bytes.Contains(out, []byte(rawToken1[4:])) {
			t.Errorf("it printed %s", bytes.TrimLeft(out, "."))
		}
	}
}

// fullPipe is a pipe that takes nothing more before something is read.
func fullPipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	var ends [2]int
	check(t, syscall.Pipe2(ends[:], syscall.O_CLOEXEC))
	check(t, syscall.SetNonblock(ends[1], true))
	for {
		if _, err := syscall.Write(ends[1], bytes.Repeat([]byte{'.'}, 4096)); errors.Is(err, syscall.EAGAIN) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	check(t, syscall.SetNonblock(ends[1], false))
	return os.NewFile(uintptr(ends[0]), "read"), os.NewFile(uintptr(ends[1]), "write")
}

// waitForWrite waits until a thread of a process waits to write into a pipe.
func waitForWrite(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		waits, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/wchan", pid))
		check(t, err)
		for _, path := range waits {
			if text, _ := os.ReadFile(path); strings.Contains(string(text), "pipe_write") {
				return
			}
		}
	}
	t.Fatal("the program never came to write its answer")
}

// inMemory says which of some texts are in the writable memory of a process.
func inMemory(t *testing.T, pid int, texts ...string) map[string]bool {
	t.Helper()
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	check(t, err)
	defer maps.Close()
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	check(t, err)
	defer memory.Close()
	found := map[string]bool{}
	lines := bufio.NewScanner(maps)
	for lines.Scan() {
		var from, until int64
		var mode string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &until, &mode); err != nil || !strings.HasPrefix(mode, "rw") {
			continue
		}
		const step, overlap = 1 << 20, 256
		part := make([]byte, step+overlap)
		for at := from; at < until; at += step {
			n, err := memory.ReadAt(part[:min(int64(len(part)), until-at)], at)
			if n == 0 && err != nil {
				break // a guard page, or memory never touched
			}
			for _, text := range texts {
				found[text] = found[text] || bytes.Contains(part[:n], []byte(text))
			}
		}
	}
	check(t, lines.Err())
	return found
}
