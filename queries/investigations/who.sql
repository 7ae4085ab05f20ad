-- Who touched a repository: each identity, credential and agent, the person behind it, what was done, from where, and whether for the first time.
--
-- question: Q1 Who touched X since T?
-- command: investigate who REPOSITORY
-- short: Who touched a repository
-- example: investigate who acme/vault --since 2026-07-01
-- subject: repository
-- arguments: repository name in full, since, until
-- person_never_before is about all that the roster's person has: a new login of
-- somebody who always came here by another is new, and the person is not. What an
-- AI agent did stands apart from the person it did it for, with its sessions.
CREATE OR REPLACE MACRO investigate.who (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'repository')),
code AS MATERIALIZED (SELECT repository_id FROM repository_form WHERE repository = (SELECT resolved FROM asked)),
touched AS (FROM investigate.act(since, until) WHERE repository_id IN (FROM code)),
before AS (
    SELECT i.identity, min(f.first_at) AS first_ever
    FROM access_day AS f JOIN identity_form AS i USING (identity_id)
    WHERE f.repository_id IN (FROM code) GROUP BY i.identity
),
sessions AS (
    SELECT i.identity, a.access_type, c.credential, v.agent, list(DISTINCT f.agent_session) AS agent_sessions
    FROM event_fact AS f
    JOIN identity_form AS i USING (identity_id) JOIN access_form AS a USING (access_id)
    LEFT JOIN credential_form AS c ON c.credential_id = f.credential_id AND a.credential_kind <> 'app_token'
    LEFT JOIN delegate AS v USING (delegate_id)
    WHERE f.agent_session <> '' AND f.occurred_at >= since AND f.occurred_at < until
        AND f.repository_id IN (FROM code)
    GROUP BY i.identity, a.access_type, c.credential, v.agent
),
known AS (
    SELECT p.identity, p.person, e.first_ever
    FROM baseline.person() AS p
    LEFT JOIN (SELECT person, min(first_ever) AS first_ever FROM baseline.person() JOIN before USING (identity) GROUP BY person) AS e USING (person)
)
SELECT
    t.identity, min(t.identity_name) AS identity_name, min(t.identity_kind) AS identity_kind, min(p.person) AS person, t.access_type, t.credential,
    sum(t.operations)::BIGINT AS operations, sum(t.copies)::BIGINT AS full_copies, sum(t.pushes)::BIGINT AS pushes,
    sum(t.denied)::BIGINT AS denied,
    investigate.copy_kind(sum(t.operations), sum(t.copies), sum(t.pushes), sum(t.denied)) AS copy_kind,
    min(t.first_at) AS first_at, max(t.last_at) AS last_at, count(DISTINCT t.day) AS days,
    bool_and(investigate.is_new(b.first_ever, since)) AS never_before, bool_and(investigate.is_new(p.first_ever, since)) AS person_never_before,
    investigate.some(list(DISTINCT t.ip)) AS addresses, investigate.some(list(DISTINCT t.asn)) AS asns,
    investigate.some(list(DISTINCT t.country)) AS countries, investigate.some(list(DISTINCT t.user_agent)) AS clients,
    t.agent, min(t.on_behalf_of) AS on_behalf_of, coalesce(investigate.some(min(s.agent_sessions)), []) AS agent_sessions
FROM touched AS t
LEFT JOIN before AS b USING (identity)
LEFT JOIN known AS p ON p.identity = t.identity
LEFT JOIN sessions AS s ON s.identity = t.identity AND s.access_type = t.access_type
    AND s.credential IS NOT DISTINCT FROM t.credential AND s.agent IS NOT DISTINCT FROM t.agent
GROUP BY t.identity, t.access_type, t.credential, t.agent
ORDER BY first_at, t.identity, t.access_type, t.credential, t.agent;
