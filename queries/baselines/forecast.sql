-- How many private repositories are new to each facet of the night, and how many were to be expected (MODEL 2.3).
--
-- An own share of days with something new, shrunk towards that of the same kind
-- and tenure (0-2, 3-7, 8-19, 20 and more active days), each day by its trust,
-- with the weight of six days; the burst tail is the pool's over a power law (1.2
-- for people, .8 for machines) with the weight of five bursts, mixed with the own
-- bursts at the weight of twelve days. Own days are the last ninety that end a
-- week before, so that a theft of several nights does not become its own
-- baseline. bound is the least number that is exceeded on at most one active
-- night in twenty.
CREATE OR REPLACE MACRO baseline.forecast(as_of TIMESTAMP, window_days INTEGER) AS TABLE
WITH days AS (
    SELECT *, CASE WHEN tenure < 3 THEN 0 WHEN tenure < 8 THEN 1 WHEN tenure < 20 THEN 2 ELSE 3 END AS tenure_class
    FROM baseline.novelty(as_of, window_days)
),
tonight AS (FROM days WHERE day = as_of::DATE - 1),
pool AS (
    SELECT
        is_machine, tenure_class,
        (0.3 + coalesce(sum(trust) FILTER (new_repositories > 0), 0)::DOUBLE) / (2 + sum(trust)::DOUBLE) AS rate,
        coalesce(sum(trust) FILTER (new_repositories > 0), 0)::DOUBLE AS bursts,
        list({'size': new_repositories, 'trust': trust}) FILTER (new_repositories > 0) AS sizes,
        (5 + sum(new_repositories * trust)::DOUBLE) / (5 + coalesce(sum(trust) FILTER (new_repositories > 0), 0)::DOUBLE) AS mean_size
    FROM days
    WHERE day < as_of::DATE - 1 AND NOT is_censored
    GROUP BY is_machine, tenure_class
),
own AS (
    SELECT identity, family, list(new_repositories ORDER BY day DESC)[:90] AS counts
    FROM days
    WHERE is_own AND day <= as_of::DATE - 8
    GROUP BY identity, family
),
judged AS (
    SELECT
        t.identity, t.family, t.is_machine, t.tenure AS history_days, t.new_repositories,
        coalesce(o.counts, []) AS own, p.sizes, coalesce(p.bursts, 0) AS bursts,
        coalesce(p.mean_size, 1) AS mean_size, coalesce(p.rate, 0.15) AS pool_rate, CASE WHEN t.is_machine THEN 0.8 ELSE 1.2 END AS exponent,
        (6 * coalesce(p.rate, 0.15) + len(list_filter(coalesce(o.counts, []), lambda x: x > 0))) / (6 + len(coalesce(o.counts, []))) AS rate
    FROM tonight AS t
    LEFT JOIN pool AS p USING (is_machine, tenure_class)
    LEFT JOIN own AS o USING (identity, family)
),
-- The chance to reach n, for each n; only where it is asked for.
reached AS (
    SELECT
        j.identity, j.family, n,
        (12 * j.rate * (coalesce(list_sum(list_transform(list_filter(j.sizes, lambda x: x.size >= n), lambda x: x.trust)), 0)::DOUBLE
            + 5 * n ** -j.exponent) / (j.bursts + 5)
            + len(list_filter(j.own, lambda x: x >= n))) / (12 + len(j.own)) AS chance
    FROM (FROM judged WHERE new_repositories > 0) AS j
    CROSS JOIN range(2, 1001) AS r (n)
),
bounds AS (SELECT identity, family, min(n) FILTER (chance <= 0.05) - 1 AS bound FROM reached GROUP BY identity, family)
SELECT
    j.identity, j.family, j.is_machine, j.history_days, j.new_repositories::DOUBLE AS new_repositories,
    j.rate, j.pool_rate, (12 * j.rate * j.mean_size + coalesce(list_sum(j.own), 0)) / (12 + len(j.own)) AS expected,
    CASE WHEN j.new_repositories > 0 THEN CASE WHEN j.rate <= 0.05 THEN 0 ELSE coalesce(b.bound, 1000) END END::DOUBLE AS bound,
    len(j.own)::BIGINT AS own_days
FROM judged AS j
LEFT JOIN bounds AS b USING (identity, family);
