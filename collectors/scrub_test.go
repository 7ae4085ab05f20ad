package collectors_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"midwatch/collectors"
)

const secret = "Zx81Qm7Lk2Vb9Tn4Rw6Yp3Hd5Jc0Fs1Ga8Ue"

func TestScrubTakesSecretsOut(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"token as login of a URL", `{"url":"https://` + secret + `@github.com/o/r"}`,
			`{"url":"https://REDACTED@github.com/o/r"}`},
		{"login and password", `{"u":"https://alice:` + secret + `@h/x?a=b@c"}`, `{"u":"https://REDACTED@h/x?a=b@c"}`},
		{"escaped slashes", `{"u":"https:\/\/x:` + secret + `@h\/r"}`, `{"u":"https:\/\/REDACTED@h\/r"}`},
		{"@ in the password", `{"u":"https://a:p@` + secret + `@h/"}`, `{"u":"https://REDACTED@h/"}`},
		{"escaped & in the password", `{"u":"https://a:` + secret + `\u0026x@h/"}`, `{"u":"https://REDACTED@h/"}`},
		{"ssh with a password", `ssh://git:` + secret + `@h/r`, `ssh://REDACTED@h/r`},
		{"query value", `{"q":"/r?private_token=` + secret + `&page=2"}`, `{"q":"/r?private_token=REDACTED&page=2"}`},
		{"query value after escaped &", `{"q":"?a=1\u0026access_token=` + secret + `\u0026b=2"}`,
			`{"q":"?a=1\u0026access_token=REDACTED\u0026b=2"}`},
		{"escaped =", `{"q":"?token\u003d` + secret + `"}`, `{"q":"?token\u003dREDACTED"}`},
		{"percent-encoded", `{"q":"?next=%2Fx%3Fjob_token%3D` + secret + `%26b%3D2"}`,
			`{"q":"?next=%2Fx%3Fjob_token%3DREDACTED%26b%3D2"}`},
		{"dashes and case", `GET /?Private-Token=` + secret + ` HTTP/1.1`, `GET /?Private-Token=REDACTED HTTP/1.1`},
		{"parameter of an object", `user[password]=` + secret, `user[password]=REDACTED`},
		{"value with escaped slash", `{"q":"token=ab\/` + secret + `"}`, `{"q":"token=REDACTED"}`},
		{"JSON key", `{"private_token":"` + secret + `\"x","id":1}`, `{"private_token":"REDACTED","id":1}`},
		{"JSON key in a JSON string", `{"body":"{\"password\": \"` + secret + `\",\"n\":1}"}`,
			`{"body":"{\"password\": \"REDACTED\",\"n\":1}"}`},
		{"header in JSON", `{"Authorization":"Basic ` + secret + `","n":1}`, `{"Authorization":"REDACTED","n":1}`},
		{"header with several values", `{"Authorization":["Basic ` + secret + `", "Bearer ` + secret + `"],"n":1}`,
			`{"Authorization":["REDACTED", "REDACTED"],"n":1}`},
		{"header in text", `git -c http.extraHeader=AUTHORIZATION: basic ` + secret + ` fetch`,
			`git -c http.extraHeader=AUTHORIZATION: REDACTED fetch`},
		{"header of GitLab", `PRIVATE-TOKEN: ` + secret, `PRIVATE-TOKEN: REDACTED`},
		{"quoted value in text", `msg token="` + secret + ` x" n=1`, `msg token="REDACTED" n=1`},
		{"classic token", `{"ua":"x ghp_` + secret + `"}`, `{"ua":"x ghp_REDACTED"}`},
		{"after an escape", `{"ua":"x\nghs_` + secret + `"}`, `{"ua":"x\nghs_REDACTED"}`},
		{"after %3D", `{"q":"a%3Dgho_` + secret + `"}`, `{"q":"a%3Dgho_REDACTED"}`},
		{"fine-grained token", `github_pat_11ABC_` + secret, `github_pat_REDACTED`},
		{"GitLab token with dots", `glpat-` + secret + `.01.0w1abcdef1`, `glpat-REDACTED`},
		{"GitLab deploy token", `gldt-` + secret, `gldt-REDACTED`},
		{"GitLab trigger token", `glptt-` + secret, `glptt-REDACTED`},
		{"Bitbucket Data Center", `BBDC-` + secret, `BBDC-REDACTED`},
		{"in quotes as web servers write them", `"\x22ghp_` + secret + `\x22" #22ghp_` + secret + ` \\x22ghp_` + secret, `"\x22ghp_REDACTED\x22" #22ghp_REDACTED \\x22ghp_REDACTED`},
		{"two in one", `ghp_` + secret + ` ghr_` + secret, `ghp_REDACTED ghr_REDACTED`},
		{"rules that overlap", `https://x:ghp_` + secret + `@h/?token=ghp_` + secret, `https://REDACTED@h/?token=REDACTED`},
		{"shortest token", "ghp_0123456789abcdef", "ghp_REDACTED"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := string(collectors.Scrub(collectors.Record(test.in)))
			if got != test.want {
				t.Errorf("Scrub(%s)\n got %s\nwant %s", test.in, got, test.want)
			}
			if again := string(collectors.Scrub(collectors.Record(got))); again != got {
				t.Errorf("scrubbing again gave %s", again)
			}
		})
	}
}

func TestScrubLeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	tests := []string{
		``,
		`{"hashed_token":"EH4L8o6PfCqipALbL+BT62lyqUtnI7ql0SPbkaQnjv8=","token_id":7,"token_scopes":"repo"}`,
		`{"hashed_token":"ghp_0123456789abcdefghij0123456789"}`,
		`{"hashed_token" : "ghp_0123456789abcdefghij0123456789"}`,
		`{"repo":"o/weighs_configuration_management_system"}`,
		`{"repo":"o/ghp_012345678abcdef"}`, // fifteen characters: too short for a token
		`{"url":"ssh://git@github.com/o/r.git"}`,
		`{"url":"git+ssh://git@github.com/o/r.git"}`,
		`{"url":"https://github.com/o/r@v1.2"}`,
		`{"url":"git@github.com:o/r.git","mail":"a@b.example"}`,
		`{"message":"invalid token: expired","password_changed":true}`,
		`{"token":null,"secret":12,"password":{"a":"b"},"authorization":[]}`,
		`{"user_agent":"git/2.39.5","a":"basic authentication","k":"x=1&tokens=3"}`,
		`{"x":"private-token: ","y":"z"}`,
		`{"x":"token=","y":"z"}`,
		`{"programmatic_access_type":"Fine-grained personal access token","@timestamp":1700000000000}`,
		`10.0.0.1 - alice [19/Nov/2026:02:00:00 +0000] "GET /o/r.git/info/refs?service=git-upload-pack HTTP/1.1" 200`,
	}
	for _, in := range tests {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			if got := string(collectors.Scrub(collectors.Record(in))); got != in {
				t.Errorf("got %s", got)
			}
		})
	}
}

