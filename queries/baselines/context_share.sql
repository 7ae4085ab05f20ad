-- Shares of nights on which a facet's network, client or credential was at a level or a worse one (MODEL 2.5).
--
-- A night counts by its worst level and its trust, from three active days and ten
-- days of log on (baseline.level_pool). The network's share is the facet's own
-- nights with those of its kind (people or machines) at the weight of
-- level_pool_weight; client and credential go by the kind alone.
CREATE OR REPLACE MACRO baseline.network_share(as_of TIMESTAMP) AS TABLE
WITH pool AS (
    SELECT is_machine, level, nights / sum(nights) OVER (PARTITION BY is_machine) AS share
    FROM baseline.level_pool(as_of - INTERVAL 1 DAY)
    WHERE what = 'network'
),
own AS (
    SELECT facet_id, network_level AS level, sum(trust::DECIMAL(18, 12))::DOUBLE AS nights
    FROM facet_score
    WHERE night < as_of::DATE - 1 AND network_level IS NOT NULL
    GROUP BY facet_id, network_level
),
mixed AS (
    SELECT f.identity, f.family, n.is_machine, n.nights_before::BIGINT AS tenure, p.level, coalesce(o.nights, 0) + c.level_pool_weight * p.share AS weight
    FROM facet_night AS n
    CROSS JOIN baseline_constant AS c
    JOIN facet AS f USING (facet_id)
    JOIN pool AS p ON p.is_machine = n.is_machine
    LEFT JOIN own AS o ON o.facet_id = n.facet_id AND o.level = p.level
    WHERE n.night = as_of::DATE - 1
)
SELECT
    identity, family, is_machine, tenure AS history_days, level,
    sum(weight) OVER (PARTITION BY identity, family ORDER BY level DESC) / sum(weight) OVER (PARTITION BY identity, family) AS share
FROM mixed;

CREATE OR REPLACE MACRO baseline.client_share(as_of TIMESTAMP) AS TABLE
SELECT is_machine, level, sum(nights) OVER (PARTITION BY is_machine ORDER BY level DESC) / sum(nights) OVER (PARTITION BY is_machine) AS share
FROM baseline.level_pool(as_of - INTERVAL 1 DAY)
WHERE what = 'client';

CREATE OR REPLACE MACRO baseline.credential_share(as_of TIMESTAMP) AS TABLE
SELECT is_machine, level, sum(nights) OVER (PARTITION BY is_machine ORDER BY level DESC) / sum(nights) OVER (PARTITION BY is_machine) AS share
FROM baseline.level_pool(as_of - INTERVAL 1 DAY)
WHERE what = 'credential';
