package warehouse

import (
	"fmt"
	"strings"
	"testing"
)

// What hands out a repository, or a part of it, without git's services is an access to
// it, whichever door it is, and what only looks like one is none.
func TestDoors(t *testing.T) {
	oid := strings.Repeat("5e", 32)
	var lines, want []string
	for i, door := range []struct{ target, want string }{
		{"/acme/pay.git/info/lfs/objects/" + oid, "read acme/pay"},
		{"/acme/pay.git/info/lfs/objects/" + oid + "/model.bin", "read acme/pay"},
		{"/acme/team/pay.git/gitlab-lfs/objects/" + oid, "read acme/team/pay"},
		{"/acme/pay/+archive/refs/heads/main.tar.gz", "archive acme/pay"},
		{"/plugins/gitiles/acme/pay/%2Barchive/refs/heads/main.tar.gz", "archive acme/pay"},
		{"/a/plugins/gitiles/acme/pay/+/refs/heads/main/go.mod?format=TEXT", "api_read acme/pay"},
		{"/acme/pay/clone.bundle", "archive acme/pay"},
		{"/api/v1/repos/acme/pay/archive/main.zip", "archive acme/pay"},
		{"/api/v1/repos/acme/pay/archive/main.bundle", "archive acme/pay"},
		{"/api/v1/repos/acme/pay/raw/go.mod", "api_read acme/pay"},
		{"/api/v3/repos/acme/pay/t%61rball/main", "archive acme/pay"},
		{"/api/v3/repositories/991/tarball/main", "archive -"},
		{"/api/v4/projects/acme%2Fteam%2Fpay/repository/archive.zip?sha=main", "archive acme/team/pay"},
		{"/gitlab/api/v4/projects/acme%2Fpay/export/download", "archive acme/pay"},
		{"/api/v4/projects/29/repository/archive.tar.gz", "archive -"},
		{"/api/v4/projects/29/repository/files/go.mod/raw", "api_read -"},
		{"/rest/api/1.0/projects/ACME/repos/pay/archive?format=zip", "archive acme/pay"},
		{"/rest/api/latest/projects/ACME/repos/pay/raw/go.mod", "api_read acme/pay"},
		{"/rest/api/latest/projects/ACME/repos/archive/commits", ""},
		{"/acme/pay/+/refs/heads/main/go.mod", ""},
		{"/api/v4/projects/29/repository/branches", ""},
		{"/acme/pay.git/info/lfs/locks", ""},
	} {
		lines = append(lines, combined(fmt.Sprintf("09:%02d:00", i), "alice", "GET "+door.target, "200", "5000"))
		if door.want != "" {
			want = append(want, strings.ReplaceAll(fmt.Sprintf("09:%02d %s", i, door.want), " ", "\t"))
		}
	}
	w := openTest(t)
	out := loadText(t, w, "access_log", lines...)
	if out.Quarantined != 0 {
		t.Errorf("%d are in quarantine", out.Quarantined)
	}
	expect(t, w, "SELECT strftime(occurred_at, '%H:%M'), action, coalesce(nullif(repository, ''), '-') FROM event ORDER BY occurred_at", want...)
}

// What a person asked Copilot is in GitHub's stream beside its events: it is no access,
// and nothing of it is kept. A record without an action that is something else is told.
func TestCopilotUsageIsNotKept(t *testing.T) {
	w := openTest(t)
	out := loadText(t, w, "github",
		`{"@timestamp":1795336000036,"event_id":"1","endpoint":"/chat/completions","body":"{\"prompt\":\"git clone of what I asked\"}","actor":"ada"}`,
		`{"@timestamp":1795336000037,"event_id":"2","body":"git clone of something else","actor":"ada"}`,
		`{"@timestamp":1795336000038,"event_id":"3","endpoint":"/x","body":"an act","action":"git.clone","actor":"ada","repo":"acme/pay"}`)
	if out.New != 1 || out.Ignored != 1 || out.Quarantined != 1 {
		t.Errorf("%+v, want one event, one ignored and one in quarantine", out)
	}
	expect(t, w, "SELECT count(*) FROM quarantine WHERE contains(record, 'what I asked')", "0")
	expect(t, w, "SELECT repository FROM event", "acme/pay")
}
