-- Shares of nights on which a facet's network or client was at a level or a worse one (MODEL 2.5).
--
-- A night counts by its worst level and its trust, from three active days and ten days of log
-- on. The network's share is the facet's own nights with those of its kind
-- (people or machines) at the weight of eight; the client's is of its kind alone.
-- The pools start from the counts of an organisation never seen.
CREATE OR REPLACE MACRO baseline.network_share(as_of TIMESTAMP, window_days INTEGER) AS TABLE
WITH novelty AS (FROM baseline.novelty(as_of, window_days)),
nights AS (
    SELECT n.identity, n.family, n.is_machine, l.level, n.trust
    FROM (SELECT identity, family, day, max(level) AS level FROM baseline.network_level(as_of, window_days) GROUP BY identity, family, day) AS l
    JOIN novelty AS n USING (identity, family, day)
    WHERE n.is_settled AND day < as_of::DATE - 1
),
prior AS (SELECT unnest(range(6)) AS level, unnest([60, 12, 8, 4, 3, 1]) AS nights),
kind AS (SELECT unnest([false, true]) AS is_machine),
pool AS (
    SELECT is_machine, level, nights / sum(nights) OVER (PARTITION BY is_machine) AS share
    FROM (
        SELECT k.is_machine, p.level, p.nights + coalesce((SELECT sum(n.trust) FROM nights AS n WHERE n.is_machine = k.is_machine AND n.level = p.level), 0)::DOUBLE AS nights
        FROM kind AS k CROSS JOIN prior AS p
    )
),
own AS (SELECT identity, family, level, sum(trust)::DOUBLE AS nights FROM nights GROUP BY identity, family, level),
facet AS (SELECT identity, family, is_machine, tenure FROM novelty WHERE day = as_of::DATE - 1),
mixed AS (
    SELECT f.identity, f.family, f.is_machine, f.tenure, p.level, coalesce(o.nights, 0) + 8 * p.share AS weight
    FROM facet AS f
    JOIN pool AS p USING (is_machine)
    LEFT JOIN own AS o USING (identity, family, level)
)
SELECT
    identity, family, is_machine, tenure AS history_days, level,
    sum(weight) OVER (PARTITION BY identity, family ORDER BY level DESC) / sum(weight) OVER (PARTITION BY identity, family) AS share
FROM mixed;

CREATE OR REPLACE MACRO baseline.client_share(as_of TIMESTAMP, window_days INTEGER) AS TABLE
WITH nights AS (
    SELECT n.is_machine, l.level, sum(n.trust)::DOUBLE AS nights
    FROM (SELECT identity, family, day, max(level) AS level FROM baseline.client_level(as_of, window_days) GROUP BY identity, family, day) AS l
    JOIN baseline.novelty(as_of, window_days) AS n USING (identity, family, day)
    WHERE n.is_settled AND day < as_of::DATE - 1
    GROUP BY n.is_machine, l.level
),
prior AS (SELECT unnest(range(4)) AS level, unnest([80, 2, 1, 0.5]) AS nights),
pool AS (
    SELECT k.is_machine, p.level, p.nights + coalesce(n.nights, 0) AS nights
    FROM (SELECT unnest([false, true]) AS is_machine) AS k
    CROSS JOIN prior AS p
    LEFT JOIN nights AS n ON n.is_machine = k.is_machine AND n.level = p.level
)
SELECT
    is_machine, level,
    sum(nights) OVER (PARTITION BY is_machine ORDER BY level DESC) / sum(nights) OVER (PARTITION BY is_machine) AS share
FROM pool;

CREATE OR REPLACE MACRO baseline.credential_share(as_of TIMESTAMP, window_days INTEGER) AS TABLE
WITH nights AS (
    SELECT n.is_machine, l.level, sum(n.trust)::DOUBLE AS nights
    FROM (SELECT identity, family, day, max(level) AS level FROM baseline.credential_level(as_of, window_days) GROUP BY identity, family, day) AS l
    JOIN baseline.novelty(as_of, window_days) AS n USING (identity, family, day)
    WHERE n.is_settled AND day < as_of::DATE - 1
    GROUP BY n.is_machine, l.level
),
prior AS (SELECT unnest(range(3)) AS level, unnest([80, 1, 0.3]) AS nights),
pool AS (
    SELECT k.is_machine, p.level, p.nights + coalesce(n.nights, 0) AS nights
    FROM (SELECT unnest([false, true]) AS is_machine) AS k
    CROSS JOIN prior AS p
    LEFT JOIN nights AS n ON n.is_machine = k.is_machine AND n.level = p.level
)
SELECT
    is_machine, level,
    sum(nights) OVER (PARTITION BY is_machine ORDER BY level DESC) / sum(nights) OVER (PARTITION BY is_machine) AS share
FROM pool;
