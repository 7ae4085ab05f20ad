package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"midwatch/collectors"
)

// checkpoint says which journals are sealed: all up to this one.
type checkpoint struct {
	Version int    `json:"version"`
	Journal uint64 `json:"journal"`
}

const checkpointVersion = 1

func parseCheckpoint(text collectors.Checkpoint) (checkpoint, error) {
	c := checkpoint{Version: checkpointVersion}
	if text == "" {
		return c, nil
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil || c.Version != checkpointVersion {
		return c, fmt.Errorf("stream: the checkpoint %q is not one of this receiver: give this source a name of its own, or use the version that wrote it", text)
	}
	return c, nil
}

func (c checkpoint) text() (collectors.Checkpoint, error) {
	text, err := json.Marshal(c)
	return collectors.Checkpoint(text), err
}

// dropSealed removes the journals that a checkpoint says are sealed and returns
// the others, in order.
func dropSealed(dir string, at checkpoint) ([]uint64, error) {
	numbers, err := journals(dir)
	if err != nil {
		return nil, err
	}
	var left []uint64
	for _, n := range numbers {
		if n > at.Journal {
			left = append(left, n)
			continue
		}
		if err := os.Remove(journalPath(dir, n)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("stream: remove a journal that is sealed: %w; check who may write there", err)
		}
	}
	return left, nil
}

// sealJournal seals one journal with the gaps known by then, and returns how
// many records it held.
func sealJournal(ctx context.Context, to Sealer, dir string, number uint64, gaps []collectors.Gap) (int, error) {
	records, err := readJournal(dir, number)
	if err != nil {
		return 0, err
	}
	return len(records), seal(ctx, to, number, records, gaps)
}

func seal(ctx context.Context, to Sealer, number uint64, records []collectors.Record, gaps []collectors.Gap) error {
	at, err := checkpoint{Version: checkpointVersion, Journal: number}.text()
	if err != nil {
		return fmt.Errorf("stream: write a checkpoint: %w", err)
	}
	return to.Seal(ctx, collectors.Segment{Records: records, Checkpoint: at, Gaps: gaps})
}
