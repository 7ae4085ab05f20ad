package analyzer

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math"

	"github.com/fxamacker/cbor/v2"
)

// Format and version of a saved state. The version rises whenever a state written
// before could not be gone on from; the remedy is then to rebuild it by advancing
// over the roll-ups, which are kept.
const (
	stateFormat  = "midwatch analyzer state"
	stateVersion = 4
)

// savedState is what Save writes: deterministic CBOR (RFC 8949 section 4.2), in
// which maps are sorted by key, so that the same nights give the same bytes.
type savedState struct {
	Format  string
	Version int
	// Sum is the SHA-256 of State, which is a state in CBOR.
	Sum, State []byte
}

// Save writes the state in deterministic bytes. It holds names of identities,
// repositories and networks and is to be readable by its owner only.
func (m *Model) Save(w io.Writer) error {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return fmt.Errorf("prepare to write the analyzer's state: %w", err)
	}
	data, err := mode.Marshal(m.state)
	if err != nil {
		return fmt.Errorf("encode the analyzer's state: %w; this is a defect, report it", err)
	}
	sum := sha256.Sum256(data)
	if err := mode.NewEncoder(w).Encode(savedState{stateFormat, stateVersion, sum[:], data}); err != nil {
		return fmt.Errorf("write the analyzer's state: %w; check that the disk has room", err)
	}
	return nil
}

// Load reads a state that Save wrote and goes on from it, to the same assessments
// as if it had never been saved. The options are not part of the state.
func Load(r io.Reader, o Options) (*Model, error) {
	s, err := readState(r)
	if err != nil {
		return nil, fmt.Errorf("read the analyzer's state: %w; rebuild it with a backtest", err)
	}
	s.restore()
	return resume(o, s), nil
}

// readState reads and checks a saved state. Names are what logs say and may be
// invalid UTF-8.
func readState(r io.Reader) (*state, error) {
	mode, err := cbor.DecOptions{MaxArrayElements: math.MaxInt32, MaxMapPairs: math.MaxInt32, UTF8: cbor.UTF8DecodeInvalid}.DecMode()
	if err != nil {
		return nil, err
	}
	var saved savedState
	if err := mode.NewDecoder(r).Decode(&saved); err != nil {
		return nil, err
	}
	if saved.Format != stateFormat || saved.Version != stateVersion {
		return nil, fmt.Errorf("it is %q version %d, not %q version %d", saved.Format, saved.Version, stateFormat, stateVersion)
	}
	if sum := sha256.Sum256(saved.State); !bytes.Equal(sum[:], saved.Sum) {
		return nil, fmt.Errorf("its checksum does not match, so it was damaged or changed")
	}
	s := newState()
	if err := mode.Unmarshal(saved.State, s); err != nil {
		return nil, err
	}
	return s, nil
}

// restore rebuilds what is not written.
func (s *state) restore() {
	for _, x := range s.Names.all() {
		x.restore()
	}
	for n, p := range s.Profiles {
		s.register(n, facetKey{p.Identity, p.Family})
	}
}
