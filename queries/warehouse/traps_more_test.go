package warehouse

import (
	"strings"
	"testing"
)

// These are the traps 11 to 19 of FORMATS 7.

// combined is a line of a web server's log in the combined format.
func combined(at, person, request, status, bytes string) string {
	return `192.0.2.1 - ` + person + ` [22/Nov/2026:` + at + ` +0000] "` + request + ` HTTP/1.1" ` + status + ` ` + bytes + ` "-" "git/2.39.5"`
}

const open = "GET /git/acme/payments.git/info/refs?service=git-upload-pack"

func TestTrap11ProbesAndRefusals(t *testing.T) {
	w := openTest(t)
	out := loadText(t, w, "access_log",
		combined("08:00:00", "-", open, "401", "179"), // a probe: the next has a name
		combined("08:00:00", "alice", open, "200", "165"),
		combined("08:10:00", "eve", open, "401", "179"), // a wrong password
		combined("08:20:00", "eve", open, "403", "179"),
		strings.Replace(combined("08:30:00", "-", open, "401", "179"), "192.0.2.1", "192.0.2.66", 1), // nothing follows
		combined("08:40:00", "alice", open, "200", "165"),
		combined("09:00:00", "-", open, "401", "179"), // what follows comes too late to be of it
		combined("09:10:01", "alice", open, "200", "165"),
		combined("09:20:00", "-", open, "401", "179"), // a password was typed
		combined("09:30:00", "alice", open, "200", "165"))
	if out.Ignored != 2 {
		t.Errorf("%d lines are ignored, want the two probes", out.Ignored)
	}
	expect(t, w, "SELECT identity, outcome FROM event ORDER BY occurred_at", "http:alice\tok", "http:eve\tdenied", "http:eve\tdenied",
		"http:unknown:192.0.2.66\tdenied", "http:alice\tok", "http:unknown:192.0.2.1\tdenied", "http:alice\tok", "http:alice\tok")
}

func TestTrap12OneCloneThreeRows(t *testing.T) {
	w := openTest(t)
	row := func(at, action string) string {
		return `{"@timestamp":` + at + `,"action":"` + action + `","actor":"ada","repo":"acme/r","transport_protocol_name":"http"}`
	}
	loadText(t, w, "github", row("1795336000036", "git.fetch"), row("1795336000087", "git.fetch"), row("1795336000139", "git.clone"))
	loadText(t, w, "access_log",
		combined("09:00:00", "alice", open, "200", "165"),
		combined("09:00:00", "alice", "POST /git/acme/payments.git/git-upload-pack", "200", "156"),
		combined("09:00:09", "alice", "POST /git/acme/payments.git/git-upload-pack", "200", "2481721"))
	expect(t, w, `SELECT i.identity, o.action, o.records FROM operation(DATE '2026-11-22', DATE '2026-11-23') AS o JOIN identity_form AS i USING (identity_id) ORDER BY 1`,
		"github:ada\tclone\t3", "http:alice\tread\t3")
}

func TestTrap13PushBytesAreRequestBytes(t *testing.T) {
	w := openTest(t)
	loadText(t, w, "nginx_json", `{"msec":"1795337662.686","remote_addr":"192.0.2.1","remote_user":"bob","request_method":"POST","request_uri":"/git/acme/payments.git/git-receive-pack","status":200,"request_length":20854,"body_bytes_sent":61,"server_protocol":"HTTP/1.1"}`)
	expect(t, w, "SELECT action, bytes_in, bytes_out FROM event", "push\t20854\t61")
}

func TestTrap14RepositoryNames(t *testing.T) {
	w := openTest(t)
	for written, want := range map[string]string{
		"/git/Acme/Payments.git": "acme/payments", "/a/b/c.git": "a/b/c", "/scm/ACME/x": "acme/x",
		"/acme/with%20space%2Fdeep.git": "acme/with space/deep", "/git/single.git": "single", "/acme/bad%ffbytes.git": "acme/bad%ffbytes", "//acme//r.git/": "acme/r", "/acme/./x/../r.git": "acme/r",
	} {
		expect(t, w, "SELECT without_served_folder(path_repository(request_path(u), request_parameters(u))) FROM (SELECT '"+written+"/info/refs?service=git-upload-pack' AS u)", want)
	}
	loadText(t, w, "gerrit_sshd", "[2026-08-28 11:00:01,556 +0200] 8a154cae [SSH] ada a/1 git-upload-pack./Platform/payments/core.git 0ms 1ms 0 git/2.26.2")
	loadText(t, w, "codecommit", `{"eventSource":"codecommit.amazonaws.com","eventName":"GitPull","eventTime":"2026-03-02T09:00:00Z","eventID":"x","additionalEventData":{"dataTransferred":true},"userIdentity":{"arn":"arn:aws:iam::1:user/a"},"resources":[{"ARN":"arn:aws:codecommit:eu-central-1:1:Payments"}]}`)
	expect(t, w, "SELECT repository, org FROM event ORDER BY 1", "1/eu-central-1/payments\t1", "platform/payments/core\tplatform")
}

