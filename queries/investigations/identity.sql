-- Everything an identity was seen to touch, itself and through agents that act for it, what is new to it first.
--
-- question: Q2 What did identity Y touch?
-- command: investigate identity NAME
-- short: Everything an identity touched
-- example: investigate identity ana --since 2026-07-01
-- subject: identity
-- arguments: identity such as github:ana, since, until
CREATE OR REPLACE MACRO investigate.identity (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity')),
own AS MATERIALIZED (
    SELECT g.identity_id FROM identity_form AS g
    WHERE g.identity = (SELECT resolved FROM asked) OR g.kind = 'app' AND starts_with(g.identity, split_part((SELECT resolved FROM asked), ':', 1) || ':agent:')
        AND ends_with(g.identity, ':' || substr((SELECT resolved FROM asked), strpos((SELECT resolved FROM asked), ':') + 1))
),
-- A repository by the first of the ids it was printed under.
code AS (SELECT repository_id, repository, min(repository_id) OVER (PARTITION BY repository) AS code_id FROM repository_form),
before AS (
    SELECT r.code_id, min(f.first_at) AS first_ever FROM access_day AS f JOIN code AS r USING (repository_id)
    WHERE f.identity_id IN (FROM own) GROUP BY r.code_id
),
-- By ids first, one thing at a time: a build farm has millions of accesses, and names are looked up for what is left.
picked AS NOT MATERIALIZED (
    SELECT f.*, r.code_id, coalesce(v.agent, k.client_agent, '') AS via
    FROM investigate.fact(since, until) AS f
    JOIN code AS r USING (repository_id)
    LEFT JOIN delegate AS v USING (delegate_id)
    LEFT JOIN client_agent AS k ON k.agent_id = f.agent_id
    WHERE f.identity_id IN (FROM own)
),
used AS (
    SELECT code_id, via, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS copies, sum(pushes)::BIGINT AS pushes, sum(denied)::BIGINT AS denied,
        min(first_at) AS first_at, max(last_at) AS last_at, count(DISTINCT day) AS days
    FROM picked GROUP BY code_id, via
),
network AS (
    SELECT code_id, via, investigate.few(min(network, 12), count(*)) AS networks FROM (
        SELECT DISTINCT p.code_id, p.via, d.network FROM (SELECT DISTINCT code_id, via, address_id FROM picked) AS p JOIN address AS d USING (address_id)
    ) GROUP BY code_id, via
),
country AS (
    SELECT code_id, via, investigate.few(min(country, 12), count(country)) AS countries FROM (
        SELECT DISTINCT p.code_id, p.via, coalesce(p.country, d.network_country) AS country
        FROM (SELECT DISTINCT code_id, via, address_id, country FROM picked) AS p LEFT JOIN address AS d USING (address_id)
    ) GROUP BY code_id, via
),
credential AS (
    SELECT p.code_id, p.via, investigate.few(min(c.credential, 12), count(*)) AS credentials
    FROM (SELECT DISTINCT code_id, via, credential_id FROM picked) AS p JOIN credential_form AS c USING (credential_id)
    GROUP BY p.code_id, p.via
),
kind AS (
    SELECT code_id, via, investigate.few(min(access_type, 12), count(*)) AS access_types FROM (
        SELECT DISTINCT p.code_id, p.via, a.access_type FROM (SELECT DISTINCT code_id, via, access_id FROM picked) AS p JOIN access_form AS a USING (access_id)
    ) GROUP BY code_id, via
),
client AS (
    SELECT p.code_id, p.via, investigate.few(min(g.agent, 12), count(*)) AS clients
    FROM (SELECT DISTINCT code_id, via, agent_id FROM picked) AS p JOIN agent_form AS g USING (agent_id)
    GROUP BY p.code_id, p.via
),
session AS (
    SELECT r.code_id, coalesce(v.agent, '') AS via, list(DISTINCT f.agent_session) AS sessions
    FROM event_fact AS f
    JOIN code AS r USING (repository_id)
    LEFT JOIN delegate AS v USING (delegate_id)
    WHERE f.agent_session <> '' AND f.occurred_at >= since AND f.occurred_at < until AND f.identity_id IN (FROM own)
    GROUP BY r.code_id, coalesce(v.agent, '')
)
SELECT
    r.repository, investigate.is_new(b.first_ever, since) AS never_before, u.operations, u.copies AS full_copies, u.pushes, u.denied,
    investigate.copy_kind(u.operations, u.copies, u.pushes, u.denied) AS copy_kind, u.first_at, u.last_at, u.days,
    coalesce(c.credentials, []) AS credentials, k.access_types, coalesce(n.networks, []) AS networks, coalesce(o.countries, []) AS countries,
    coalesce(g.clients, []) AS clients,
    nullif(u.via, '') AS agent, coalesce(investigate.some(s.sessions), []) AS agent_sessions
FROM used AS u
JOIN code AS r ON r.repository_id = u.code_id
LEFT JOIN before AS b ON b.code_id = u.code_id
LEFT JOIN credential AS c ON c.code_id = u.code_id AND c.via = u.via
LEFT JOIN kind AS k ON k.code_id = u.code_id AND k.via = u.via
LEFT JOIN network AS n ON n.code_id = u.code_id AND n.via = u.via
LEFT JOIN country AS o ON o.code_id = u.code_id AND o.via = u.via
LEFT JOIN client AS g ON g.code_id = u.code_id AND g.via = u.via
LEFT JOIN session AS s ON s.code_id = u.code_id AND s.via = u.via
ORDER BY never_before DESC, u.first_at, r.repository, u.via;
