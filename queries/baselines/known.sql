-- What was known as of a time: the nights before the UTC day of as_of, and nothing of that day or later.
--
-- These read what queries/rollups/counted_*.sql counted, and are what the analyzer
-- judges a night by. They know the nights that were counted: those up to the newest
-- that was scored.

-- Facets: since when, until when and on how many nights each was seen, on how many
-- of them it copied what it had, the hours it kept (summed over nights, and on how
-- many nights by UTC hour from 0), and whether it is a machine.
CREATE OR REPLACE MACRO baseline.facet_known(as_of TIMESTAMP) AS TABLE
SELECT
    n.facet_id, f.identity, f.family, n.identity_name, n.first_night, n.night AS last_night, n.nights_before + 1 AS nights, n.is_machine,
    n.hours_before + bit_count(n.hours) AS hours,
    list_transform(range(24), lambda h: n.hour_nights_before[h + 1] + ((n.hours >> h::UINTEGER) & 1)) AS hour_nights,
    n.copy_nights_before + n.copied_known::INTEGER AS copy_nights
FROM facet_night AS n
JOIN facet AS f USING (facet_id)
WHERE n.night < as_of::DATE AND as_of::DATE <= n.next_night;

-- Repositories of each facet: first and last night, nights, whether it ever pushed,
-- and use, the number of a person's days on it as of its last night, decayed.
CREATE OR REPLACE MACRO baseline.facet_repository(as_of TIMESTAMP) AS TABLE
SELECT
    n.facet_id, n.repository_id, f.identity, f.family, r.repository, n.first_night, n.night AS last_night, n.nights_before + 1 AS nights,
    (n.use_before + n.use_added) / 2 ** least((n.night - DATE '2018-01-01') / c.half_life_days, 112) AS use,
    n.pushed_before OR n.pushes > 0 AS pushed, n.is_public
FROM facet_repository_night AS n
JOIN facet AS f USING (facet_id)
JOIN repository_form AS r USING (repository_id)
CROSS JOIN baseline_constant AS c
WHERE n.night < as_of::DATE AND as_of::DATE <= n.next_night;

-- Networks, blocks, autonomous systems, countries, clients, access types and
-- credentials of each facet, and clients and credentials by block: first and last
-- night, and nights.
CREATE OR REPLACE MACRO baseline.facet_context(as_of TIMESTAMP) AS TABLE
SELECT n.facet_id, f.identity, f.family, n.kind, n.value, n.on_block, n.first_night, n.night AS last_night, n.nights_before + 1 AS nights
FROM facet_context_night AS n
JOIN facet AS f USING (facet_id)
WHERE n.night < as_of::DATE AND as_of::DATE <= n.next_night;

-- The same by everybody: facets that used each, and on how many nights by facet.
CREATE OR REPLACE MACRO baseline.context_known(as_of TIMESTAMP) AS TABLE
SELECT kind, value, on_block, users_before + users_added AS users, nights_before + nights_added AS nights
FROM context_night
WHERE night < as_of::DATE AND as_of::DATE <= next_night;

