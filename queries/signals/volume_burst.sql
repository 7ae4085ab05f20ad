-- Far more operations than the facet's own days have, whatever they touched.
--
-- severity: info
-- technique: T1020 (v19)
-- hypotheses: thief, hoard, machine
-- quiet on: a day as busy as its own busy ones (up to the bound); fewer than least_operations; a joiner (not assessable
--     below least_days active days). A retry loop looks the same: see most_on_one
--
-- One row a facet above its bound. observed is operations, expected the median of
-- its active days in the window, bound the median and five times the median
-- distance from it (at least one tenth of the median), which one loud day does
-- not move.
CREATE OR REPLACE MACRO signal.volume_burst(
    as_of TIMESTAMP, window_days INTEGER := 90, least_operations INTEGER := 50, least_days INTEGER := 14
) AS TABLE
WITH facet_day AS (
    SELECT identity, min(identity_name) AS identity_name, family, day, sum(operations)::BIGINT AS operations, max(on_one)::BIGINT AS most_on_one,
        count(*) AS repositories, min(first_at) AS first_at, max(last_at) AS last_at
    FROM (
        SELECT identity, min(identity_name) AS identity_name, family, day, repository, sum(operations) AS operations, sum(operations) AS on_one,
            min(first_at) AS first_at, max(last_at) AS last_at
        FROM access
        WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
        GROUP BY identity, family, day, repository
    )
    GROUP BY identity, family, day
),
before AS (
    SELECT identity, family, count(*) AS history_days, median(operations) AS usual, mad(operations) AS distance
    FROM facet_day
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
),
judged AS (
    SELECT t.*, coalesce(b.history_days, 0) AS history_days, b.usual, b.usual + 5 * greatest(b.distance, 0.1 * b.usual) AS bound,
        coalesce(b.history_days, 0) >= least_days AS assessable
    FROM (FROM facet_day WHERE day = as_of::DATE - 1) AS t
    LEFT JOIN before AS b USING (identity, family)
    WHERE t.operations >= least_operations
)
SELECT
    day AS night, identity, identity_name, family,
    CASE WHEN assessable THEN operations END::DOUBLE AS observed,
    CASE WHEN assessable THEN usual END::DOUBLE AS expected,
    CASE WHEN assessable THEN bound END::DOUBLE AS bound,
    history_days::BIGINT AS history_days,
    CASE WHEN assessable
        THEN 'Did ' || baseline.number(operations) || ' operations (' || baseline.number(usual) || ' on a usual day, rarely above ' || baseline.number(bound) || '; '
            || baseline.number(history_days) || ' days of history) on ' || baseline.counted(repositories, 'repository', 'repositories') || ', '
            || baseline.number(most_on_one) || ' on one.'
        ELSE baseline.too_young(history_days, least_days)
    END AS reason,
    repositories, most_on_one, first_at, last_at
FROM judged
WHERE NOT assessable OR operations > bound
ORDER BY identity, family;
