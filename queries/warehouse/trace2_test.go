package warehouse

import (
	"fmt"
	"testing"
)

// trace is what one request of git over HTTP leaves: its process, the command,
// and for a fetch what it asked.
func trace(sid, at, path, argv, info string) []string {
	line := func(event, rest string) string {
		return fmt.Sprintf(`{"event":%q,"sid":%q,"thread":"main","time":"2026-11-22T09:%s.000000Z",%s}`, event, sid, at, rest)
	}
	all := []string{line("start", `"argv":["git","upload-pack",`+argv+`,"."]`)}
	for param, value := range map[string]string{"REMOTE_USER": "alice", "REMOTE_ADDR": "192.0.2.1", "PATH_INFO": path} {
		all = append(all, line("def_param", fmt.Sprintf(`"param":%q,"value":%q`, param, value)))
	}
	if info != "" {
		all = append(all, line("data_json", `"key":"fetch-info","value":`+info))
	}
	return all
}

// TestTrace2LazyFetch tells the objects that a partial clone fetches when it needs
// them from the clone itself: both name nothing they have.
func TestTrace2LazyFetch(t *testing.T) {
	const refs, post = "/acme/r.git/info/refs", "/acme/r.git/git-upload-pack"
	const partial = `{"haves":0,"wants":1,"depth":0,"shallows":0,"filter":"blob:none"}`
	var lines []string
	for _, l := range [][]string{
		trace("a", "00:00", refs, `"--http-backend-info-refs"`, ""), trace("b", "00:01", post, `"--stateless-rpc"`, ""), trace("c", "00:02", post, `"--stateless-rpc"`, partial),
		trace("d", "00:10", refs, `"--http-backend-info-refs"`, ""), trace("e", "00:11", post, `"--stateless-rpc"`, partial),
	} {
		lines = append(lines, l...)
	}
	w := openTest(t)
	loadText(t, w, "trace2", lines...)
	expect(t, w, "SELECT action, records, first_at FROM operation(DATE '2026-11-22', DATE '2026-11-23') ORDER BY first_at",
		"clone\t3\t2026-11-22T09:00:00.000Z", "fetch\t2\t2026-11-22T09:00:10.000Z")
	expect(t, w, "SELECT action, scope FROM event WHERE action IN ('clone', 'fetch') ORDER BY 1", "clone\tpartial", "fetch\tpartial")
}

// TestTrace2OfAClient ignores what git does as a client of another machine.
func TestTrace2OfAClient(t *testing.T) {
	w := openTest(t)
	out := loadText(t, w, "trace2",
		`{"event":"start","sid":"x","thread":"main","time":"2026-11-22T09:00:00.000000Z","argv":["git","fetch","origin"]}`,
		`{"event":"child_start","sid":"x","thread":"main","time":"2026-11-22T09:00:01.000000Z","argv":["ssh","git.example","git-upload-pack '/elsewhere.git'"]}`)
	if out.New != 0 || out.Ignored != 2 {
		t.Errorf("a client's trace gave %+v", out)
	}
}

// TestTrace2ReadBeforeItsEnd holds a process whose trace was read while it ran to
// the clone that it turned out to be.
func TestTrace2ReadBeforeItsEnd(t *testing.T) {
	w := openTest(t)
	lines := trace("a", "00:02", "/acme/r.git/git-upload-pack", `"--stateless-rpc"`, `{"haves":0,"wants":1,"depth":0,"shallows":0,"filter":null}`)
	loadText(t, w, "trace2", lines[:len(lines)-1]...)
	expect(t, w, "SELECT action FROM operation(DATE '2026-11-22', DATE '2026-11-23')", "ls_refs")
	loadText(t, w, "trace2", lines...)
	expect(t, w, "SELECT action FROM operation(DATE '2026-11-22', DATE '2026-11-23')", "clone")
}

// TestTrace2Brief takes the time from the sid where trace2.eventBrief leaves it
// out of the events.
func TestTrace2Brief(t *testing.T) {
	w := openTest(t)
	const sid = `"sid":"20261122T085413.123456Z-Hlab-P00000a1b","thread":"main"`
	loadText(t, w, "trace2",
		`{"event":"start",`+sid+`,"argv":["git-upload-pack","/srv/git/acme/r.git"]}`,
		`{"event":"def_param",`+sid+`,"param":"GL_USER","value":"ana"}`,
		`{"event":"def_param",`+sid+`,"param":"GL_REPO","value":"acme/r"}`,
		`{"event":"data_json",`+sid+`,"key":"fetch-info","value":{"haves":0,"wants":1,"depth":0,"shallows":0,"filter":null}}`)
	expect(t, w, "SELECT occurred_at, identity, action, scope FROM event", "2026-11-22T08:54:13.123Z\tgitolite:ana\tclone\tfull")
}
