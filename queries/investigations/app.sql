-- Everything through an app, across all it acts for: as itself, and as the people who let it in.
--
-- question: Q14 What was done through app Z, by all its users?
-- subject: app
-- arguments: app's name such as review-app, since, until
-- The app itself is the identity of that name, with or without [bot]. Where it
-- acts as a person the host's log names the person, and the app shows in the
-- client alone: accesses by token of an app or OAuth whose client contains the
-- name count. An app that calls itself plain git there cannot be told.
CREATE OR REPLACE MACRO investigate.app (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH itself AS (
    SELECT identity_id FROM identity_form WHERE lower(name) IN (lower(subject), lower(subject) || '[bot]') AND kind IN ('app', 'bot')
),
-- By ids first: names are looked up for what is left.
through AS (
    SELECT f.* FROM investigate.fact(since, until) AS f WHERE f.identity_id IN (FROM itself)
    UNION ALL
    SELECT f.* FROM investigate.fact(since, until) AS f
    WHERE f.agent_id IN (SELECT agent_id FROM agent_form WHERE contains(lower(agent), lower(subject)))
        AND f.access_id IN (SELECT access_id FROM access_form WHERE credential_kind IN ('oauth', 'app_user_token', 'app_token'))
        AND f.identity_id NOT IN (FROM itself)
)
SELECT
    i.identity, min(i.name) AS identity_name, min(i.kind) AS identity_kind, min(n.person) AS person, k.access_type,
    count(DISTINCT r.repository) AS repositories, sum(t.operations)::BIGINT AS operations, sum(t.copies)::BIGINT AS full_copies,
    sum(t.pushes)::BIGINT AS pushes, min(t.first_at) AS first_at, max(t.last_at) AS last_at,
    investigate.some(list(DISTINCT d.network)) AS networks, investigate.some(list(DISTINCT d.asn)) AS asns,
    investigate.some(list(DISTINCT g.agent)) AS clients
FROM through AS t
JOIN identity_form AS i USING (identity_id)
JOIN access_form AS k USING (access_id)
JOIN repository_form AS r USING (repository_id)
LEFT JOIN address AS d USING (address_id)
LEFT JOIN agent_form AS g USING (agent_id)
LEFT JOIN baseline.person() AS n ON n.identity = i.identity
GROUP BY i.identity, k.access_type
ORDER BY repositories DESC, operations DESC, i.identity, k.access_type;
