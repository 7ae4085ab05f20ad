-- How new each credential was to the facet, on each day up to the night and with it (MODEL 2.5).
--
-- 0 used before; 1 a new one of an access type used before, or one of several
-- that lay unused for more than 21 days while its owner worked on eight; 2 of a
-- type never used before. Credentials of apps that act as themselves live for an
-- hour and are left out of the roll-up. previous_day is its last use before.
CREATE OR REPLACE MACRO baseline.credential_level(as_of TIMESTAMP, window_days INTEGER) AS TABLE
WITH used AS (
    SELECT DISTINCT a.identity, a.family, a.day, a.credential, a.access_type, n.tenure
    FROM access AS a
    JOIN baseline.novelty(as_of, window_days) AS n USING (identity, family, day)
    WHERE a.day >= as_of::DATE - 1 - window_days AND a.day <= as_of::DATE - 1 AND a.operations > 0
),
aged AS (
    SELECT
        *,
        min(day) OVER (PARTITION BY identity, family, access_type) AS type_day,
        max(day) OVER before AS previous_day,
        max(tenure) OVER before AS previous_tenure
    FROM used
    WINDOW before AS (PARTITION BY identity, family, credential ORDER BY day RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY PRECEDING)
),
first_use AS (SELECT identity, family, credential, min(day) AS day FROM used WHERE credential IS NOT NULL GROUP BY identity, family, credential),
held AS (
    SELECT identity, family, day, sum(number) OVER (PARTITION BY identity, family ORDER BY day) AS held
    FROM (SELECT identity, family, day, count(*) AS number FROM first_use GROUP BY identity, family, day)
)
SELECT
    a.identity, a.family, a.day, a.credential, a.access_type, a.previous_day, a.tenure - a.previous_tenure - 1 AS nights_since,
    CASE
        WHEN a.day - a.previous_day > 21 AND a.tenure - a.previous_tenure - 1 >= 8 AND h.held > 1 THEN 1
        WHEN a.previous_day IS NOT NULL THEN 0
        WHEN a.type_day < a.day THEN 1
        ELSE 2
    END AS level
FROM aged AS a
ASOF LEFT JOIN held AS h ON h.identity = a.identity AND h.family = a.family AND h.day < a.day
WHERE a.credential IS NOT NULL;
