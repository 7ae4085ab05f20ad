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
WITH itself AS (SELECT DISTINCT identity FROM identity_form WHERE lower(name) IN (lower(subject), lower(subject) || '[bot]') AND kind IN ('app', 'bot')),
through AS (
    SELECT * FROM investigate.act(since, until) WHERE identity IN (FROM itself)
    UNION ALL
    SELECT * FROM investigate.act(since, until)
    WHERE user_agent IN (SELECT agent FROM agent_form WHERE contains(lower(agent), lower(subject)))
        AND credential_kind IN ('oauth', 'app_user_token', 'app_token') AND identity NOT IN (FROM itself)
)
SELECT
    identity, min(identity_name) AS identity_name, min(identity_kind) AS identity_kind, access_type,
    count(DISTINCT repository) AS repositories, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS full_copies,
    sum(pushes)::BIGINT AS pushes, min(first_at) AS first_at, max(last_at) AS last_at,
    investigate.some(list(DISTINCT network)) AS networks, investigate.some(list(DISTINCT asn)) AS asns,
    investigate.some(list(DISTINCT user_agent)) AS clients
FROM through
GROUP BY identity, access_type
ORDER BY repositories DESC, operations DESC, identity, access_type;
