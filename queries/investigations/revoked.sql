-- Credentials used after they were dead: revoked, rotated, or watched since a containment.
--
-- question: Q10 Was anything used after it was revoked?
-- command: investigate revoked
-- short: Credentials used after they were dead
-- example: investigate revoked
-- needs: credential_fact
-- arguments: since, until (of the use)
-- The finding dead_credential_used counts told_records of them: attempts that
-- were denied and what was under way when it died it does not.
CREATE OR REPLACE MACRO investigate.revoked (
    since TIMESTAMP := TIMESTAMP '2005-04-07', until TIMESTAMP := TIMESTAMP '9999-12-31'
) AS TABLE
SELECT
    e.credential, e.identity, min(p.person) AS person, a.access_type, e.owner, e.purpose, e.dead_at,
    min(e.occurred_at) AS first_use_after, max(e.occurred_at) AS last_use_after, count(*) AS records,
    count(*) FILTER (WHERE baseline.dead_use_tells(e.outcome, e.occurred_at, e.dead_at, 5)) AS told_records,
    count(DISTINCT r.repository) AS repositories,
    count(DISTINCT r.repository) FILTER (WHERE e.outcome = 'ok' AND e.action IN ('clone', 'archive')) AS copied_repositories,
    count(*) FILTER (WHERE e.outcome <> 'ok') AS denied, investigate.some(list(DISTINCT d.ip)) AS addresses,
    investigate.some(list(DISTINCT d.asn)) AS asns
FROM baseline.dead_use(since, until) AS e
JOIN access_form AS a USING (access_id)
JOIN repository_form AS r USING (repository_id)
LEFT JOIN address AS d USING (address_id)
LEFT JOIN baseline.person() AS p ON p.identity = e.identity
GROUP BY e.credential, e.identity, a.access_type, e.owner, e.purpose, e.dead_at
ORDER BY first_use_after, e.credential, e.identity, a.access_type;
