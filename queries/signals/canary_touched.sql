-- A canary repository was touched, or somebody tried to.
--
-- severity: critical
-- technique: T1213.003 (v19)
-- hypotheses: thief, insider, jewel, machine
-- certain: yes
-- needs: repository_fact
-- next step: Treat it as an intrusion: find out where the credential was used, revoke it, and ask its owner by another channel
-- quiet on: a mirror or backup that reads the canary as it reads all, on five days or more (least_days) of the four
--     weeks before; the owner of the canary, by identity, person or team
--
-- Nobody has work in a canary, so one touch says it, be it denied. Which
-- repositories are canaries stands in the repositories file.
CREATE OR REPLACE MACRO signal.canary_touched(as_of TIMESTAMP, window_days INTEGER := 1, least_days INTEGER := 5) AS TABLE
WITH touched AS (
    SELECT
        e.identity, min(e.identity_name) AS identity_name, e.family, e.repository, count(*) AS records,
        count(*) FILTER (e.outcome <> 'ok') AS denied, min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at,
        min(e.ip) AS ip, min(e.credential) AS credential, any_value(f.owner) AS owner
    FROM event AS e
    JOIN repository_fact AS f ON f.repository = e.repository AND f.canary
    WHERE e.occurred_at >= as_of - to_days(window_days) AND e.occurred_at < as_of
    GROUP BY e.identity, e.family, e.repository
),
habits AS (
    SELECT a.identity, a.family, a.repository, count(DISTINCT a.day) AS days
    FROM access AS a
    JOIN touched AS t USING (identity, family, repository)
    WHERE a.day >= as_of::DATE - window_days - 28 AND a.day < as_of::DATE - window_days AND a.operations > 0
    GROUP BY a.identity, a.family, a.repository
)
SELECT
    as_of::DATE - 1 AS night, t.identity, t.identity_name, t.family,
    t.records::DOUBLE AS observed, 0::DOUBLE AS expected, 0::DOUBLE AS bound, coalesce(h.days, 0)::BIGINT AS history_days,
    'Touched the canary repository ' || t.repository || ' ' || baseline.counted(t.records, 'time', 'times')
        || CASE WHEN t.denied = t.records THEN ', all denied' WHEN t.denied > 0 THEN ', ' || t.denied || ' denied' ELSE '' END
        || ', first at ' || strftime(t.first_at, '%Y-%m-%d %H:%M') || ' UTC; nobody has any work there.' AS reason,
    t.repository, t.first_at, t.last_at, t.ip, t.credential
FROM touched AS t
LEFT JOIN habits AS h USING (identity, family, repository)
WHERE NOT coalesce(h.days >= least_days, false) AND NOT EXISTS (
    FROM (SELECT t.identity AS name UNION ALL SELECT unnest([p.person, p.team]) FROM baseline.person() AS p WHERE p.identity = t.identity) AS n
    WHERE lower(n.name) = lower(t.owner)
)
ORDER BY t.identity, t.family, t.repository;
