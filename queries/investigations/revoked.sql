-- Credentials used after they were dead: revoked, rotated, or watched since a containment.
--
-- question: Q10 Was anything used after it was revoked?
-- command: investigate revoked
-- short: Credentials used after they were dead
-- example: investigate revoked
-- needs: credential_fact
-- arguments: since, until (of the use)
-- Whoever recorded it dead first counts: the earliest dead_at of a credential.
CREATE OR REPLACE MACRO investigate.revoked (
    since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH dead AS (
    SELECT credential, min(dead_at) AS dead_at, min(owner) AS owner, min(purpose) AS purpose
    FROM credential_fact WHERE dead_at IS NOT NULL GROUP BY credential
),
-- By ids first: names are looked up for what is left.
late AS (
    SELECT f.*, c.credential, d.dead_at, d.owner, d.purpose
    FROM event_fact AS f
    JOIN credential_form AS c USING (credential_id)
    JOIN dead AS d USING (credential)
    WHERE f.occurred_at > d.dead_at AND f.occurred_at >= since AND f.occurred_at < until
)
SELECT
    e.credential, i.identity, min(p.person) AS person, a.access_type, e.owner, e.purpose, e.dead_at,
    min(e.occurred_at) AS first_use_after, max(e.occurred_at) AS last_use_after, count(*) AS records,
    count(DISTINCT r.repository) AS repositories,
    count(DISTINCT r.repository) FILTER (WHERE e.outcome = 'ok' AND e.action IN ('clone', 'archive')) AS copied_repositories,
    count(*) FILTER (WHERE e.outcome <> 'ok') AS denied, investigate.some(list(DISTINCT d.ip)) AS addresses,
    investigate.some(list(DISTINCT d.asn)) AS asns
FROM late AS e
JOIN identity_form AS i USING (identity_id)
JOIN access_form AS a USING (access_id)
JOIN repository_form AS r USING (repository_id)
LEFT JOIN address AS d USING (address_id)
LEFT JOIN baseline.person() AS p ON p.identity = i.identity
GROUP BY e.credential, i.identity, a.access_type, e.owner, e.purpose, e.dead_at
ORDER BY first_use_after, e.credential, i.identity, a.access_type;
