-- What was in what was taken: each repository touched, through which identity, how it was copied, its tier, owner and open secrets.
--
-- question: Q6 Which live secrets were in what was taken?
-- command: investigate blast SUBJECT
-- short: What was in what was taken: tiers, owners, open secrets
-- example: investigate blast ana --since 2026-07-01
-- needs: secret_alert, repository_fact
-- subject: identity, person or credential
-- arguments: identity, person (as the roster has it) or credential; since, until
-- open_secrets is NULL where no alert was ever brought in: not known is not none.
CREATE OR REPLACE MACRO investigate.blast (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person,credential')),
secret AS (
    SELECT lower(repository) AS repository, count(*) AS open_secrets, list(DISTINCT secret_type) AS secret_types
    FROM secret_alert WHERE coalesce(lower(state), 'open') = 'open'
    GROUP BY lower(repository)
),
taken AS (
    SELECT
        repository, bool_or(is_public) AS is_public, sum(copies)::BIGINT AS full_copies,
        sum(operations - copies - pushes)::BIGINT AS fetches_and_views, sum(pushes)::BIGINT AS pushes,
        investigate.copy_kind(sum(operations), sum(copies), sum(pushes), sum(denied)) AS copy_kind,
        min(first_at) AS first_at, max(last_at) AS last_at, list(DISTINCT identity) AS identities
    FROM investigate.subject_act((SELECT resolved FROM asked), since, until)
    GROUP BY repository
)
SELECT
    t.repository, t.copy_kind, t.is_public, r.tier, r.owner, CASE WHEN EXISTS (FROM secret_alert) THEN coalesce(s.open_secrets, 0) END AS open_secrets,
    investigate.some(s.secret_types) AS secret_types, t.full_copies, t.fetches_and_views, t.pushes, t.first_at, t.last_at,
    investigate.some(t.identities) AS through
FROM taken AS t
LEFT JOIN secret AS s USING (repository)
LEFT JOIN (SELECT lower(repository) AS repository, min(tier) AS tier, min(owner) AS owner FROM repository_fact GROUP BY ALL) AS r USING (repository)
WHERE t.copy_kind <> 'denied only'
ORDER BY open_secrets DESC, t.copy_kind DESC, t.first_at, t.repository;
