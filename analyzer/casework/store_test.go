package casework_test

import (
	"strconv"
	"sync"
	"testing"

	"midwatch/analyzer/casework"
)

// TestTwoWhoAddAtTheSameTime: of twenty who add to a case at once none is lost.
func TestTwoWhoAddAtTheSameTime(t *testing.T) {
	t.Parallel()
	folder := casework.Folder(t.TempDir())
	if err := folder.Open(casework.Case{Name: "leak"}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if err := folder.Append("leak", casework.Entry{Kind: "note", Text: strconv.Itoa(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	k, err := folder.Read("leak")
	if err != nil {
		t.Fatal(err)
	}
	if len(k.Entries) != 20 {
		t.Errorf("%d entries of 20", len(k.Entries))
	}
}
