-- What each person touched on a night, with whose work it is.
--
-- Of the nights that were counted, those up to the newest that was judged: nothing of
-- the UTC day of as_of or later (known.sql).

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
