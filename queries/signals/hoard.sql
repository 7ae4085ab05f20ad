-- Many repositories that the facet had already, copied whole again in one night.
--
-- severity: medium
-- technique: T1119 (v19)
-- hypotheses: hoard
-- quiet on: a few copies (fewer than least_copies); machines, which copy all day; somebody who copies often, by the
--     bound; a joiner (not assessable below least_days active days). A new laptop looks the same: see signal.new_client
--
-- One row a facet. observed is how many private repositories; expected is the
-- share of its active days with any copy of what it had; bound the most on any of
-- its days before.
CREATE OR REPLACE MACRO signal.hoard(
    as_of TIMESTAMP, least_copies INTEGER := 4, least_days INTEGER := 5
) AS TABLE
WITH recopy AS (FROM baseline.recopy(as_of)),
habit AS (
    SELECT identity, family, avg(any_copy::INTEGER) AS share, max(copied) AS most
    FROM recopy
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
),
named AS (SELECT identity, family, min(identity_name) AS identity_name FROM access WHERE day = as_of::DATE - 1 GROUP BY identity, family),
judged AS (
    SELECT r.*, n.identity_name, h.share, h.most, r.tenure >= least_days AS assessable
    FROM recopy AS r
    JOIN named AS n USING (identity, family)
    LEFT JOIN habit AS h USING (identity, family)
    WHERE r.day = as_of::DATE - 1 AND r.copied >= least_copies AND NOT r.is_machine
)
SELECT
    day AS night, identity, identity_name, family,
    CASE WHEN assessable THEN copied END::DOUBLE AS observed,
    CASE WHEN assessable THEN share END::DOUBLE AS expected,
    CASE WHEN assessable THEN most END::DOUBLE AS bound,
    tenure AS history_days,
    CASE WHEN assessable
        THEN 'Made full copies of ' || baseline.counted(copied, 'repository', 'repositories') || ' it already had; it does so on ' || baseline.percent(share)
            || ' of its nights (at most ' || baseline.number(most) || ' on a night).'
        ELSE baseline.too_young(tenure, least_days)
    END AS reason,
    repositories
FROM judged
ORDER BY identity, family;
