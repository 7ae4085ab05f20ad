-- The AI agents that are known, and by what: the list is this file.
--
-- Repeatable: installed anew whenever the binary's text differs from the
-- database's.
--
-- A row names an agent, by what it is known, and the text that it then has, in lower
-- case, where % stands for anything. By "actor" a login that GitHub gives to one app
-- alone (those that end in [bot] nobody else can have) or to an actor that it calls an
-- agent; by "application" the name of an app, which its maker chose; by "client" what
-- the client calls itself, which anybody can. The first of the three that says
-- something is taken. Sources: GitHub, "Audit log events for agents" (actor:Copilot);
-- the apps' own pages on GitHub; openai/codex issue 25726.
CREATE OR REPLACE MACRO known_agent() AS TABLE
FROM (VALUES
    ('Copilot', 'actor', 'copilot'), ('Copilot', 'actor', 'copilot-swe-agent[bot]'), ('Copilot', 'actor', 'copilot-swe-agent'),
    ('Copilot', 'actor', 'copilot[bot]'), ('Copilot', 'actor', 'copilot-pull-request-reviewer[bot]'),
    ('Copilot', 'application', '%copilot%'), ('Copilot', 'client', '%copilot%'),
    ('Codex', 'actor', 'chatgpt-codex-connector[bot]'), ('Codex', 'actor', 'openai-code-agent[bot]'), ('Codex', 'actor', 'codex'),
    ('Codex', 'application', '%codex%'), ('Codex', 'client', 'codex%'), ('Codex', 'client', '% codex%'),
    ('Claude Code', 'actor', 'claude[bot]'), ('Claude Code', 'actor', 'anthropic-code-agent[bot]'), ('Claude Code', 'actor', 'claude'),
    ('Claude Code', 'application', '%claude%'), ('Claude Code', 'client', '%claude-code%'), ('Claude Code', 'client', '%claude-cli%'),
    ('Cursor', 'actor', 'cursor[bot]'), ('Cursor', 'application', 'cursor'), ('Devin', 'actor', 'devin-ai-integration[bot]'),
    ('Jules', 'actor', 'google-labs-jules[bot]')
) AS k(agent, known_by, pattern);

-- What was acted through, with the agent's name: one that the host calls an agent and
-- nobody knows keeps its own. agent is '' where it is none, and agent_basis says who
-- says so: the host, or the name of an application.
CREATE OR REPLACE VIEW delegate AS
SELECT
    d.delegate_id, nullif(d.application_id, '') AS application_id, nullif(d.application, '') AS application, nullif(d.on_behalf_of, '') AS on_behalf_of,
    coalesce(a.agent, CASE WHEN d.is_agent THEN coalesce(nullif(d.actor, ''), n.agent, 'unnamed agent') ELSE n.agent END) AS agent,
    CASE WHEN a.agent IS NOT NULL OR d.is_agent THEN 'host' WHEN n.agent IS NOT NULL THEN 'application' END AS agent_basis
FROM delegate_form AS d
LEFT JOIN (
    SELECT f.delegate_id, min(k.agent) AS agent FROM delegate_form AS f JOIN known_agent() AS k ON lower(f.actor) = k.pattern
    WHERE k.known_by = 'actor' AND f.actor <> '' AND (f.is_agent OR k.pattern LIKE '%[bot]') GROUP BY f.delegate_id
) AS a USING (delegate_id)
LEFT JOIN (
    SELECT f.delegate_id, min(k.agent) AS agent FROM delegate_form AS f JOIN known_agent() AS k ON lower(f.application) LIKE k.pattern
    WHERE k.known_by = 'application' AND f.application <> '' GROUP BY f.delegate_id
) AS n USING (delegate_id);

-- Clients that call themselves an agent.
CREATE OR REPLACE VIEW client_agent AS
SELECT g.agent_id, min(k.agent) AS client_agent
FROM agent_form AS g
JOIN known_agent() AS k ON lower(g.agent) LIKE k.pattern
WHERE k.known_by = 'client'
GROUP BY g.agent_id;

COMMENT ON VIEW delegate IS 'Agents and applications that acts went through, and for whom';
COMMENT ON VIEW client_agent IS 'Clients that call themselves an AI agent';
