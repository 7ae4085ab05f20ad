-- How many private repositories were new to each facet on each active day, up to the night and with it.
--
-- tenure is the number of active days before; censored days say nothing of how
-- often something is new, because the log had begun too lately (MODEL 2.3);
-- own days count for the facet's own forecast. A facet is a machine by its
-- family, the host's word, its name once it has five days, or the hours it keeps:
-- 14.5 different hours a day on average, 18 within its first five days; once a
-- machine with five days, always one (MODEL 2.1). trust is how much the day may teach what is
-- normal: one that was listed and not looked at yet teaches only as much as benign
-- rows were expected there, so that a theft does not make the next one look usual;
-- 1 where it was not scored. It is a decimal because sums of those are the same in
-- any order.
CREATE OR REPLACE MACRO baseline.novelty(as_of TIMESTAMP, window_days INTEGER) AS TABLE
WITH active AS (
    SELECT
        identity, family, day, bit_count(bit_or(hours)) AS hours,
        bool_or(baseline.is_told_machine(family, identity_kind, identity_name)) AS is_told,
        bool_or(baseline.is_machine(family, identity_kind, identity_name)) AS is_named
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
    GROUP BY identity, family, day
),
fresh AS (
    SELECT identity, family, first_day AS day, count(*) AS new_repositories
    FROM baseline.touch(as_of, window_days)
    WHERE is_new
    GROUP BY identity, family, first_day
),
aged AS (
    SELECT
        a.identity, a.family, a.day, a.hours, a.is_told, a.is_named, coalesce(f.new_repositories, 0) AS new_repositories,
        row_number() OVER past AS place,
        avg(a.hours) OVER (PARTITION BY a.identity, a.family ORDER BY a.day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS usual_hours,
        min(a.day) OVER (PARTITION BY a.identity, a.family) AS first_day,
        min(a.day) OVER () AS start_day
    FROM active AS a
    LEFT JOIN fresh AS f USING (identity, family, day)
    WINDOW past AS (PARTITION BY a.identity, a.family ORDER BY a.day)
),
kept AS (
    SELECT *, place - 1 AS tenure, is_told OR CASE WHEN place <= 5 THEN hours >= 18 ELSE is_named OR usual_hours >= 14.5 END AS looks_machine
    FROM aged
)
SELECT
    kept.identity, kept.family, kept.day, new_repositories, tenure,
    CASE
        WHEN tenure < 5 THEN looks_machine
        ELSE bool_or(looks_machine AND tenure >= 4) OVER (PARTITION BY kept.identity, kept.family ORDER BY kept.day)
    END AS is_machine,
    (first_day - start_day < 21 AND tenure < 8) OR kept.day - start_day < 14 AS is_censored,
    tenure >= 4 AND kept.day - start_day >= 10 AS is_own,
    -- Old enough to say how often a network, client or credential is new.
    tenure >= 3 AND kept.day - start_day >= 10 AS is_settled,
    least(1, coalesce(s.expected_benign, 1))::DECIMAL(18, 12) AS trust
FROM kept
LEFT JOIN assessment AS s ON s.night = kept.day AND s.identity = kept.identity AND s.family = kept.family;
