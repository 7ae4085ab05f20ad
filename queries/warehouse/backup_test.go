package warehouse

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A backup that is made while the database is written to holds whole transactions
// only, as many as were done when it began or more, and none that came after it.
func TestBackupWhileItIsWritten(t *testing.T) {
	t.Parallel()
	path := Fresh(t)
	w, err := Open(t.Context(), Options{Path: path, Threads: 1})
	must(t, err)
	for _, s := range []string{"CREATE TABLE one (n INTEGER, x VARCHAR)", "CREATE TABLE two (n INTEGER)"} {
		_, err := w.conn.ExecContext(t.Context(), s)
		must(t, err)
	}
	// Each round writes to both, few rows into the log and many past it; some write the
	// log into the file.
	done := make(chan int, 1)
	written := make(chan error, 1)
	stop := make(chan struct{})
	go func() {
		for n := 0; ; n++ {
			err := w.inTransaction(t.Context(), func() error {
				_, err := w.conn.ExecContext(t.Context(), "INSERT INTO one SELECT ?, hash(range)::VARCHAR FROM range(?)", n, 10+n%3*60_000)
				if err == nil {
					_, err = w.conn.ExecContext(t.Context(), "INSERT INTO two VALUES (?)", n)
				}
				return err
			})
			if err == nil && n%7 == 6 {
				_, err = w.conn.ExecContext(t.Context(), "CHECKPOINT")
			}
			select {
			case <-done:
			default:
			}
			done <- n + 1
			select {
			case <-stop:
				written <- err
				return
			default:
			}
			if err != nil {
				written <- err
				return
			}
		}
	}()
	folder := t.TempDir()
	made := 0
	for i := range 12 {
		before := <-done
		to := filepath.Join(folder, fmt.Sprint(i))
		_, err := Backup(t.Context(), path, to)
		if errors.Is(err, errMoved) {
			continue // it says so, and leaves nothing
		}
		must(t, err)
		after := <-done
		r, err := OpenReader(t.Context(), to, ReadOptions{})
		must(t, err)
		var rounds, most, ones int
		must(t, r.conn.QueryRowContext(t.Context(), "SELECT count(*), max(n) + 1, (SELECT count(*) FROM one) FROM two").Scan(&rounds, &most, &ones))
		want := 0
		for n := range most {
			want += 10 + n%3*60_000
		}
		if rounds != most || ones != want || most < before || most > after {
			t.Errorf("backup %d, begun after %d rounds and done before the end of round %d, has %d of %d rounds and %d of %d rows", i, before, after, rounds, most, ones, want)
		}
		must(t, errors.Join(r.Close(), os.Remove(to)))
		made++
	}
	if made == 0 {
		t.Error("no backup was made")
	}
	close(stop)
	must(t, <-written)
	must(t, w.Close())
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// What is restored is what was backed up; what was there is kept, with its log.
func TestRestore(t *testing.T) {
	t.Parallel()
	path := old(t)
	folder := t.TempDir()
	backup := filepath.Join(folder, "backup.duckdb")
	held, err := Backup(t.Context(), path, backup)
	must(t, err)
	if held.Schema != embedded().newest() || held.Rows == 0 || held.Tables < 20 || held.Bytes == 0 || held.Events != 0 || !held.Last.IsZero() {
		t.Errorf("got %+v", held)
	}
	if _, err := Backup(t.Context(), path, backup); err == nil || !strings.Contains(err.Error(), "is there already and is left as it is") {
		t.Errorf("again: %v", err)
	}
	want := everything(t, path)
	w, err := Open(t.Context(), Options{Path: path, Threads: 1})
	must(t, err)
	_, err = w.source(t.Context(), "another", "github")
	must(t, err)
	var busy *Busy
	if _, err := Restore(t.Context(), backup, path, "midwatch restore"); !errors.As(err, &busy) {
		t.Errorf("while it is open: %v", err)
	}
	// A log that a killed run left belongs to what it was written for.
	must(t, copyFile(path, path+".killed"))
	log := copyFile(path+".wal", path+".killed.wal")
	must(t, errors.Join(w.Close(), os.Rename(path+".killed", path)))
	if log == nil {
		must(t, os.Rename(path+".killed.wal", path+".wal"))
	}
	_, err = Restore(t.Context(), backup, path, "midwatch restore")
	must(t, err)
	if got := everything(t, path); got != want {
		t.Errorf("restored it has\n%s\nwant\n%s", got, want)
	}
	if got := everything(t, Before(path)); !strings.Contains(got, "another") {
		t.Errorf("what was there is not kept: %s", got)
	}
	if _, err := Restore(t.Context(), backup, path, "midwatch restore"); err == nil || !strings.Contains(err.Error(), "from an earlier restore: move it away first (nothing was changed)") {
		t.Errorf("a second time: %v", err)
	}
	if got := everything(t, path); got != want {
		t.Error("it was changed")
	}
	elsewhere := filepath.Join(folder, "new", "w.duckdb")
	_, err = Restore(t.Context(), backup, elsewhere, "midwatch restore")
	must(t, err)
	if got := everything(t, elsewhere); got != want {
		t.Error("on another machine it differs")
	}
}

// A backup with a byte changed anywhere that is read is refused, and changes nothing.
func TestDamagedBackup(t *testing.T) {
	t.Parallel()
	path := old(t)
	want := everything(t, path)
	good, err := os.ReadFile(path)
	must(t, err)
	backup := filepath.Join(t.TempDir(), "backup")
	refused := 0
	for at := 0; at < len(good); at += len(good)/23 + 1 {
		bad := append([]byte{}, good...)
		bad[at] ^= 0x10
		must(t, os.WriteFile(backup, bad, 0o600))
		held, err := Verify(t.Context(), backup)
		if err != nil {
			refused++
			if _, err := Restore(t.Context(), backup, path, "midwatch restore"); err == nil {
				t.Errorf("byte %d: restored", at)
			}
		} else if held.Rows == 0 {
			t.Errorf("byte %d: read whole with %+v", at, held)
		}
		after, err := os.ReadFile(backup)
		must(t, err)
		if string(after) != string(bad) {
			t.Errorf("byte %d: the backup was written to", at)
		}
	}
	if refused == 0 {
		t.Error("every flipped byte was in free space")
	}
	if got := everything(t, path); got != want {
		t.Error("the database was changed")
	}
	for name, text := range map[string]string{"empty": "", "text": "not a database\n"} {
		must(t, os.WriteFile(backup, []byte(text), 0o600))
		if _, err := Restore(t.Context(), backup, path, "midwatch restore"); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
