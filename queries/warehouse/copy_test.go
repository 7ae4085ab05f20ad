package warehouse

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A copy has the same bytes, whatever its last page holds, is its owner's only, and
// takes the place of nothing.
func TestCopyFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, size := range []int{0, 1, page - 1, page, page + 1, copyBytes - 1, copyBytes, copyBytes + 1, 2*copyBytes + 3*page + 7} {
		for _, flags := range []int{direct, 0} {
			want := make([]byte, size)
			for i := range want {
				want[i] = byte(i*7 + i>>12)
			}
			from, to := filepath.Join(folder, "from"), filepath.Join(folder, "to")
			must(t, os.WriteFile(from, want, 0o644))
			must(t, copyWith(flags, from, to))
			got, err := os.ReadFile(to)
			must(t, err)
			if !bytes.Equal(got, want) {
				t.Errorf("%d bytes with flags %o: the copy has %d and differs", size, flags, len(got))
			}
			info, err := os.Stat(to)
			must(t, err)
			if info.Mode().Perm() != 0o600 {
				t.Errorf("the copy's mode is %v", info.Mode())
			}
			if err := copyFile(from, to); !errors.Is(err, os.ErrExist) {
				t.Errorf("a copy over what is there gives %v", err)
			}
			must(t, os.Remove(to))
		}
	}
}
