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
