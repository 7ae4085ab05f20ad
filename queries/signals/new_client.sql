-- A client that the facet had never used, and how well it is known to others.
--
-- severity: low
-- technique: T1550.001 (v19)
-- hypotheses: thief, machine
-- quiet on: a client used before; a joiner (not assessable below least_days active days). An upgrade and a new
--     laptop look the same: see level and others
--
-- One row a facet and client. observed is the days it was used before (0);
-- expected is the share of nights at this level or a worse one among people, or
-- among machines; others are facets that used it before.
CREATE OR REPLACE MACRO signal.new_client(as_of TIMESTAMP, least_days INTEGER := 5) AS TABLE
WITH tonight AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, user_agent, count(DISTINCT repository) AS repositories,
        sum(operations)::BIGINT AS operations, min(first_at) AS first_at, max(last_at) AS last_at
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, user_agent
),
judged AS (
    SELECT t.*, l.level, l.users_before AS others, s.share, n.tenure AS history_days, t.user_agent IS NOT NULL AND n.tenure >= least_days AS assessable
    FROM tonight AS t
    JOIN baseline.novelty(as_of) AS n ON n.identity = t.identity AND n.family = t.family AND n.day = as_of::DATE - 1
    LEFT JOIN (FROM baseline.client_level(as_of) WHERE day = as_of::DATE - 1 AND level > 0) AS l
        ON l.identity = t.identity AND l.family = t.family AND l.user_agent = t.user_agent
    LEFT JOIN baseline.client_share(as_of) AS s ON s.is_machine = n.is_machine AND s.level = l.level
    WHERE l.level > 0 OR t.user_agent IS NULL
),
said AS (SELECT *, ['upgrade of a known client', 'new client that others use', 'new client'][level] AS level_name FROM judged)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family,
    CASE WHEN assessable THEN 0 END::DOUBLE AS observed,
    CASE WHEN assessable THEN share END::DOUBLE AS expected,
    NULL::DOUBLE AS bound,
    history_days,
    CASE
        WHEN user_agent IS NULL THEN 'not assessable: the log gave no client'
        WHEN NOT assessable THEN baseline.too_young(history_days, least_days)
        ELSE 'First use of the client ' || user_agent || CASE WHEN level_name = 'upgrade of a known client' THEN ', a newer version of one it uses; ' ELSE '; ' END
            || baseline.percent(share)
            || ' of nights here are this unusual (' || baseline.counted(history_days, 'day', 'days') || ' of history)'
            || CASE WHEN others > 0 THEN '; ' || baseline.counted(others, 'other account uses it', 'other accounts use it') ELSE '' END || '.'
    END AS reason,
    level_name AS level, user_agent, others, repositories, operations, first_at, last_at
FROM said
ORDER BY identity, family, user_agent;
