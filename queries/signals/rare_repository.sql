-- A private repository that hardly anybody reads, read by somebody new to it.
--
-- severity: medium
-- technique: T1213.003 (v19)
-- hypotheses: jewel, insider
-- quiet on: a repository younger than least_age days, which has few readers yet; one of its readers; a repository that
--     others come to in the same week; a joiner (not assessable below least_days active days); machines
--
-- One row a person and repository. observed is how many other people read it in
-- the window (0 to most_readers), expected the median over private repositories.
-- Whoever knows which repositories are guarded should trust that list more.
CREATE OR REPLACE MACRO signal.rare_repository(
    as_of TIMESTAMP, window_days INTEGER := 180, most_readers INTEGER := 3, least_age INTEGER := 30, least_days INTEGER := 5
) AS TABLE
WITH touch AS (
    SELECT t.*
    FROM baseline.touch(as_of) AS t
    ANTI JOIN (SELECT DISTINCT identity, family FROM baseline.novelty(as_of) WHERE is_machine) AS m
        ON m.identity = t.identity AND m.family = t.family
    WHERE t.is_private
),
repository AS (
    SELECT repository, count(DISTINCT identity) FILTER (first_day < as_of::DATE - 1) AS readers,
        count(DISTINCT identity) FILTER (first_day >= as_of::DATE - 7) AS newcomers
    FROM touch
    GROUP BY repository
),
age AS (SELECT repository, min(day) AS first_day FROM access WHERE day >= as_of::DATE - 1 - window_days GROUP BY repository),
usual AS (SELECT median(readers) AS readers FROM repository),
tonight AS (
    SELECT identity, min(identity_name) AS identity_name, family, repository, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS copies,
        sum(pushes)::BIGINT AS pushes, min(first_at) AS first_at, min(network) AS network
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, repository
),
judged AS (
    SELECT t.*, r.readers, r.newcomers - 1 AS newcomers, u.readers AS usual_readers, g.first_day AS repository_first_day, coalesce(f.history_days, 0) AS history_days,
        coalesce(f.history_days, 0) >= least_days AS assessable
    FROM (FROM touch WHERE first_day = as_of::DATE - 1 AND is_new) AS n
    JOIN tonight AS t USING (identity, family, repository)
    JOIN repository AS r USING (repository)
    JOIN age AS g USING (repository)
    CROSS JOIN usual AS u
    LEFT JOIN baseline.facet(as_of) AS f USING (identity, family)
    WHERE r.readers <= most_readers AND r.newcomers = 1 AND as_of::DATE - 1 - g.first_day >= least_age
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    CASE WHEN assessable THEN readers END::DOUBLE AS observed,
    CASE WHEN assessable THEN usual_readers END::DOUBLE AS expected,
    NULL::DOUBLE AS bound,
    history_days::BIGINT AS history_days,
    CASE WHEN assessable
        THEN repository || ' was read by ' || baseline.counted(readers, 'person', 'people') || ' since ' || repository_first_day || ' (a typical private repository by '
            || baseline.number(usual_readers) || ') and never by it in ' || baseline.number(history_days) || ' active days; nobody else opened it for the first time this week.'
        ELSE baseline.too_young(history_days, least_days)
    END AS reason,
    repository, repository_first_day, operations, copies, pushes, first_at, network
FROM judged
ORDER BY identity, family, repository;
