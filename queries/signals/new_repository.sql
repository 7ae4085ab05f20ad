-- A private repository that was never read by this facet before.
--
-- severity: low
-- technique: T1213.003 (v19)
-- hypotheses: thief, insider, jewel, machine
-- quiet on: a repository the facet read on the first day of the window or later; a public one; a joiner, whose
--     every repository is new (not assessable below least_days active days)
--
-- One row a facet and new repository. observed counts all that were new to the
-- facet that night and expected what it has on an active day, both the same on
-- each of its rows; readers are other identities that read the repository in the
-- window, newcomers those that came new to it in the last seven nights, tonight
-- with them (a repository half a team comes to is no news).
CREATE OR REPLACE MACRO signal.new_repository(as_of TIMESTAMP, least_days INTEGER := 5) AS TABLE
WITH touch AS (FROM baseline.touch(as_of)),
forecast AS (FROM baseline.forecast(as_of) WHERE new_repositories > 0),
tonight AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, repository, sum(operations)::BIGINT AS operations,
        sum(copies)::BIGINT AS copies, sum(pushes)::BIGINT AS pushes, min(first_at) AS first_at
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, repository
),
others AS (
    SELECT
        n.identity, n.family, n.repository, count(DISTINCT o.identity) AS readers,
        count(DISTINCT o.identity) FILTER (o.first_day >= as_of::DATE - 7) AS newcomers
    FROM (FROM touch WHERE first_day = as_of::DATE - 1 AND is_new) AS n
    LEFT JOIN touch AS o ON o.repository = n.repository AND o.identity <> n.identity
    GROUP BY n.identity, n.family, n.repository
),
judged AS (
    SELECT
        t.*, o.readers, o.newcomers, f.history_days, f.history_days >= least_days AS assessable, f.new_repositories, f.expected, f.bound
    FROM others AS o
    JOIN tonight AS t USING (identity, family, repository)
    JOIN forecast AS f USING (identity, family)
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    CASE WHEN assessable THEN new_repositories END AS observed,
    CASE WHEN assessable THEN expected END AS expected,
    CASE WHEN assessable THEN bound END AS bound,
    history_days,
    CASE WHEN assessable
        THEN repository || ' was never opened by it in ' || baseline.counted(history_days, 'active day', 'active days') || '; '
            || baseline.counted(readers, 'other reads it', 'others read it') || ', ' || baseline.number(newcomers) || ' of them for the first time within a week; '
            || baseline.number(new_repositories) || ' new on this night; ' || baseline.number(expected) || ' are usual, rarely more than ' || baseline.number(bound) || '.'
        ELSE baseline.too_young(history_days, least_days)
    END AS reason,
    repository, operations, copies, pushes, first_at, readers, newcomers
FROM judged
ORDER BY identity, family, repository;
