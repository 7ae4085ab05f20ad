package files_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"midwatch/collectors"
	"midwatch/collectors/collectortest"
	"midwatch/collectors/files"
)

var night = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)

// tree makes files with some content in a new folder.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range names {
		write(t, filepath.Join(root, name), "x\n")
	}
	return root
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func newCollector(t *testing.T, paths ...string) *files.Collector {
	t.Helper()
	c, err := files.New(files.Options{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// collect gives the logs named, relative to root, and the error.
func collect(t *testing.T, root string, paths ...string) ([]string, error) {
	t.Helper()
	for i, path := range paths {
		if path != files.Stdin {
			paths[i] = filepath.Join(root, path)
		}
	}
	landing := &collectortest.Landing{}
	_, err := newCollector(t, paths...).Collect(t.Context(), "", night, landing)
	var logs []string
	for _, log := range landing.Logs() {
		logs = append(logs, strings.TrimPrefix(log.Path, root+"/"))
	}
	return logs, err
}

func TestCollectNamesEachLogOnce(t *testing.T) {
	t.Parallel()
	root := tree(t, "a/1.log", "a/b/2.log", "a/b/3.txt", "a/.hidden", "a/.git/x.log", "a/4.log.tmp", "a/5.part",
		"a/6.swp", "a/7~", "z[1].log", "{x}.log")
	if err := os.Symlink(filepath.Join(root, "a/1.log"), filepath.Join(root, "a/current")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(root, "a"), filepath.Join(root, "a/b/loop")); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name        string
		paths, want []string
	}{
		{"a file", []string{"a/1.log"}, []string{"a/1.log"}},
		{"a folder, without what is no finished log", []string{"a"}, []string{"a/1.log", "a/b/2.log", "a/b/3.txt"}},
		{"a pattern", []string{"a/*.log"}, []string{"a/1.log"}},
		{"a pattern over folders", []string{"**/*.log"}, []string{"a/.git/x.log", "a/1.log", "a/b/2.log", "z[1].log", "{x}.log"}},
		{"alternatives", []string{"a/b/{2,3}.*"}, []string{"a/b/2.log", "a/b/3.txt"}},
		{"two that match the same, in order", []string{"a/b/*", "a", "a/1.log", "a/../a/1.log"}, []string{"a/1.log", "a/b/2.log", "a/b/3.txt"}},
		{"a link and what it leads to", []string{"a/current", "a/1.log"}, []string{"a/1.log"}},
		{"a link alone", []string{"a/current"}, []string{"a/current"}},
		{"names that look like patterns", []string{"z[1].log", "{x}.log"}, []string{"z[1].log", "{x}.log"}},
		{"standard input", []string{"a/1.log", "-", "-"}, []string{"-", "a/1.log"}},
		{"what is hidden, when named", []string{"a/.hidden", "a/4.log.tmp"}, []string{"a/.hidden", "a/4.log.tmp"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := collect(t, root, slices.Clone(test.paths)...)
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %v, %v\nwant %v", got, err, test.want)
			}
		})
	}
}

func TestProblemsAreNamedAndTheOthersLanded(t *testing.T) {
	t.Parallel()
	root := tree(t, "good.log")
	if err := os.Mkdir(filepath.Join(root, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(root, "dangling")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(root, "piped"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "piped/1.log"), []byte("a record\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, pipe := range []string{"pipe", "piped/pipe"} {
		if err := syscall.Mkfifo(filepath.Join(root, pipe), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/dev/zero", filepath.Join(root, "piped/zero")); err != nil {
		t.Fatal(err)
	}
	got, err := collect(t, root, "absent.log", "absent/*.log", "em*", "empty", "pipe", "piped", "good.log")
	if !slices.Equal(got, []string{"good.log", "piped/1.log"}) {
		t.Errorf("landed %v", got)
	}
	for _, want := range []string{
		root + "/absent.log is not there", "no file matches " + root + "/absent/*.log", "no file matches " + root + "/em*",
		"folder " + root + "/empty holds no log", root + "/pipe is a pipe and not a regular file", root + "/piped/pipe is a pipe", root + "/piped/zero is a device", "check the spelling", "name the log -",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	got, err = collect(t, root, "**/*")
	if !slices.Contains(got, "good.log") || err == nil {
		t.Errorf("with a link to nowhere: landed %v, %v", got, err)
	}
}

func TestUnreadableIsNamed(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("the superuser may read everything")
	}
	root := tree(t, "a.log", "b.log", "closed/c.log")
	if err := errors.Join(os.Chmod(filepath.Join(root, "a.log"), 0), os.Chmod(filepath.Join(root, "closed"), 0)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(root, "closed"), 0o700) })
	for _, path := range []string{".", "**/*.log"} {
		got, err := collect(t, root, path)
		if !slices.Equal(got, []string{"b.log"}) || !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), "let the account") {
			t.Errorf("%s: landed %v, %v", path, got, err)
		}
	}
}

