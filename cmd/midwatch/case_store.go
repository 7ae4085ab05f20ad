package main

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

// incidentCase is what an investigator keeps together. It is a file of its own
// and not in the database, so that no case waits for a night.
type incidentCase struct {
	Version  int       `json:"version"`
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	OpenedAt time.Time `json:"opened_at"`
	// Since and Until are the window that is asked about; zero where open.
	Since   time.Time   `json:"since"`
	Until   time.Time   `json:"until"`
	Entries []caseEntry `json:"entries"`
}

// caseEntry is a subject, a finding or a note, in the order they were added.
type caseEntry struct {
	At time.Time `json:"at"`
	// Kind is identity, person, credential, repository, network, client, finding or note.
	Kind string `json:"kind"`
	// Text is the subject in full, or the note.
	Text string `json:"text"`
}

const caseVersion = 1

// caseName keeps a case's file in its folder.
var caseName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// casePath is where a case is kept.
func casePath(folder, name string) (string, error) {
	if !caseName.MatchString(name) {
		return "", usageError{fmt.Errorf("%q cannot name a case: use up to 64 letters, digits, dots, dashes and underscores, a letter or digit first", report.Inert(name))}
	}
	return filepath.Join(folder, name+".json"), nil
}

// openCase writes a new case; one that is there is left as it is.
func openCase(folder string, k incidentCase) error {
	path, err := casePath(folder, k.Name)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return usageError{fmt.Errorf("there is a case %s already: add to it, or name another", k.Name)}
	}
	return saveCase(path, k)
}

func saveCase(path string, k incidentCase) error {
	return report.WriteFile(path, func(w io.Writer) error { return report.JSON(w, k) })
}

// appendToCase adds entries to the end of a case. Two who add at the same time
// wait for each other, and none is lost.
func appendToCase(folder, name string, entries ...caseEntry) (err error) {
	// Before anything is made: a case that there is not gets no lock either.
	if _, err := readCase(folder, name); err != nil {
		return err
	}
	path, err := casePath(folder, name)
	if err != nil {
		return err
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR))
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("locking the case %s: %w (the folder must be writable by this user)", name, err)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	k, err := readCase(folder, name)
	if err != nil {
		return err
	}
	k.Entries = append(k.Entries, entries...)
	return saveCase(path, k)
}

// readCase reads a case.
func readCase(folder, name string) (incidentCase, error) {
	var k incidentCase
	path, err := casePath(folder, name)
	if err != nil {
		return k, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		names, _ := caseNames(folder)
		return k, usageError{fmt.Errorf("there is no case %s: open it with `midwatch case open %s`; there are: %s", name, name, orNone(names))}
	}
	if err != nil {
		return k, fmt.Errorf("reading the case %s: %w", name, err)
	}
	if err := json.Unmarshal(text, &k); err != nil {
		return k, fmt.Errorf("reading the case %s from %s: %w (restore the file from a backup)", name, path, err)
	}
	if k.Version != caseVersion {
		return k, fmt.Errorf("the case %s was written by another version of midwatch (layout %d, this one knows %d): use that one", name, k.Version, caseVersion)
	}
	return k, nil
}

// caseNames are the cases of a folder in order.
func caseNames(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
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

// subjects are the entries that questions are asked about, each once, in the
// order they were added.
func (k incidentCase) subjects() []caseEntry {
	var all []caseEntry
	for _, e := range k.Entries {
		same := func(x caseEntry) bool { return x.Kind == e.Kind && x.Text == e.Text }
		if e.Kind != "note" && !slices.ContainsFunc(all, same) {
			all = append(all, e)
		}
	}
	return all
}
