-- Secrets to rotate: the open alerts of secret scanning in what a subject read.
--
-- question: Q6 Which live secrets were in what was taken, one by one?
-- needs: secret_alert
-- subject: identity, person or credential
-- arguments: identity, person (as the roster has it) or credential; since, until
CREATE OR REPLACE MACRO investigate.secret (
    subject VARCHAR, since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH theirs AS (
    SELECT i.identity_id FROM identity_form AS i JOIN baseline.person() AS p USING (identity) WHERE p.person = subject
),
done AS (
    SELECT repository, first_at, operations, copies, pushes, denied FROM investigate.subject_act(subject, since, until)
    UNION ALL
    SELECT r.repository, f.first_at, f.operations, f.copies, f.pushes, f.denied
    FROM investigate.fact(since, until) AS f
    JOIN theirs USING (identity_id)
    JOIN repository_form AS r USING (repository_id)
),
read AS (
    SELECT repository, min(first_at) AS first_at, investigate.copy_kind(sum(operations), sum(copies), sum(pushes), sum(denied)) AS copy_kind
    FROM done
    WHERE operations > pushes
    GROUP BY repository
)
SELECT s.secret_type, r.repository, r.copy_kind, r.first_at AS exposed_from, s.opened_at, s.url
FROM read AS r
JOIN secret_alert AS s ON lower(s.repository) = r.repository
WHERE coalesce(lower(s.state), 'open') = 'open'
ORDER BY s.secret_type, r.repository, s.opened_at, s.url;
