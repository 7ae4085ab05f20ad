package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer/report"
	"midwatch/collectors/synthetic"
	"midwatch/queries/warehouse"
	"midwatch/queries/warehouse/warehousetest"
)

// replayed is what an investigator asks about one of the replays of
// testdata/script/incident: a question, what about, and the window. The answer has
// at least so many rows.
type replayed struct {
	replay, question, subject, since, until, flag string
	rows                                          int
}

// replays asks about each of the ten. Who is bomipa in several of them is called
// by the replay here, for all of them share one database.
func replays() []replayed {
	const night, morning = "2025-05-08", "2025-05-09"
	return []replayed{
		{"trigger", "blast", "bomipa-trigger", night, morning, "", 669},
		{"trigger", "contain", "bomipa-trigger", night, morning, "", 1},
		{"grafana", "revoked", "", "2025-05-02", morning, "", 2},
		{"salesloft", "context", "bomipa-salesloft", "2025-05-05", "2025-05-12", "", 1},
		{"cloudflare", "copies", "bomlpa", night, morning, "", 2},
		{"midnight", "dormant", "", "2025-09-20", "2025-09-25", "days=200", 2},
		{"lastpass", "identity", "bomipa-lastpass", "2025-05-05", morning, "", 14},
		{"app", "app", "build-app", night, morning, "", 40},
		{"benign", "identity", "agent-1[bot]", night, morning, "", 1},
		{"blind", "coverage", "", "2025-09-19", "2025-09-27", "", 1},
		{"blind", "credential", "NOBODYSTOKEN", night, morning, "", 1},
		{"hostile", "who", "northwind-labs/<script>", night, morning, "", 1},
		{"hostile", "client", "BBBBBBBB", night, morning, "", 1},
	}
}

// TestReplaysAreAskedInThreeWays asks about each replay by the command, by the
// macro in a shell on the snapshot, and by the tool of the MCP server, and holds
// the three to the same rows.
func TestReplaysAreAskedInThreeWays(t *testing.T) {
	warehousetest.Long(t)
	config := replayFolder(t)
	client := newMCPClient(t, config)
	asked := map[string]bool{}
	for _, x := range replays() {
		name := x.replay + " " + x.question + " " + x.subject
		asked[x.replay] = true
		byCommand := objects(t, call(t, config, "", x.command()...).out)
		sql := call(t, config, "", "sql", "--format", "json", "-c", x.macro())
		byMacro := objects(t, sql.out)
		byTool := client.ask(x.tool(), x.arguments())
		if len(byCommand) < x.rows {
			t.Errorf("%s: %d rows, want at least %d", name, len(byCommand), x.rows)
		}
		if !reflect.DeepEqual(byMacro, byCommand) {
			t.Errorf("%s: by macro %d rows\n%.600v\nby command %d\n%.600v\n%s", name, len(byMacro), byMacro, len(byCommand), byCommand, sql.err)
		}
		if want := heardOf(byCommand); !reflect.DeepEqual(byTool, want) {
			t.Errorf("%s: by tool %d rows\n%.600v\nby command %d\n%.600v", name, len(byTool), byTool, len(want), want)
		}
	}
	scripts, err := filepath.Glob(scripts + "/incident/replay-*.txtar")
	check(t, err)
	if len(scripts) != 10 || len(asked) != len(scripts) {
		t.Errorf("%d of %d replays were asked about", len(asked), len(scripts))
	}
}

func (x replayed) command() []string {
	args := []string{"investigate", x.question}
	if x.question == "contain" {
		args = args[1:]
	}
	if x.subject != "" {
		args = append(args, x.subject)
	}
	if x.flag != "" {
		args = append(args, "--"+x.flag)
	}
	return append(args, "--since", x.since, "--until", x.until, "--format", "json")
}

func (x replayed) macro() string {
	subject, flag := "", ""
	if x.subject != "" {
		subject = "'" + strings.ReplaceAll(x.subject, "'", "''") + "', "
	}
	if name, value, is := strings.Cut(x.flag, "="); is {
		flag = ", " + name + " := " + value
	}
	return fmt.Sprintf("FROM investigate.%s(%ssince := TIMESTAMP '%s', until := TIMESTAMP '%s'%s)", x.question, subject, x.since, x.until, flag)
}

func (x replayed) tool() string {
	if x.question == "contain" || x.question == "coverage" {
		return x.question
	}
	return "investigate_" + x.question
}

