//go:build servers

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"midwatch/queries/warehouse"
)

// disguise is a way to write a request that means the same to a server.
type disguise struct {
	name string
	// target is what is sent for the target that git asked for, "/git/acme/secrets.git/…".
	target func(asked string) string
}

// instead replaces parts of a target, old and new by turns.
func instead(parts ...string) func(string) string {
	return strings.NewReplacer(parts...).Replace
}

// inFrontOf puts text before the two services.
func inFrontOf(text string) func(string) string {
	return instead("/info/refs", text+"/info/refs", "/git-upload-pack", text+"/git-upload-pack")
}

// escaped writes every letter of the path as an escape, slashes apart.
func escaped(target string) string {
	path, query, _ := strings.Cut(target, "?")
	var b strings.Builder
	for _, c := range []byte(path) {
		if c == '/' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02x", c)
	}
	if query != "" {
		return b.String() + "?" + query
	}
	return b.String()
}

// disguises are those that nginx, Apache and git-http-backend see through.
var disguises = []disguise{
	{"a letter of the service", instead("/info/refs", "/info/ref%73", "/git-upload-pack", "/git-uplo%61d-pack")},
	{"the hyphens", instead("/git-upload-pack", "/git%2dupload%2dpack")},
	{"capital hexadecimals", instead("/git-upload-pack", "/git%2Dupload%2Dpack", ".git/", "%2Egit/")},
	{"the folder of the service", instead("/info/", "/%69nfo/", "/git-up", "/%67it-up")},
	{"every letter", escaped},
	{"the repository's name", instead("acme/secrets", "%61cme/secret%73")},
	{"the repository's suffix", instead(".git/", ".%67it/")},
	{"no suffix", instead(".git/", "/")},
	{"two slashes", inFrontOf("/")},
	{"five slashes", instead("/git/acme/", "/git/////acme/")},
	{"a dot", inFrontOf("/.")},
	{"an escaped dot", inFrontOf("/%2e")},
	{"there and back", inFrontOf("/x/..")},
	{"there and back, escaped", inFrontOf("/x/%2e%2e")},
	{"another repository and back", instead("/git/acme/", "/git/acme/website.git/../")},
	{"another folder and back", instead("/git/", "/other/../git/")},
	{"the absolute form", func(asked string) string { return "http://127.0.0.1" + asked }},
	{"the absolute form of another host", func(asked string) string { return "http://example.org:8080" + asked }},
	{"a parameter's value", instead("service=git-upload-pack", "service=git%2dupload-p%61ck")},
	{"a parameter's name", instead("?service", "?%73ervice")},
	{"another parameter first", instead("?service", "?a=b&service")},
	{"another parameter last", instead("service=git-upload-pack", "service=git-upload-pack&x=/a.png")},
	{"the service twice", instead("?service", "?service=git-receive-pack&service")},
	{"parameters for a POST", behindPost("?x=y")},
	{"an empty query", behindPost("?")},
	{"a repository as a parameter", behindPost("?service=git-upload-pack&p=acme/website.git")},
}

// behindPost adds text to the target of the request for a pack.
func behindPost(text string) func(string) string {
	return func(asked string) string {
		if strings.HasSuffix(asked, "/git-upload-pack") {
			return asked + text
		}
		return asked
	}
}

// relay passes git's requests on to a server, each with its target in a disguise.
func relay(t *testing.T, port int, d disguise) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := passOn(w, r, port, d.target(r.RequestURI)); err != nil {
			t.Errorf("%s: %v", d.name, err)
		}
	})}
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(func() { _ = s.Close() })
	return listener.Addr().String()
}

// passOn sends a request with another target, which Go's client would not leave as it is.
func passOn(w http.ResponseWriter, r *http.Request, port int, target string) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	c, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	defer c.Close()
	r.Header.Set("Connection", "close")
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n", r.Method, target); err != nil {
		return err
	}
	if err := r.Header.Write(c); err != nil {
		return err
	}
	if _, err := c.Write(append([]byte("\r\n"), body...)); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(c), r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	_, err = io.Copy(w, answer.Body)
	return err
}

// disguised clones a repository in each disguise and gives the clients that were served.
func (l *lab) disguised(s *server) (served map[string]string) {
	l.t.Helper()
	port, err := strconv.Atoi(strings.Split(strings.Split(s.url("alice", "x"), "127.0.0.1:")[1], "/")[0])
	l.must(err)
	served = map[string]string{}
	for i, d := range disguises {
		client := fmt.Sprintf("relay-%02d", i)
		at := relay(l.t, port, d)
		out, err := l.git(nil, "-c", "http.userAgent="+client, "clone", "-q", "--mirror", "http://alice:pw-alice@"+at+"/git/acme/secrets.git", l.path("clones/"+filepath.Base(s.bare("x"))+client))
		if err != nil {
			l.t.Logf("%s is not served: %s", d.name, strings.TrimSpace(out))
			continue
		}
		served[client] = d.name
		l.must(os.RemoveAll(l.path("clones/" + filepath.Base(s.bare("x")) + client)))
	}
	if len(served) < 20 {
		l.t.Errorf("%d disguises are served, want twenty at least", len(served))
	}
	return served
}

// holdsDisguised checks that what was served is a read of its repository by whoever
// asked, and that the run found nothing that it could not understand.
func (l *lab) holdsDisguised(format, log string, served map[string]string) {
	l.t.Run(log, func(t *testing.T) {
		dir := t.TempDir()
		config := write(t, filepath.Join(dir, "midwatch.yaml"), fmt.Sprintf("sources:\n  - {name: server, kind: files, format: %s, paths: [%s]}\n", format, strconv.Quote(l.path(log))))
		if out, err := runLine(t, "collect", "--quiet", "--config", config); err != nil {
			t.Fatalf("not everything was understood: %v\n%s", err, out)
		}
		r, err := warehouse.OpenSnapshot(t.Context(), filepath.Join(dir, "midwatch.duckdb"), false)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		rows, err := r.Query(t.Context(), `SELECT DISTINCT user_agent FROM event
			WHERE identity = 'http:alice' AND repository = 'acme/secrets' AND outcome = 'ok' AND action IN ('clone', 'read', 'fetch')`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		seen := map[string]bool{}
		for rows.Next() {
			var client string
			if err := rows.Scan(&client); err != nil {
				t.Fatal(err)
			}
			seen[client] = true
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		for client, name := range served {
			if !seen[client] {
				t.Errorf("%s (%s): a pack was served, and there is no read of acme/secrets by alice", name, client)
			}
		}
	})
}

// A thief may write his requests in any way that a server understands: what was
// served is seen.
func TestServersRelay(t *testing.T) {
	t.Run("nginx", func(t *testing.T) {
		l := newLab(t)
		s := l.nginx()
		served := l.disguised(s)
		s.stop()
		l.holdsDisguised("nginx_json", "nginx.json", served)
		l.holdsDisguised("access_log", "nginx.log", served)
	})
	t.Run("apache", func(t *testing.T) {
		l := newLab(t)
		s := l.apache()
		served := l.disguised(s)
		s.stop()
		l.holdsDisguised("access_log", "apache-io.log", served)
		l.holdsDisguised("access_log", "apache.log", served)
	})
}
