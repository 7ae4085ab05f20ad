// Package spool keeps what a collector pulled or was sent, as it came and with
// its secrets scrubbed, in sealed segments on disk.
//
// A source has one folder, and each segment in it two files of the same
// twenty-digit sequence number:
//
//	<dir>/<source>/00000000000000000001.ndjson.zst   one record a line, zstd
//	<dir>/<source>/00000000000000000001.json         the manifest
//
// The manifest is written last and is the commit point: a segment is there when
// its manifest is. Files are synced before they are renamed into place, and the
// folder after, so that a segment survives whatever comes after Seal returned.
// What a crash left half-written is ignored, and removed by the next Lock.
// Folders are readable by their owner only, and so are files.
//
// The newest segment is never pruned: its checkpoint is how far the source was
// read.
package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"midwatch/collectors"
)

// Spool is the folder of one source. Reading it needs no lock.
type Spool struct {
	dir, source string
}

// Segment is a sealed segment.
type Segment struct {
	// ID names the segment for good: source, sequence and the first half of the
	// hash of its bytes, so that a spool that was emptied and began again at
	// one gives no id twice.
	ID string
	// Sequence counts the segments of a source from one.
	Sequence uint64
	// Path of the compressed records.
	Path string
	// Manifest says what is in it.
	Manifest Manifest
}

// Manifest is what the second file of a segment holds.
type Manifest struct {
	// Version of this layout, one.
	Version int `json:"version"`
	// Source that the records are of.
	Source string `json:"source"`
	// Format says which mapping gives the records their meaning.
	Format string `json:"format"`
	// Records is the number of lines. Where it is zero there is nothing to load:
	// only the checkpoint moved.
	Records int `json:"records"`
	// Bytes is the size of the compressed file.
	Bytes int64 `json:"bytes"`
	// SHA256 of the compressed file, in hexadecimal.
	SHA256 string `json:"sha256"`
	// Checkpoint that this segment reaches.
	Checkpoint collectors.Checkpoint `json:"checkpoint"`
	// SealedAt is when the segment was sealed, UTC.
	SealedAt time.Time `json:"sealed_at"`
	// Gaps that the checkpoint steps over.
	Gaps []Gap `json:"gaps,omitempty"`
}

// Gap is collectors.Gap as the manifest has it.
type Gap struct {
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
	Reason string    `json:"reason"`
}

// layout is the version of the manifests that this package writes.
const layout = 1

// The endings of the two files of a segment, and of both while being written.
const (
	recordsSuffix   = ".ndjson.zst"
	manifestSuffix  = ".json"
	temporarySuffix = ".tmp"
)

var (
	sourceName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,99}$`)
	sequenced  = regexp.MustCompile(`^([0-9]{20})(\.ndjson\.zst|\.json)$`)
)

// Open names the folder of a source below dir, which need not be there yet. A
// source is a name of lower-case letters, digits, dots, dashes and underscores,
// so that it cannot lead out of dir.
func Open(dir, source string) (*Spool, error) {
	if !sourceName.MatchString(source) {
		return nil, fmt.Errorf("spool: %q cannot name a folder: name the source with up to 100 of a-z, 0-9, dot, dash and underscore, a letter or digit first", source)
	}
	return &Spool{dir: filepath.Join(dir, source), source: source}, nil
}

// Segments are the complete segments in the order they were sealed. Damaged
// ones (a manifest that cannot be read, records that are missing or cut) are
// left out and named by the error; the others are valid beside it.
func (s *Spool) Segments() ([]Segment, error) {
	names, err := s.manifests()
	if err != nil {
		return nil, err
	}
	var segments []Segment
	var damage []error
	for _, name := range names {
		segment, err := s.load(name)
		switch {
		case errors.Is(err, errPruned):
		case err != nil:
			damage = append(damage, err)
		default:
			segments = append(segments, segment)
		}
	}
	return segments, errors.Join(damage...)
}

// errPruned says that a segment went away while the folder was being listed.
var errPruned = errors.New("pruned meanwhile")

// load reads a manifest and looks whether its records are there.
func (s *Spool) load(name string) (Segment, error) {
	path := filepath.Join(s.dir, name)
	segment, err := s.manifest(name)
	if errors.Is(err, os.ErrNotExist) {
		return Segment{}, errPruned
	}
	if err != nil {
		return Segment{}, fmt.Errorf("spool: manifest %s: %w; restore it from a backup, or remove it together with its %s file to go on without these records", path, err, recordsSuffix)
	}
	info, err := os.Stat(segment.Path)
	if err == nil && info.Size() == segment.Manifest.Bytes {
		return segment, nil
	}
	if _, gone := os.Stat(path); errors.Is(gone, os.ErrNotExist) {
		return Segment{}, errPruned
	}
	if err == nil {
		err = fmt.Errorf("it has %d bytes and was sealed with %d", info.Size(), segment.Manifest.Bytes)
	}
	return Segment{}, fmt.Errorf("spool: records of segment %s: %w; restore the file from a backup, or remove %s to go on without these records", segment.ID, err, path)
}

// manifest reads one, strictly.
func (s *Spool) manifest(name string) (Segment, error) {
	raw, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		return Segment{}, err
	}
	var m Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return Segment{}, err
	}
	if m.Version != layout {
		return Segment{}, fmt.Errorf("its version is %d and this program reads %d: use the program that wrote it or a newer one", m.Version, layout)
	}
	if m.Source != s.source || len(m.SHA256) != 64 {
		return Segment{}, fmt.Errorf("it is not one of source %q", s.source)
	}
	stem := strings.TrimSuffix(name, manifestSuffix)
	return Segment{
		ID:       fmt.Sprintf("%s/%s/%s", s.source, stem, m.SHA256[:32]),
		Sequence: sequenceOf(name),
		Path:     filepath.Join(s.dir, stem+recordsSuffix),
		Manifest: m,
	}, nil
}

// Checkpoint is how far the source was read: the checkpoint of the newest
// segment, or the empty one when there is none. It does not fall back to an
// older one when the newest manifest cannot be read.
func (s *Spool) Checkpoint() (collectors.Checkpoint, error) {
	names, err := s.manifests()
	if err != nil || len(names) == 0 {
		return "", err
	}
	newest := names[len(names)-1]
	segment, err := s.manifest(newest)
	if err != nil {
		return "", fmt.Errorf("spool: read the checkpoint of %s from %s: %w; move that file and its %s file away to go on from the segment before, which loses nothing the host still has", s.source, filepath.Join(s.dir, newest), err, recordsSuffix)
	}
	return segment.Manifest.Checkpoint, nil
}

// manifests are the names of the manifests in the order of their sequence.
func (s *Spool) manifests() ([]string, error) {
	entries, err := os.ReadDir(s.dir) // sorted by name
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("spool: list the segments of %s: %w", s.source, err)
	}
	var names []string
	for _, entry := range entries {
		if isManifest(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

func isManifest(name string) bool {
	return sequenced.MatchString(name) && strings.HasSuffix(name, manifestSuffix)
}

// sequenceOf is the number in a file's name, zero where there is none.
func sequenceOf(name string) uint64 {
	match := sequenced.FindStringSubmatch(name)
	if match == nil {
		return 0
	}
	var n uint64
	for _, digit := range match[1] {
		n = n*10 + uint64(digit-'0')
	}
	return n
}