func TestTrap15PairsAndRecycledIDs(t *testing.T) {
	w := openTest(t)
	bitbucket := func(id, day string) string {
		return "192.0.2.1 | ssh | " + id + "*N65BDNx354x326903x0 | ada | " + day + " 05:54:25,425 | SSH - git-upload-pack '/acme/r.git' | - | 0 | 123 | 1024 | clone, ssh:id:610 | 69 | 1cl58rd |"
	}
	loadText(t, w, "bitbucket", bitbucket("i", "2026-03-02"), bitbucket("o", "2026-03-02"), bitbucket("i", "2026-03-03"), bitbucket("o", "2026-03-03"))
	expect(t, w, "SELECT count(*), count(DISTINCT event_id) FROM event", "2\t2")
	// The same process id an hour later is another process, and its address is not
	// that of the first; without its own ssh line it has none.
	loadText(t, w, "gitolite",
		"2026-03-04.08:00:00\t77\tssh\tARGV=alice\tSOC=git-upload-pack 'acme/r.git'\tFROM=192.0.2.7", "2026-03-04.08:00:00\t77\tpre_git\tacme/r\talice\tR\tany\trefs/.*",
		"2026-03-04.09:00:00\t77\tpre_git\tacme/r\tbob\tR\tany\trefs/.*")
	expect(t, w, "SELECT identity, ip FROM event WHERE identity LIKE 'gitolite:%' ORDER BY 1", "gitolite:alice\t192.0.2.7", "gitolite:bob\t-")
}

// TestTrap16HostileContent sends what a client may write into a log: it stays
// text, and the lines around it are read.
func TestTrap16HostileContent(t *testing.T) {
	w := openTest(t)
	evil := "192.0.2.6 - alice [22/Nov/2026:08:00:01 +0000] \"" + open + " HTTP/1.1\" 200 165 \"-\" \"git/2\x01\x1b[31m\xff\r'); DROP TABLE event_fact; --\""
	huge := "192.0.2.7 - alice [22/Nov/2026:08:00:02 +0000] \"" + open + " HTTP/1.1\" 200 165 \"-\" \"" + strings.Repeat("A", 1<<20) + "\""
	out := loadText(t, w, "access_log", combined("08:00:00", "alice", open, "200", "165"), evil, huge,
		`192.0.2.8 - alice [22/Nov/2026:08:00:03 +0000] "GET /git/acme/'%00\"$(id)\x0a.git/info/refs?service=git-upload-pack HTTP/1.1" 200 165 "-" "git/2"`,
		combined("08:00:04", "alice", open, "200", "165"))
	if out.New != 5 {
		t.Errorf("five lines gave %+v", out)
	}
	expect(t, w, "SELECT ip, length(user_agent) FROM event ORDER BY occurred_at", "192.0.2.1\t10", "192.0.2.6\t42", "192.0.2.7\t512", "192.0.2.8\t5", "192.0.2.1\t10")
	// A name with spaces, and an address that looks like the host and port of a
	// virtual host, do not shift the fields.
	loadText(t, w, "access_log", strings.Replace(combined("08:00:05", "- alice", open, "401", "5"), "192.0.2.1", "2001:db8::1", 1), "git.example:443 "+combined("08:00:06", "x y", open, "403", "5"))
	expect(t, w, "SELECT identity, ip, outcome FROM event WHERE occurred_at > TIMESTAMP '2026-11-22 08:00:04' ORDER BY occurred_at",
		"http:- alice\t2001:db8::1\tdenied", "http:x y\t192.0.2.1\tdenied")
	loadText(t, w, "bitbucket", `192.0.2.1 | ssh | o*N1x1x1x0 | bo | 2026-03-02 09:01:02,500 | SSH - git-upload-pack '/acme/r.git' | - | 0 | 101 | 4398 | clone, ssh:id:2, ssh:label:'a | 0 | 1 | 2 | push, x' | 69 | y3r3kf |`)
	expect(t, w, "SELECT action, bytes_out, credential FROM event WHERE identity = 'bitbucket:bo'", "clone\t4398\tkey:2")
}

