package warehouse

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// These are the traps 1 to 10 of FORMATS 7, each as a test that names it; 9 is in
// collectors/github, 20 in collectors/gitlab.

// expect compares the rows of a query with what they must be, one a line.
func expect(t *testing.T, w *Warehouse, query string, want ...string) {
	t.Helper()
	got := strings.TrimSuffix(table(t, w, query), "\n")
	if joined := strings.Join(want, "\n"); got != joined {
		t.Errorf("%s\ngot\n%s\nwant\n%s", query, got, joined)
	}
}

// githubRecord is a git.fetch of ada's with further or other fields.
func githubRecord(fields string) string {
	return `{"@timestamp":1795336000123,"action":"git.fetch","actor":"ada","org":"acme","repo":"acme/payments","repository_public":false,` + fields + `}`
}

func TestTrap01ArrayValuedOrganisation(t *testing.T) {
	w := openTest(t)
	var page []string
	for i := range 100 {
		org := `"acme"`
		if i == 50 {
			org = `["acme","acme-labs"],"org_id":[1,2]`
		}
		page = append(page, fmt.Sprintf(`{"@timestamp":%d,"_document_id":"d%d","action":"git.clone","actor":"ada","org":%s,"repo":"acme/r%d"}`, 1795336000000+i, i, org, i))
	}
	out := loadText(t, w, "github", "["+strings.Join(page, ",\n")+"]")
	if out.New != 100 || out.Quarantined != 0 {
		t.Errorf("a page of 100 with one odd entry gave %+v", out)
	}
}

func TestTrap02GitEventWithoutID(t *testing.T) {
	w := openTest(t)
	first, second := githubRecord(`"hashed_token":"a"`), githubRecord(`"hashed_token":"b"`)
	loadText(t, w, "github", first, second, first)
	expect(t, w, "SELECT count(*), count(DISTINCT event_id) FROM event", "2\t2")
}

func TestTrap03SameEventFromPollAndStream(t *testing.T) {
	w := openTest(t)
	loadText(t, w, "github", "["+githubRecord(`"_document_id":"d1","transport_protocol_name":"http"`)+"]")
	loadText(t, w, "github", githubRecord(`"_document_id":"d1","protocol_name":"http"`))
	expect(t, w, "SELECT count(*), min(event_id) FROM event", "1\td1")
}

