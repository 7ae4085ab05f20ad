-- What happened in order: the records of an identity or credential in sessions that pauses of 30 minutes part.
--
-- question: Q8 What is the timeline?
-- subject: identity or credential
-- arguments: identity or credential, since, until, pause in minutes (30)
-- A pause of exactly 30 minutes does not part.
CREATE OR REPLACE MACRO investigate.timeline (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31',
    pause INTEGER := 30
) AS TABLE
WITH spaced AS (
    SELECT *, occurred_at - lag(occurred_at) OVER (PARTITION BY identity, credential ORDER BY occurred_at, event_id) > to_minutes(pause) AS parted
    FROM investigate.subject_event(subject, since, until)
),
numbered AS (
    SELECT *, count(*) FILTER (WHERE parted) OVER (PARTITION BY identity, credential ORDER BY occurred_at, event_id) AS session
    FROM spaced
)
SELECT
    min(occurred_at) AS first_at, max(occurred_at) AS last_at, identity, min(access_type) AS access_type, credential,
    count(*) AS records, count(DISTINCT repository) AS repositories,
    count(DISTINCT repository) FILTER (WHERE outcome = 'ok' AND action IN ('clone', 'archive')) AS copied_repositories,
    count(*) FILTER (WHERE action = 'push') AS pushes, count(*) FILTER (WHERE outcome <> 'ok') AS denied, sum(bytes_out)::BIGINT AS bytes_out,
    investigate.some(list(DISTINCT repository)) AS some_repositories, investigate.some(list(DISTINCT ip)) AS addresses,
    investigate.some(list(DISTINCT asn)) AS asns, investigate.some(list(DISTINCT country)) AS countries,
    investigate.some(list(DISTINCT user_agent)) AS clients
FROM numbered
GROUP BY identity, credential, session
ORDER BY first_at, identity, credential;