func (x replayed) arguments() map[string]any {
	args := map[string]any{"since": x.since, "until": x.until, "limit": 1000}
	if x.subject != "" {
		args["subject"] = x.subject
	}
	if name, value, is := strings.Cut(x.flag, "="); is {
		args[name] = json.Number(value)
	}
	return args
}

// objects are the rows of an answer in JSON.
func objects(t *testing.T, lines string) []map[string]any {
	t.Helper()
	all := []map[string]any{}
	for line := range strings.Lines(lines) {
		row := map[string]any{}
		check(t, json.Unmarshal([]byte(line), &row))
		all = append(all, row)
	}
	return all
}

// heardOf is what an agent is told of rows: text that does nothing and is cut, and
// lists that are.
func heardOf(rows []map[string]any) []map[string]any {
	var bounded func(any) any
	bounded = func(v any) any {
		switch v := v.(type) {
		case string:
			if v = report.Inert(v); len(v) > 500 {
				v = strings.ToValidUTF8(v[:500], "") + "… (cut)"
			}
			return v
		case []any:
			all := make([]any, 0, len(v))
			for _, each := range v[:min(len(v), 50)] {
				all = append(all, bounded(each))
			}
			return all
		}
		return v
	}
	all := make([]map[string]any, 0, len(rows))
	for _, row := range rows {
		other := map[string]any{}
		for k, v := range row {
			other[k] = bounded(v)
		}
		all = append(all, other)
	}
	return all
}

// replayFolder makes the database and snapshot that have all ten: the records that
// the scripts add, each script run as it is in a folder of its own, beside one
// organisation that all share.
func replayFolder(t *testing.T) string {
	t.Helper()
	dir, o := t.TempDir(), synthetic.Default()
	o.From = time.Date(2025, time.April, 27, 0, 0, 0, 0, time.UTC)
	o.Days, o.EvalFrom, o.People, o.Repositories, o.EventsPerDay, o.Attacks, o.LookAlikes = 12, 6, 90, 900, 1800, []string{}, false
	_, err := synthetic.Folder{Path: filepath.Join(dir, "organisation")}.Write(o)
	check(t, err)
	logs := []string{filepath.Join(dir, "organisation", "events.ndjson")}
	found, err := filepath.Glob(scripts + "/incident/replay-*.txtar")
	check(t, err)
	for _, script := range found {
		logs = append(logs, replayRecords(t, dir, script))
	}
	config := filepath.Join(dir, "midwatch.yaml")
	check(t, os.WriteFile(config, []byte("sources:\n  - {name: acme, kind: files, format: github, paths: [events.ndjson]}\n"), 0o600))
	warehousetest.Put(t, filepath.Join(dir, "midwatch.duckdb"))
	ctx := context.Background()
	w, err := warehouse.Open(ctx, warehouse.Options{Path: filepath.Join(dir, "midwatch.duckdb"), Threads: 2})
	check(t, err)
	for _, log := range logs {
		_, err = w.Load(ctx, warehouse.Input{Source: "acme", Format: "github", Name: log, Path: log, CollectedAt: time.Date(2025, 9, 26, 0, 0, 0, 0, time.UTC)})
		check(t, err)
	}
	_, err = w.RollUp(ctx, nil)
	check(t, err)
	check(t, w.Publish(ctx, filepath.Join(dir, "midwatch-snapshot.duckdb")))
	check(t, w.Close())
	for _, who := range []string{"release-bot", "lint-bot"} {
		if dead := call(t, config, "", "contain", who, "--since", "2025-05-02", "--watch", "--apply", "--dead-at", "2025-05-03T12:00"); dead.code != exitDone {
			t.Fatal(dead.err)
		}
	}
	return config
}

