-- A facet that reads again after a gap that is long for it.
--
-- severity: medium
-- technique: T1078.004 (v19)
-- hypotheses: thief, insider
-- quiet on: weekends and a week off (gaps up to least_gap - 1 days); somebody who comes every few weeks, by the bound.
--     A return from leave looks the same: see private_repositories
--
-- One row a facet. observed is the days since its last active day, expected its
-- mean gap, bound the 95 % point of its gaps under a beta-geometric law of the
-- chance to be active on a day; half the active and idle days are counted, at
-- most twelve, because work comes in weeks (MODEL 2.6).
CREATE OR REPLACE MACRO signal.dormant_identity(as_of TIMESTAMP, least_gap INTEGER := 8) AS TABLE
WITH tonight AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, count(DISTINCT repository) FILTER (NOT coalesce(is_public, false)) AS private_repositories,
        sum(operations)::BIGINT AS operations, min(first_at) AS first_at
    FROM access
    WHERE day = as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family
),
back AS (
    SELECT t.*, f.history_days, f.last_day, as_of::DATE - 1 - f.last_day AS gap, (f.last_day - f.first_day + 1)::DOUBLE / f.history_days AS mean_gap,
        f.history_days * 0.5 + 1 AS active, greatest(1, (f.last_day - f.first_day + 1 - f.history_days) * 0.5) + 0.3 AS idle
    FROM tonight AS t
    JOIN baseline.facet(as_of) AS f USING (identity, family)
    WHERE as_of::DATE - 1 - f.last_day >= least_gap
),
scaled AS (
    SELECT *, greatest(0.6, active * least(1, 12 / (active + idle))) AS a, greatest(0.5, idle * least(1, 12 / (active + idle))) AS b FROM back
),
bounds AS (
    -- ln P(gap >= g) = ln B(a, b + g) - ln B(a, b)
    SELECT s.identity, s.family, coalesce(min(g) FILTER (
        lgamma(b + g + 1) - lgamma(a + b + g + 1) - lgamma(b) + lgamma(a + b) <= ln(0.05)), 400) AS bound
    FROM scaled AS s CROSS JOIN range(1, 400) AS r (g)
    GROUP BY s.identity, s.family
)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family, gap::DOUBLE AS observed, mean_gap AS expected, bound::DOUBLE AS bound, history_days,
    'Back after ' || baseline.number(gap) || ' days without access; 95 % of its breaks last at most ' || baseline.counted(bound, 'day', 'days') || '.' AS reason,
    last_day, private_repositories, operations, first_at
FROM scaled
JOIN bounds USING (identity, family)
ORDER BY identity, family;
