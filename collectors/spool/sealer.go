package spool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"midwatch/collectors"
)

// Sealer adds segments to a source. There is one at a time, over all processes.
type Sealer struct {
	spool  *Spool
	format string
	now    func() time.Time
	lock   *flock.Flock
	next   uint64
	create func(path string) (file, error)
}

// file is what a Sealer needs of an *os.File.
type file interface {
	Write([]byte) (int, error)
	Sync() error
	Close() error
}

// lockName is the file that is locked, and says who locked it.
const lockName = ".lock"

// Lock makes the folder of the source, takes it for this process and removes
// what a crash left half-written in it. format is written into each manifest,
// and now tells the time that segments are sealed at. While another process
// has the source the error says which.
func (s *Spool) Lock(format string, now func() time.Time) (*Sealer, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("spool: make the folder of %s: %w; check the configured spool folder and who may write there", s.source, err)
	}
	if err := os.Chmod(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("spool: close %s to others: %w; it must belong to the one who runs this", s.dir, err)
	}
	lock := flock.New(filepath.Join(s.dir, lockName), flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("spool: lock %s: %w; check who may write there", lock.Path(), err)
	}
	if !locked {
		return nil, fmt.Errorf("spool: source %s is being collected by %s: wait for it to end, or end it", s.source, holder(lock.Path()))
	}
	sealer := &Sealer{spool: s, format: format, now: now, lock: lock, create: createFile}
	if err := sealer.begin(); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return sealer, nil
}

// begin says who holds the lock, clears leftovers and finds the next sequence.
func (l *Sealer) begin() error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	who := fmt.Sprintf("process %d on %s since %s", os.Getpid(), host, l.now().UTC().Format(time.RFC3339))
	if err := os.WriteFile(l.lock.Path(), []byte(who+"\n"), 0o600); err != nil {
		return hint(fmt.Errorf("spool: write %s: %w", l.lock.Path(), err))
	}
	if err := l.spool.clean(); err != nil {
		return err
	}
	names, err := l.spool.manifests()
	if err != nil {
		return err
	}
	l.next = 1
	if len(names) > 0 {
		l.next = sequenceOf(names[len(names)-1]) + 1
	}
	return nil
}

// holder is what the lock file says of who has it.
func holder(path string) string {
	raw, err := os.ReadFile(path)
	if text := strings.TrimSpace(string(raw)); err == nil && text != "" {
		return text
	}
	return "another process"
}

// clean removes what no manifest vouches for. Only the holder of the lock may.
func (s *Spool) clean() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("spool: list %s: %w", s.dir, err)
	}
	sealed := map[uint64]bool{}
	for _, entry := range entries {
		sealed[sequenceOf(entry.Name())] = sealed[sequenceOf(entry.Name())] || isManifest(entry.Name())
	}
	for _, entry := range entries {
		name := entry.Name()
		half := sequenced.MatchString(strings.TrimSuffix(name, temporarySuffix)) && strings.HasSuffix(name, temporarySuffix)
		orphan := sequenced.MatchString(name) && !sealed[sequenceOf(name)]
		if !half && !orphan {
			continue
		}
		if err := os.Remove(filepath.Join(s.dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("spool: remove what a crash left: %w; check who may write there", err)
		}
	}
	return nil
}

// Seal makes a segment durable: records first, then the manifest with the
// checkpoint, each synced and renamed into place. Secrets are scrubbed. On an
// error nothing of the segment is left. A context that is over stops it only
// before it begins.
func (l *Sealer) Seal(ctx context.Context, segment collectors.Segment) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("spool: seal a segment of %s: %w", l.spool.source, err)
	}
	if l.lock == nil {
		return fmt.Errorf("spool: seal a segment of %s: the source is not locked any more", l.spool.source)
	}
	stem := filepath.Join(l.spool.dir, fmt.Sprintf("%020d", l.next))
	if err := l.seal(stem, segment); err != nil {
		return hint(errors.Join(fmt.Errorf("spool: seal segment %d of %s: %w", l.next, l.spool.source, err), undo(stem)))
	}
	l.next++
	return nil
}

// seal writes both files of a segment.
func (l *Sealer) seal(stem string, segment collectors.Segment) error {
	manifest := Manifest{
		Version: layout, Source: l.spool.source, Format: l.format,
		Checkpoint: segment.Checkpoint, SealedAt: l.now().UTC(),
	}
	for _, gap := range segment.Gaps {
		manifest.Gaps = append(manifest.Gaps, Gap{From: gap.From.UTC(), Until: gap.Until.UTC(), Reason: gap.Reason})
	}
	err := l.write(stem+recordsSuffix, func(f file) error {
		return writeRecords(f, segment.Records, &manifest)
	})
	if err != nil {
		return err
	}
	return l.write(stem+manifestSuffix, func(f file) error {
		text, err := json.MarshalIndent(manifest, "", "  ")
		if err != nil {
			return err
		}
		_, err = f.Write(append(text, '\n'))
		return err
	})
}

// write makes one file durable under its name.
func (l *Sealer) write(path string, fill func(file) error) error {
	f, err := l.create(path + temporarySuffix)
	if err != nil {
		return err
	}
	if err := errors.Join(fill(f), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(path+temporarySuffix, path); err != nil {
		return err
	}
	return syncFolder(l.spool.dir)
}

func createFile(path string) (file, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// syncFolder makes renames in a folder durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// undo removes what a failed Seal wrote, the manifest first.
func undo(stem string) error {
	var failed []error
	for _, suffix := range []string{manifestSuffix, recordsSuffix, manifestSuffix + temporarySuffix, recordsSuffix + temporarySuffix} {
		if err := os.Remove(stem + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// Close lets another process have the source. The lock file stays.
func (l *Sealer) Close() error {
	if l.lock == nil {
		return nil
	}
	err := l.lock.Unlock()
	l.lock = nil
	if err != nil {
		return fmt.Errorf("spool: unlock %s: %w", l.spool.source, err)
	}
	return nil
}
