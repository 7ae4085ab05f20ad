-- Secrets to rotate: the open alerts of secret scanning in what a subject read.
--
-- question: Q6a Which live secrets were in what was taken, one by one?
-- command: investigate secrets SUBJECT
-- short: The secrets to rotate in what was read, one by one
-- example: investigate secrets ana
-- needs: secret_alert
-- subject: identity, person or credential
-- arguments: identity, person (as the roster has it) or credential; since, until
CREATE OR REPLACE MACRO investigate.secret (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH asked AS MATERIALIZED (FROM investigate.subject_named(subject, 'identity,person,credential')),
read AS (
    SELECT repository, min(first_at) AS first_at, investigate.copy_kind(sum(operations), sum(copies), sum(pushes), sum(denied)) AS copy_kind,
        list(DISTINCT identity) AS identities
    FROM investigate.subject_act((SELECT resolved FROM asked), since, until)
    WHERE operations > pushes
    GROUP BY repository
)
SELECT s.secret_type, r.repository, r.copy_kind, r.first_at AS exposed_from, s.opened_at, s.url, investigate.some(r.identities) AS through
FROM read AS r
JOIN secret_alert AS s ON lower(s.repository) = r.repository
WHERE coalesce(lower(s.state), 'open') = 'open'
ORDER BY s.secret_type, r.repository, s.opened_at, s.url;
