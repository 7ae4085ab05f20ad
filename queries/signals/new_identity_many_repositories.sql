-- An identity in its first week reads more private repositories in a night than joiners here do.
--
-- severity: medium
-- technique: T1136.003 (v19)
-- hypotheses: thief, insider
-- quiet on: a joiner who reads as much as joiners do (up to the bound); fewer than least_repositories; an organisation
--     that saw fewer than least_joiners others in their first week (not assessable)
--
-- One row an identity whose first access lies less than seven days back. observed
-- is the private repositories of the night, expected the median of such nights of
-- others that joined within the window after its first three weeks (whoever is
-- there at its start may be anybody), bound the most that nineteen in twenty had.
-- A name that sounds like a machine's keeps nobody out, because who makes an
-- account chooses it; but such are no measure of joiners.
CREATE OR REPLACE MACRO signal.new_identity_many_repositories(
    as_of TIMESTAMP, window_days INTEGER := 3650, least_repositories INTEGER := 5, least_joiners INTEGER := 5
) AS TABLE
WITH facet_day AS (
    SELECT identity, min(identity_name) AS identity_name, family, day, count(DISTINCT repository) FILTER (NOT coalesce(is_public, false)) AS repositories,
        bool_or(baseline.is_told_machine(family, identity_kind, identity_name)) AS is_told_machine,
        bool_or(baseline.is_machine(family, identity_kind, identity_name)) AS is_machine, sum(operations)::BIGINT AS operations, min(first_at) AS first_at,
        list(DISTINCT network ORDER BY network) FILTER (network IS NOT NULL) AS networks
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, day
),
aged AS (
    SELECT *, min(day) OVER (PARTITION BY identity) AS joined_day, min(day) OVER () AS start_day,
        dense_rank() OVER (PARTITION BY identity ORDER BY day) - 1 AS history_days
    FROM facet_day
),
first_week AS (FROM aged WHERE day - joined_day < 7 AND joined_day - start_day >= 21 AND NOT is_told_machine),
usual AS (
    SELECT count(DISTINCT identity) AS joiners, median(repositories) AS usual, quantile_disc(repositories, 0.95) AS bound
    FROM first_week
    WHERE day < as_of::DATE - 1 AND NOT is_machine
),
judged AS (
    SELECT w.*, u.joiners, u.usual, u.bound, u.joiners >= least_joiners AS assessable
    FROM first_week AS w
    CROSS JOIN usual AS u
    WHERE w.day = as_of::DATE - 1 AND w.repositories >= least_repositories
)
SELECT
    day AS night, identity, identity_name, family,
    CASE WHEN assessable THEN repositories END::DOUBLE AS observed,
    CASE WHEN assessable THEN usual END::DOUBLE AS expected,
    CASE WHEN assessable THEN bound END::DOUBLE AS bound,
    history_days,
    CASE WHEN assessable
        THEN 'First seen on ' || joined_day || ' and read ' || baseline.number(repositories) || ' private repositories (new colleagues read ' || baseline.number(usual)
            || ' on a day of their first week, rarely more than ' || baseline.number(bound) || '; ' || baseline.number(joiners) || ' seen).'
        ELSE 'not assessable: ' || baseline.number(joiners) || ' joiners were seen before, ' || baseline.number(least_joiners) || ' are needed'
    END AS reason,
    joined_day, joiners, operations, first_at, networks
FROM judged
WHERE NOT assessable OR repositories > bound
ORDER BY identity, family;
