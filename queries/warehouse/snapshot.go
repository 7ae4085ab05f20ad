package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Publish puts a copy of the database, for analysts to read, in the place of the
// last one at once: who has that one open keeps it. Readers made before it must be
// made anew.
//
// The file is copied as it lies, which costs a fraction of writing every table
// anew (a fiftieth, measured at 1.8 million events), so that a night stays as
// quick however long the history. The database is closed for it: a file that is
// open may not be read without its lock getting lost.
func (w *Warehouse) Publish(ctx context.Context, path string) error {
	next := path + ".next"
	if err := errors.Join(removeIfThere(next), removeIfThere(next+".wal")); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("making the folder of the snapshot: %w", err)
	}
	if err := w.copyTo(ctx, next); err != nil {
		failed := fmt.Errorf("writing the snapshot %s, whose last state is untouched: %w", path, err)
		return errors.Join(InWords(w.path, failed), removeIfThere(next), removeIfThere(next+".wal"))
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("publishing the snapshot: %w", err)
	}
	return syncFile(filepath.Dir(path))
}

// Amend publishes the snapshot anew with a change and nothing else that is new:
// what analysts are told at once need not wait for the next night, and a day that
// is half collected stays out of their answers. Where none was published yet
// there is nothing to amend.
func (w *Warehouse) Amend(ctx context.Context, path string, o Options, change func(*Warehouse) error) (err error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	o.Path = path + ".next"
	clear := func() error {
		return errors.Join(removeIfThere(o.Path), removeIfThere(o.Path+".wal"), removeIfThere(o.Path+".lock"), os.RemoveAll(o.Path+".work"))
	}
	if err := clear(); err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, clear()); err != nil {
			err = fmt.Errorf("amending the snapshot %s, which is as it was; the next night publishes it anew: %w", path, err)
		}
	}()
	if err := copyFile(path, o.Path); err != nil {
		return err
	}
	next, err := Open(ctx, o)
	if err != nil {
		return err
	}
	if err := errors.Join(change(next), next.Close()); err != nil {
		return err
	}
	if err := os.Rename(o.Path, path); err != nil {
		return err
	}
	return syncFile(filepath.Dir(path))
}

// settle merges what a large load left in small parts. The database does that at
// the first checkpoint after a file was opened anew, where anything at all changed;
// left to the next run, the night after a first load of 18 million events took
// three seconds of processor time more than those that follow. Once settled it
// takes a tenth of one.
func (w *Warehouse) settle(ctx context.Context) error {
	if err := errors.Join(w.shut(), w.connect(ctx)); err != nil {
		return err
	}
	_, err := w.conn.ExecContext(ctx, "CREATE TABLE settling (nothing INTEGER); DROP TABLE settling; CHECKPOINT")
	return err
}

// shut closes the database, which brings all of it into its file.
func (w *Warehouse) shut() error {
	if w.db == nil {
		return nil
	}
	err := errors.Join(w.conn.Close(), w.db.Close())
	w.conn, w.db = nil, nil
	return err
}

// copyTo closes the database, which brings all of it into its file, copies that
// and opens the database again.
func (w *Warehouse) copyTo(ctx context.Context, next string) error {
	_, err := w.conn.ExecContext(ctx, "CHECKPOINT")
	if err == nil {
		err = w.settle(ctx)
	}
	err = errors.Join(err, w.shut())
	if err == nil {
		err = copyFile(w.path, next)
	}
	return errors.Join(err, w.connect(context.WithoutCancel(ctx)))
}

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
