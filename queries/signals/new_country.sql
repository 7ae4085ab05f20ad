-- A country that the facet was never seen in.
--
-- severity: medium
-- technique: T1078.004 (v19)
-- hypotheses: thief
-- quiet on: a country seen before; a joiner (not assessable below least_days active days). A trip looks the same:
--     see operations elsewhere on the same night with signal.two_countries
--
-- One row a facet and country. observed is the days it was seen there before (0);
-- expected is the share of all facets' nights with a country new to them, from
-- least_days active days on. A night without countries is one row that says so.
CREATE OR REPLACE MACRO signal.new_country(as_of TIMESTAMP, window_days INTEGER := 3650, least_days INTEGER := 5) AS TABLE
WITH used AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, day, country, count(DISTINCT repository) AS repositories,
        sum(operations)::BIGINT AS operations, min(first_at) AS first_at, max(last_at) AS last_at
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, day, country
),
aged AS (
    SELECT
        *, min(day) OVER (PARTITION BY identity, family, country) AS country_day,
        dense_rank() OVER (PARTITION BY identity, family ORDER BY day) - 1 AS history_days
    FROM used
),
usual AS (
    SELECT avg(is_new::INTEGER) AS share, count(*) AS nights
    FROM (
        SELECT bool_or(country_day = day) AS is_new
        FROM aged
        WHERE day < as_of::DATE - 1 AND country IS NOT NULL AND history_days >= least_days
        GROUP BY identity, family, day
    )
),
known AS (
    SELECT identity, family, list(DISTINCT country ORDER BY country) AS countries
    FROM used
    WHERE day < as_of::DATE - 1 AND country IS NOT NULL
    GROUP BY identity, family
),
judged AS (
    SELECT a.*, u.share, u.nights, k.countries, a.country IS NOT NULL AND a.history_days >= least_days AND k.countries IS NOT NULL AS assessable
    FROM aged AS a
    CROSS JOIN usual AS u
    LEFT JOIN known AS k USING (identity, family)
    WHERE a.day = as_of::DATE - 1 AND (a.country IS NULL OR a.country_day = a.day)
)
SELECT
    day AS night, identity, identity_name, family,
    CASE WHEN assessable THEN 0 END::DOUBLE AS observed,
    CASE WHEN assessable THEN share END::DOUBLE AS expected,
    NULL::DOUBLE AS bound,
    history_days,
    CASE
        WHEN country IS NULL THEN 'not assessable: the log gave no country'
        WHEN history_days < least_days THEN baseline.too_young(history_days, least_days)
        WHEN NOT assessable THEN 'not assessable: the log gave no country before'
        ELSE 'First time from ' || country || '; its last ' || baseline.counted(history_days, 'day was', 'days were') || ' from ' || array_to_string(countries, ', ') || ', and '
            || coalesce(baseline.percent(share), 'none') || ' of nights here bring a new country.'
    END AS reason,
    country, countries, repositories, operations, first_at, last_at
FROM judged
ORDER BY identity, family, country;
