-- Repositories that the facet had already, copied whole again from a network new to it.
--
-- severity: medium
-- technique: T1213.003 (v19)
-- hypotheses: thief
-- quiet on: copying again from the usual network; fetching what is known; machines, which copy all day; a joiner (not
--     assessable below least_days active days). A new laptop at a new place looks the same
--
-- One row a facet. observed is how many private repositories; expected is the
-- share of its active days with any copy of what it had.
CREATE OR REPLACE MACRO signal.reclone(as_of TIMESTAMP, least_days INTEGER := 5) AS TABLE
WITH recopy AS (FROM baseline.recopy(as_of)),
habit AS (
    SELECT identity, family, avg(any_copy::INTEGER) AS share, count(*) FILTER (any_copy) AS copy_days
    FROM recopy
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
),
named AS (SELECT identity, family, min(identity_name) AS identity_name FROM access WHERE day = as_of::DATE - 1 GROUP BY identity, family),
judged AS (
    SELECT r.*, n.identity_name, h.share, h.copy_days, r.tenure >= least_days AS assessable
    FROM recopy AS r
    JOIN named AS n USING (identity, family)
    LEFT JOIN habit AS h USING (identity, family)
    WHERE r.day = as_of::DATE - 1 AND r.copied_elsewhere > 0 AND NOT r.is_machine
)
SELECT
    day AS night, identity, identity_name, family,
    CASE WHEN assessable THEN copied_elsewhere END::DOUBLE AS observed,
    CASE WHEN assessable THEN share END::DOUBLE AS expected,
    NULL::DOUBLE AS bound,
    tenure AS history_days,
    CASE WHEN assessable
        THEN 'Made full copies of ' || baseline.counted(copied_elsewhere, 'repository', 'repositories')
            || ' it already had from a new network; it does so on ' || baseline.percent(share) || ' of its nights.'
        ELSE baseline.too_young(tenure, least_days)
    END AS reason,
    copied, copy_days, repositories
FROM judged
ORDER BY identity, family;
