-- Stale, bait and tiered repositories among what was read: nobody else touched them for long, or they are marked.
--
-- question: Q12 Which stale, deprecated or canary repositories were copied?
-- subject: identity or credential
-- arguments: identity or credential, since, until, days (90)
-- Stale: no person other than the subject touched it in so many days before the
-- subject first read it. People only: a nightly mirror would hide every one
-- (THREATS 2, A12).
CREATE OR REPLACE MACRO investigate.stale (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31', days INTEGER := 90
) AS TABLE
WITH read AS (
    SELECT repository, min(first_at) AS first_at, max(last_at) AS last_at, sum(copies)::BIGINT AS full_copies,
        investigate.copy_kind(sum(operations), sum(copies), sum(pushes), sum(denied)) AS copy_kind, list(DISTINCT identity) AS readers
    FROM investigate.subject_act(subject, since, until)
    WHERE operations > pushes
    GROUP BY repository
),
others AS (
    SELECT r.repository, max(a.day) AS last_day
    FROM read AS r
    JOIN access AS a ON a.repository = r.repository AND a.day < r.first_at::DATE
    WHERE a.operations > 0 AND a.identity_kind = 'human' AND a.family = 'personal' AND NOT list_contains(r.readers, a.identity)
    GROUP BY r.repository
),
judged AS (
    SELECT r.*, o.last_day, coalesce(r.first_at::DATE - o.last_day > days, true) AS stale, f.tier, f.owner, coalesce(f.canary, false) AS canary
    FROM read AS r
    LEFT JOIN others AS o USING (repository)
    LEFT JOIN (SELECT lower(repository) AS repository, min(tier) AS tier, min(owner) AS owner, bool_or(canary) AS canary FROM repository_fact GROUP BY ALL) AS f USING (repository)
)
SELECT repository, canary, stale, tier, owner, copy_kind, full_copies, first_at, last_at, last_day AS others_last_day
FROM judged
WHERE stale OR canary OR tier IS NOT NULL
ORDER BY canary DESC, stale DESC, tier, first_at, repository;