// replayRecords runs the part of a script that adds records, with the
// organisation that is there, and gives the file of them. Ids and the name bomipa
// get the replay's name, so that no two replays meet.
func replayRecords(t *testing.T, dir, script string) string {
	t.Helper()
	name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(script), "replay-"), ".txtar")
	text, err := os.ReadFile(script)
	check(t, err)
	_, shell, found := strings.Cut(string(text), "\n. $TESTDATA/investigations/replay.sh\n")
	if !found {
		t.Fatalf("%s adds no records", script)
	}
	testdata, err := filepath.Abs("../../testdata")
	check(t, err)
	const given = "organisation() { cp ../organisation/events.ndjson .; : > attack.ndjson; }\n" +
		"[ -s ../all ] || (cd ../organisation && repositories > ../all)\nrepositories() { cat ../all; }\n"
	run := exec.CommandContext(t.Context(), "sh", "-ec", ". $TESTDATA/investigations/replay.sh\n"+given+shell)
	run.Dir = filepath.Join(dir, name)
	run.Env = append(os.Environ(), "TESTDATA="+testdata)
	check(t, os.Mkdir(run.Dir, 0o700))
	if said, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", script, err, said)
	}
	log := filepath.Join(run.Dir, "attack.ndjson")
	records, err := os.ReadFile(log)
	check(t, err)
	if len(records) == 0 {
		t.Fatalf("%s adds no records", script)
	}
	records = bytes.ReplaceAll(records, []byte(`"_document_id":"`), []byte(`"_document_id":"`+name+"-"))
	records = bytes.ReplaceAll(records, []byte(`"bomipa"`), []byte(`"bomipa-`+name+`"`))
	check(t, os.WriteFile(log, records, 0o600))
	return log
}

// mcpClient speaks to `midwatch mcp` line by line.
type mcpClient struct {
	t    *testing.T
	to   io.Writer
	from *bufio.Reader
	n    int
}

// newMCPClient starts `midwatch mcp` and ends it with the test.
func newMCPClient(t *testing.T, config string) *mcpClient {
	t.Helper()
	in, to := io.Pipe()
	from, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		root := newRoot()
		root.SetArgs([]string{"--config", config, "mcp"})
		root.SetIn(in)
		root.SetOut(out)
		root.SetErr(io.Discard)
		err := root.ExecuteContext(context.Background())
		done <- err
		_ = out.CloseWithError(fmt.Errorf("the server has ended: %w", err))
	}()
	t.Cleanup(func() {
		check(t, to.Close())
		check(t, <-done)
	})
	c := &mcpClient{t: t, to: to, from: bufio.NewReader(from)}
	c.request("initialize", map[string]any{"protocolVersion": "2025-06-18", "capabilities": map[string]any{}, "clientInfo": map[string]any{"name": "test", "version": "1"}})
	c.send(map[string]any{"jsonrpc": "2.0", "method": "notifications/initialized"})
	return c
}

func (c *mcpClient) send(message map[string]any) {
	c.t.Helper()
	text, err := json.Marshal(message)
	check(c.t, err)
	_, err = c.to.Write(append(text, '\n'))
	check(c.t, err)
}

// request sends a request and gives its result.
func (c *mcpClient) request(method string, params map[string]any) json.RawMessage {
	c.t.Helper()
	c.n++
	c.send(map[string]any{"jsonrpc": "2.0", "id": c.n, "method": method, "params": params})
	for {
		line, err := c.from.ReadBytes('\n')
		check(c.t, err)
		var answer struct {
			ID     int             `json:"id"`
			Result json.RawMessage `json:"result"`
			Error  json.RawMessage `json:"error"`
		}
		check(c.t, json.Unmarshal(line, &answer))
		if answer.ID != c.n {
			continue // a notification
		}
		if answer.Error != nil {
			c.t.Fatalf("%s %v: %s", method, params, answer.Error)
		}
		return answer.Result
	}
}

// ask calls a tool and gives its rows.
func (c *mcpClient) ask(tool string, args map[string]any) []map[string]any {
	c.t.Helper()
	text := c.request("tools/call", map[string]any{"name": tool, "arguments": args})
	var result struct {
		StructuredContent struct {
			Truncated bool `json:"truncated"`
			Outside   struct {
				Columns []string `json:"columns"`
				Rows    [][]any  `json:"rows"`
			} `json:"data_from_outside"`
		} `json:"structuredContent"`
		IsError bool `json:"isError"`
	}
	check(c.t, json.Unmarshal(text, &result))
	if result.IsError || result.StructuredContent.Truncated {
		c.t.Errorf("%s %v: %.600s", tool, args, text)
	}
	all := []map[string]any{}
	for _, values := range result.StructuredContent.Outside.Rows {
		row := map[string]any{}
		for i, name := range result.StructuredContent.Outside.Columns {
			row[name] = values[i]
		}
		all = append(all, row)
	}
	return all
}
