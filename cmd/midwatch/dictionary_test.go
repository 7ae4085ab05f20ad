package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestDictionaryIsFresh compares queries/README.md with what a new database
// says of itself.
func TestDictionaryIsFresh(t *testing.T) {
	want, err := dictionary(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../queries/README.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("queries/README.md is stale: run `make generate`")
	}
	for _, line := range strings.Split(want, "\n") {
		if strings.HasPrefix(line, "**") && strings.HasSuffix(line, "**: ") {
			t.Errorf("%s has no COMMENT ON", line)
		}
		if strings.HasPrefix(line, "| Q") && strings.Contains(line, "`midwatch `") {
			t.Errorf("no command asks %s", line)
		}
	}
	for n := 1; n <= 18; n++ {
		if !strings.Contains(want, "| Q"+strconv.Itoa(n)+" ") {
			t.Errorf("question %d of THREATS 1.5 is not in the table", n)
		}
	}
}
