package analyzer

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/marcboeker/go-duckdb/v2"

	"midwatch/queries/warehouse"
)

// emptyFile is a database with nothing in it but what Open puts there, which takes
// most of a second, and many tests want one.
var emptyFile = sync.OnceValues(func() (text []byte, err error) {
	dir, err := os.MkdirTemp("", "midwatch-test-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "w.duckdb")
	w, err := warehouse.Open(context.Background(), warehouse.Options{Path: path, Threads: 1})
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// landed makes a warehouse whose roll-ups hold the accesses of nights.
func landed(t *testing.T, nights []Night) *warehouse.Warehouse {
	t.Helper()
	text, err := emptyFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "w.duckdb")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	land(t, path, nights)
	w, err := warehouse.Open(t.Context(), warehouse.Options{Path: path, Threads: 1, MemoryLimit: "1GB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// ask gives the rows of a query, a line each, with | between columns and - for NULL.
func ask(t *testing.T, w *warehouse.Warehouse, query string) string {
	t.Helper()
	rows, err := w.Reader().Query(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, len(cells))
		for i, c := range cells {
			if line[i] = fmt.Sprint(c); c == nil {
				line[i] = "-"
			}
		}
		lines = append(lines, strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// ids numbers names of one kind and keeps the rows that describe them.
type ids struct {
	numbers map[string]int32
	rows    [][]driver.Value
}

// of is the number of a name, from 1; describe gives its row from the number.
func (x *ids) of(name string, describe func(id int32) []driver.Value) int32 {
	if x.numbers == nil {
		x.numbers = map[string]int32{}
	}
	id, ok := x.numbers[name]
	if !ok {
		id = int32(len(x.numbers) + 1)
		x.numbers[name] = id
		x.rows = append(x.rows, describe(id))
	}
	return id
}

// land writes the roll-ups of nights, and the names they speak of, into a file.
func land(t *testing.T, path string, nights []Night) {
	t.Helper()
	connector, err := duckdb.NewConnector(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connector.Close() }()
	conn, err := connector.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	var identities, repositories, credentials, types, addresses, agents ids
	var accesses, days [][]driver.Value
	for _, n := range nights {
		if len(n.Accesses) > 0 {
			days = append(days, []driver.Value{n.Day, n.Day.Format(time.DateOnly)})
		}
		for _, a := range n.Accesses {
			kind := "human"
			if a.Bot {
				kind = "bot"
			}
			row := []driver.Value{n.Day,
				identities.of(a.Identity+"|"+a.Name+kind, func(id int32) []driver.Value { return []driver.Value{id, a.Identity, kind, a.Name, ""} }),
				int16(types.of(a.AccessType+"|"+string(a.Family), func(id int32) []driver.Value {
					return []driver.Value{int16(id), a.AccessType, a.AccessType, string(a.Family)}
				})),
				orNone(a.Credential, func() int32 {
					return credentials.of(a.Credential, func(id int32) []driver.Value { return []driver.Value{id, a.Credential} })
				}),
				repositories.of(a.Repository, func(id int32) []driver.Value { return []driver.Value{id, a.Repository, "org"} }),
				a.Public,
				orNone(a.Network, func() int32 {
					return addresses.of(a.Network+a.Block+a.ASN+a.NetworkKind, func(id int32) []driver.Value {
						return []driver.Value{id, a.Network, a.Network, a.Block, orNull(a.ASN), nil, nil, orNull(a.NetworkKind)}
					})
				}),
				a.Country,
				orNone(a.Agent, func() int32 {
					return agents.of(a.Agent, func(id int32) []driver.Value { return []driver.Value{id, a.Agent} })
				}),
				int64(a.Operations), int64(a.Operations), int64(a.Copies), int64(a.Pushes), int64(0), a.First, a.Last, a.Hours, nil,
			}
			accesses = append(accesses, row)
		}
	}
	for table, rows := range map[string][][]driver.Value{
		"identity_form": identities.rows, "repository_form": repositories.rows, "credential_form": credentials.rows, "access_form": types.rows,
		"address": addresses.rows, "agent_form": agents.rows, "access_day": accesses, "rolled_day": days,
	} {
		appendRows(t, conn, table, rows)
	}
}

// appendRows writes rows to a table.
func appendRows(t *testing.T, conn driver.Conn, table string, rows [][]driver.Value) {
	t.Helper()
	a, err := duckdb.NewAppenderFromConn(conn, "", table)
	if err != nil {
		t.Fatal(table, err)
	}
	for _, row := range rows {
		if err := a.AppendRow(row...); err != nil {
			t.Fatal(table, err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(table, err)
	}
}

func orNone(text string, id func() int32) driver.Value {
	if text == "" {
		return nil
	}
	return id()
}

func orNull(text string) driver.Value {
	if text == "" {
		return nil
	}
	return text
}

// advance judges nights in order and gives the assessments by night.
func advance(t *testing.T, o Options, nights []Night) [][]Assessment {
	t.Helper()
	all, _ := judgedNights(t, o, nights)
	return all
}

// judgedNights judges nights in order and gives the assessments by night, and the
// warehouse they were judged in.
func judgedNights(t *testing.T, o Options, nights []Night) ([][]Assessment, *warehouse.Warehouse) {
	t.Helper()
	w := landed(t, nights)
	return judgeTogether(t, w, o, nights, len(nights), nil), w
}

// judgeTogether counts and judges so many nights of a warehouse at once, each time
// by a new model, as runs do. look, where given, sees the model before each night.
func judgeTogether(t *testing.T, w *warehouse.Warehouse, o Options, nights []Night, together int, look func(*Model, Night)) [][]Assessment {
	t.Helper()
	var out [][]Assessment
	for some := range slices.Chunk(nights, together) {
		err := w.Together(t.Context(), func() error {
			if err := w.SetConstants(t.Context(), o.Constants()); err != nil {
				return err
			}
			all, err := judgeSome(t.Context(), w, o, some, dayNumber(nights[0].Day), look)
			out = append(out, all...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// judgeSome counts nights and judges them by a new model, in a log that began on the day start.
func judgeSome(ctx context.Context, w *warehouse.Warehouse, o Options, nights []Night, start int, look func(*Model, Night)) ([][]Assessment, error) {
	last := nights[len(nights)-1].Day
	if err := w.CountNights(ctx, nights[0].Day, last, o.columns()...); err != nil {
		return nil, err
	}
	m := newModel(o)
	m.state.Start = start
	know := recall{w: w, m: m, last: last}
	var out [][]Assessment
	for _, n := range nights {
		if err := know.before(ctx, n.Day); err != nil {
			return nil, err
		}
		var err error
		if n.Accesses, err = readNight(ctx, w, n.Day); err != nil {
			return nil, err
		}
		if look != nil {
			look(m, n)
		}
		assessed, judged := m.judgeNight(n)
		out = append(out, assessed)
		if err := w.SaveJudged(judged); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// counted counts nights so many at once, without judging them.
func counted(t *testing.T, nights []Night, together int) *warehouse.Warehouse {
	t.Helper()
	w := landed(t, nights)
	err := w.Together(t.Context(), func() error {
		if err := w.SetConstants(t.Context(), Default().Constants()); err != nil {
			return err
		}
		for some := range slices.Chunk(nights, together) {
			if err := w.CountNights(t.Context(), some[0].Day, some[len(some)-1].Day); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}
