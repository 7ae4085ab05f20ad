-- How many private repositories are new to each facet of the night, and how many were to be expected (MODEL 2.3).
--
-- An own share of days with something new, shrunk towards that of the same kind
-- and tenure (baseline.novelty_pool) with the weight of rate_prior days; the burst
-- tail is the pool's over a power law with the weight of tail_weight bursts, mixed
-- with the own bursts at the weight of burst_prior days. Own days are the last
-- own_nights_most that end own_lag_days before, so that a theft of several nights
-- does not become its own baseline. bound is the least number that is exceeded on at
-- most one active night in twenty. baseline_constant has the constants.
CREATE OR REPLACE MACRO baseline.forecast(as_of TIMESTAMP) AS TABLE
WITH days AS (FROM baseline.novelty(as_of)),
tonight AS (
    SELECT *, CASE WHEN tenure < 3 THEN 0 WHEN tenure < 8 THEN 1 WHEN tenure < 20 THEN 2 ELSE 3 END AS tenure_class
    FROM days
    WHERE day = as_of::DATE - 1
),
pool AS (
    SELECT
        is_machine, tenure AS tenure_class,
        (any_value(pool_nights_new) + coalesce(sum(nights) FILTER (new_repositories > 0), 0)) / (any_value(pool_nights) + sum(nights)) AS rate,
        coalesce(sum(nights) FILTER (new_repositories > 0), 0) AS bursts,
        list({'size': new_repositories, 'nights': nights}) FILTER (new_repositories > 0) AS sizes,
        (any_value(pool_bursts) + sum(new_repositories * nights)) / (any_value(pool_bursts) + coalesce(sum(nights) FILTER (new_repositories > 0), 0)) AS mean_size
    FROM baseline.novelty_pool(as_of - INTERVAL 1 DAY)
    CROSS JOIN baseline_constant
    GROUP BY is_machine, tenure
),
own AS (
    SELECT identity, family, list(new_repositories ORDER BY day DESC)[:any_value(own_nights_most)] AS counts
    FROM days
    CROSS JOIN baseline_constant
    WHERE is_own AND day < as_of::DATE - own_lag_days
    GROUP BY identity, family
),
judged AS (
    SELECT
        t.identity, t.family, t.is_machine, t.tenure AS history_days, t.new_repositories, c.burst_prior, c.tail_weight,
        coalesce(o.counts, []) AS own, p.sizes, coalesce(p.bursts, 0) AS bursts, coalesce(p.mean_size, 1) AS mean_size,
        coalesce(p.rate, c.pool_nights_new / c.pool_nights) AS pool_rate, CASE WHEN t.is_machine THEN c.machine_exponent ELSE c.person_exponent END AS exponent,
        (c.rate_prior * coalesce(p.rate, c.pool_nights_new / c.pool_nights) + len(list_filter(coalesce(o.counts, []), lambda x: x > 0)))
            / (c.rate_prior + len(coalesce(o.counts, []))) AS rate
    FROM tonight AS t
    CROSS JOIN baseline_constant AS c
    LEFT JOIN pool AS p USING (is_machine, tenure_class)
    LEFT JOIN own AS o USING (identity, family)
),
-- The chance to reach n, for each n; only where it is asked for.
reached AS (
    SELECT
        j.identity, j.family, n,
        (burst_prior * j.rate * (coalesce(list_sum(list_transform(list_filter(j.sizes, lambda x: x.size >= n), lambda x: x.nights)), 0)
            + tail_weight * n ** -j.exponent) / (j.bursts + tail_weight)
            + len(list_filter(j.own, lambda x: x >= n))) / (burst_prior + len(j.own)) AS chance
    FROM (FROM judged WHERE new_repositories > 0) AS j
    CROSS JOIN range(2, 1001) AS r (n)
),
bounds AS (SELECT identity, family, min(n) FILTER (chance <= 0.05) - 1 AS bound FROM reached GROUP BY identity, family)
SELECT
    j.identity, j.family, j.is_machine, j.history_days, j.new_repositories::DOUBLE AS new_repositories,
    j.rate, j.pool_rate, (burst_prior * j.rate * j.mean_size + coalesce(list_sum(j.own), 0)) / (burst_prior + len(j.own)) AS expected,
    CASE WHEN j.new_repositories > 0 THEN CASE WHEN j.rate <= 0.05 THEN 0 ELSE coalesce(b.bound, 1000) END END::DOUBLE AS bound,
    len(j.own)::BIGINT AS own_days
FROM judged AS j
LEFT JOIN bounds AS b USING (identity, family);
