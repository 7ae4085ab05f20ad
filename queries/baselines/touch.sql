-- Which facet touched which repository, first and last, up to the night and with it.
--
-- first_day = the night is what "new to it" means; private where any row of the
-- days seen was not marked public.
CREATE OR REPLACE MACRO baseline.touch(as_of TIMESTAMP, window_days INTEGER) AS TABLE
SELECT
    identity, family, repository, min(day) AS first_day, max(day) AS last_day, count(DISTINCT day)::BIGINT AS days,
    bool_or(NOT coalesce(is_public, false)) AS is_private
FROM access
WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
GROUP BY identity, family, repository;
