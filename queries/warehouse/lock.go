package warehouse

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// lock keeps two runs from writing at the same time. The file beside the
// database stays; what is locked is released by the system when a run dies.
type lock struct{ flock *flock.Flock }

// holder is what the lock file tells about the run that has it.
type holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// Busy is returned when another run has the database.
type Busy struct {
	Path   string
	Holder string
}

// Error names the holder and what to do.
func (b *Busy) Error() string {
	return fmt.Sprintf("%s is held by %s: wait for it to end, or stop it", b.Path, b.Holder)
}

// acquire takes the lock or says who has it.
func acquire(path, command string) (*lock, error) {
	f := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	got, err := f.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w (the folder must be writable by this user)", path, err)
	}
	if !got {
		return nil, &Busy{Path: path, Holder: describeHolder(path)}
	}
	host, _ := os.Hostname()
	text, err := json.Marshal(holder{PID: os.Getpid(), Host: host, Command: command, Since: time.Now().UTC().Truncate(time.Second)})
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("writing who holds %s: %w", path, err), f.Unlock())
	}
	return &lock{flock: f}, nil
}

// describeHolder reads who holds the lock; the answer is for people only.
func describeHolder(path string) string {
	text, err := os.ReadFile(path)
	var h holder
	if err != nil || json.Unmarshal(text, &h) != nil {
		return "another run"
	}
	return fmt.Sprintf("%q (process %d on %s, since %s)", h.Command, h.PID, h.Host, h.Since.Format(time.RFC3339))
}

func (l *lock) release() error { return l.flock.Unlock() }
