-- Stale repositories, bait and crown jewels among what was read.
--
-- question: Q12 Which stale, deprecated or canary repositories were copied?
-- command: investigate stale SUBJECT
-- short: Stale, bait and tiered repositories that were read
-- example: investigate stale ana
-- flags: --days days in which nobody else touched it
-- needs: repository_fact
-- subject: identity, person or credential
-- arguments: identity, person (as the roster has it) or credential; since, until, days (90)
-- Stale: no person other than the subject touched it in so many days before the
-- subject first read it. People only: a nightly mirror would hide every one
-- (THREATS 2, A12). NULL where the records do not reach back so far.
CREATE OR REPLACE MACRO investigate.stale (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31', days INTEGER := 90
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person,credential')),
read AS (
    SELECT repository, min(first_at) AS first_at, max(last_at) AS last_at, sum(copies)::BIGINT AS full_copies,
        investigate.copy_kind(sum(operations), sum(copies), sum(pushes), sum(denied)) AS copy_kind, list(DISTINCT identity) AS identities
    FROM investigate.subject_act((SELECT resolved FROM asked), since, until)
    WHERE operations > pushes
    GROUP BY repository
),
-- The subject, by whatever identity: who was seen as it, and who else that person is.
own AS (
    SELECT unnest(identities) AS identity FROM read
    UNION
    SELECT o.identity FROM baseline.person() AS o JOIN baseline.person() AS p USING (person) WHERE p.identity IN (SELECT unnest(identities) FROM read)
),
-- By ids first: names are looked up for what is left.
before AS (
    SELECT r.repository, f.identity_id, f.access_id, max(f.day) AS last_day
    FROM access_day AS f
    JOIN (SELECT n.repository_id, r.repository, r.first_at::DATE AS first_day FROM read AS r JOIN repository_form AS n USING (repository)) AS r USING (repository_id)
    WHERE f.operations > 0 AND f.day < r.first_day
    GROUP BY ALL
),
others AS (
    SELECT b.repository, max(b.last_day) AS last_day
    FROM before AS b
    JOIN identity_form AS i USING (identity_id)
    JOIN access_form AS a USING (access_id)
    WHERE i.kind = 'human' AND a.family = 'personal' AND i.identity NOT IN (FROM own)
    GROUP BY b.repository
),
judged AS (
    SELECT r.*, o.last_day,
        CASE
            WHEN r.first_at::DATE - o.last_day <= days THEN false
            WHEN r.first_at::DATE - (SELECT min(day) FROM rolled_day) >= days THEN true
        END AS stale,
        f.tier, f.owner, coalesce(f.canary, false) AS canary
    FROM read AS r
    LEFT JOIN others AS o USING (repository)
    LEFT JOIN (SELECT lower(repository) AS repository, min(tier) AS tier, min(owner) AS owner, bool_or(canary) AS canary FROM repository_fact GROUP BY ALL) AS f USING (repository)
)
SELECT repository, canary, stale, tier, owner, copy_kind, full_copies, first_at, last_at, last_day AS others_last_day, investigate.some(identities) AS through
FROM judged
WHERE stale IS DISTINCT FROM false OR canary OR tier IN ('crown jewel', 'high')
ORDER BY canary DESC, stale DESC NULLS LAST, tier, first_at, repository;
