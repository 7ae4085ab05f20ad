-- Who used a client: every identity whose client's name contains the text, in either case, and the person behind it.
--
-- question: Q4 What else came with that client?
-- subject: client
-- arguments: part of a user agent such as trufflehog, since, until
CREATE OR REPLACE MACRO investigate.client (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH named AS (SELECT agent_id, agent FROM agent_form WHERE contains(lower(agent), lower(subject))),
before AS (
    SELECT i.identity, min(f.first_at) AS first_ever
    FROM access_day AS f
    JOIN identity_form AS i USING (identity_id)
    WHERE f.agent_id IN (SELECT agent_id FROM named)
    GROUP BY i.identity
),
-- Persons, and when one was first there through any identity.
known AS (SELECT p.identity, p.person, min(b.first_ever) OVER (PARTITION BY p.person) AS first_ever FROM baseline.person() AS p LEFT JOIN before AS b USING (identity)),
-- By ids first: names are looked up for what is left.
picked AS (
    SELECT f.identity_id, f.credential_id, f.repository_id, f.address_id, f.country, n.agent, sum(f.operations) AS operations, sum(f.copies) AS copies,
        sum(f.pushes) AS pushes, sum(f.denied) AS denied, min(f.first_at) AS first_at, max(f.last_at) AS last_at
    FROM investigate.fact(since, until) AS f
    JOIN named AS n USING (agent_id)
    GROUP BY ALL
)
SELECT
    i.identity, min(i.name) AS identity_name, min(i.kind) AS identity_kind, min(n.person) AS person, p.agent AS user_agent,
    bool_and(investigate.is_new(b.first_ever, since)) AS never_before, bool_and(investigate.is_new(n.first_ever, since)) AS person_never_before,
    count(DISTINCT r.repository) AS repositories, sum(p.operations)::BIGINT AS operations, sum(p.copies)::BIGINT AS full_copies,
    sum(p.pushes)::BIGINT AS pushes, sum(p.denied)::BIGINT AS denied, min(p.first_at) AS first_at, max(p.last_at) AS last_at,
    investigate.some(list(DISTINCT d.network)) AS networks, investigate.some(list(DISTINCT coalesce(p.country, d.network_country))) AS countries,
    investigate.some(list(DISTINCT c.credential)) AS credentials
FROM picked AS p
JOIN identity_form AS i USING (identity_id)
JOIN repository_form AS r USING (repository_id)
LEFT JOIN credential_form AS c USING (credential_id)
LEFT JOIN address AS d USING (address_id)
LEFT JOIN before AS b ON b.identity = i.identity
LEFT JOIN known AS n ON n.identity = i.identity
GROUP BY i.identity, p.agent
ORDER BY never_before DESC, repositories DESC, first_at, i.identity, p.agent;
