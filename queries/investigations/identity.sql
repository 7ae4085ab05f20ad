-- Everything an identity was seen to touch, what is new to it first.
--
-- question: Q2 What did identity Y touch?
-- subject: identity
-- arguments: identity such as github:ana, since, until
CREATE OR REPLACE MACRO investigate.identity (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH before AS (SELECT repository, min(first_at) AS first_ever FROM access WHERE identity = subject GROUP BY repository)
SELECT
    a.repository, bool_and(investigate.is_new(b.first_ever, since)) AS never_before,
    sum(a.operations)::BIGINT AS operations, sum(a.copies)::BIGINT AS full_copies, sum(a.pushes)::BIGINT AS pushes,
    sum(a.denied)::BIGINT AS denied,
    investigate.copy_kind(sum(a.operations), sum(a.copies), sum(a.pushes), sum(a.denied)) AS copy_kind,
    min(a.first_at) AS first_at, max(a.last_at) AS last_at, count(DISTINCT a.day) AS days,
    investigate.some(list(DISTINCT a.credential)) AS credentials, investigate.some(list(DISTINCT a.access_type)) AS access_types,
    investigate.some(list(DISTINCT a.network)) AS networks, investigate.some(list(DISTINCT a.country)) AS countries,
    investigate.some(list(DISTINCT a.user_agent)) AS clients
FROM investigate.act(since, until) AS a
LEFT JOIN before AS b USING (repository)
WHERE a.identity = subject
GROUP BY a.repository
ORDER BY never_before DESC, first_at, a.repository;
