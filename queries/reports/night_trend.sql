-- The last nights in numbers, up to and with one: what was judged, listed and new.
--
-- One row a calendar night. assessed and listed are NULL for a night that was not
-- scored or is not kept. repositories counts those that anybody read or wrote.
-- with_new counts the identities that touched a private repository which they had
-- not touched in the 90 days before the first of these nights, nor since; NULL
-- while the history before the night is shorter than 30 days, because everything
-- is new to who was never seen. Reads the roll-up of 90 days and these nights, so
-- that its cost does not grow with the history.
CREATE OR REPLACE MACRO night_trend(as_of TIMESTAMP, nights INTEGER := 30) AS TABLE
WITH span AS (
    SELECT as_of::DATE - 1 - unnest(range(nights))::INTEGER AS night
),
touched AS (
    SELECT day, identity_id, repository_id, is_public
    FROM access_day
    WHERE day >= as_of::DATE - nights - 90 AND day < as_of::DATE AND operations > 0
),
began AS (SELECT min(day) AS day FROM access_day),
first_touch AS (
    SELECT identity_id, repository_id, min(day) AS day
    FROM touched
    WHERE NOT coalesce(is_public, false)
    GROUP BY identity_id, repository_id
),
fresh AS (SELECT day, count(DISTINCT identity_id) AS identities FROM first_touch GROUP BY day),
active AS (SELECT day, count(DISTINCT repository_id) AS repositories FROM touched WHERE day >= as_of::DATE - nights GROUP BY day)
SELECT
    s.night, n.assessed, n.listed,
    CASE WHEN s.night >= b.day + 30 THEN coalesce(f.identities, 0) END AS with_new,
    coalesce(a.repositories, 0)::BIGINT AS repositories
FROM span AS s
CROSS JOIN began AS b
LEFT JOIN scored_night AS n USING (night)
LEFT JOIN fresh AS f ON f.day = s.night
LEFT JOIN active AS a ON a.day = s.night
ORDER BY s.night;
