package spool

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// Prune removes the segments that were sealed before a time and are loaded, and
// returns them in order; with dryRun it only says which. loaded is asked by id;
// a segment that has neither records nor gaps need not be loaded. The newest
// segment always stays, for its checkpoint. Damaged segments are left alone and
// named by the error, and so is what could not be removed.
func (s *Spool) Prune(before time.Time, loaded func(id string) bool, dryRun bool) ([]Segment, error) {
	segments, damage := s.Segments()
	newest, err := s.newest()
	if err != nil {
		return nil, err
	}
	failed := []error{damage}
	var pruned []Segment
	for _, segment := range segments {
		m := segment.Manifest
		empty := m.Records == 0 && len(m.Gaps) == 0
		if segment.Sequence >= newest || !m.SealedAt.Before(before) || !empty && !loaded(segment.ID) {
			continue
		}
		if !dryRun {
			if err := remove(segment); err != nil {
				failed = append(failed, err)
				continue
			}
		}
		pruned = append(pruned, segment)
	}
	return pruned, errors.Join(failed...)
}

// newest is the sequence of the newest manifest, be it readable or not.
func (s *Spool) newest() (uint64, error) {
	names, err := s.manifests()
	if err != nil || len(names) == 0 {
		return 0, err
	}
	return sequenceOf(names[len(names)-1]), nil
}

// remove takes the manifest away first: records without one are no segment, and
// the next Lock clears them.
func remove(segment Segment) error {
	manifest := strings.TrimSuffix(segment.Path, recordsSuffix) + manifestSuffix
	for _, path := range []string{manifest, segment.Path} {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("spool: prune segment %s: %w; check who may write there", segment.ID, err)
		}
	}
	return nil
}
