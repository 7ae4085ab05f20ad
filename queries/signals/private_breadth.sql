-- How many different private repositories a facet read, against its own days.
--
-- severity: medium
-- technique: T1213.003 (v19)
-- hypotheses: thief, hoard
-- quiet on: a day as broad as others of its own (up to the bound); fewer than least_repositories, however unusual;
--     a joiner (not assessable below least_days active days)
--
-- One row a facet above its bound. observed is distinct private repositories,
-- expected the median of its active days in the window, bound the most that
-- nineteen days in twenty had; organisation_share is the share of all private
-- repositories that were read by anybody in the window.
CREATE OR REPLACE MACRO signal.private_breadth(
    as_of TIMESTAMP, window_days INTEGER := 90, least_repositories INTEGER := 5, least_days INTEGER := 14
) AS TABLE
WITH facet_day AS (
    SELECT identity, min(identity_name) AS identity_name, family, day, count(DISTINCT repository) AS repositories,
        count(DISTINCT repository) FILTER (copies > 0) AS copied, min(first_at) AS first_at, max(last_at) AS last_at
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0 AND NOT coalesce(is_public, false)
    GROUP BY identity, family, day
),
before AS (
    SELECT identity, family, count(*) AS history_days, median(repositories) AS usual, quantile_disc(repositories, 0.95) AS bound, max(repositories) AS most
    FROM facet_day
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
),
readable AS (
    SELECT count(DISTINCT repository) AS repositories
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0 AND NOT coalesce(is_public, false)
),
judged AS (
    SELECT t.*, coalesce(b.history_days, 0) AS history_days, b.usual, b.bound, b.most, t.repositories / r.repositories AS organisation_share,
        coalesce(b.history_days, 0) >= least_days AS assessable
    FROM (FROM facet_day WHERE day = as_of::DATE - 1) AS t
    CROSS JOIN readable AS r
    LEFT JOIN before AS b USING (identity, family)
    WHERE t.repositories >= least_repositories
)
SELECT
    day AS night, identity, identity_name, family,
    CASE WHEN assessable THEN repositories END::DOUBLE AS observed,
    CASE WHEN assessable THEN usual END::DOUBLE AS expected,
    CASE WHEN assessable THEN bound END::DOUBLE AS bound,
    history_days::BIGINT AS history_days,
    CASE WHEN assessable
        THEN 'Read ' || baseline.number(repositories) || ' private repositories (' || baseline.number(usual) || ' on a usual day, rarely more than '
            || baseline.number(bound) || ', at most ' || baseline.number(most) || ' in ' || baseline.number(history_days) || ' days); '
            || baseline.percent(organisation_share) || ' of all that are read here.'
        ELSE baseline.too_young(history_days, least_days)
    END AS reason,
    copied, most, organisation_share, first_at, last_at
FROM judged
WHERE NOT assessable OR repositories > bound
ORDER BY identity, family;