func TestTrap04DamagedAndRepeatedFiles(t *testing.T) {
	w := openTest(t)
	stamp := func(at, id string) string {
		return fmt.Sprintf(`{"@timestamp":%s,"_document_id":%q,"action":"git.clone","actor":"ada","repo":"acme/payments"}`, at, id)
	}
	text := strings.Join([]string{
		stamp("1795336000", "seconds"), stamp("1795336000000", "milliseconds"), stamp("1795336000.5", "float"),
		stamp(`"2026-11-22T08:26:40Z"`, "text"), "this is no JSON", stamp("1795336000", "cut")[:40],
	}, "\n")
	path := filepath.Join(t.TempDir(), "stream.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out := load(t, w, "github", path)
	if out.New != 4 || out.Quarantined != 1 || out.Unfinished == "" {
		t.Errorf("a damaged file gave %+v; want 4 events, 1 in quarantine and its last line unfinished", out)
	}
	if again := load(t, w, "github", path); again.New != 0 {
		t.Errorf("the same file again gave %+v", again)
	}
	expect(t, w, "SELECT event_id, occurred_at FROM event ORDER BY event_id",
		"float\t2026-11-22T08:26:40.500Z", "milliseconds\t2026-11-22T08:26:40.000Z", "seconds\t2026-11-22T08:26:40.000Z", "text\t2026-11-22T08:26:40.000Z")
}

func TestTrap05EmptyActor(t *testing.T) {
	w := openTest(t)
	loadText(t, w, "github",
		`{"@timestamp":1795336000001,"action":"git.fetch","actor":"","org":"acme","repo":"acme/private","repository_public":false,"hashed_token":"tok"}`,
		`{"@timestamp":1795336000002,"action":"git.fetch","actor":"","org":"acme","repo":"acme/private","repository_public":false}`,
		`{"@timestamp":1795336000003,"action":"git.fetch","actor":"","org":"acme","repo":"acme/open","repository_public":true}`)
	expect(t, w, "SELECT repository, identity, identity_kind FROM event ORDER BY occurred_at",
		"acme/private\tgithub:unknown:tok\tunknown", "acme/private\tgithub:unknown\tunknown", "acme/open\tgithub:anonymous\tanonymous")
}

func TestTrap06DeployKeysAreApart(t *testing.T) {
	w := openTest(t)
	for _, key := range []string{"k1", "k2"} {
		loadText(t, w, "github", `{"@timestamp":1795336000001,"action":"git.fetch","actor":"deploy_key","actor_id":0,"repo":"acme/r","programmatic_access_type":"Deploy key","hashed_token":"`+key+`"}`)
	}
	loadText(t, w, "gitlab_stream", gitlabEvent("-3", "mirror", "DeployKey"), gitlabEvent("-3", "ci", "DeployKey"))
	expect(t, w, "SELECT DISTINCT identity FROM event ORDER BY 1",
		"github:deploy_key:k1", "github:deploy_key:k2", "gitlab:deploy_key:ci", "gitlab:deploy_key:mirror")
}

// gitlabEvent is a streamed event of somebody.
func gitlabEvent(id, name, class string) string {
	return fmt.Sprintf(`{"id":"e-%s-%s","author_id":%s,"details":{"author_class":%q,"custom_message":{"protocol":"ssh","action":"git-upload-pack"}},"author_name":%q,"entity_path":"acme/r","created_at":"2026-02-23T06:21:05.283Z","event_type":"repository_git_operation"}`,
		id, name, id, class, name)
}

func TestTrap07UserIsNotTheIdentity(t *testing.T) {
	w := openTest(t)
	loadText(t, w, "github", githubRecord(`"user":"mallory","user_id":7`))
	expect(t, w, "SELECT identity FROM event", "github:ada")
}

func TestTrap08RenamedKeys(t *testing.T) {
	w := openTest(t)
	loadText(t, w, "github",
		`{"@timestamp":1795336000001,"_document_id":"old","action":"git.clone","actor":"ada","repo":"acme/r","protocol_name":"ssh","public_repo":true}`,
		`{"@timestamp":1795336000002,"_document_id":"new","action":"git.clone","actor":"ada","repo":"acme/r","transport_protocol_name":"ssh","repository_public":true}`)
	expect(t, w, "SELECT protocol, is_public FROM event ORDER BY event_id", "ssh\ttrue", "ssh\ttrue")
}

// TestTrap10LocalTimes has the hour that comes twice: it is read as the second
// one, what happened in both of them stays two operations, and the hour that is
// left out in spring is read as the one after.
func TestTrap10LocalTimes(t *testing.T) {
	w := openTest(t)
	line := func(at string, pid int) string {
		return fmt.Sprintf("%s\t%d\tpre_git\tacme/payments\talice\tR\tany\trefs/.*", at, pid)
	}
	path := filepath.Join(t.TempDir(), "gitolite.log")
	text := strings.Join([]string{line("2026-03-29.01:59:59", 1), line("2026-03-29.02:30:00", 2), line("2026-07-01.12:00:00", 3),
		line("2026-10-25.01:59:59", 4), line("2026-10-25.02:30:00", 5), line("2026-10-25.02:30:00", 6), line("2026-10-25.03:00:00", 7)}, "\n") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	loadIn(t, w, Input{Source: "s", Format: "gitolite", Name: "x", Path: path, CollectedAt: collectedAt, Zone: "Europe/Berlin"})
	expect(t, w, "SELECT occurred_at FROM event ORDER BY event_id",
		"2026-03-29T00:59:59.000Z", "2026-03-29T01:30:00.000Z", "2026-07-01T10:00:00.000Z",
		"2026-10-24T23:59:59.000Z", "2026-10-25T01:30:00.000Z", "2026-10-25T01:30:00.000Z", "2026-10-25T02:00:00.000Z")
}
