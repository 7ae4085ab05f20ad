package analyzer

import (
	"context"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/marcboeker/go-duckdb/v2"

	"midwatch/queries/warehouse"
	"midwatch/queries/warehouse/warehousetest"
)

// landed makes a warehouse whose roll-ups hold the accesses of nights.
func landed(t *testing.T, nights []Night) *warehouse.Warehouse {
	t.Helper()
	path := filepath.Join(t.TempDir(), "w.duckdb")
	warehousetest.Put(t, path)
	land(t, path, nights, nil)
	return openLanded(t, path)
}

// openLanded opens a database in which nights have landed.
func openLanded(t *testing.T, path string) *warehouse.Warehouse {
	t.Helper()
	return warehousetest.Open(t, warehouse.Options{Path: path, Threads: 1, MemoryLimit: "1GB"})
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

// land writes the roll-ups of nights, and the names they speak of, into a file that has
// the first of them already.
func land(t *testing.T, path string, nights, has []Night) {
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
	// Names are numbered in the order in which they come, so that those of the first
	// nights are the first rows.
	before := rowsOf(has)
	for table, rows := range rowsOf(nights) {
		appendRows(t, conn, table, rows[len(before[table]):])
	}
}

// rowsOf are the rows of nights by table.
func rowsOf(nights []Night) map[string][][]driver.Value {
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
	return map[string][][]driver.Value{
		"identity_form": identities.rows, "repository_form": repositories.rows, "credential_form": credentials.rows, "access_form": types.rows,
		"address": addresses.rows, "agent_form": agents.rows, "access_day": accesses, "rolled_day": days,
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
	for _, c := range slices.Backward(begun(t)) {
		n := len(c.nights)
		if len(nights) > n && reflect.DeepEqual(o, Default()) && reflect.DeepEqual(nights[:n], c.nights) {
			path := filepath.Join(t.TempDir(), "w.duckdb")
			if err := os.WriteFile(path, c.file, 0o600); err != nil {
				t.Fatal(err)
			}
			land(t, path, nights, c.nights)
			more := judgeAfter(t, openLanded(t, path), o, nights[0].Day, nights[n:], len(nights), nil)
			return slices.Concat(c.judged, more)
		}
	}
	all, _ := judgedNights(t, o, nights)
	return all
}

// checkpoint is a database in which nights are judged.
type checkpoint struct {
	nights []Night
	judged [][]Assessment
	file   []byte
}

var (
	beginOnce   sync.Once
	checkpoints []checkpoint
)

// begun are checkpoints of the nights that many tests begin with. What comes after is
// judged the same as if all had been judged at once, which
// TestNightsAreJudgedTheSameInParts and TestACheckpointGivesTheSame hold.
func begun(t *testing.T) []checkpoint {
	t.Helper()
	beginOnce.Do(func() {
		nights, path := testOrganisation(7, 59), filepath.Join(t.TempDir(), "w.duckdb")
		warehousetest.Put(t, path)
		var last checkpoint
		for _, n := range []int{39, 59} {
			land(t, path, nights[:n], last.nights)
			w, err := warehouse.Open(t.Context(), warehouse.Options{Path: path, Threads: 1, MemoryLimit: "1GB"})
			if err != nil {
				t.Fatal(err)
			}
			more := judgeAfter(t, w, Default(), nights[0].Day, nights[len(last.nights):n], n, nil)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			last = checkpoint{nights[:n:n], slices.Concat(last.judged, more), file}
			checkpoints = append(checkpoints, last)
		}
	})
	return checkpoints
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
	return judgeAfter(t, w, o, nights[0].Day, nights, together, look)
}

// judgeAfter is judgeTogether of nights in a log that began on a day.
func judgeAfter(t *testing.T, w *warehouse.Warehouse, o Options, start time.Time, nights []Night, together int, look func(*Model, Night)) [][]Assessment {
	t.Helper()
	var out [][]Assessment
	for some := range slices.Chunk(nights, together) {
		err := w.Together(t.Context(), func() error {
			if err := w.SetConstants(t.Context(), o.Constants()); err != nil {
				return err
			}
			all, err := judgeSome(t.Context(), w, o, some, dayNumber(start), look)
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
