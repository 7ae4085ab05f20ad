-- Many repositories read one after the other in the order of their names, as a program goes through a list.
--
-- severity: medium
-- technique: T1119 (v19)
-- hypotheses: thief
-- quiet on: a person's own order; a job that goes through the list on other nights too (least_nights of the window);
--     fewer than least_repositories
--
-- One row a facet. observed is the rank correlation of time and name over the
-- private repositories of the night, 1 being the order of the list and -1 its
-- reverse; expected is the mean size of it on its other nights with as many
-- repositories (NULL without any); bound is above, beyond which few orders
-- lie by chance (of ten in random order one in 1,300 is beyond .9, two million drawn).
CREATE OR REPLACE MACRO signal.sweep_in_order(
    as_of TIMESTAMP, window_days INTEGER := 90, least_repositories INTEGER := 10, above DOUBLE := 0.9, least_nights INTEGER := 2
) AS TABLE
WITH touched AS (
    SELECT identity, min(identity_name) AS identity_name, family, day, repository, min(first_at) AS first_at
    FROM access
    WHERE day >= as_of::DATE - 1 - window_days AND day <= as_of::DATE - 1 AND operations > 0 AND NOT coalesce(is_public, false)
    GROUP BY identity, family, day, repository
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY identity, family, day ORDER BY first_at, repository) AS at_place,
        row_number() OVER (PARTITION BY identity, family, day ORDER BY repository) AS name_place
    FROM touched
),
ordered AS (
    SELECT identity, min(identity_name) AS identity_name, family, day, count(*) AS repositories, corr(at_place, name_place) AS in_order,
        min(first_at) AS first_at, max(first_at) AS last_at
    FROM placed
    GROUP BY identity, family, day
),
wide AS (FROM ordered WHERE repositories >= least_repositories),
before AS (
    SELECT identity, family, avg(abs(in_order)) AS usual, count(*) FILTER (abs(in_order) > above) AS nights
    FROM wide
    WHERE day < as_of::DATE - 1
    GROUP BY identity, family
)
SELECT
    w.day AS night, w.identity, w.identity_name, w.family, w.in_order AS observed, b.usual AS expected, above::DOUBLE AS bound,
    coalesce(f.history_days, 0)::BIGINT AS history_days,
    'Read ' || baseline.number(w.repositories) || ' private repositories in the order of their names (correlation ' || baseline.number(w.in_order) || '; '
        || coalesce(baseline.number(b.usual) || ' on its other nights with as many', 'it never read as many before') || ').' AS reason,
    w.repositories, w.first_at, w.last_at
FROM wide AS w
LEFT JOIN before AS b USING (identity, family)
LEFT JOIN baseline.facet(as_of) AS f USING (identity, family)
WHERE w.day = as_of::DATE - 1 AND abs(w.in_order) > above AND coalesce(b.nights, 0) < least_nights
ORDER BY w.identity, w.family;
