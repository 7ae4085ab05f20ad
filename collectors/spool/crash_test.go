package spool

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"midwatch/collectors"
)

// sealForever names, in the environment of a copy of this test, the folder that
// the copy seals into until it is killed.
const sealForever = "SPOOL_TEST_SEAL_FOREVER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(sealForever); dir != "" {
		sealUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// sealUntilKilled seals segments whose checkpoint is their number and prints it
// when the segment is said to be durable.
func sealUntilKilled(dir string) {
	s, err := Open(dir, "killed")
	var sealer *Sealer
	if err == nil {
		sealer, err = s.Lock("test", time.Now)
	}
	for err == nil {
		n := sealer.next
		batch := make([]collectors.Record, 1+n%200)
		for i := range batch {
			batch[i] = collectors.Record(fmt.Sprintf(`{"segment":%d,"record":%d,"noise":"%x"}`, n, i, rand.Uint64()))
		}
		err = sealer.Seal(context.Background(), collectors.Segment{Records: batch, Checkpoint: collectors.Checkpoint(fmt.Sprint(n))})
		if err == nil {
			fmt.Println(n)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func TestKilledAtAnyMomentEverySealedSegmentIsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	promised := uint64(0)
	for round := range 12 {
		promised = max(promised, sealAndKill(t, dir, time.Duration(random.IntN(40_000))*time.Microsecond))
		s, err := Open(dir, "killed")
		if err != nil {
			t.Fatal(err)
		}
		segments, err := s.Segments()
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for i, segment := range segments {
			if segment.Sequence != uint64(i+1) || segment.Manifest.Records != int(1+segment.Sequence%200) {
				t.Errorf("round %d: segment %d is %+v", round, i, segment)
			}
			if err := s.Verify(segment); err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		}
		checkpoint, err := s.Checkpoint()
		if err != nil || string(checkpoint) != fmt.Sprint(len(segments)) {
			t.Errorf("round %d: checkpoint %q of %d segments, %v", round, checkpoint, len(segments), err)
		}
		if uint64(len(segments)) < promised {
			t.Errorf("round %d: %d segments were said to be durable, %d are there", round, promised, len(segments))
		}
	}
	if promised == 0 {
		t.Error("no segment was sealed before a kill")
	}
}

// sealAndKill lets a copy of this test seal, kills it that long after it began,
// and returns the last segment it called durable.
func sealAndKill(t *testing.T, dir string, after time.Duration) uint64 {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), sealForever+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	last := uint64(0)
	for lines.Scan() {
		n, err := strconv.ParseUint(lines.Text(), 10, 64)
		if err != nil {
			t.Fatalf("the copy printed %q", lines.Text())
		}
		if last == 0 {
			time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
		last = n
	}
	var killed *exec.ExitError
	if err := child.Wait(); !errors.As(err, &killed) || killed.Exited() {
		t.Fatalf("the copy was not killed: %v", err)
	}
	return last
}

// fullFile has room for some bytes, or cannot be synced.
type fullFile struct {
	*os.File
	room     int
	syncFull bool
}

func (f *fullFile) Write(p []byte) (int, error) {
	if len(p) > f.room {
		n, err := f.File.Write(p[:f.room])
		f.room = 0
		return n, errors.Join(err, syscall.ENOSPC)
	}
	f.room -= len(p)
	return f.File.Write(p)
}

func (f *fullFile) Sync() error {
	if f.syncFull {
		return syscall.ENOSPC
	}
	return f.File.Sync()
}

func TestDiskFullLeavesNothingHalfWritten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, suffix string
		room         int
		syncFull     bool
	}{
		{"no room for the records", recordsSuffix, 0, false},
		{"room for some of the records", recordsSuffix, 10, false},
		{"records cannot be synced", recordsSuffix, 1 << 20, true},
		{"room for some of the manifest", manifestSuffix, 10, false},
		{"manifest cannot be synced", manifestSuffix, 1 << 20, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := Open(t.TempDir(), "full")
			if err != nil {
				t.Fatal(err)
			}
			sealer, err := s.Lock("test", func() time.Time { return time.Unix(0, 0) })
			if err != nil {
				t.Fatal(err)
			}
			defer sealer.Close()
			segment := collectors.Segment{Records: []collectors.Record{[]byte(`{"a":1}`)}, Checkpoint: "one"}
			sealer.create = func(path string) (file, error) {
				f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
				if err != nil || !strings.HasSuffix(path, test.suffix+temporarySuffix) {
					return f, err
				}
				return &fullFile{f, test.room, test.syncFull}, nil
			}
			err = sealer.Seal(t.Context(), segment)
			if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free space") {
				t.Errorf("the error is %v", err)
			}
			entries, err := os.ReadDir(s.dir)
			if err != nil || len(entries) != 1 || entries[0].Name() != lockName {
				t.Errorf("left are %v, %v", entries, err)
			}
			sealer.create = createFile
			if err := sealer.Seal(t.Context(), segment); err != nil {
				t.Errorf("with room again: %v", err)
			}
			if checkpoint, err := s.Checkpoint(); checkpoint != "one" || err != nil {
				t.Errorf("checkpoint %q, %v", checkpoint, err)
			}
		})
	}
}
