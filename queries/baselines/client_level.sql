-- How far each client was from what the facet had used, on each day up to the night and with it (MODEL 2.5).
--
-- 0 used before, 1 a newer version of a family used before, 2 new to it and used
-- before by at least three others, 3 known to hardly anybody.
CREATE OR REPLACE MACRO baseline.client_level(as_of TIMESTAMP, window_days INTEGER) AS TABLE
WITH used AS (
    SELECT DISTINCT identity, family, day, user_agent
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0 AND user_agent IS NOT NULL
),
form AS (
    SELECT user_agent, baseline.client_family(user_agent) AS client, baseline.client_version(user_agent) AS version
    FROM (SELECT DISTINCT user_agent FROM used)
),
first_use AS (
    SELECT
        identity, family, user_agent, day,
        count(*) OVER (PARTITION BY user_agent ORDER BY day RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY PRECEDING) AS users_before
    FROM (SELECT identity, family, user_agent, min(day) AS day FROM used GROUP BY identity, family, user_agent)
),
-- Only a first use asks which versions of the family came before it.
newest AS (
    SELECT u.identity, u.family, u.user_agent, max(b.version) AS newest_before
    FROM first_use AS u
    JOIN form AS f USING (user_agent)
    JOIN (SELECT o.identity, o.family, o.day, g.client, g.version FROM first_use AS o JOIN form AS g USING (user_agent)) AS b
        ON b.identity = u.identity AND b.family = u.family AND b.client = f.client AND b.day < u.day
    GROUP BY u.identity, u.family, u.user_agent
)
SELECT
    u.identity, u.family, u.day, u.user_agent, p.users_before,
    CASE
        WHEN p.day < u.day THEN 0
        WHEN f.version >= n.newest_before THEN 1
        WHEN p.users_before >= 3 THEN 2
        ELSE 3
    END AS level
FROM used AS u
JOIN first_use AS p USING (identity, family, user_agent)
JOIN form AS f USING (user_agent)
LEFT JOIN newest AS n USING (identity, family, user_agent);
