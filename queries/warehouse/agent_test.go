package warehouse

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAgentsAreToldFromPeople: what GitHub says of an actor comes first, then the
// name of an application, and last what a client calls itself. A person called like
// an agent is a person, and the user of a person's act is not whom it was for.
func TestAgentsAreToldFromPeople(t *testing.T) {
	w := openTest(t)
	load(t, w, "github", filepath.Join(samples, "github", "agents.ndjson"))
	got := table(t, w, `SELECT event_id, identity, identity_kind, agent, agent_basis, agent_session, on_behalf_of, application_id, application
		FROM event ORDER BY event_id`)
	const want = `g1	github:agent:copilot:octocat	app	Copilot	host	0123-45a6	Octocat	-	-
g2	github:agent:copilot:ana	app	Copilot	host	0123-45b7	Ana	-	-
g3	github:ana	human	Codex	application	-	-	4242	ChatGPT Codex Connector
g4	github:claude[bot]	bot	Claude Code	host	-	-	-	-
g5	github:bo	human	Claude Code	client	-	-	-	-
g6	github:claude	human	-	-	-	-	-	-
g7	github:agent:newhelper:bo	app	NewHelper	host	-	Bo	-	-
`
	if got != want {
		t.Errorf("the events are\n%s", got)
	}
}

// TestQuestionsKeepAgentsApart: in who, identity and app a person, the agent that
// acted for him and its sessions are apart.
func TestQuestionsKeepAgentsApart(t *testing.T) {
	roster := filepath.Join(t.TempDir(), "facts.sql")
	must(t, os.WriteFile(roster, []byte("INSERT INTO roster_entry (identity, person) VALUES ('github:ana', 'Ana Lima')"), 0o600))
	text, err := os.ReadFile(filepath.Join(samples, "github", "agents.ndjson"))
	must(t, err)
	events := filepath.Join(t.TempDir(), "events.ndjson") // before the run of published
	must(t, os.WriteFile(events, bytes.ReplaceAll(text, []byte("17953362"), []byte("17844482")), 0o600))
	r := published(t, events, roster)
	for query, want := range map[string]string{
		"SELECT identity, person, agent, on_behalf_of, agent_sessions FROM investigate.who('acme/payments') ORDER BY identity": `
github:agent:copilot:ana | Ana Lima | Copilot | Ana | ["0123-45b7"]
github:agent:copilot:octocat | <nil> | Copilot | Octocat | ["0123-45a6"]
github:ana | Ana Lima | Codex | <nil> | []
`,
		"SELECT repository, agent, operations, agent_sessions FROM investigate.identity('github:ana') ORDER BY agent": `
acme/payments | Codex | 1 | []
acme/payments | Copilot | 1 | ["0123-45b7"]
`,
		"SELECT identity, repositories, agents, on_behalf_of, agent_sessions FROM investigate.app('copilot') ORDER BY identity": `
github:agent:copilot:ana | 1 | ["Copilot"] | ["Ana"] | ["0123-45b7"]
github:agent:copilot:octocat | 1 | ["Copilot"] | ["Octocat"] | ["0123-45a6"]
`,
		"SELECT identity, agents FROM investigate.app('ChatGPT Codex Connector')":        "\ngithub:ana | [\"Codex\"]\n",
		"SELECT identity, agents FROM investigate.app('4242')":                           "\ngithub:ana | [\"Codex\"]\n",
		"SELECT DISTINCT identity FROM investigate.person('Ana Lima') ORDER BY identity": "\ngithub:agent:copilot:ana\ngithub:ana\n",
	} {
		_, rows, _ := strings.Cut(answers(t, r, query), "\n")
		if rows != strings.TrimPrefix(want, "\n") {
			t.Errorf("%s\ngives\n%s", query, rows)
		}
	}
}
