package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"midwatch/analyzer/report"
)

// Case is what an investigator keeps together. It is a file of its own and not in
// the database, so that no case waits for a night.
type Case struct {
	// Version of the layout, set by Open.
	Version  int       `json:"version"`
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	OpenedAt time.Time `json:"opened_at"`
	// Since and Until are the window that is asked about; zero where open.
	Since   time.Time `json:"since"`
	Until   time.Time `json:"until"`
	Entries []Entry   `json:"entries"`
}

// Entry is a subject, a finding or a note, in the order they were added.
type Entry struct {
	At time.Time `json:"at"`
	// Kind is identity, person, credential, repository, network, client, finding or note.
	Kind string `json:"kind"`
	// Text is the subject in full, or the note.
	Text string `json:"text"`
}

// layout is the version of the file that a case is kept in.
const layout = 1

// Folder is where cases are kept, one file each.
type Folder string

// UsageError is a mistake of the person who asked: nothing was done.
type UsageError struct{ error }

// Unwrap gives the cause.
func (u UsageError) Unwrap() error { return u.error }

// caseName keeps a case's file in its folder.
var caseName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// path is where a case is kept.
func (f Folder) path(name string) (string, error) {
	if !caseName.MatchString(name) {
		return "", UsageError{fmt.Errorf("%q cannot name a case: use up to 64 letters, digits, dots, dashes and underscores, a letter or digit first", report.Inert(name))}
	}
	return filepath.Join(string(f), name+".json"), nil
}

// Open writes a new case; one that is there is left as it is.
func (f Folder) Open(k Case) error {
	k.Version = layout
	if k.Entries == nil {
		k.Entries = []Entry{}
	}
	path, err := f.path(k.Name)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return UsageError{fmt.Errorf("there is a case %s already: add to it, or name another", k.Name)}
	}
	return save(path, k)
}

func save(path string, k Case) error {
	return report.WriteFile(path, func(w io.Writer) error { return report.JSON(w, k) })
}

// Append adds entries to the end of a case. Two who add at the same time
// wait for each other, and none is lost.
func (f Folder) Append(name string, entries ...Entry) (err error) {
	// Before anything is made: a case that there is not gets no lock either.
	if _, err := f.Read(name); err != nil {
		return err
	}
	path, err := f.path(name)
	if err != nil {
		return err
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR))
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("locking the case %s: %w (the folder must be writable by this user)", name, err)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	k, err := f.Read(name)
	if err != nil {
		return err
	}
	k.Entries = append(k.Entries, entries...)
	return save(path, k)
}

// Read reads a case.
func (f Folder) Read(name string) (Case, error) {
	var k Case
	path, err := f.path(name)
	if err != nil {
		return k, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		names, _ := f.Names()
		return k, UsageError{fmt.Errorf("there is no case %s: open it with `midwatch case open %s`; there are: %s", name, name, orNone(names))}
	}
	if err != nil {
		return k, fmt.Errorf("reading the case %s: %w", name, err)
	}
	if err := json.Unmarshal(text, &k); err != nil {
		return k, fmt.Errorf("reading the case %s from %s: %w (restore the file from a backup)", name, path, err)
	}
	if k.Version != layout {
		return k, fmt.Errorf("the case %s was written by another version of midwatch (layout %d, this one knows %d): use that one", name, k.Version, layout)
	}
	return k, nil
}

// Names are the cases of the folder in order.
func (f Folder) Names() ([]string, error) {
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the cases: %w", err)
	}
	var names []string
	for _, e := range entries {
		name, isCase := strings.CutSuffix(e.Name(), ".json")
		if isCase && caseName.MatchString(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// Subjects are the entries that questions are asked about, each once, in the
// order they were added.
func (k Case) Subjects() []Entry {
	var all []Entry
	for _, e := range k.Entries {
		same := func(x Entry) bool { return x.Kind == e.Kind && x.Text == e.Text }
		if e.Kind != "note" && !slices.ContainsFunc(all, same) {
			all = append(all, e)
		}
	}
	return all
}
