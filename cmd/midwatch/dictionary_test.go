package main

import (
	"context"
	"fmt"
	"os"
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
	checkNumbers(t, want)
}

// checkNumbers holds the table to every question, and the numbers to have no hole.
func checkNumbers(t *testing.T, page string) {
	t.Helper()
	next := 1
	for _, q := range numbered() {
		if !strings.Contains(page, "| "+q.Asked+" | `midwatch "+q.Command+"` |") {
			t.Errorf("question %s is not in the table", q.Asked)
		}
		switch q.Number {
		case fmt.Sprintf("Q%d", next):
			next++
		default:
			if !strings.HasPrefix(q.Number, fmt.Sprintf("Q%d", next-1)) {
				t.Errorf("question %s follows Q%d: a number is left out", q.Number, next-1)
			}
		}
	}
}
