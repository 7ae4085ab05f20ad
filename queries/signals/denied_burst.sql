-- Many acts that the host refused: denied, not found, failed.
--
-- severity: low
-- technique: T1526 (v19)
-- hypotheses: thief
-- quiet on: a few failures (fewer than least_denied; 15 is Elastic's number for nine minutes); something broken that
--     fails every day, by the bound. An expired token and renamed repositories look the same
--
-- One row a facet above its bound. observed is refused acts, expected the mean of
-- its days in the window, bound the most on any of them (both NULL where there was none);
-- repositories are those refused. Hosts that log only what succeeded say nothing
-- here.
CREATE OR REPLACE MACRO signal.denied_burst(as_of TIMESTAMP, window_days INTEGER := 90, least_denied INTEGER := 15) AS TABLE
WITH facet_day AS (
    SELECT identity, min(identity_name) AS identity_name, family, day, sum(denied)::BIGINT AS denied, sum(operations)::BIGINT AS operations,
        count(DISTINCT repository) FILTER (denied > 0) AS repositories, min(first_at) FILTER (denied > 0) AS first_at,
        max(last_at) FILTER (denied > 0) AS last_at
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1
    GROUP BY identity, family, day
),
before AS (
    SELECT identity, family, count(*) AS history_days, avg(denied) AS usual, max(denied) AS bound
    FROM facet_day
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
)
SELECT
    t.day AS night, t.identity, t.identity_name, t.family, t.denied::DOUBLE AS observed, b.usual::DOUBLE AS expected,
    b.bound::DOUBLE AS bound, coalesce(b.history_days, 0)::BIGINT AS history_days,
    baseline.number(t.denied) || ' attempts on ' || baseline.counted(t.repositories, 'repository', 'repositories') || ' were refused ('
        || coalesce(baseline.number(b.usual) || ' on a usual day, at most ' || baseline.number(b.bound) || ' in ' || baseline.counted(b.history_days, 'day', 'days'),
            'what is usual is not assessable: seen on 0 days before') || '); ' || baseline.number(t.operations) || ' succeeded.' AS reason,
    t.repositories, t.operations, t.first_at, t.last_at
FROM facet_day AS t
LEFT JOIN before AS b USING (identity, family)
WHERE t.day = as_of::DATE - 1 AND t.denied >= least_denied AND t.denied > coalesce(b.bound, 0)
ORDER BY t.identity, t.family;
