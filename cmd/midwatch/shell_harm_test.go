package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

// tree is what a folder holds: every path with what is in it.
func tree(t *testing.T, folder string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			all = append(all, path)
			return err
		}
		text, err := os.ReadFile(path)
		all = append(all, fmt.Sprintf("%s %x", path, sha256.Sum256(text)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// harmsNothing runs what would write a file wherever the database itself may write:
// the snapshot by all of its names, its log, and the folder it spills to. Not a byte
// changes anywhere, and the reason is said.
func harmsNothing(t *testing.T, path string) {
	home, folder := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	snapshot := filepath.Join(folder, "snapshot.duckdb")
	text, err := os.ReadFile(path)
	if err == nil {
		err = errors.Join(os.WriteFile(snapshot, text, 0o600), os.Symlink(snapshot, filepath.Join(folder, "link")), os.Symlink(folder, filepath.Join(folder, "folder")))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	s, out := opened(t, "snapshot.duckdb")
	s.format = "csv"
	ctx := context.Background()
	if err := s.run(ctx, "SELECT current_setting('temp_directory'), (SELECT path FROM duckdb_databases() WHERE path IS NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	last := strings.Split(strings.TrimSpace(out.String()), "\n")
	spill, attached, _ := strings.Cut(last[len(last)-1], ",")
	before := tree(t, folder)

	targets := []string{
		snapshot, snapshot + ".wal", "snapshot.duckdb", "./snapshot.duckdb", "snapshot.duckdb.wal", "file:" + snapshot, "file://" + snapshot,
		filepath.Join(folder, "link"), filepath.Join(folder, "folder", "snapshot.duckdb"), folder + "/../" + filepath.Base(folder) + "/snapshot.duckdb",
		attached, attached + ".wal", filepath.Join(spill, "x"), spill + "/../x", filepath.Join(spill, "..", "link", "x"), filepath.Join(home, "x"), "/dev/shm/midwatch-x",
	}
	var statements []string
	for _, to := range targets {
		to = "'" + to + "'"
		statements = append(statements,
			"COPY (SELECT 1) TO "+to, "copy(select 1)to"+to+"(use_tmp_file false)", "COPY event TO "+to+" (FORMAT parquet)", "COPY event TO "+to+" (FORMAT csv, PARTITION_BY (action))",
			"COPY (SELECT 1) TO "+to+" (FORMAT json, PER_THREAD_OUTPUT, OVERWRITE)", "EXPLAIN ANALYZE COPY (SELECT 1) TO "+to, "EXPLAIN (ANALYZE) /* */ Co"+"pY (SELECT 1) TO "+to,
			"PREPARE p AS COPY (SELECT 1) TO "+to+"; EXECUTE p;", "SELECT $$;$$, 1; COPY (SELECT 1) TO "+to, "SELECT E'\\'', 'x'; COPY (SELECT 1) TO "+to, "/* /* */ ; */ COPY (SELECT 1) TO "+to,
			"EXPORT DATABASE "+to, "ATTACH "+to+" AS other; CREATE TABLE other.x (a INTEGER)", "CALL enable_logging('QueryLog', storage = 'file', storage_path = "+to+")",
			"CALL enable_logging('QueryLog', storage = 'file', storage_config = {'path': "+to+"})", "FROM enable_logging(storage = 'file', storage_path = "+to+")",
			"PRAGMA enable_profiling = 'json'; PRAGMA profiling_output = "+to, "SET temp_directory = "+to, "SET secret_directory = "+to, "IMPORT DATABASE "+to)
	}
	statements = append(statements,
		"CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')", "CREATE OR REPLACE PERSISTENT SECRET s IN LOCAL_FILE (TYPE http, BEARER_TOKEN 'x')", "SET allow_persistent_secrets = true",
		"INSTALL httpfs", "LOAD httpfs", "UPDATE EXTENSIONS", "COPY FROM DATABASE snapshot TO scratch", "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))")
	for _, statement := range statements {
		if err := s.run(ctx, statement); err == nil {
			t.Errorf("done: %s", statement)
		}
	}
	if err := s.dot(ctx, []string{".output", "./snapshot.duckdb.wal"}); err == nil || !strings.Contains(err.Error(), "a part of the snapshot") {
		t.Errorf(".output: %v", err)
	}
	if after := tree(t, folder); after != before {
		t.Errorf("it was\n%s\nand is\n%s", before, after)
	}
	if left, err := os.ReadDir(home); err != nil || len(left) > 0 {
		t.Errorf("the home folder has %v, %v", left, err)
	}
	if _, err := os.Stat("/dev/shm/midwatch-x"); err == nil {
		t.Error("a file elsewhere was written")
	}
	harmless(t, s, out)
}

// harmless runs what has the words of what is refused in it and writes nothing.
func harmless(t *testing.T, s *shell, out *bytes.Buffer) {
	t.Helper()
	out.Reset()
	for _, statement := range []string{
		"SELECT 'a copy; of what was exported' AS copy, 'attached' AS attachment", "CREATE TABLE scratch.copy_of AS SELECT 42 AS copied", "INSERT INTO scratch.copy_of VALUES (43)",
		"UPDATE scratch.copy_of SET copied = 44 WHERE copied = 43", "CREATE TABLE scratch.merged AS SELECT 5 AS a", "PREPARE p AS SELECT 7 AS seven", "EXECUTE p", "EXPLAIN ANALYZE SELECT 1", "PIVOT (SELECT 'a' AS x, 1 AS y) ON x USING sum(y)",
		"MERGE INTO scratch.merged AS m USING (SELECT 5 AS a) AS n ON m.a = n.a WHEN MATCHED THEN DELETE", "FROM scratch.copy_of", "DROP TABLE scratch.copy_of",
	} {
		if err := s.run(context.Background(), statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if !strings.Contains(out.String(), "42\n44\n") || !strings.Contains(out.String(), "seven\n7\n") {
		t.Errorf("got %s", out)
	}
}

// shellConfig is a configuration for a shell of its own.
func shellConfig(t *testing.T, snapshot string) (config, folder string) {
	t.Helper()
	folder = t.TempDir()
	config = filepath.Join(folder, "midwatch.yaml")
	text := fmt.Sprintf("snapshot: %s\ntemp_directory: %s/spill\nmemory_limit: 100MB\nthreads: 1\nsources:\n  - {name: a, kind: files, format: github, paths: [x]}\n", snapshot, folder)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config, filepath.Join(folder, "spill")
}

// spilled waits until a shell has written to disk what does not fit in its memory.
func spilled(t *testing.T, folder string) {
	t.Helper()
	for {
		var size int64
		_ = filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				if info, err := d.Info(); err == nil {
					size += info.Size()
				}
			}
			return nil
		})
		if size > 1<<20 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// fills writes without end.
const fills = "CREATE TABLE scratch.x AS SELECT range AS a, hash(range) AS b FROM range(100000000000)"

// signalled stops a shell that writes without end: SIGTERM and SIGINT end it and
// what it wrote is gone; of one that was killed the next clears away what it left,
// and leaves alone what is another's.
func signalled(t *testing.T, path string) {
	config, folder := shellConfig(t, path)
	start := func() *exec.Cmd {
		c := exec.Command("midwatch", "--config", config, "sql", "--spill", "4GB", "-c", fills)
		c.Stderr = new(bytes.Buffer)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		spilled(t, folder)
		return c
	}
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		c := start()
		if err := c.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		var exit *exec.ExitError
		if err := c.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitError || fmt.Sprint(c.Stderr) != "midwatch: stopped\n" {
			t.Errorf("%v: %v, %s", s, err, c.Stderr)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%v left %v, %v", s, left, err)
		}
	}
	c := start()
	if err := errors.Join(c.Process.Kill(), ignored(c.Wait())); err != nil {
		t.Fatal(err)
	}
	spilled(t, folder) // it is there still
	if err := os.Mkdir(filepath.Join(folder, "mine"), 0o700); err != nil {
		t.Fatal(err)
	}
	open, err := warehouse.OpenReader(t.Context(), path, warehouse.ReadOptions{TempDirectory: folder})
	if err != nil {
		t.Fatal(err)
	}
	names := func() []string {
		var all []string
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			all = append(all, e.Name())
		}
		return all
	}
	if got := names(); len(got) != 2 || got[1] != "mine" {
		t.Errorf("beside one that is open: %v", got)
	}
	// Another that comes and goes takes nothing of the first.
	if out, err := exec.Command("midwatch", "--config", config, "sql", "-c", "SELECT 1").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if got := names(); len(got) != 2 {
		t.Errorf("after another came and went: %v", got)
	}
	if err := open.Close(); err != nil {
		t.Error(err)
	}
	if got := names(); !slices.Equal(got, []string{"mine"}) {
		t.Errorf("at the end: %v", got)
	}
}

// ignored is nothing: a process that was killed ends with an error.
func ignored(error) error { return nil }

// bounded holds a shell to its ceilings on disk and in memory, each with a sentence
// that says what to do.
func bounded(t *testing.T, path string) {
	config, folder := shellConfig(t, path)
	for statement, want := range map[string]string{
		fills: "start with a larger --spill",
		// One value is not counted by memory_limit.
		"SELECT length(repeat('x', 4000000000))": "memory_limit of the configuration",
	} {
		out, err := exec.Command("midwatch", "--config", config, "sql", "--spill", "50MB", "-c", statement).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitError || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, %s", statement, err, out)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%s left %v, %v", statement, left, err)
		}
	}
	out, err := exec.Command("midwatch", "--config", config, "sql", "--spill", "much", "-c", "SELECT 1").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitUsage || !strings.Contains(string(out), `--spill "much" is no size`) {
		t.Errorf("%v: %s", err, out)
	}
}
