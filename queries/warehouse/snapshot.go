package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Publish writes a compact copy of the database for analysts to read, and puts
// it in the place of the last one at once: who has that one open keeps it. The
// states of scoring stay behind.
func (w *Warehouse) Publish(ctx context.Context, path string) error {
	next := path + ".next"
	if err := errors.Join(removeIfThere(next), removeIfThere(next+".wal")); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("making the folder of the snapshot: %w", err)
	}
	if err := w.copyTo(ctx, next); err != nil {
		return errors.Join(fmt.Errorf("writing the snapshot: %w", err), removeIfThere(next), removeIfThere(next+".wal"))
	}
	if err := os.Chmod(next, 0o600); err != nil {
		return fmt.Errorf("making the snapshot readable by its owner only: %w", err)
	}
	if err := syncFile(next); err != nil {
		return fmt.Errorf("writing the snapshot to disk: %w", err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("publishing the snapshot: %w", err)
	}
	return syncFile(filepath.Dir(path))
}

// copyTo copies tables, views and macros into a new file.
func (w *Warehouse) copyTo(ctx context.Context, next string) error {
	var self string
	if err := w.conn.QueryRowContext(ctx, "SELECT current_database()").Scan(&self); err != nil {
		return err
	}
	for _, s := range []string{
		"ATTACH " + literal(next) + " AS snapshot (STORAGE_VERSION 'v1.4.0')",
		"COPY FROM DATABASE " + quoted(self) + " TO snapshot",
		"DELETE FROM snapshot.learnt_state",
		"CHECKPOINT snapshot",
		"DETACH snapshot",
	} {
		if _, err := w.conn.ExecContext(ctx, s); err != nil {
			_, _ = w.conn.ExecContext(context.WithoutCancel(ctx), "DETACH DATABASE IF EXISTS snapshot")
			return err
		}
	}
	return nil
}

// quoted writes a database's own name as an identifier.
func quoted(name string) string { return `"` + name + `"` }

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("clearing %s away: %w", path, err)
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