-- Repositories that were seen: whether anybody may read each, and whether anybody was
-- ever seen to push to it; readers, people who never pushed to it; owed, how many of those do not count yet, because their one
-- look at it was taken for a theft; returned, what was owed for those who came back;
-- newcomers, the decayed number of people who came new to it; use, that of people's days.
CREATE OR REPLACE MACRO baseline.repository_known(as_of TIMESTAMP) AS TABLE
WITH owing AS (
    SELECT night AS first_night, facet_id, (1 - open_trust)::DECIMAL(18, 12) AS owed
    FROM facet_score
    WHERE open_trust < 1
),
-- Who came back to read on: that stays told, also where they push later.
back AS (
    SELECT n.facet_id, n.repository_id
    FROM facet_repository_night AS n
    JOIN owing AS s USING (first_night, facet_id)
    WHERE n.nights_before = 1 AND NOT n.pushed_before AND n.pushes = 0 AND n.night < as_of::DATE
),
known AS (
    SELECT night, facet_id, repository_id, first_night, nights_before, is_public, by_machine, use_before + use_added AS use,
        pushed_before OR pushes > 0 AS is_writer, NOT by_machine AND NOT (pushed_before OR pushes > 0) AS is_reader
    FROM facet_repository_night
    WHERE night < as_of::DATE AND as_of::DATE <= next_night
),
owed AS (
    SELECT k.repository_id, sum(s.owed) FILTER (k.is_reader AND k.nights_before = 0) AS owed, sum(s.owed) FILTER (b.facet_id IS NOT NULL) AS returned
    FROM known AS k
    JOIN owing AS s USING (first_night, facet_id)
    LEFT JOIN back AS b ON b.facet_id = k.facet_id AND b.repository_id = k.repository_id
    GROUP BY k.repository_id
),
summed AS (
    SELECT
        k.repository_id, max_by(k.is_public, (k.night, k.facet_id)) AS is_public, bool_or(k.is_writer) AS is_written,
        count(*) FILTER (k.is_reader) AS readers,
        coalesce(sum((2 ** least((k.first_night - DATE '2018-01-01') / c.half_life_days, 112))::HUGEINT) FILTER (NOT k.by_machine AND NOT k.is_public), 0)::DOUBLE AS newcomers,
        sum(k.use)::DOUBLE AS use, any_value(c.half_life_days) AS half_life_days
    FROM known AS k
    CROSS JOIN baseline_constant AS c
    GROUP BY k.repository_id
)
SELECT
    s.repository_id, r.repository, s.is_public, s.is_written, s.readers, coalesce(o.owed, 0)::DOUBLE AS owed, coalesce(o.returned, 0)::DOUBLE AS returned,
    s.newcomers / 2 ** least((as_of::DATE - DATE '2018-01-01') / s.half_life_days, 112) AS newcomers,
    s.use / 2 ** least((as_of::DATE - DATE '2018-01-01') / s.half_life_days, 112) AS use
FROM summed AS s
JOIN repository_form AS r USING (repository_id)
LEFT JOIN owed AS o USING (repository_id);

-- People who came new to a private repository in a usual context, in the four weeks
-- before: they explain others who come.
CREATE OR REPLACE MACRO baseline.newcomer(as_of TIMESTAMP) AS TABLE
SELECT n.night, n.facet_id, n.repository_id, f.identity, r.repository
FROM facet_repository_night AS n
JOIN facet AS f USING (facet_id)
JOIN repository_form AS r USING (repository_id)
WHERE n.night < as_of::DATE AND n.night > as_of::DATE - 29 AND n.is_new AND n.is_clean AND NOT n.by_machine;

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

-- What scoring learnt of everybody together: people's nights, those in two countries
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
WHERE night < as_of::DATE AND NOT is_machine;

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

-- What each person touched on the day before as_of, known or new, and whose work it
-- rather is: own_share is how much of the person's days before went to it and
-- everybodys_share how much of everybody's, both decayed; last_night is when the
-- person touched it last. The heavier everybodys_share against own_share, the more
-- the repository is others' work (analyzer/whole.go weighs it, with the walk over the
-- people one works with beside).
CREATE OR REPLACE MACRO baseline.others_work(as_of TIMESTAMP) AS TABLE
WITH before AS (
    SELECT r.facet_id, sum(r.use / 2 ** ((as_of::DATE - 1 - r.last_night) / c.half_life_days)) AS use
    FROM baseline.facet_repository(as_of - INTERVAL 1 DAY) AS r
    CROSS JOIN baseline_constant AS c
    GROUP BY r.facet_id
),
every AS (SELECT repository_id, use / nullif(sum(use) OVER (), 0) AS share FROM baseline.repository_known(as_of - INTERVAL 1 DAY))
SELECT
    n.night, f.identity, f.family, r.repository, n.is_new, n.last_night_before AS last_night, n.nights_before AS nights,
    n.use_before / 2 ** least((n.night - DATE '2018-01-01') / c.half_life_days, 112) / b.use AS own_share, coalesce(e.share, 0) AS everybodys_share
FROM facet_repository_night AS n
JOIN facet AS f USING (facet_id)
JOIN repository_form AS r USING (repository_id)
JOIN before AS b USING (facet_id)
CROSS JOIN baseline_constant AS c
LEFT JOIN every AS e USING (repository_id)
WHERE n.night = as_of::DATE - 1 AND NOT n.by_machine AND b.use > 0;
