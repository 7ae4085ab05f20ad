package warehouse_test

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"midwatch/queries/warehouse"
)

// What the database prints for those who write programs is left out, what stands
// around it is kept, and the advice is for a person, once.
func TestFailuresInWords(t *testing.T) {
	t.Parallel()
	const trace = "\n\nStack Trace:\n\n/bin/midwatch(duckdb::A::B()+0xc7) [0x154acf7]\n/lib/libc.so.6(+0x891f5) [0x7fc4b6bc71f5]\n"
	const memory = "Out of Memory Error: failed to allocate data\n\nPossible solutions:\n* Reducing the number of threads (SET threads=X)\n" +
		"* Increasing the memory limit (SET memory_limit='...GB')\n\nSee also https://duckdb.org/docs"
	for _, x := range []struct{ err, want string }{
		{"FATAL Error: Could not write file \"w\": No space left on device" + trace,
			"FATAL Error: Could not write file \"w\": No space left on device (make room and run again: nothing was half-written)"},
		{"scoring: " + memory, "scoring: Out of Memory Error: failed to allocate data (raise memory_limit in the configuration; 2GB is its default)"},
		{"first: a fault" + trace + "\nsecond", "first: a fault\nsecond"},
		{"no source could be read\n  one\n  two", "no source could be read\n  one\n  two"},
		{"Corrupt database file: computed checksum 1 does not match",
			"w.duckdb is not a database, or it is damaged: put a backup or the newest snapshot in its place with `midwatch restore`, or name another file under `database`: Corrupt database file: computed checksum 1 does not match"},
	} {
		got := warehouse.InWords("w.duckdb", errors.New(x.err))
		if got.Error() != x.want {
			t.Errorf("got  %s\nwant %s", got, x.want)
		}
		if again := warehouse.InWords("w.duckdb", got); again.Error() != x.want {
			t.Errorf("twice: %s", again)
		}
	}
	full := fmt.Errorf("writing: %w", syscall.ENOSPC)
	if got := warehouse.InWords("w.duckdb", full); !errors.Is(got, syscall.ENOSPC) || got.Error() == full.Error() {
		t.Errorf("a full disk: %v", got)
	}
	if warehouse.InWords("w.duckdb", nil) != nil {
		t.Error("no error became one")
	}
}