// TestVanishedBetweenListingAndReading removes a log while another is landed.
func TestVanishedBetweenListingAndReading(t *testing.T) {
	t.Parallel()
	root := tree(t, "a.log", "b.log", "c.log")
	landing := &collectortest.Landing{BeforeLog: func(log collectors.Log) error {
		if filepath.Base(log.Path) == "a.log" {
			return os.Remove(filepath.Join(root, "b.log"))
		}
		return nil
	}}
	_, err := newCollector(t, root).Collect(t.Context(), "", night, landing)
	if err == nil || !strings.Contains(err.Error(), "b.log has vanished since it was listed") || len(landing.Logs()) != 2 {
		t.Errorf("landed %v, %v", landing.Logs(), err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, paths := range [][]string{nil, {""}, {"a\x00b"}, {"a[b"}, {"x", "a{b"}} {
		if _, err := files.New(files.Options{Paths: paths}); err == nil {
			t.Errorf("%q was taken", paths)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	set := func(name, content string, age time.Duration) {
		path := filepath.Join(root, name)
		write(t, path, content)
		if err := os.Chtimes(path, night.Add(-age), night.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	set("fresh/a.log", "hello", 48*time.Hour)
	set("fresh/b.log.gz", "\x1f\x8b\x08\x00", 50*time.Hour)
	set("fresh/c.log.zst", "\x28\xb5\x2f\xfd\x00", 50*time.Hour)
	set("old/a.log", "x", 48*time.Hour+time.Second)
	set("odd/a.log", "\x1f\x8b\x08\x00", 0)
	set("odd/b.log.gz", "plain", 0)
	set("odd/c.log.xz", "\xfd7zXZ\x00", 0)
	set("odd/d.log", "BZh91AY", 0)
	checks, err := newCollector(t, root+"/fresh", root+"/old", root+"/odd", root+"/none", "-").Check(t.Context(), night)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, check := range checks {
		got = append(got, string(check.Status)+" | "+strings.TrimPrefix(check.Name, "log "+root)+" | "+check.Detail+" | "+check.Fix)
	}
	want := []string{
		"ok | /fresh | 3 files, 14 bytes, 1 gzip, 1 zstd, newest of 2026-11-20T02:00:00Z | ",
		"warning | /old | 1 files, 1 bytes, 0 gzip, 0 zstd, newest of 2026-11-20T01:59:59Z | nothing was written for more than 48 hours: check that the host still logs here, or ignore this for logs of the past",
		"failed | /odd/a.log | it is compressed with gzip and its name does not say so | rename it to end in .gz",
		"failed | /odd/b.log.gz | its name says gzip and it is not compressed so: cut short, empty or misnamed | rename it, or copy it here again",
		"failed | /odd/c.log.xz | it is compressed with xz, which cannot be read | decompress it, or pipe it in as standard input",
		"failed | /odd/d.log | it is compressed with bzip2, which cannot be read | decompress it, or pipe it in as standard input",
		"ok | /odd | 4 files, 22 bytes, 1 gzip, 0 zstd, newest of 2026-11-22T02:00:00Z | ",
		"failed | /none | " + root + "/none is not there: stat " + root + "/none: no such file or directory | check the spelling, and that its disk or share is mounted",
		"ok | log - | standard input, read when collecting | ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newCollector(t, root).Check(ctx, night); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, func(t *testing.T) collectortest.Source {
		root := tree(t, "a.log", "b/c.log", "b/d.log")
		return collectortest.Source{
			New: func(t *testing.T) collectors.Collector { return newCollector(t, root) },
			Now: night,
			Want: []string{
				filepath.Join(root, "a.log"), filepath.Join(root, "b/c.log"), filepath.Join(root, "b/d.log"),
			},
			Grow: func(t *testing.T) []string {
				write(t, filepath.Join(root, "b/e.log"), "x\n")
				return []string{filepath.Join(root, "b/e.log")}
			},
		}
	})
}

// TestLinksToFolders holds that logs behind a link to a folder are read, once, and that
// loops of links end.
func TestLinksToFolders(t *testing.T) {
	t.Parallel()
	root := tree(t, "logs/a.log", "logs/sub/b.log", "disk/c.log", "disk/deep/d.log", "disk/.hidden/e.log", "other/f.log")
	for link, to := range map[string]string{
		"logs/disk": "../disk", "logs/again": "../disk", "logs/deep": "../disk/deep", "disk/back": "../logs", "logs/up": "..",
		"logs/self": ".", "logs/round": "round", "link": "logs",
	} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		path    string
		want    []string
		trouble string
	}{
		{"logs", []string{"logs/a.log", "logs/again/c.log", "logs/again/deep/d.log", "logs/sub/b.log"}, "logs/round"},
		{"link", []string{"link/a.log", "link/again/c.log", "link/again/deep/d.log", "link/sub/b.log"}, "link/round"},
		{"l*gs/*/*.log", []string{"logs/again/c.log", "logs/deep/d.log", "logs/self/a.log", "logs/sub/b.log"}, ""},
		{"logs/**/*.log", []string{"logs/a.log", "logs/again/.hidden/e.log", "logs/again/c.log", "logs/again/deep/d.log", "logs/sub/b.log"}, ""},
		{"l*/di*/**/c.log", []string{"link/disk/c.log"}, ""},
		{"{logs,none}/**/d.log", []string{"logs/again/deep/d.log"}, ""},
	} {
		got, err := collect(t, root, test.path)
		if !slices.Equal(got, test.want) || (err == nil) != (test.trouble == "") || (err != nil && !strings.Contains(err.Error(), test.trouble)) {
			t.Errorf("%s: got %v, %v\nwant %v and %q", test.path, got, err, test.want, test.trouble)
		}
	}
}
