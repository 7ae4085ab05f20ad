-- What facets of one kind did together before a time: how much was new, how far their contexts were, what people do.
--
-- Of the nights that were counted, those up to the newest that was judged: nothing of
-- the UTC day of as_of or later (known.sql).

-- How many private repositories were new on a night, by kind and tenure (0 for 0-2
-- nights before, 1 for 3-7, 2 for 8-19, 3 for more): nights, weighed by what each
-- may teach. Nights on which everything was new because the log had just begun are
-- left out.
CREATE OR REPLACE MACRO baseline.novelty_pool(as_of TIMESTAMP) AS TABLE
SELECT
    n.is_machine, CASE WHEN n.nights_before < 3 THEN 0 WHEN n.nights_before < 8 THEN 1 WHEN n.nights_before < 20 THEN 2 ELSE 3 END AS tenure,
    n.new_repositories, sum(coalesce(s.trust, 1)::DECIMAL(18, 12))::DOUBLE AS nights
FROM facet_night AS n
LEFT JOIN facet_score AS s USING (night, facet_id)
WHERE n.night < as_of::DATE AND NOT n.is_censored
GROUP BY ALL;

-- Nights by the worst level of network, client and credential, by kind, from the
-- counts of an organisation never seen on (MODEL 2.5).
CREATE OR REPLACE MACRO baseline.level_pool(as_of TIMESTAMP) AS TABLE
WITH unseen (what, nights) AS (VALUES ('network', [60, 12, 8, 4, 3, 1]), ('client', [80, 2, 1, 0.5]), ('credential', [80, 1, 0.3]))
SELECT is_machine, what, level, sum(nights)::DOUBLE AS nights
FROM (
    SELECT is_machine, what, level, trust::DECIMAL(18, 12) AS nights
    FROM (
        SELECT night, is_machine, trust, unnest(['network', 'client', 'credential']) AS what, unnest([network_level, client_level, credential_level]) AS level
        FROM facet_score
    )
    WHERE night < as_of::DATE AND level IS NOT NULL
    UNION ALL
    SELECT unnest([false, true]), what, level, nights
    FROM (SELECT what, unnest(range(len(nights)))::TINYINT AS level, unnest(nights)::DECIMAL(18, 12) AS nights FROM unseen)
)
GROUP BY ALL;

-- What scoring learnt of everybody together in a year: people's nights, those in two countries
-- at once from networks that people sit on and that are rented, and sessions in an
-- unusual context with and without something new, and how many of them went on with
-- ordinary work.
CREATE OR REPLACE MACRO baseline.habit(as_of TIMESTAMP) AS TABLE
SELECT
    count(*) AS nights,
    coalesce(sum(trust::DECIMAL(18, 12)) FILTER (travelled), 0)::DOUBLE AS travelled,
    coalesce(sum(trust::DECIMAL(18, 12)) FILTER (travelled_rented), 0)::DOUBLE AS travelled_rented,
    coalesce(sum(trust::DECIMAL(18, 12) * work_sessions), 0)::DOUBLE AS work_sessions,
    coalesce(sum(trust::DECIMAL(18, 12) * work_working), 0)::DOUBLE AS work_working,
    coalesce(sum(trust::DECIMAL(18, 12) * new_work_sessions), 0)::DOUBLE AS new_work_sessions,
    coalesce(sum(trust::DECIMAL(18, 12) * new_work_working), 0)::DOUBLE AS new_work_working
FROM facet_score
WHERE night < as_of::DATE AND night >= as_of::DATE - 365 AND NOT is_machine;

-- What people's nights have in common: nights is how many people were seen on, less
-- each one's first, and novel what they sum to of the share of what they touched that
-- was new; hour_nights on how many nights by person each UTC hour from 0 had an act,
-- of those who were seen within a year.
CREATE OR REPLACE MACRO baseline.people(as_of TIMESTAMP) AS TABLE
WITH told AS (
    SELECT coalesce(sum((new_repositories / repositories)::DECIMAL(18, 12)), 0)::DOUBLE AS novel, count(*) AS nights
    FROM facet_night
    WHERE night < as_of::DATE AND NOT is_machine AND nights_before > 0
),
hour AS (
    SELECT h.hour, sum(k.hour_nights[h.hour + 1])::DOUBLE AS nights
    FROM baseline.facet_known(as_of) AS k
    CROSS JOIN range(24) AS h(hour)
    WHERE NOT k.is_machine AND as_of::DATE - k.last_night <= 365
    GROUP BY h.hour
)
SELECT t.nights, t.novel, coalesce((SELECT list(nights ORDER BY hour) FROM hour), list_transform(range(24), lambda h: 0::DOUBLE)) AS hour_nights
FROM told AS t;
