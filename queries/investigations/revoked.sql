-- Credentials used after they were dead: revoked, rotated, or watched since a containment.
--
-- question: Q10 Was anything used after it was revoked?
-- arguments: since, until (of the use)
-- Whoever recorded it dead first counts: the earliest dead_at of a credential.
CREATE OR REPLACE MACRO investigate.revoked (
    since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
WITH dead AS (
    SELECT credential, min(dead_at) AS dead_at, min(owner) AS owner, min(purpose) AS purpose
    FROM credential_fact WHERE dead_at IS NOT NULL GROUP BY credential
)
SELECT
    e.credential, e.identity, e.access_type, d.owner, d.purpose, d.dead_at,
    min(e.occurred_at) AS first_use_after, max(e.occurred_at) AS last_use_after, count(*) AS records,
    count(DISTINCT e.repository) AS repositories,
    count(DISTINCT e.repository) FILTER (WHERE e.outcome = 'ok' AND e.action IN ('clone', 'archive')) AS copied_repositories,
    count(*) FILTER (WHERE e.outcome <> 'ok') AS denied, investigate.some(list(DISTINCT e.ip)) AS addresses,
    investigate.some(list(DISTINCT e.asn)) AS asns
FROM event AS e
JOIN dead AS d USING (credential)
WHERE e.occurred_at > d.dead_at AND e.occurred_at >= since AND e.occurred_at < until
GROUP BY e.credential, e.identity, e.access_type, d.owner, d.purpose, d.dead_at
ORDER BY first_use_after, e.credential, e.identity, e.access_type;
