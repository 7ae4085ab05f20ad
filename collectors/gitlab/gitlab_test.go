package gitlab

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"midwatch/collectors/stream"
)

// TestTrap20WhatGitLabSends is trap 20 of FORMATS 7: the body is JSON whatever its
// content type says, one token and no other, and the health check is a path alone.
func TestTrap20WhatGitLabSends(t *testing.T) {
	post := func(path string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(""))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r
	}
	d := Dialect{}
	records, err := d.Records(post("/"), []byte("{\"id\":1,\n \"a\":\"b&c=d%20e\"}"))
	if err != nil || len(records) != 1 || string(records[0]) != `{"id":1,"a":"b&c=d%20e"}` {
		t.Errorf("read %q, %v", records, err)
	}
	for _, body := range []string{"id=95", `{"id":96}{"id":97}`, `[{"id":98}]`, `"id"`} {
		if records, err := d.Records(post("/"), []byte(body)); err == nil {
			t.Errorf("%q was read as %q", body, records)
		}
	}
	one, two := post("/"), post("/")
	one.Header.Set(TokenHeader, "x")
	two.Header[http.CanonicalHeaderKey(TokenHeader)] = []string{"x", "x"}
	if got, ok := d.Token(one); got != "x" || !ok {
		t.Errorf("one token: %q, %t", got, ok)
	}
	for name, r := range map[string]*http.Request{"two": two, "none": post("/")} {
		if got, ok := d.Token(r); ok {
			t.Errorf("%s: %q", name, got)
		}
	}
	if d.Purpose(post("/health")) != stream.Health || d.Purpose(post("/health/x")) != stream.Events || d.Purpose(post("/")) != stream.Events {
		t.Error("the health check is not /health alone")
	}
}
