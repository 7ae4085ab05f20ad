-- Something new on many nights of the last weeks, each too little to notice.
--
-- severity: medium
-- technique: T1119 (v19)
-- hypotheses: thief, insider
-- quiet on: one night with much (signal.repository_count has it); fewer than least_nights such nights; facets younger
--     than ten active days. A move to another team looks the same: see who else came to the repositories
--
-- One row a facet with something new this night. The span is the last span_days
-- days with this night. observed is the nights in it with a private repository
-- new to the facet, expected and bound come from a beta-binomial whose chance is
-- learnt from the nights before the span, at most as 25 days, with the pool of
-- its kind and tenure as six (MODEL 2.6). Scoring discounts repositories that
-- many come to at once and those that were worked on since; this does not.
CREATE OR REPLACE MACRO signal.slow_and_low(
    as_of TIMESTAMP, span_days INTEGER := 21, least_nights INTEGER := 3
) AS TABLE
WITH night AS (FROM baseline.novelty(as_of)),
counted AS (
    SELECT
        identity, family, max(tenure) AS history_days,
        count(*) FILTER (day > as_of::DATE - 1 - span_days) AS nights,
        count(*) FILTER (day > as_of::DATE - 1 - span_days AND new_repositories > 0) AS with_new,
        coalesce(sum(new_repositories) FILTER (day > as_of::DATE - 1 - span_days), 0)::BIGINT AS new_repositories,
        count(*) FILTER (day <= as_of::DATE - 1 - span_days AND is_own) AS base_nights,
        count(*) FILTER (day <= as_of::DATE - 1 - span_days AND is_own AND new_repositories > 0) AS base_new
    FROM night
    GROUP BY identity, family
),
tonight AS (
    SELECT c.*, greatest(f.pool_rate, 0.03) AS q
    FROM counted AS c
    JOIN baseline.forecast(as_of) AS f USING (identity, family)
    WHERE f.new_repositories > 0 AND c.history_days >= 10 AND c.with_new >= least_nights
),
chance AS (
    SELECT *, (6 * q + base_new) * least(1, 25 / (6 + base_nights)) AS a, (6 * (1 - q) + base_nights - base_new) * least(1, 25 / (6 + base_nights)) AS b
    FROM tonight
),
-- ln of C(n, x) B(x + a, n - x + b) / B(a, b), for each x
mass AS (
    SELECT *, list_transform(range(0, nights + 1), lambda x: exp(
        lgamma(nights + 1) - lgamma(x + 1) - lgamma(nights - x + 1)
        + lgamma(x + a) + lgamma(nights - x + b) - lgamma(nights + a + b) - lgamma(a) - lgamma(b) + lgamma(a + b))) AS masses
    FROM chance
),
judged AS (
    SELECT *, nights * a / (a + b) AS expected,
        -- The least k with P(X > k) at most one in twenty.
        list_min(list_filter(range(0, nights + 1), lambda k: coalesce(list_sum(masses[k + 2:]), 0) <= 0.05)) AS bound
    FROM mass
),
named AS (SELECT identity, family, min(identity_name) AS identity_name FROM access WHERE day = as_of::DATE - 1 AND operations > 0 GROUP BY identity, family)
SELECT
    as_of::DATE - 1 AS night, identity, identity_name, family, with_new::DOUBLE AS observed, expected, bound::DOUBLE AS bound, history_days,
    'Opened something new on ' || baseline.number(with_new) || ' of the last ' || baseline.number(span_days) || ' days; '
        || baseline.counted(expected, 'such day is usual', 'such days are usual') || ', rarely more than ' || baseline.number(bound) || ' (' || baseline.counted(base_nights, 'day', 'days')
        || ' of history), ' || baseline.counted(new_repositories, 'repository', 'repositories') || ' in all.' AS reason,
    nights, new_repositories, base_nights, base_new
FROM judged
JOIN named USING (identity, family)
ORDER BY identity, family;
