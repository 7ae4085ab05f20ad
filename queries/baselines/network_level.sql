-- How far each network was from what the facet had used, on each day up to the night and with it (MODEL 2.5).
--
-- 0 used before, 1 new in a block used before, 2 in an autonomous system used
-- before, 3 a new block that at least five others had used, 4 a new autonomous
-- system, 5 a new country. Where the log gave no autonomous system or country,
-- that step is passed over; rows without an address are left out.
CREATE OR REPLACE MACRO baseline.network_level(as_of TIMESTAMP, window_days INTEGER) AS TABLE
WITH used AS (
    SELECT DISTINCT identity, family, day, network, block, asn, country
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
),
aged AS (
    SELECT
        *,
        min(day) OVER (PARTITION BY identity, family, network) AS network_day,
        min(day) OVER (PARTITION BY identity, family, block) AS block_day,
        min(day) OVER (PARTITION BY identity, family, asn) AS asn_day,
        min(day) OVER (PARTITION BY identity, family, country) AS country_day
    FROM used
),
first_of_block AS (
    SELECT
        identity, family, block, day AS block_day,
        count(*) OVER (PARTITION BY block ORDER BY day RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY PRECEDING) AS users_before
    FROM (SELECT identity, family, block, min(day) AS day FROM used WHERE block IS NOT NULL GROUP BY identity, family, block)
)
SELECT
    a.identity, a.family, a.day, a.network, a.block, a.asn, a.country,
    CASE
        WHEN a.network_day < a.day THEN 0
        WHEN a.block_day < a.day THEN 1
        WHEN a.asn IS NOT NULL AND a.asn_day < a.day THEN 2
        WHEN a.country IS NOT NULL AND a.country_day = a.day THEN 5
        WHEN f.users_before >= 5 THEN 3
        ELSE 4
    END AS level
FROM aged AS a
JOIN first_of_block AS f USING (identity, family, block)
WHERE a.network IS NOT NULL;
