-- How many private repositories were new to a facet this night, against its own forecast.
--
-- severity: medium
-- technique: T1213.003 (v19)
-- hypotheses: thief, insider, jewel, machine
-- quiet on: work on what is known, however much of it; public repositories; a joiner (not assessable below
--     least_days active days)
--
-- One row a facet with something new. expected and bound are those of an active
-- day (MODEL 2.3, the forecast that scoring uses); own_days is on how many own
-- days the forecast rests. What is above the bound happens on one active night in
-- twenty: WHERE observed > bound.
CREATE OR REPLACE MACRO signal.repository_count(as_of TIMESTAMP, least_days INTEGER := 5) AS TABLE
WITH tonight AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS copies,
        count(DISTINCT repository) AS repositories
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family
),
fresh AS (
    SELECT identity, family, list(repository ORDER BY repository)[:5] AS examples
    FROM baseline.touch(as_of)
    WHERE first_day = as_of::DATE - 1 AND is_new
    GROUP BY identity, family
),
judged AS (
    SELECT t.*, f.*, n.examples, f.history_days >= least_days AS assessable
    FROM baseline.forecast(as_of) AS f
    JOIN fresh AS n USING (identity, family)
    JOIN tonight AS t USING (identity, family)
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    CASE WHEN assessable THEN new_repositories END AS observed,
    CASE WHEN assessable THEN expected END AS expected,
    CASE WHEN assessable THEN bound END AS bound,
    history_days,
    CASE WHEN assessable
        THEN 'Read ' || baseline.counted(new_repositories, 'private repository', 'private repositories') || ' it had never opened before; on a working day it opens ' || baseline.number(expected)
            || ', rarely more than ' || baseline.number(bound) || ' (' || baseline.counted(own_days, 'day', 'days') || ' of history).'
        ELSE baseline.too_young(history_days, least_days)
    END AS reason,
    is_machine, own_days, repositories, operations, copies, examples
FROM judged
ORDER BY identity, family;
