-- Who used a client: every identity whose client's name contains the text, in either case, and the person behind it.
--
-- question: Q4a What else came with that client?
-- command: investigate client AGENT
-- short: Everything with a client
-- example: investigate client trufflehog
-- subject: client
-- arguments: part of a user agent such as trufflehog, since, until
CREATE OR REPLACE MACRO investigate.client (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.client_named(subject)),
named AS (SELECT agent_id, agent FROM agent_form WHERE contains(lower(agent), lower((SELECT resolved FROM asked)))),
before AS (
    SELECT i.identity, min(f.first_at) AS first_ever
    FROM access_day AS f
    JOIN identity_form AS i USING (identity_id)
    WHERE f.agent_id IN (SELECT agent_id FROM named)
    GROUP BY i.identity
),
-- Persons, and when one was first there through any identity.
known AS (
    SELECT p.identity, p.person, e.first_ever
    FROM baseline.person() AS p
    LEFT JOIN (SELECT person, min(first_ever) AS first_ever FROM baseline.person() JOIN before USING (identity) GROUP BY person) AS e USING (person)
),
-- By ids first, one thing at a time: half an organisation may have a client, and names are looked up for what is left.
-- DuckDB 1.4.1 failed and even crashed where all of it was one query with list(DISTINCT ...) and min() OVER beside each other.
picked AS NOT MATERIALIZED (FROM investigate.fact(since, until) WHERE agent_id IN (SELECT agent_id FROM named)),
used AS (
    SELECT i.identity, p.agent_id, min(i.name) AS name, min(i.kind) AS kind, sum(p.operations) AS operations, sum(p.copies) AS copies,
        sum(p.pushes) AS pushes, sum(p.denied) AS denied, min(p.first_at) AS first_at, max(p.last_at) AS last_at
    FROM (
        SELECT identity_id, agent_id, sum(operations) AS operations, sum(copies) AS copies, sum(pushes) AS pushes, sum(denied) AS denied,
            min(first_at) AS first_at, max(last_at) AS last_at
        FROM picked GROUP BY identity_id, agent_id
    ) AS p
    JOIN identity_form AS i USING (identity_id)
    GROUP BY i.identity, p.agent_id
),
touched AS (
    SELECT i.identity, p.agent_id, count(DISTINCT r.repository) AS repositories
    FROM (SELECT DISTINCT identity_id, agent_id, repository_id FROM picked) AS p
    JOIN identity_form AS i USING (identity_id) JOIN repository_form AS r USING (repository_id)
    GROUP BY i.identity, p.agent_id
),
place AS (
    SELECT i.identity, p.agent_id, list(DISTINCT d.network) AS networks, list(DISTINCT coalesce(p.country, d.network_country)) AS countries
    FROM (SELECT DISTINCT identity_id, agent_id, address_id, country FROM picked) AS p
    JOIN identity_form AS i USING (identity_id) LEFT JOIN address AS d USING (address_id)
    GROUP BY i.identity, p.agent_id
),
credential AS (
    SELECT i.identity, p.agent_id, list(DISTINCT c.credential) AS credentials
    FROM (SELECT DISTINCT identity_id, agent_id, credential_id FROM picked) AS p
    JOIN identity_form AS i USING (identity_id) JOIN credential_form AS c USING (credential_id)
    GROUP BY i.identity, p.agent_id
)
SELECT
    u.identity, u.name AS identity_name, u.kind AS identity_kind, k.person, n.agent AS user_agent,
    investigate.is_new(b.first_ever, since) AS never_before, investigate.is_new(k.first_ever, since) AS person_never_before,
    t.repositories, u.operations::BIGINT AS operations, u.copies::BIGINT AS full_copies, u.pushes::BIGINT AS pushes, u.denied::BIGINT AS denied,
    u.first_at, u.last_at, investigate.some(p.networks) AS networks, investigate.some(p.countries) AS countries, investigate.some(c.credentials) AS credentials
FROM used AS u
JOIN named AS n USING (agent_id)
JOIN touched AS t USING (identity, agent_id)
JOIN place AS p USING (identity, agent_id)
LEFT JOIN credential AS c USING (identity, agent_id)
LEFT JOIN before AS b USING (identity)
LEFT JOIN known AS k USING (identity)
ORDER BY never_before DESC, t.repositories DESC, u.first_at, u.identity, n.agent;
