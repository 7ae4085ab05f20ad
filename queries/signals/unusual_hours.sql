-- Hours of the day (UTC) at which the facet hardly ever reads.
--
-- severity: info
-- technique: none
-- hypotheses: thief
-- quiet on: its usual hours; machines, which know no hours; too little history (not assessable below least_days active
--     days). An on-call night and a trip to another time zone look the same
--
-- One row a facet with an act in an hour that fewer than one in twenty of its
-- active days had. observed is how many such hours this night has, expected how
-- many an active day of the window has, bound the most that nineteen days in
-- twenty had. Context only: nobody is a thief for working late (THREATS 5, S9).
CREATE OR REPLACE MACRO signal.unusual_hours(as_of TIMESTAMP, window_days INTEGER := 90, least_days INTEGER := 20) AS TABLE
WITH facet_day AS (
    SELECT identity, min(identity_name) AS identity_name, family, day, bit_or(hours)::UBIGINT AS hours, min(first_at) AS first_at, max(last_at) AS last_at,
        count(DISTINCT repository) AS repositories
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, day
),
before AS (
    SELECT identity, family, count(*) AS history_days, list(hours) AS days
    FROM facet_day
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
),
seldom AS (
    SELECT
        b.identity, b.family, b.history_days, b.days,
        list_filter(range(24), lambda h: len(list_filter(b.days, lambda d: (d >> h::UBIGINT) & 1 = 1)) < 0.05 * b.history_days) AS hours
    FROM before AS b
),
judged AS (
    SELECT
        t.*, coalesce(s.history_days, 0) AS history_days,
        list_filter(s.hours, lambda h: (t.hours >> h::UBIGINT) & 1 = 1) AS unusual,
        list_transform(s.days, lambda d: len(list_filter(s.hours, lambda h: (d >> h::UBIGINT) & 1 = 1))) AS counts
    FROM (FROM facet_day WHERE day = as_of::DATE - 1) AS t
    JOIN baseline.novelty(as_of) AS n ON n.identity = t.identity AND n.family = t.family AND n.day = t.day AND NOT n.is_machine
    LEFT JOIN seldom AS s ON s.identity = t.identity AND s.family = t.family
),
said AS (SELECT *, history_days >= least_days AS assessable FROM judged)
SELECT
    day AS night, identity, identity_name, family,
    CASE WHEN assessable THEN len(unusual) END::DOUBLE AS observed,
    CASE WHEN assessable THEN list_avg(counts) END::DOUBLE AS expected,
    CASE WHEN assessable THEN list_aggregate(counts, 'quantile_disc', 0.95) END::DOUBLE AS bound,
    history_days::BIGINT AS history_days,
    CASE WHEN assessable
        THEN 'Active in ' || baseline.counted(len(unusual), 'hour', 'hours') || ' of the day (' || array_to_string(unusual, ', ')
            || ' UTC) that fewer than one in twenty of its ' || baseline.number(history_days) || ' days had; '
            || baseline.number(list_avg(counts)) || ' a day is usual.'
        ELSE baseline.too_young(history_days, least_days)
    END AS reason,
    unusual AS unusual_hours, first_at, last_at, repositories
FROM said
WHERE NOT assessable OR len(unusual) > 0
ORDER BY identity, family;
