-- Who touched a repository: each identity and credential, the person behind it, what was done, from where, and whether for the first time.
--
-- question: Q1 Who touched X since T?
-- subject: repository
-- arguments: repository name in full, since, until
-- person_never_before is about all that the roster's person has: a new login of
-- somebody who always came here by another is new, and the person is not.
CREATE OR REPLACE MACRO investigate.who (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH touched AS (FROM investigate.act(since, until) WHERE repository = subject),
before AS (SELECT identity, min(first_at) AS first_ever FROM access WHERE repository = subject GROUP BY identity),
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
    investigate.some(list(DISTINCT t.country)) AS countries, investigate.some(list(DISTINCT t.user_agent)) AS clients
FROM touched AS t
LEFT JOIN before AS b USING (identity)
LEFT JOIN known AS p ON p.identity = t.identity
GROUP BY t.identity, t.access_type, t.credential
ORDER BY first_at, t.identity, t.access_type, t.credential;
