-- Which facet touched which repository, first and last, up to the night and with it.
--
-- is_new where the first day of the window on which it touched it is news:
-- private then, and for an app that acts as a person not known to the person's
-- own facets from earlier days (an app may know what its person knows, not the
-- other way round).
CREATE OR REPLACE MACRO baseline.touch(as_of TIMESTAMP, window_days INTEGER) AS TABLE
WITH touched AS (
    SELECT
        identity, family, repository, min(day) AS first_day, max(day) AS last_day,
        coalesce(min(day) FILTER (NOT coalesce(is_public, false)) = min(day), false) AS is_private
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, repository
)
SELECT
    *, is_private AND (family <> 'delegated' OR min(first_day) OVER (PARTITION BY identity, repository) = first_day) AS is_new
FROM touched;
