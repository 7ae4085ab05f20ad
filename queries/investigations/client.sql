-- Who used a client: every identity whose client's name contains the text, in either case.
--
-- question: Q4 What else came with that client?
-- subject: client
-- arguments: part of a user agent such as trufflehog, since, until
CREATE OR REPLACE MACRO investigate.client (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH named AS (SELECT DISTINCT agent AS user_agent FROM agent_form WHERE contains(lower(agent), lower(subject))),
before AS (
    SELECT i.identity, min(f.first_at) AS first_ever
    FROM access_day AS f
    JOIN identity_form AS i USING (identity_id)
    WHERE f.agent_id IN (SELECT agent_id FROM agent_form WHERE contains(lower(agent), lower(subject)))
    GROUP BY i.identity
)
SELECT
    a.identity, min(a.identity_name) AS identity_name, min(a.identity_kind) AS identity_kind, a.user_agent,
    bool_and(b.first_ever >= since) AS never_before,
    count(DISTINCT a.repository) AS repositories, sum(a.operations)::BIGINT AS operations, sum(a.copies)::BIGINT AS full_copies,
    sum(a.pushes)::BIGINT AS pushes, sum(a.denied)::BIGINT AS denied, min(a.first_at) AS first_at, max(a.last_at) AS last_at,
    investigate.some(list(DISTINCT a.network)) AS networks, investigate.some(list(DISTINCT a.country)) AS countries,
    investigate.some(list(DISTINCT a.credential)) AS credentials
FROM investigate.act(since, until) AS a
JOIN named USING (user_agent)
LEFT JOIN before AS b USING (identity)
GROUP BY a.identity, a.user_agent
ORDER BY never_before DESC, repositories DESC, first_at, a.identity, a.user_agent;