// TestScrubOfHostileRepetition would not end in time if the cost grew faster
// than the record: a megabyte of backslashes once took minutes.
func TestScrubOfHostileRepetition(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{
		`\`, `\\"`, `\u`, `\":`, `\/\/`, `"`, ":", "=", "%3D", "a", "token", "token=", "token%3D", `token\u003d`, `token=\\`,
		`"token":`, `"token":"`, `"token":["`, "private-token: ", "ghp_", "xghp_a", "ghs_-", "://", "://a@", "https://aaaa",
	} {
		record := collectors.Record(strings.Repeat(unit, 1<<20/len(unit)))
		scrubbed := collectors.Scrub(record)
		if again := collectors.Scrub(scrubbed); !bytes.Equal(again, scrubbed) {
			t.Errorf("%q: scrubbing again changed something", unit)
		}
	}
}

// FuzzScrub plants a secret in every way that Scrub knows of into hostile
// surroundings: it never comes out again, and JSON stays JSON.
func FuzzScrub(f *testing.F) {
	for _, surroundings := range []string{"", "x", `"`, `\`, `\\"`, "&token=", "://", "Authorization: ", "\n", "{", "\u2028", "<a>"} {
		f.Add(surroundings, surroundings, uint8(0))
		f.Add(surroundings, surroundings, uint8(11))
	}
	plants := []string{
		" https://%@host/", " https://user:%@host/", " ?private_token=%", " &access_token=%", " ghp_%",
		" github_pat_%", " glpat-%", " gldt-%", " glptt-%", " Authorization: Basic %", " Authorization: Bearer %",
		" PRIVATE-TOKEN: %", " %3Ftoken%3D%%",
	}
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		plant := plants[int(which)%len(plants)]
		planted := strings.Replace(plant, "%", secret, 1)
		if strings.HasSuffix(plant, "%%") {
			planted = " %3Ftoken%3D" + secret
		}
		record := map[string]any{"before": before, "text": before + planted + " " + after, "password": secret,
			"headers": map[string]any{"Authorization": []string{secret, after}}}
		fuzzJSON(t, record, true)
		fuzzJSON(t, record, false)
		inner, _ := json.Marshal(record)
		fuzzJSON(t, map[string]any{"body": string(inner), "after": after}, true)
	})
}

// fuzzJSON scrubs a record written with or without the escapes of HTML.
func fuzzJSON(t *testing.T, record map[string]any, escapeHTML bool) {
	t.Helper()
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(escapeHTML)
	if err := encoder.Encode(record); err != nil {
		t.Skip(err)
	}
	in := bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
	out := collectors.Scrub(in)
	if bytes.Contains(out, []byte(secret)) {
		t.Errorf("the secret came out\n in %s\nout %s", in, out)
	}
	if !json.Valid(out) {
		t.Errorf("no longer JSON\n in %s\nout %s", in, out)
	}
}

// FuzzScrubAnyBytes feeds what is no JSON made by us: valid JSON stays valid,
// and nothing is left for a second scrubbing.
func FuzzScrubAnyBytes(f *testing.F) {
	f.Add([]byte(`{"token":["a","b\\"],"x":"private-token: \\","q":"a=1\u0026token\u003dx"}`))
	f.Add([]byte(`{"a":"token=\\\"x\\\"","b":"http:\/\/a\u0040b@c"}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		out := collectors.Scrub(bytes.Clone(in))
		if json.Valid(in) && !json.Valid(out) {
			t.Errorf("no longer JSON\n in %s\nout %s", in, out)
		}
	})
}

func BenchmarkScrubNothingToDo(b *testing.B) {
	record := collectors.Record(`{"@timestamp":1700515209423,"_document_id":"uQZXhZ0mcj8gJPuDbJxd8w==","action":"git.clone",` +
		`"actor":"alice","actor_id":1234567,"actor_ip":"203.0.113.7","actor_is_bot":false,"actor_location":{"country_code":"DE"},` +
		`"business":"example-inc","business_id":77,"external_identity_nameid":"alice@example.com","hashed_token":` +
		`"EH4L8o6PfCqipALbL+BT62lyqUtnI7ql0SPbkaQnjv8=","org":"example-org","org_id":4711,"programmatic_access_type":` +
		`"Personal access token (classic)","repo":"example-org/private-repo","repository":"example-org/private-repo",` +
		`"repository_public":false,"request_id":"A1B2:3C4D:5E6F","token_id":99,"token_scopes":"repo,workflow",` +
		`"transport_protocol":1,"transport_protocol_name":"http","user_agent":"git/2.39.5","user":"","user_id":0}`)
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		collectors.Scrub(record)
	}
}

func TestScrubLinesKeepsDamageToItsLine(t *testing.T) {
	t.Parallel()
	const clean = `{"actor":"alice","action":"git.clone"}` + "\n"
	damaged := `{"actor":"bob","password":"hunter2-hunter2` + "\n"
	want := `{"actor":"bob","password":"REDACTED` + "\n" + clean
	if got := string(collectors.ScrubLines([]byte(damaged + clean))); got != want {
		t.Errorf("ScrubLines = %q, want %q", got, want)
	}
	if got := collectors.ScrubLines([]byte(clean)); string(got) != clean {
		t.Errorf("ScrubLines of a clean line = %q", got)
	}
}
