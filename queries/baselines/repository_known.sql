-- What was known of each repository as of a time, and who had come new to it lately.
--
-- Of the nights that were counted, those up to the newest that was judged: nothing of
-- the UTC day of as_of or later (known.sql).

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
