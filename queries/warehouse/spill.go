package warehouse

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// privateFolders is how the folders of open databases are named; each has a random
// end.
const privateFolders = ".midwatch-open-"

// privateFolder is what one open database has on disk for itself: what does not fit
// in memory, and the name that a shell opens the snapshot by. It is locked while it
// is used and removed at the end; the next to be made beside it clears away what a
// killed run left.
type privateFolder struct {
	path string
	lock *flock.Flock
}

// newPrivateFolder makes a folder, for its owner only, in another, which is made
// where it is missing.
func newPrivateFolder(in string) (p *privateFolder, err error) {
	if err := os.MkdirAll(in, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder for what does not fit in memory: %w", err)
	}
	// The folder that holds them is locked meanwhile, so that nobody takes one that
	// is not locked yet for one that was left.
	all := flock.New(in, flock.SetFlag(os.O_RDONLY))
	if err := all.Lock(); err != nil {
		return nil, fmt.Errorf("locking %s: %w", in, err)
	}
	defer func() { err = errors.Join(err, all.Unlock()) }()
	if err := clearLeft(in); err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp(in, privateFolders+"*")
	if err != nil {
		return nil, fmt.Errorf("making the folder for what does not fit in memory: %w", err)
	}
	p = &privateFolder{path: path, lock: flock.New(path, flock.SetFlag(os.O_RDONLY))}
	if err := p.lock.Lock(); err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), os.RemoveAll(path))
	}
	return p, nil
}

// clearLeft removes the folders that nobody has locked: those of killed runs.
func clearLeft(in string) error {
	entries, err := os.ReadDir(in)
	if err != nil {
		return fmt.Errorf("looking for what a killed run left in %s: %w", in, err)
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), privateFolders) {
			continue
		}
		path := filepath.Join(in, e.Name())
		l := flock.New(path, flock.SetFlag(os.O_RDONLY))
		free, err := l.TryLock()
		if err != nil || !free {
			continue // in use, another user's, or just removed
		}
		if err := errors.Join(os.RemoveAll(path), l.Unlock()); err != nil {
			return fmt.Errorf("clearing away what a killed run left: %w", err)
		}
	}
	return nil
}

// remove gives the folder back.
func (p *privateFolder) remove() error {
	if p == nil {
		return nil
	}
	if err := errors.Join(os.RemoveAll(p.path), p.lock.Unlock()); err != nil {
		return fmt.Errorf("removing what did not fit in memory: %w", err)
	}
	return nil
}

// spill is where the database writes what does not fit in memory; it makes the
// folder when it needs it.
func (p *privateFolder) spill() string { return filepath.Join(p.path, "spill") }

// link gives a file a name in the folder. The name is gone with unlink, and what
// was opened by it stays open.
func (p *privateFolder) link(file string) (string, error) {
	target, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", file, err)
	}
	name := filepath.Join(p.path, "link", filepath.Base(file))
	if err := os.Mkdir(filepath.Dir(name), 0o700); err != nil {
		return "", fmt.Errorf("preparing to open %s: %w", file, err)
	}
	if err := os.Symlink(target, name); err != nil {
		return "", fmt.Errorf("preparing to open %s: %w", file, err)
	}
	return name, nil
}

func (p *privateFolder) unlink() error { return os.RemoveAll(filepath.Join(p.path, "link")) }
