package warehouse

import (
	"database/sql/driver"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// csvColumn is a column of a file that says what is known around an access.
type csvColumn struct {
	name string
	// required columns must be in the header and filled in each row.
	required bool
	// read gives the value, which is nil where nothing is known, or says what is
	// wrong with it. It is not asked about empty text.
	read func(text string) (driver.Value, error)
}

// readWhole reads a file that the configuration names under enrich.
func readWhole(path, key string) (string, error) {
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return "", fmt.Errorf("reading the %s file: %w (name one under enrich.%s, or take the key out)", key, err, key)
	}
	return strings.TrimPrefix(string(text), "\ufeff"), nil
}

// parseCSV reads rows in the order of the columns. The header may have them in
// any order and leave out what is not required. The first key values of a row
// name it, and must not come twice.
func parseCSV(path, text string, columns []csvColumn, key int) ([][]driver.Value, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.TrimLeadingSpace = true
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s line 1: it is empty: begin it with the header %s", path, headerOf(columns))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	place, err := places(path, head, columns)
	if err != nil {
		return nil, err
	}
	var rows [][]driver.Value
	seen := map[string]int{}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		line, _ := r.FieldPos(0)
		row, err := parseRow(fmt.Sprintf("%s line %d", path, line), record, columns, place)
		if err != nil {
			return nil, err
		}
		if name := fmt.Sprint(row[:key]); key > 0 && seen[name] > 0 {
			return nil, fmt.Errorf("%s line %d, field %s: the same as on line %d: keep one of the two", path, line, columns[0].name, seen[name])
		} else {
			seen[name] = line
		}
		rows = append(rows, row)
	}
}

// parseRow reads one row; where says which.
func parseRow(where string, record []string, columns []csvColumn, place []int) ([]driver.Value, error) {
	row := make([]driver.Value, len(columns), len(columns)+1)
	for i, c := range columns {
		text := ""
		if place[i] >= 0 {
			text = strings.TrimSpace(record[place[i]])
		}
		if text == "" && c.required {
			return nil, fmt.Errorf("%s, field %s: it is empty: fill it in, or take the line out", where, c.name)
		}
		if text == "" {
			row[i] = whenEmpty(c.name)
			continue
		}
		v, err := c.read(text)
		if err != nil {
			return nil, fmt.Errorf("%s, field %s: %w", where, c.name, err)
		}
		row[i] = v
	}
	return row, nil
}

// whenEmpty is what a field that is left out means.
func whenEmpty(column string) driver.Value {
	switch column {
	case "canary":
		return false
	case "state":
		return "open"
	}
	return nil
}

// places finds each column in the header; -1 where it is left out.
func places(path string, head []string, columns []csvColumn) ([]int, error) {
	for i := range head {
		head[i] = strings.ToLower(strings.TrimSpace(head[i]))
		known := slices.ContainsFunc(columns, func(c csvColumn) bool { return c.name == head[i] })
		if !known || slices.Contains(head[:i], head[i]) {
			return nil, fmt.Errorf("%s line 1: the column %q is unknown or there twice: the header is %s", path, head[i], headerOf(columns))
		}
	}
	place := make([]int, len(columns))
	for i, c := range columns {
		place[i] = slices.Index(head, c.name)
		if place[i] < 0 && c.required {
			return nil, fmt.Errorf("%s line 1: the column %s is missing: the header is %s", path, c.name, headerOf(columns))
		}
	}
	return place, nil
}

func headerOf(columns []csvColumn) string {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	return strings.Join(names, ",")
}
