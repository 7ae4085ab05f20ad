-- A credential was used with success after it was revoked or rotated.
--
-- severity: critical
-- technique: T1550.001 (v19)
-- hypotheses: thief, machine
-- certain: yes
-- needs: credential_fact
-- next step: Revoke the credential at the forge itself, check there that it is gone, and find out what else was thought to be dead
-- quiet on: use before it was dead or within five minutes (grace_minutes) after, of a clone that was under way; attempts that were
--     denied, by a job that nobody told
--
-- Grafana and Cloudflare each missed a few of thousands (THREATS 0, 6). Dead
-- credentials stand in the credentials file; those without dead_at are not dead.
CREATE OR REPLACE MACRO signal.dead_credential_used(as_of TIMESTAMP, window_days INTEGER := 1, grace_minutes INTEGER := 5) AS TABLE
WITH used AS (
    SELECT
        e.identity, min(i.name) AS identity_name, a.family, e.credential, min(e.dead_at) AS dead_at,
        min(e.owner) AS owner, min(e.purpose) AS purpose, count(*) AS records, count(DISTINCT r.repository) AS repositories,
        min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at, min(d.ip) AS ip
    FROM baseline.dead_use(as_of - to_days(window_days), as_of) AS e
    JOIN identity_form AS i USING (identity_id)
    JOIN access_form AS a USING (access_id)
    JOIN repository_form AS r USING (repository_id)
    LEFT JOIN address AS d USING (address_id)
    WHERE baseline.dead_use_tells(e.outcome, e.occurred_at, e.dead_at, grace_minutes)
    GROUP BY e.identity, a.family, e.credential
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    records::DOUBLE AS observed, 0::DOUBLE AS expected, 0::DOUBLE AS bound, NULL::BIGINT AS history_days,
    'Used the credential ' || left(credential, 10) || CASE WHEN length(credential) > 10 THEN '…' ELSE '' END || ' ' || baseline.counted(records, 'time', 'times') || ' on '
        || baseline.counted(repositories, 'repository', 'repositories') || ' after it was revoked on ' || strftime(dead_at, '%Y-%m-%d %H:%M') || ' UTC'
        || coalesce(' (' || purpose || ')', '') || coalesce(', owner ' || owner, '') || '; first at ' || strftime(first_at, '%Y-%m-%d %H:%M') || ' UTC.' AS reason,
    credential, dead_at, repositories, first_at, last_at, ip
FROM used
ORDER BY identity, family, credential;
