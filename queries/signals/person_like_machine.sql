-- A person's own credential was used around the clock, or from where machines run.
--
-- severity: medium
-- technique: T1078 (v19)
-- hypotheses: thief, hoard
-- quiet on: a person whose credential always ran scripts (such a day before); an on-call night of a few hours; an app
--     that acts as the person (a family of its own); a person who is too new (not assessable below least_days days)
--
-- Around the clock is least_hours different UTC hours of one day: the longest
-- day of a person with normal sleep has fewer. Machines run on networks of kind
-- hosting and cloud-runner.
CREATE OR REPLACE MACRO signal.person_like_machine(
    as_of TIMESTAMP, window_days INTEGER := 90, least_days INTEGER := 5, least_hours INTEGER := 18
) AS TABLE
WITH days AS (
    SELECT
        identity, min(identity_name) AS identity_name, family, day, bit_count(bit_or(hours)) AS hours, sum(operations)::BIGINT AS operations,
        count(DISTINCT repository) AS repositories, count(*) FILTER (network_kind IN ('hosting', 'cloud-runner')) > 0 AS is_hosted,
        min(network) FILTER (network_kind IN ('hosting', 'cloud-runner')) AS network, min(first_at) AS first_at
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0
        AND family = 'personal' AND NOT baseline.is_machine(family, identity_kind, identity_name)
    GROUP BY identity, family, day
),
history AS (
    SELECT identity, family, count(*) AS days, max(hours) AS most_hours, bool_or(is_hosted) AS was_hosted
    FROM days
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
)
SELECT
    as_of::DATE - 1 AS night, d.identity, d.identity_name, d.family,
    CASE WHEN h.days >= least_days THEN d.hours::DOUBLE END AS observed, h.most_hours::DOUBLE AS expected, NULL::DOUBLE AS bound,
    coalesce(h.days, 0)::BIGINT AS history_days,
    CASE WHEN h.days >= least_days
        THEN 'A person''s credential was used in ' || baseline.counted(d.hours, 'hour', 'hours') || ' of the day on '
            || baseline.counted(d.repositories, 'repository', 'repositories') || coalesce(', also from ' || d.network || ', where machines run', '')
            || '; in ' || baseline.counted(h.days, 'active day', 'active days') || ' before, in at most ' || baseline.number(h.most_hours) || '.'
        ELSE baseline.too_young(h.days, least_days)
    END AS reason,
    d.operations, d.repositories, d.network, d.first_at
FROM days AS d
LEFT JOIN history AS h USING (identity, family)
WHERE d.day = as_of::DATE - 1 AND (
    d.hours >= least_hours AND NOT coalesce(h.most_hours >= least_hours, false)
    OR d.is_hosted AND NOT coalesce(h.was_hosted, false)
)
ORDER BY d.identity, d.family;
