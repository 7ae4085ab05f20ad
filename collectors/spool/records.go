package spool

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/klauspost/compress/zstd"

	"midwatch/collectors"
)

// writeRecords compresses records into w, a line each, and puts their number,
// size and hash into the manifest. Records of nothing but space are left out.
func writeRecords(w io.Writer, records []collectors.Record, m *Manifest) error {
	sum := sha256.New()
	count := &counter{}
	// One goroutine and a fixed level: the same records give the same bytes. A
	// segment without records is an empty frame, not an empty file.
	z, err := zstd.NewWriter(io.MultiWriter(w, sum, count), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithZeroFrames(true))
	if err != nil {
		return err
	}
	for _, record := range records {
		text := line(record)
		if len(text) == 0 {
			continue
		}
		if _, err := z.Write(text); err != nil {
			return errors.Join(err, z.Close())
		}
		if _, err := z.Write([]byte{'\n'}); err != nil {
			return errors.Join(err, z.Close())
		}
		m.Records++
	}
	if err := z.Close(); err != nil {
		return err
	}
	m.Bytes = count.n
	m.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// line is a record as one line: scrubbed, without a line end, and where it has
// line ends within, compacted. What has them and is no JSON is kept whole as a
// JSON string, for the mapping to put aside as malformed.
func line(record collectors.Record) []byte {
	text := bytes.TrimSpace(collectors.Scrub(record))
	if bytes.IndexByte(text, '\n') < 0 && bytes.IndexByte(text, '\r') < 0 {
		return text
	}
	var compact bytes.Buffer
	if json.Compact(&compact, text) == nil {
		return compact.Bytes()
	}
	quoted, err := json.Marshal(string(text))
	if err != nil { // a string always marshals
		return nil
	}
	return quoted
}

// counter counts the bytes written to it.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// hint says what to do about a full disk.
func hint(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w; the disk or quota of the spool is full: free space, or configure a spool folder that has some, and run again: nothing is lost that the host still has", err)
	}
	return err
}

// Verify reads the file of a segment and compares it with its manifest.
func (s *Spool) Verify(segment Segment) error {
	f, err := os.Open(segment.Path)
	if err != nil {
		return fmt.Errorf("spool: verify segment %s: %w", segment.ID, err)
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	if err != nil {
		return fmt.Errorf("spool: verify segment %s: %w", segment.ID, err)
	}
	got := hex.EncodeToString(sum.Sum(nil))
	if n != segment.Manifest.Bytes || got != segment.Manifest.SHA256 {
		return fmt.Errorf("spool: segment %s is not what was sealed (%d bytes, sha256 %s; sealed %d, %s): restore %s from a backup, and find out who changed it",
			segment.ID, n, got, segment.Manifest.Bytes, segment.Manifest.SHA256, segment.Path)
	}
	return nil
}
