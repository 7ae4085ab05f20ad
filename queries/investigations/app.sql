-- Everything through an app, across all it acts for: as itself, and as the people who let it in.
--
-- question: Q14 What was done through app Z, by all its users?
-- command: investigate app NAME
-- short: Everything through an app, across its users
-- example: investigate app review-app
-- subject: app
-- arguments: app's name such as review-app, an agent's such as Copilot, or an OAuth application's number, since, until
-- The app itself is the identity of that name, with or without [bot]. Where it
-- acts as a person the host's log names the person, and now and then the
-- application or the agent too; where it does not, the app shows in the client
-- alone: accesses by token of an app or OAuth whose client contains the name count.
-- An app that calls itself plain git there cannot be told.
CREATE OR REPLACE MACRO investigate.app (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.app_named(subject)),
itself AS (
    SELECT identity_id FROM identity_form WHERE lower(name) IN (lower((SELECT resolved FROM asked)), lower((SELECT resolved FROM asked)) || '[bot]') AND kind IN ('app', 'bot')
),
given AS (
    SELECT delegate_id FROM delegate
    WHERE lower((SELECT resolved FROM asked)) IN (lower(agent), lower(application), application_id) OR lower(application) = lower((SELECT resolved FROM asked)) || '[bot]'
),
-- By ids first, one thing at a time: an app may have millions of accesses, and names are looked up for what is left.
through AS NOT MATERIALIZED (
    FROM investigate.fact(since, until) WHERE identity_id IN (FROM itself) OR delegate_id IN (FROM given)
    UNION ALL
    FROM investigate.fact(since, until)
    WHERE agent_id IN (SELECT agent_id FROM agent_form WHERE contains(lower(agent), lower((SELECT resolved FROM asked))))
        AND access_id IN (SELECT access_id FROM access_form WHERE credential_kind IN ('oauth', 'app_user_token', 'app_token'))
        AND identity_id NOT IN (FROM itself) AND coalesce(delegate_id NOT IN (FROM given), true)
),
used AS (
    SELECT i.identity, k.access_type, min(i.name) AS name, min(i.kind) AS kind, sum(t.operations) AS operations, sum(t.copies) AS copies,
        sum(t.pushes) AS pushes, min(t.first_at) AS first_at, max(t.last_at) AS last_at,
        list(DISTINCT coalesce(v.agent, k2.client_agent)) AS agents, list(DISTINCT v.on_behalf_of) AS people
    FROM (
        SELECT identity_id, access_id, delegate_id, agent_id, sum(operations) AS operations, sum(copies) AS copies, sum(pushes) AS pushes,
            min(first_at) AS first_at, max(last_at) AS last_at
        FROM through GROUP BY identity_id, access_id, delegate_id, agent_id
    ) AS t
    JOIN identity_form AS i USING (identity_id) JOIN access_form AS k USING (access_id)
    LEFT JOIN delegate AS v USING (delegate_id) LEFT JOIN client_agent AS k2 ON k2.agent_id = t.agent_id
    GROUP BY i.identity, k.access_type
),
touched AS (
    SELECT i.identity, k.access_type, count(DISTINCT r.repository) AS repositories
    FROM (SELECT DISTINCT identity_id, access_id, repository_id FROM through) AS t
    JOIN identity_form AS i USING (identity_id) JOIN access_form AS k USING (access_id) JOIN repository_form AS r USING (repository_id)
    GROUP BY i.identity, k.access_type
),
place AS (
    SELECT i.identity, k.access_type, list(DISTINCT d.network) AS networks, list(DISTINCT d.asn) AS asns
    FROM (SELECT DISTINCT identity_id, access_id, address_id FROM through) AS t
    JOIN identity_form AS i USING (identity_id) JOIN access_form AS k USING (access_id) JOIN address AS d USING (address_id)
    GROUP BY i.identity, k.access_type
),
session AS (
    SELECT i.identity, k.access_type, list(DISTINCT f.agent_session) AS sessions
    FROM event_fact AS f
    JOIN identity_form AS i USING (identity_id) JOIN access_form AS k USING (access_id)
    WHERE f.agent_session <> '' AND f.occurred_at >= since AND f.occurred_at < until
        AND (f.identity_id IN (FROM itself) OR f.delegate_id IN (FROM given))
    GROUP BY i.identity, k.access_type
),
client AS (
    SELECT i.identity, k.access_type, list(DISTINCT g.agent) AS clients
    FROM (SELECT DISTINCT identity_id, access_id, agent_id FROM through) AS t
    JOIN identity_form AS i USING (identity_id) JOIN access_form AS k USING (access_id) JOIN agent_form AS g USING (agent_id)
    GROUP BY i.identity, k.access_type
)
SELECT
    u.identity, u.name AS identity_name, u.kind AS identity_kind, n.person, u.access_type, t.repositories,
    u.operations::BIGINT AS operations, u.copies::BIGINT AS full_copies, u.pushes::BIGINT AS pushes, u.first_at, u.last_at,
    investigate.some(p.networks) AS networks, investigate.some(p.asns) AS asns, investigate.some(c.clients) AS clients,
    investigate.some(u.agents) AS agents, investigate.some(u.people) AS on_behalf_of, coalesce(investigate.some(s.sessions), []) AS agent_sessions
FROM used AS u
JOIN touched AS t USING (identity, access_type)
LEFT JOIN session AS s USING (identity, access_type)
LEFT JOIN place AS p USING (identity, access_type)
LEFT JOIN client AS c USING (identity, access_type)
LEFT JOIN baseline.person() AS n USING (identity)
ORDER BY t.repositories DESC, u.operations DESC, u.identity, u.access_type;
