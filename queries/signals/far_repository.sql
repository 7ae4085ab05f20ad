-- A private repository new to a person that none of the people it works with reads.
--
-- severity: medium
-- technique: T1213.003 (v19)
-- hypotheses: thief, insider, jewel
-- quiet on: a repository that a colleague reads; somebody with fewer than least_colleagues colleagues, who may read
--     anything (not assessable); machines; a joiner (not assessable below least_days active days). A move to another
--     team looks the same: see newcomers
--
-- One row a person and repository. Colleagues read at least two of the same
-- repositories in the 60 days before. observed is how many colleagues read it
-- before the night (0), expected how many would if its readers were drawn by
-- chance; newcomers are others who came new to it within a week.
CREATE OR REPLACE MACRO signal.far_repository(
    as_of TIMESTAMP, least_colleagues INTEGER := 3, least_days INTEGER := 5
) AS TABLE
WITH touch AS (FROM baseline.touch(as_of)),
person AS (SELECT identity, family, history_days FROM baseline.forecast(as_of) WHERE NOT is_machine),
reader AS (SELECT DISTINCT repository, identity FROM touch WHERE first_day < as_of::DATE - 1),
everybody AS (SELECT count(DISTINCT identity) AS people FROM touch WHERE first_day < as_of::DATE - 1),
circle AS (SELECT identity, count(*) AS colleagues, list(colleague) AS members FROM baseline.colleague(as_of) GROUP BY identity),
readers AS (
    SELECT t.identity, t.family, t.repository, count(r.identity) AS readers,
        count(r.identity) FILTER (list_contains(c.members, r.identity)) AS colleague_readers
    FROM (FROM touch WHERE first_day = as_of::DATE - 1 AND is_new) AS t
    LEFT JOIN circle AS c USING (identity)
    LEFT JOIN reader AS r ON r.repository = t.repository AND r.identity <> t.identity
    GROUP BY t.identity, t.family, t.repository
),
week AS (SELECT repository, count(DISTINCT identity) AS newcomers FROM touch WHERE first_day >= as_of::DATE - 7 AND is_new GROUP BY repository),
named AS (
    SELECT identity, min(identity_name) AS identity_name, family, repository, sum(operations)::BIGINT AS operations, sum(copies)::BIGINT AS copies, min(first_at) AS first_at
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, repository
),
judged AS (
    SELECT n.*, p.history_days, r.readers, coalesce(c.colleagues, 0) AS colleagues, w.newcomers - 1 AS newcomers, e.people,
        p.history_days >= least_days AND coalesce(c.colleagues, 0) >= least_colleagues AS assessable
    FROM readers AS r
    JOIN named AS n USING (identity, family, repository)
    JOIN person AS p USING (identity, family)
    JOIN week AS w USING (repository)
    LEFT JOIN circle AS c USING (identity)
    CROSS JOIN everybody AS e
    WHERE r.colleague_readers = 0
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    CASE WHEN assessable THEN 0 END::DOUBLE AS observed,
    CASE WHEN assessable THEN colleagues * readers / people END::DOUBLE AS expected,
    NULL::DOUBLE AS bound,
    history_days,
    CASE
        WHEN assessable THEN 'None of the ' || baseline.number(colleagues) || ' people it works with reads ' || repository || '; '
            || baseline.counted(readers, 'other does', 'others do') || ' (' || baseline.number(colleagues * readers / people)
            || ' would be colleagues by chance), ' || baseline.number(newcomers) || ' opened it for the first time this week.'
        WHEN history_days < least_days THEN baseline.too_young(history_days, least_days)
        ELSE 'not assessable: it works with ' || baseline.number(colleagues) || ' people, ' || baseline.number(least_colleagues) || ' are needed'
    END AS reason,
    repository, colleagues, readers, newcomers, operations, copies, first_at
FROM judged
ORDER BY identity, family, repository;