func TestTrap17AddressChains(t *testing.T) {
	w := openTest(t)
	loadText(t, w, "bitbucket", "203.0.113.9,10.0.0.2,127.0.0.1 | ssh | o*N1x1x1x0 | bo | 2026-03-02 09:01:02,500 | SSH - git-upload-pack '/acme/r.git' | - | 0 | 101 | 4398 | clone | 69 | y3r3kf |")
	loadText(t, w, "nginx_json", `{"msec":"1795337662.686","remote_addr":"10.0.0.2","http_x_forwarded_for":"[2001:db8::9]:443, 10.0.0.2","remote_user":"bob","request_method":"GET","request_uri":"/acme/r.git/info/refs?service=git-upload-pack","status":200}`)
	// What the client says of itself stands first; the proxy adds who came to it.
	loadText(t, w, "nginx_json", `{"msec":"1795337664.686","remote_addr":"10.0.0.2","http_x_forwarded_for":"198.51.100.7, 203.0.113.66, 10.0.0.9","remote_user":"eve","request_method":"GET","request_uri":"/acme/r.git/info/refs?service=git-upload-pack","status":200}`)
	loadText(t, w, "nginx_json", `{"msec":"1795337665.686","remote_addr":"10.0.0.2","http_x_forwarded_for":"192.168.7.7, 10.0.0.9","remote_user":"carl","request_method":"GET","request_uri":"/acme/r.git/info/refs?service=git-upload-pack","status":200}`)
	// Who comes from outside forwards nothing but his own word.
	loadText(t, w, "nginx_json", `{"msec":"1795337663.686","remote_addr":"198.51.100.66","http_x_forwarded_for":"10.0.0.7","remote_user":"eve","request_method":"GET","request_uri":"/acme/r.git/info/refs?service=git-upload-pack","status":200}`)
	expect(t, w, "SELECT ip, network FROM event ORDER BY 1", "192.168.7.7\t192.168.7.0/24", "198.51.100.66\t198.51.100.0/24", "2001:db8::9\t2001:db8::/48", "203.0.113.66\t203.0.113.0/24", "203.0.113.9\t203.0.113.0/24")
}

// TestTrap18SecretsAreScrubbed looks for the secrets everywhere they could be:
// in events, in quarantine, in the file itself.
func TestTrap18SecretsAreScrubbed(t *testing.T) {
	w := openTest(t)
	const token, password = "glpat-AbCdEfGhIjKlMnOpQrSt", "hunter2hunter2"
	loadText(t, w, "access_log",
		`192.0.2.1 - `+token+` [22/Nov/2026:08:00:00 +0000] "`+open+` HTTP/1.1" 200 165 "https://ada:`+password+`@git.example/x" "git/2"`,
		`192.0.2.1 - ada [22/Nov/2026:08:00:01 +0000] "GET /acme/r/archive/main.zip?private_token=`+password+` HTTP/1.1" 200 165 "-" "curl"`,
		`a damaged line with https://ada:`+password+`@git.example/ and private_token=`+password)
	everything := table(t, w, "SELECT * FROM event") + table(t, w, "SELECT * FROM quarantine")
	if strings.Contains(everything, password) || strings.Contains(everything, "AbCdEfGhIjKlMnOpQrSt") {
		t.Errorf("a secret was stored:\n%s", everything)
	}
	if !strings.Contains(everything, "glpat-") {
		t.Error("of the token nothing is left to say which kind it was")
	}
}

func TestTrap19NothingSaidIsNotZero(t *testing.T) {
	w := openTest(t)
	loadText(t, w, "gitolite", "2026-03-04.08:00:00\t77\tpre_git\tacme/r\talice\tR\tany\trefs/.*", "2026-03-04.08:00:00\t77\tEND")
	loadText(t, w, "access_log", combined("08:00:00", "bob", open, "200", "0"))
	expect(t, w, "SELECT identity, bytes_out, bytes_in, objects FROM event ORDER BY 1", "gitolite:alice\t-\t-\t-", "http:bob\t0\t-\t-")
	expect(t, w, "SELECT avg(bytes_out), count(bytes_out) FROM event", "0\t1")
}
